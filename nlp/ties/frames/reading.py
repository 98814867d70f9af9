"""A page while its sentences are read in order: what was found so far, and whom the text is about."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from nlp.dates import DateMention
from nlp.names.entities import Entity, Names
from nlp.patterns import pattern
from nlp.text import Page, Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.kinds import AGREED

#: Types of organisations that have members.
COLLECTIVES = frozenset({"council", "consortium", "platform", "government_association"})


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"reading.{key}")


class Reading:
    """A page with what its sentences told so far.

    `found` are the ties in the order they were told; `topic` the organisations the text is about; `together` those that
    stood last in one group; `carried`: the sentence being read goes on about the topic. `dates` have their places in
    `Page.norm`.
    """

    def __init__(self, page: Page, names: Names, dates: Sequence[DateMention]) -> None:
        self.page, self.names = page, names
        self.dates = [(page.place(d.span.start), page.place(d.span.end - 1) + 1, d) for d in dates]
        self.found: list[Finding] = []
        self.topic: list[int] = []
        self.together: list[int] = []
        self.carried = False

    def begin(self, text: str) -> None:
        """Note how the next sentence, of these words, begins."""
        self.carried = _pattern("goes_on").match(text) is not None

    def remember(self, sentence: Sentence, groups: Sequence[Group]) -> None:
        """Note whom a sentence that was read is about."""
        subjects = [g for g in groups if g.case == "subject" and not self.quoted(sentence, g.start)]
        if subjects:
            self.topic = subjects[0].entities
        inside = self.names.between(sentence.start, sentence.end)
        short = len(inside) == 1 and sentence.end - sentence.start < 40 and inside[0].start - sentence.start < 3
        headed = short and self.heading(sentence) and self.entity(inside[0].entity).public
        if headed or (inside and not groups and _pattern("topic_particle").match(self.page.norm, inside[0].end)):
            self.topic = [inside[0].entity]
        for group in groups:
            if len(group.entities) >= 2:
                self.together = group.entities

    def entity(self, number: int) -> Entity:
        """The organisation with that number."""
        return self.names.entities[number]

    def agreed(self) -> Finding | None:
        """The agreement told last."""
        return next((f for f in reversed(self.found) if f.kind in AGREED), None)

    def quoted(self, sentence: Sentence, position: int) -> tuple[int, int] | None:
        """The place of the words in quotes that hold a position of the sentence; none where they are just a name."""
        for match in _pattern("quoted").finditer(self.page.norm, sentence.start, sentence.end):
            start, end = match.span(1)
            if start <= position < end:
                name = any(m.start == start and m.end == end for m in self.names.between(start, end))
                return None if name else (start, end)
        return None

    def heading(self, sentence: Sentence) -> bool:
        """Whether a sentence is a title or a heading: no full stop at its end."""
        text = self.page.norm[sentence.start:sentence.end].rstrip()
        if sentence.end <= self.page.head:
            return True
        return not _pattern("sentence_end").search(text)

    def dated(self, status: str, date: DateMention | None) -> str:
        """A tie announced as coming is concluded where its day has come by the publication."""
        published = self.page.document.published
        if status == "planned" and date and published and date.precision == "day" and date.value <= published:
            return "concluded"
        return status

    def date_in(self, start: int, end: int, near: int, kinds: tuple[str, ...] = ("event", "start")) -> DateMention | None:
        """The date within [start, end) that stands nearest before `near`, else nearest behind it."""
        inside = [(a, b, d) for a, b, d in self.dates if a >= start and b <= end and d.kind in kinds]
        inside = [x for x in inside if not _pattern("no_event_behind").match(self.page.norm[x[1]:x[1] + 4])]
        before = [x for x in inside if x[1] <= near]
        events = [x for x in before if x[2].kind == "event"] or before
        if events:
            return events[-1][2]
        after = [x for x in inside if x[0] >= near]
        return after[0][2] if after else None

    def subject(self, taken: Iterable[int]) -> int | None:
        """Whom a sentence without a subject is about: the publisher, else the topic so far."""
        taken = set(taken)
        if self.carried:
            for entity in self.topic:
                if entity not in taken:
                    return entity
        if self.names.publisher is not None and self.names.publisher not in taken:
            return self.names.publisher
        if self.names.publisher is None:
            for entity in self.topic:
                if entity not in taken:
                    return entity
        return None
