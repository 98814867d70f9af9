"""One organisation's story out of the ledger: names, ids, decisions, predecessors, ties."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graph.decisions import Decision
from graph.links import Link
from graph.names import name_key, normalized
from graph.organizations import meant_by
from graph.places import Places
from nlp.model import Organization, Tie
from pipelines.ledger import Ledger

#: Organisations that are listed where a name may be one of many.
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Story:
    """What is known of an organisation, and where from. `names` count releases; `called` leads from the ids of
    links, candidates and ties to names; `decisions` come with the reason why they have no effect, or ""."""
    organization: Organization
    former_ids: tuple[str, ...]
    names: tuple[tuple[str, int], ...]
    decisions: tuple[tuple[Decision, str], ...]
    links: tuple[Link, ...]
    ties: tuple[Tie, ...]
    called: dict[str, str]

    @property
    def kinds(self) -> Counter[tuple[str, str]]:
        """(kind, status) → ties."""
        return Counter((tie.kind, tie.status) for tie in self.ties)


def find(ledger: Ledger, what: str, places: Places) -> Organization:
    """The organisation that an id, present or former, or a name means.

    Raises ValueError where it is none, or lists them where it is several.
    """
    if not what.strip():
        raise ValueError("name an organisation, or give its id")
    every = ledger.organizations()
    known = {o.id: o for o in every}
    if what.startswith("org:"):
        now = ledger.current_id(what)
        if now is None or now not in known:
            raise ValueError(f"«{what}» is no id of an organisation that was given out and still stands for something")
        return known[now]
    now = ledger.current_id(meant_by(what, places))
    if now in known:
        return known[now]
    plain, stem = normalized(what), name_key(what).stem
    for alike in ([o for o in every if any(normalized(n) == plain for n in o.names)],
                  [o for o in every if any(name_key(n).stem == stem for n in o.names)],
                  [o for o in every if any(plain in normalized(n) for n in o.names)]):
        if len(alike) == 1:
            return alike[0]
        if alike:
            some = "\n".join([*(f"  {o.id}  {o.name}" for o in sorted(alike, key=lambda o: o.id)[:_LISTED]),
                              *([f"  … and {len(alike) - _LISTED} more"] if len(alike) > _LISTED else [])])
            raise ValueError(f"«{what}» may be one of {len(alike)}; name one by its id:\n{some}")
    raise ValueError(f"no release names an organisation «{what}»")


def of(ledger: Ledger, one: Organization, places: Places) -> Story:
    """The story of an organisation."""
    every = {o.id: o.name for o in ledger.organizations()}
    former = ledger.former_ids(one.id)
    ids = {one.id, *former}
    ties = tuple(t for t in ledger.ties() if any(p.organization == one.id for p in t.parties))
    decisions = tuple((d, refused) for d, refused in ledger.decisions() if _concerns(d, ids, ties, places, ledger))
    return Story(one, tuple(former), tuple(ledger.name_counts(one.id)), decisions, tuple(ledger.links(one.id)),
                 tuple(sorted(ties, key=lambda t: (t.latest is None, t.latest or "", t.id))), every)


def _concerns(decision: Decision, ids: set[str], ties: Sequence[Tie], places: Places, ledger: Ledger) -> bool:
    if decision.kind == "drop":
        return any(decision.subject in tie.statements for tie in ties)
    told = [decision.subject] + ([decision.object] if decision.kind in {"merge", "keep_apart"} else [])
    meant = [one if one.startswith("org:") else meant_by(one, places) for one in told]
    return any(one in ids or ledger.current_id(one) in ids for one in meant)


def lines(story: Story) -> list[str]:
    """The story as plain lines."""
    o = story.organization
    said = [o.name, f"  {', '.join(filter(None, (o.type, o.sector, o.legal_form, o.prefecture)))}", f"  id           {o.id}"]
    said += [f"  {title:<12} {value}" for title, value in (
        ("団体コード", o.code), ("法人番号", o.corporate_number), ("証券コード", o.security_code),
        ("EDINETコード", o.edinet_code)) if value]
    said += [f"  former id    {one}" for one in story.former_ids]
    said += [f"  name         {name}  ({count} release{'s' if count != 1 else ''})" for name, count in story.names]
    said += [f"  may be       {story.called.get(one, '(in no release)')}  {one}" for one in o.candidates]
    said += [_link(link, story) for link in story.links]
    for decision, refused in story.decisions:
        effect = f"; without effect: {refused}" if refused else ""
        said.append(f"  decision     line {decision.line}: {decision.kind} {decision.subject} {decision.object}"
                    f"  ({decision.who}, {decision.when}: {decision.why}{effect})")
    said += [f"  ties         {count} × {kind}, {status}" for (kind, status), count in sorted(story.kinds.items())]
    said += ["  tie          " + "  ".join(filter(None, (tie.id, tie.date or "–", f"{tie.kind}, {tie.status}", tie.title,
                                                         "、".join(_others(tie, story))))) for tie in story.ties]
    return said


def _link(link: Link, story: Story) -> str:
    o = story.organization.id
    words = {("PART_OF", True): "part of", ("PART_OF", False): "has part", ("SUCCEEDED_BY", True): "successor",
             ("SUCCEEDED_BY", False): "predecessor", ("LOCATED_IN", True): "located in",
             ("LOCATED_IN", False): "location of"}
    other = link.end if link.start == o else link.start
    when = f"{link.day}, {link.kind}; " if link.day else ""
    return f"  {words[link.type, link.start == o]:<12} {story.called.get(other, other)}  {other}  ({when}{link.source})"


def _others(tie: Tie, story: Story) -> list[str]:
    return [story.called.get(p.organization, p.organization) for p in tie.parties
            if p.organization != story.organization.id]
