"""Lists below a sentence: whom their lines name."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.patterns import pattern
from nlp.ties.clauses import Group
from nlp.ties.kinds import COLLECTIVE
from nlp.ties.phrases.entries import Phrase
from nlp.ties.signs import SIGNS
from nlp.ties.view import View

#: A list of members is no longer than this.
_MEMBERS = 60
#: A line with fewer characters besides its names, or a third of it, holds names only.
_FEW = 16
#: Gaps within a name that is written wide.
_GAPS = re.compile(r"(?<=[^\x00-\x7f])[ \u3000]{1,2}(?=[^\x00-\x7f][ \u3000]|[^\x00-\x7f]$)")


@dataclass(frozen=True, slots=True)
class Listed:
    """The parties that a list or a line of it names; what may tell their kind; the block behind those that were read.

    `dated`: the line has its day.
    """
    parties: tuple[tuple[int, str], ...] = ()
    texts: tuple[str, ...] = ()
    end: int = 0
    dated: bool = False


def listed(view: View, phrase: Phrase, block: int) -> list[Listed]:
    """What the list below a block adds to a phrase read there, for each tie; nothing to one that reads no list."""
    if phrase.rows is None:
        return [Listed()]
    if phrase.each is False:
        return [_members(view, *phrase.rows, block)]
    rows = list(_rows(view, phrase, *phrase.rows, block))
    return [_joined(rows)] if phrase.together and rows and not any(row.dated for row in rows) else rows


def _joined(rows: Sequence[Listed]) -> Listed:
    """The lines of a list as one tie."""
    return Listed(tuple(dict.fromkeys(party for row in rows for party in row.parties)), rows[0].texts)


def _rows(view: View, phrase: Phrase, role: str, wanted: str, block: int) -> Iterator[Listed]:
    """The first organisations of each line of the list below a block; the line, and that above it without names."""
    head = ""
    for number in _across(view, block, phrase.across) if phrase.across else view.layout.run(block):
        text = view.text(number)
        if pattern("phrases", "no_row").match(text):
            continue
        if phrase.across and not view.groups(number) and pattern("phrases", "goes_on").search(text):
            head = text
        if phrase.across and pattern("phrases", "row_verb").search(view.signed(number)):
            continue
        first = next((g for g in view.groups(number) if not _in_square(view, g) and view.all_of(g.entities, wanted)), None)
        if first is not None:
            apart = phrase.across and phrase.kind not in COLLECTIVE and _apart(view, first.entities, number)
            for side in [[e] for e in first.entities] if apart else [first.entities]:
                yield Listed(tuple((e, role) for e in side), (text, head), dated=_dated(view, number))


def _in_square(view: View, group: Group) -> bool:
    """Whether a group stands alone in square brackets."""
    return view.norm[group.start - 1:group.start] == "[" and view.norm[group.end:group.end + 1] == "]"


def _apart(view: View, entities: Sequence[int], block: int) -> bool:
    """Whether those of a line are each a tie of their own: all of one type, and no day of their own."""
    return len({view.entity(e).type for e in entities}) == 1 and not _dated(view, block)


def _dated(view: View, block: int) -> bool:
    """Whether a line of a list has its day."""
    return pattern("phrases", "dated").search(_with_next(view, block)) is not None


def _with_next(view: View, block: int) -> str:
    """A line of a list, with the next cell of its row where that names nobody."""
    below = block + 1
    goes_on = below < len(view.blocks) and view.blocks[below].kind == "row" and not view.mentions(below)
    return view.text(block) + (view.text(below) if goes_on else "")


def _across(view: View, block: int, lines: int) -> Iterator[int]:
    """The blocks of the list below a block, those behind its headings and remarks too, up to where something else begins."""
    for number in range(block + 1, min(len(view.blocks), block + 1 + lines)):
        kind, text = view.blocks[number].kind, view.text(number)
        told = kind == "prose" and pattern("phrases", "row").match(text) is None
        ends = kind != "labelled" and pattern("phrases", "list_ends").search(text) is not None
        if ends or (told and view.mentions(number)):
            return
        if not told:
            yield number


def _members(view: View, role: str, wanted: str, block: int) -> Listed:
    """All organisations of the list below a block, in lines that name members, up to where something else begins."""
    found: list[int] = []
    others, end = False, 0
    for number in range(block + 1, min(len(view.blocks), block + _MEMBERS)):
        if not view.text(number).strip():
            continue
        line = _member_line(view, number)
        if line.ends:
            break
        end = number + 1
        if not line.names:
            others = line.no_member or (others and not line.of_members)
        if not line.no_member and not others:
            found += [e for e in line.names if view.all_of([e], wanted)]
    return Listed(tuple((e, role) for e in dict.fromkeys(found)), end=end)


@dataclass(frozen=True, slots=True)
class _Member:
    """A line of a list of members: whom it names, whether it says that members follow or no members, ends the list."""
    names: tuple[int, ...]
    of_members: bool
    no_member: bool
    ends: bool


def _member_line(view: View, block: int) -> _Member:
    """A block as a line of a list of members."""
    kind = view.blocks[block].kind
    names = tuple(m.entity for m in view.mentions(block))
    text = view.text(block) if names and kind == "row" else _GAPS.sub("", view.text(block))
    labelled = _labelled(view, block)
    of_members = pattern("phrases", "of_members").match(text) is not None
    heads = kind == "heading" or (labelled and not (names and _only_names(view, block)))
    ends = (labelled or not names) and pattern("phrases", "members_end").match(text) is not None
    ends = ends or (kind == "prose" and not _only_names(view, block)) or (heads and not of_members)
    return _Member(names, of_members, pattern("phrases", "no_member").match(text) is not None, ends)


def _labelled(view: View, block: int) -> bool:
    """Whether a block has a label that is no organisation."""
    here = view.blocks[block]
    return bool(here.label) and not view.names.between(here.sentence.start, here.body)


def _only_names(view: View, block: int) -> bool:
    """Whether a line holds little but names."""
    rest = re.sub(rf"[{SIGNS}\s、・,]", "", view.signed(block))
    return bool(view.groups(block)) and len(rest) <= max(_FEW, len(view.text(block)) // 3)
