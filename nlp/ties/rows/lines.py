"""Lines: the blocks of a page, their organisations as signs."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.ties.clauses import Group, unbracketed
from nlp.ties.rows.rules import FILE
from nlp.ties.signs import SIGNS, classed
from nlp.ties.view import View

#: Kinds of blocks that are rows of lists.
LISTED = ("item", "row", "labelled")
#: Parts of a page that hold no lists of ties.
_OUTSIDE = frozenset({"navigation", "caption", "contact"})
#: What a row holds besides words: names, remarks in brackets, numbers and separators.
_NO_WORDS = re.compile(rf"\([^()]*\)|[{SIGNS}\s、。・:：|/0-9,=]")
_SIGN = re.compile(f"[{SIGNS}]")
_SIGN_GOES_ON = re.compile(f"[{SIGNS}][のもや]")
#: A row of names has no more characters besides them; the head of a column is no longer than this.
_FEW, _HEAD = 10, 16


@dataclass(frozen=True)
class Line:
    """A block whose organisations are signs; `bare` is what its heading or label says without bullets and remarks.

    `words` is its text as it stands, `text` that with signs, `body` its label. `parties` are the organisations that are no
    part of another word, and not where another one sits. `outside`: it is of a part of the page that holds no lists.
    """
    number: int
    kind: str
    words: str
    text: str
    groups: tuple[Group, ...]
    parties: tuple[Mention, ...]
    bare: str
    body: str
    outside: bool

    @property
    def entities(self) -> list[int]:
        """The organisations of all its groups, in order."""
        return [e for group in self.groups for e in group.entities]

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The cells of a line that may head columns."""
        if self.parties or self.kind == "prose":
            return ()
        cells = tuple(cell.strip() for cell in pattern(FILE, "cells").split(self.words.strip()))
        return cells if len(cells) > 1 and all(len(cell) <= _HEAD for cell in cells) else ()

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """The columns that hold names, as the head of a table tells; none where the line is no such head."""
        return tuple(n for n, cell in enumerate(self.heads) if pattern(FILE, "column").fullmatch(cell))

    @cached_property
    def rest(self) -> str:
        """The words besides names."""
        return _NO_WORDS.sub("", self.text)

    @cached_property
    def is_sentence(self) -> bool:
        """Whether it says something about its organisations."""
        return signed_pattern("sentence").search(self.text) is not None

    @cached_property
    def only_names(self) -> bool:
        """Whether it holds little but names."""
        return bool(self.parties) and len(self.rest) <= _FEW and not self.is_sentence and _SIGN_GOES_ON.search(self.text) is None

    @cached_property
    def is_dated(self) -> bool:
        """Whether it begins with a day."""
        return pattern(FILE, "dated").match(self.words) is not None

    @property
    def leads(self) -> bool:
        """Whether it begins with an organisation."""
        return _SIGN.match(bare(self.text)) is not None

    @property
    def is_item(self) -> bool:
        """Whether it is a sentence, but an item that begins with an organisation."""
        return self.kind == "prose" and pattern(FILE, "bullet").match(self.text) is not None and self.leads and not self.is_sentence

    @property
    def names_no_party(self) -> bool:
        """Whether its label says that those behind it are no parties."""
        return bool(self.body) and pattern(FILE, "no_label").fullmatch(self.bare) is not None


@cache
def signed_pattern(key: str) -> re.Pattern[str]:
    """A pattern of the data file, with the class of signs for «§»."""
    return re.compile(classed(pattern(FILE, key).pattern))


def line_of(view: View, number: int) -> Line:
    """A block of a page as a line."""
    block, groups, text = view.blocks[number], view.groups(number), view.signed(number)
    # a label that is itself an organisation is a row
    holds = block.kind == "labelled" and any(g.start < block.body for g in groups)
    body = "" if block.kind != "labelled" or holds else block.label
    parties = _aside(view, number) if not groups and block.kind in LISTED else _parties(view, groups, block.sentence.end)
    return Line(number, block.kind, view.text(number), text, tuple(groups), parties, bare(body or text), body, block.zone in _OUTSIDE)


def bare(text: str) -> str:
    """What a heading or label says, without bullets, brackets and remarks."""
    while (shorter := pattern(FILE, "noise").sub("", text)) != text:
        text = shorter
    return text


def _parties(view: View, groups: Sequence[Group], end: int) -> tuple[Mention, ...]:
    """The organisations of groups that are no part of another word, and not where another one sits."""
    found: list[Mention] = []
    for group in groups:
        if pattern(FILE, "behind").match(unbracketed(view.norm[group.end:end])):
            for mention in group.mentions:
                if not (found and _is_seat(view, found[-1], mention)):
                    found.append(mention)
    return tuple(found)


def _is_seat(view: View, of: Mention, place: Mention) -> bool:
    """Whether a place stands right behind an organisation, which sits there."""
    beside = pattern(FILE, "gap").fullmatch(view.norm[of.end:place.start]) is not None
    return beside and view.of(place.entity, "place") and not view.of(of.entity, "place")


def _aside(view: View, number: int) -> tuple[Mention, ...]:
    """The organisations of a row that has none but in brackets: «…に関する協定(§)»."""
    end = view.blocks[number].sentence.end
    return tuple(m for m in view.mentions(number) if m.how == "name" and pattern(FILE, "behind").match(view.norm[m.end:end]))
