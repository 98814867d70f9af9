"""Phrases as the data files list them.

A `pattern` is a regular expression over a signed sentence (nlp.ties.phrases) with these words of its own:

==================  ====================================================================================================
<role>              a sign that plays a role
<role:class>        a sign of whom all are of a class of phrases.yaml, or public or private
<role+role>         a sign with both sides of a tie: its public ones play the second role, or its last one where that is
                    what others make, join or own; with a class, too
§                   any sign, in a class of letters too where it stands last
~, ~~               any words up to the next sign; any words and signs: as few as will do, within a sentence
{word}              what the file's `words` list by that name
(?P<what>…)         the words that a phrase reads: of a file's phrases whose words end in one place only the first tells;
                    where the kind is «agreement» they tell the kind, by the file's `kinds`
(?P<whom>…)         the common noun that «called» asks for
==================  ====================================================================================================

`left_out` tells who plays a role that the sentence does not name:

=========  =============================================================================================================
speaker    the publisher, else the topic
topic      whom the text is about, else the publisher
subject    whom the sentence is about before the phrase, else the one of the other sector whom the sentence before is
           about, else the publisher or, where it takes part already, whom the heading above names, else the other side
           of the tie told last, else the topic
named      whom the sentence is about before the phrase, and nobody else
here       whom the sentence is about, else that of a class whom the heading above names, else the publisher, else a topic
           of that class, else the only one of the other sector that the sentence before names, else the only public one
           of the page, else the only one that one of the two sentences before is about
headed     whom the heading or item above opens with
pair       those whom that heading names, several and nobody else
partner    much the same as `here`, for ties of equals
home       the publisher
last       the parties of the tie told last
called     whom a common noun means: the pattern's group `whom`
led        those of the tie that a broker led to
same       those who play the role in a tie of the kind told just before, which a tie with more of them replaces
made       the collective or investee of a tie told before
near       in a list the one of its class that a label above names («名称»), or that stands alone in a line above; else the
           one named last, no further than some sentences above, or that the sentence does something to («…を»); else
           the one in the title
founders   the founders of what the last tie made, told here or in the block before
above      those of its class whom the sentence right above names
only       the only one of its class that the page names besides those taken
page       the first one of its class that the title names
leader     whom the sentence or one of those above calls the one that represents a group
chosen     the other parties of the award told last
=========  =============================================================================================================

With a class of phrases.yaml («speaker:public») it is the one of that class that was named last where those are not of it; of
«group/circle» the first class that one is of, of «group//made» somebody of the second where nobody is of the first, of
«group!» nobody else. Of several names («headed|here») the first that means somebody. A role with a plus is filled, too, where
the sentence names some who play it.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlp.patterns import pattern, words
from nlp.ties.phrases.needs import needs
from nlp.ties.signs import SIGNS, classed, is_sign
from nlp.ties.wording import filled

#: The files of phrases, in the order they are read.
FILES = ("phrases_agreements", "phrases_alliances", "phrases_awards", "phrases_collectives", "phrases_gifts")
#: A sign that a pattern takes as a party: <role>, <role:class>, <role+role:class>.
_TOKEN = re.compile(r"(?<!\?P)<([a-z]+)(?:\+([a-z]+))?(?::([a-z]+))?>")
#: What a pattern writes for any words, the longer first.
_ANY = (("~~", "[^。]{0,120}?"), ("~", f"[^。{SIGNS}]{{0,60}}?"))
#: A list that goes on behind its headings is read no further than so many lines where its phrase does not say.
_ACROSS = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """A sign that a pattern takes as a party: its group in the pattern, the role, the class asked for or "".

    Of a sign with a `second` role the public ones play that, or its last one where it is what others make.
    """
    name: str
    role: str
    second: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern; `left_out` is explained above.

    `name` is its file and its `number` there, by which the fitted models know it: a new phrase takes the next free number of
    its file, and the number of one that is gone is not given again.
    `kind`: that of the ties, or «agreement» where the words that name them tell it (nlp.ties.phrases.named_kinds).
    `each`: every pair of the two sides is a tie of its own; None where the kind and the sentence tell whether it is.
    `rows`: (role, class) of the first sign of each line of the list below the sentence, which makes a tie of its own with
    the other parties, or, where not `each`, is one more of them; `together`: they are so, too, where no line has its day;
    `across`: that list goes on behind its headings for so many lines, and its lines hold no verbs. `under`: what the title
    or one of the last sentences and headings above must hold, `head`: what the nearest heading above must, `unless`: what
    neither the former nor the sentence may hold, `below`: what the block below must begin with, `within`: what the sentence
    must hold besides. `brackets`: the phrase reads the organisations in round brackets, too. `letters` and `signs` are what
    a sentence must hold (nlp.ties.phrases.needs).
    """
    name: str
    kind: str
    pattern: re.Pattern[str]
    slots: tuple[Slot, ...]
    left_out: Mapping[str, str]
    each: bool | None
    example: str
    rows: tuple[str, str] | None = None
    across: int = 0
    together: bool = False
    under: re.Pattern[str] | None = None
    head: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    below: re.Pattern[str] | None = None
    within: re.Pattern[str] | None = None
    brackets: bool = False
    letters: tuple[frozenset[str], ...] = ()
    signs: int = 0

    @property
    def file(self) -> str:
        """The data file that lists it."""
        return self.name.partition(":")[0]

    def taken(self, match: re.Match[str]) -> list[Slot]:
        """The slots that a match of the pattern fills."""
        return [slot for slot in self.slots if match[slot.name] is not None]


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases of the data files."""
    return tuple(_phrase(file, row) for file in FILES for row in words(file)["phrases"] or ())


@cache
def _reading(brackets: bool) -> tuple[Phrase, ...]:
    """The phrases that read organisations in round brackets, or those that do not."""
    return tuple(phrase for phrase in phrases() if phrase.brackets == brackets)


def held(text: str, brackets: bool) -> Iterator[Phrase]:
    """The phrases that a signed sentence can hold, by the letters and signs that it has; none of one that only supposes.

    `brackets`: those that read organisations in round brackets, else the others.
    """
    letters = set(text)
    signs = sum(len(text) - len(text.replace(sign, "")) for sign in letters if is_sign(sign))
    if pattern("phrases", "supposed").match(text):
        return
    for phrase in _reading(brackets):
        if phrase.signs <= signs and not any(one.isdisjoint(letters) for one in phrase.letters):
            yield phrase


def is_denied(match: re.Match[str]) -> bool:
    """Whether a sentence denies what a match tells, asks for it or only thinks of it."""
    return pattern("phrases", "denied").match(match.string, match.end()) is not None


def _phrase(file: str, row: Mapping[str, Any]) -> Phrase:
    """The phrase that a row of a file lists."""
    text, slots = _slotted(filled(file, row["pattern"]))
    role, _, wanted = row.get("rows", "").partition(":")
    each = row.get("each")
    letters, signs = needs(text)
    return Phrase(
        name=f"{file}:{row['number']}", kind=row["kind"], pattern=re.compile(text), slots=slots, left_out=row.get("left_out") or {},
        each=None if each is None else bool(each), example=row["example"], rows=(role, wanted) if role else None,
        across=_across(row.get("across")), together=bool(row.get("together")),
        under=_compiled(row, "under"), head=_compiled(row, "head"), unless=_compiled(row, "unless"), below=_compiled(row, "below"),
        within=_compiled(row, "within"), brackets=bool(row.get("brackets")), letters=letters, signs=signs)


def _slotted(text: str) -> tuple[str, tuple[Slot, ...]]:
    """A pattern as a regular expression, and the signs that it takes."""
    slots: list[Slot] = []

    def taking(match: re.Match[str]) -> str:
        slot = Slot(f"{match[1]}{len(slots)}", match[1], match[2] or "", match[3] or "")
        slots.append(slot)
        return f"(?P<{slot.name}>[{SIGNS}])(?:それぞれ)?"

    text = _TOKEN.sub(taking, text)
    for mark, expression in _ANY:
        text = text.replace(mark, expression)
    return classed(text), tuple(slots)


def _across(lines: bool | int | None) -> int:
    """How many lines a list that goes on behind its headings is read; 0 of one that does not."""
    return _ACROSS if lines is True else int(lines or 0)


def _compiled(row: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    """The expression of a row under a key, None where it has none."""
    return re.compile(row[key]) if key in row else None
