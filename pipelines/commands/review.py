"""`kakehashi review`: the open questions about organisations that matter most, and people's answers to them."""
from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from graph.decisions import Decision
from graph.review import Question
from nlp.model import Organization
from pipelines import show
from pipelines.fetch.clock import Clock
from pipelines.settings import Settings

app = typer.Typer(invoke_without_command=True, help="Open questions about organisations: ask them here, list them, or record an "
                                                     "answer. Answers stand in decisions.csv and hold from the next run on.")
out = Console(soft_wrap=True, highlight=False)

_NOT_YET = "holds from the next run on"
_NONE = "There is no open question."

Limit = Annotated[int, typer.Option(help="Questions at most.", min=1)]
Who = Annotated[str | None, typer.Option(help="Who decides; left out: KAKEHASHI_CONTACT or your user name.")]
When = Annotated[str | None, typer.Option("--on", help="The day of the decision, e.g. 2026-04-01; left out: today in Japan.")]
Why = Annotated[str, typer.Option(help="The reason, for those who read it later.")]
One = Annotated[str, typer.Argument(help="An organisation: an id, present or former, or a name with its legal form.")]


@app.callback()
def ask(context: typer.Context, limit: Limit = 20, who: Who = None, on: When = None) -> None:
    """Ask the most valuable questions one by one: s(ame), d(ifferent), n(ext), q(uit)."""
    if context.invoked_subcommand is not None:
        return
    asked = _questions()[:limit]
    if not asked:
        out.print(_NONE)
    for number, question in enumerate(asked, 1):
        out.print(f"\n{number} of {len(asked)}: is «{question.one.name}» the organisation «{question.other.name}»?",
                  markup=False)
        for organization in (question.one, question.other):
            out.print(f"  {organization.id}  {organization.type}  {organization.prefecture or ''}  "
                      f"{'、'.join(organization.names[:6])}", markup=False)
        out.print(f"  {question.reason}; score {question.score:.2f}, {question.degree} ties", markup=False)
        answer = _answer()
        if answer == "q":
            return
        if answer in "sd":
            why = typer.prompt("why", default=question.reason, err=True)
            _record(Decision("merge" if answer == "s" else "keep_apart", question.one.id, question.other.id, _who(who),
                             _on(on), why, question.one.name, question.other.name))


def _answer() -> str:
    while True:
        said = str(typer.prompt("same (s), different (d), next (n), quit (q)", default="n", err=True)).strip().casefold()
        if said[:1] in {"s", "d", "n", "q"}:
            return said[:1]


@app.command("list")
def list_(limit: Limit = 50, csv: Annotated[bool, typer.Option("--csv", help="A header line and plain values.")] = False,
          ) -> None:
    """The open questions, the most valuable first."""
    import pandas as pd

    rows = [{"value": round(q.value, 3), "score": q.score, "ties": q.degree, "one": q.one.name, "other": q.other.name,
             "reason": q.reason, "one_id": q.one.id, "other_id": q.other.id} for q in _questions()[:limit]]
    if not rows and not csv:
        out.print(_NONE)
        return
    show.frame(out, pd.DataFrame(rows, columns=["value", "score", "ties", "one", "other", "reason", "one_id", "other_id"]),
               "Open questions", csv)


@app.command()
def merge(one: One, other: One, why: Why, who: Who = None, on: When = None) -> None:
    """Both are one organisation."""
    a, b = _meant(one), _meant(other)
    _record(Decision("merge", a.id, b.id, _who(who), _on(on), why, a.name, b.name))


@app.command("keep-apart")
def keep_apart(one: One, other: One, why: Why, who: Who = None, on: When = None) -> None:
    """They are two organisations, whatever their names."""
    a, b = _meant(one), _meant(other)
    _record(Decision("keep_apart", a.id, b.id, _who(who), _on(on), why, a.name, b.name))


@app.command()
def alias(one: One, name: Annotated[str, typer.Argument(help="The other name, as releases write it.")], why: Why,
          who: Who = None, on: When = None) -> None:
    """The organisation is also called by this name."""
    organization = _meant(one)
    _record(Decision("alias", organization.id, name, _who(who), _on(on), why, organization.name))


@app.command("type")
def type_(one: One, kind: Annotated[str, typer.Argument(help="company, bank, university, council, …")], why: Why,
          who: Who = None, on: When = None) -> None:
    """The organisation is of this type."""
    organization = _meant(one)
    _record(Decision("type", organization.id, kind, _who(who), _on(on), why, organization.name))


@app.command()
def drop(what: Annotated[str, typer.Argument(help="A statement's id, or a document's (doc:…) for all that it says.")],
         why: Why, who: Who = None, on: When = None) -> None:
    """The statement counts for nothing."""
    from pipelines.ledger import Ledger

    with Ledger.open(Settings.from_environment().ledger_url) as ledger:
        if not ledger.statements_elsewhere([what], []) and ledger.document(what) is None:
            raise ValueError(f"there is no statement or document «{what}»; `kakehashi tie ID` lists both beside their words")
    _record(Decision("drop", what, "", _who(who), _on(on), why))


@app.command("decisions")
def decisions_(csv: Annotated[bool, typer.Option("--csv", help="A header line and plain values.")] = False) -> None:
    """The decisions of decisions.csv; those that have no effect, or not yet, with the reason."""
    import pandas as pd

    from pipelines import decisions
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    written = decisions.listed(settings.config)
    with Ledger.open(settings.ledger_url) as ledger:
        held = {(d.kind, d.subject, d.object): refused for d, refused in ledger.decisions()}
    rows = [{"line": d.line, "decision": d.kind, "subject": d.subject, "object": d.object, "who": d.who, "when": d.when,
             "why": d.why, "without_effect": held.get((d.kind, d.subject, d.object), _NOT_YET)} for d in written]
    columns = ["line", "decision", "subject", "object", "who", "when", "why", "without_effect"]
    show.frame(out, pd.DataFrame(rows, columns=columns), "Decisions", csv)


def _questions() -> list[Question]:
    from graph.organizations import meant_by
    from graph.review import questions
    from pipelines import decisions, reference
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    places = reference.places(settings.home)
    with Ledger.open(settings.ledger_url) as ledger:
        decided = [frozenset(now for one in (d.subject, d.object)
                             for now in [ledger.current_id(one if one.startswith("org:") else meant_by(one, places)) or one])
                   for d in decisions.listed(settings.config) if d.kind in {"merge", "keep_apart"}]
        return questions(ledger.organizations(), ledger.ties(), ledger.links(), decided)


def _meant(one: str) -> Organization:
    """The organisation of an id or name. Raises ValueError where it is none of the ledger's, or several."""
    from pipelines import reference, story
    from pipelines.ledger import Ledger

    settings = Settings.from_environment()
    with Ledger.open(settings.ledger_url) as ledger:
        return story.find(ledger, one, reference.places(settings.home))


def _record(decision: Decision) -> None:
    from pipelines import decisions, reference

    settings = Settings.from_environment()
    file = decisions.file_of(settings.config)
    if decisions.add(settings.config, decision, reference.places(settings.home)):
        out.print(f"[green]written to[/] {escape(str(file))}; it holds from the next `kakehashi run` on")
    else:
        out.print(f"stands in {escape(str(file))} already")


def _who(who: str | None) -> str:
    found = who or Settings.from_environment().contact or os.environ.get("USER") or os.environ.get("LOGNAME")
    if not found:
        raise ValueError("who decides? give --who NAME")
    return found


def _on(on: str | None) -> str:
    return on or Clock().stamp()[:10]
