"""One tie's story out of the ledger: every statement with its words, where they disagree, how the status went on."""
from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from nlp.model import Document, Statement, Tie, from_json
from pipelines.identity import present_id
from pipelines.ledger import Ledger, tables

#: What statements of one tie can disagree on, in the order of the story.
_FIELDS = ("kind", "date", "title", "amount_yen", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Told:
    """A statement with the document that makes it; `status` of the document: None, gone or kept."""
    statement: Statement
    document: Document
    status: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """A tie, the ids that once stood for it, its statements (the earliest first), the ties that it leads to and that
    lead to it, each with the word for it, and the names of organisations by id."""
    tie: Tie
    former_ids: tuple[str, ...]
    told: tuple[Told, ...]
    beside: tuple[tuple[str, Tie], ...]
    called: dict[str, str]

    def conflicts(self) -> dict[str, dict[str, list[int]]]:
        """Field → value → numbers of the statements that give it, where they give more than one."""
        found: dict[str, dict[str, list[int]]] = {}
        for name in _FIELDS:
            given: dict[str, list[int]] = {}
            for number, one in enumerate(self.told, 1):
                value = getattr(one.statement, name)
                if value is not None:
                    given.setdefault(str(value), []).append(number)
            if len(given) > 1:
                found[name] = given
        return found


def of(ledger: Ledger, what: str) -> Story:
    """The story of the tie that an id, present or former, stands for. Raises ValueError for one that leads nowhere."""
    if not what.startswith("tie:"):
        raise ValueError(f"«{what}» is no id of a tie; they begin with tie:, and `kakehashi organization NAME` lists those "
                         "of an organisation")
    one = present_id(ledger, what)
    with ledger.reading() as c:
        tie = _tie(c.scalar(sa.select(tables.ties.c.body).where(tables.ties.c.id == one)))
        near = [_tie(body) for body in c.scalars(sa.select(tables.ties.c.body).where(tables.ties.c.body.contains(one))
                                                 .order_by(tables.ties.c.id))]
        ahead = [(word, c.scalar(sa.select(tables.ties.c.body).where(tables.ties.c.id == other)))
                 for word, other in (("led to", tie.led_to), ("renews", tie.renews), ("ends", tie.ends)) if other]
        documents = set(c.scalars(sa.select(tables.statements.c.document)
                                  .where(tables.statements.c.id.in_(tie.statements))))
        called = {r.id: json.loads(r.body)["name"] for r in c.execute(
            sa.select(tables.organizations).where(tables.organizations.c.id.in_({p.organization for p in tie.parties})))}
    told = {s.id: Told(s, e.document, e.status) for e in ledger.extractions(documents) for s in e.statements}
    beside = [(word, _tie(body)) for word, body in ahead if body]
    beside += [(word, other) for other in near for word, there in (
        ("came of", other.led_to), ("renewed by", other.renews), ("ended by", other.ends)) if there == one]
    return Story(tie, tuple(ledger.former_ids(one)), tuple(told[s] for s in tie.statements if s in told),
                 tuple(beside), called)


def _tie(body: str | None) -> Tie:
    if body is None:
        raise ValueError("the tie is not resolved yet: run `kakehashi run`")
    return from_json(Tie, json.loads(body))


def lines(story: Story) -> list[str]:
    """The story as plain lines."""
    t = story.tie
    when = f"{t.date or 'undated'}{f' ({t.precision})' if t.precision else ''}"
    said = [t.title or t.label_used or t.kind, f"  {t.kind}, {t.status}, {when}", f"  id           {t.id}"]
    said += [f"  former id    {one}" for one in story.former_ids]
    said += [f"  bounds       {t.earliest or '…'} – {t.latest or '…'}"] if t.earliest or t.latest else []
    said += [f"  party        {story.called.get(p.organization, p.name or '')}  ({p.role}"
             f"{f', by {p.via}' if p.via else ''})  {p.organization}" for p in t.parties]
    said += [f"  {title:<12} {value}" for title, value in (
        ("themes", "、".join(t.themes)), ("yen", f"{t.amount_yen:,}" if t.amount_yen is not None else ""),
        ("valid", f"{t.valid_from or '…'} – {t.valid_to or '…'}" if t.valid_from or t.valid_to else ""),
        ("renews itself", "yes" if t.auto_renew else "")) if value]
    said += [f"  history      {step}" for step in t.history]
    said += [f"  {word:<12} " + "  ".join(filter(None, (other.date or "undated", f"{other.kind}, {other.status}", other.title,
                                                       other.id))) for word, other in story.beside]
    for name, given in story.conflicts().items():
        mark = "conflict" if name in t.conflicts else "differs"
        values = "; ".join(f"{value} ({', '.join(f'[{n}]' for n in numbers)})" for value, numbers in given.items())
        said.append(f"  {mark:<12} {name}: {values}")
    for number, one in enumerate(story.told, 1):
        s, d = one.statement, one.document
        said.append(f"  [{number}] {d.published or 'no date'}  {s.status}, {s.kind}, {s.date or 'undated'}  "
                    f"{d.title or ''}{f'  ({one.status})' if one.status else ''}")
        said += [f"      «{' '.join(d.words(s.evidence[0]).split())}»"] if s.evidence else []
        said += [f"      {d.url or d.id}  {s.id}, confidence {s.confidence:.2f}"]
    return said
