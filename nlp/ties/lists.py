"""Ties in lists, tables and labelled lines: «締結日 … 締結先 …», rows of a date and a name, members one a line.

A list has no verb: the kind of its ties is what the heading or the sentence above it speaks of, its first party the
publisher or whom that sentence is about.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.dates import DateMention
from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.frames.directed import SIDES
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import COLLECTIVES, Reading
from nlp.ties.kinds import AGREED, SYMMETRIC

#: Kinds that a labelled day belongs to.
_DATED = AGREED | {"naming_rights", "field_trial", "outsourcing", "designated_manager", "donation"}


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("lists", key)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    start: int
    end: int
    text: str
    label: str
    body: int
    mentions: tuple[Mention, ...]
    dates: tuple[DateMention, ...]
    prose: bool


def read_lists(reading: Reading) -> list[Finding]:
    """The ties that the sentences of a page told, with what lists, tables and labelled lines add."""
    lists = _Lists(reading)
    lists.rows()
    lists.labelled()
    lists.members()
    lists.bracketed()
    lists.following()
    return lists.found


class _Lists:
    def __init__(self, reading: Reading) -> None:
        self.reading, self.page, self.names = reading, reading.page, reading.names
        self.found = list(reading.found)
        self.lines = [self._line(number, start, end) for number, (start, end) in enumerate(self.page.lines)]

    def _line(self, number: int, start: int, end: int) -> _Line:
        text = self.page.norm[start:end]
        bullet = _pattern("bullet").match(text)
        at = bullet.end() if bullet else 0
        rest = text[at:]
        spaced = _pattern("spaced_label").match(rest)
        label = _pattern("label").match(rest)
        words = _pattern("label_signs").sub("", spaced[0] if spaced else label["label"] if label else "")
        body = at + (spaced.end() if spaced else label.end() if label else 0)
        dates = tuple(d for a, b, d in self.reading.dates if a >= start and b <= end)
        prose = _pattern("prose").search(text) is not None or len(re.sub(r"\([^)]*\)", "", text)) > 110
        return _Line(number, start, end, text, words, start + body, tuple(self.names.between(start, end)), dates, prose)

    def _sentence(self, line: _Line) -> Sentence:
        return Sentence(line.start, line.end, line.number)

    def _outer(self, line: _Line) -> list[Mention]:
        """The organisations of a line that do not stand in brackets only to say where or what."""
        found = []
        for m in line.mentions:
            before = self.page.norm[line.start:m.start]
            if before.count("(") <= before.count(")"):
                found.append(m)
        return found

    # -- what a list is about ---------------------------------------------------------------------------------------

    def _context(self, line: _Line) -> tuple[str, Sentence] | None:
        """The kind of tie that the nearest heading or sentence above speaks of, and that sentence."""
        general: tuple[str, Sentence] | None = None
        for above in reversed(self.lines[max(0, line.number - 40):line.number + 1]):
            if above is not line and not (above.prose or len(above.text) < 70):
                continue
            if above is not line and above.mentions and above.dates and not above.prose:
                continue
            kind = kind_of(above.text)
            if kind and not _pattern("elsewhere").search(above.text):
                if kind != "partnership":
                    return (kind, general[1]) if general and kind in AGREED else general or (kind, self._sentence(above))
                general = general or (kind, self._sentence(above))
        return general

    def _owner(self, line: _Line, context: Sentence) -> int | None:
        if self.names.publisher is not None:
            return self.names.publisher
        above = [m for m in self.names.between(context.start, context.end)]
        if above:
            return above[0].entity
        before = [m for m in self.names.mentions if m.end <= line.start]
        return before[0].entity if before else None

    # -- rows -------------------------------------------------------------------------------------------------------

    def rows(self) -> None:
        """Rows of a table: a date and names in one line; or names in one line and their date in the next."""
        rows: list[tuple[_Line, list[Mention], DateMention | None, list[tuple[int, int]]]] = []
        for line in self.lines:
            if line.prose or not line.mentions or line.start < self.page.head:
                continue
            outer = self._outer(line)
            if not outer or pattern("ties", "party_label").fullmatch(line.label) or _pattern("no_party_label").search(line.label):
                continue
            events = [d for d in line.dates if d.kind in ("event", "start")]
            if events and self._only(line, outer, events):
                rows.append((line, outer, events[0], []))
                continue
            below = self.lines[line.number + 1:line.number + 4]
            for other in below:
                if other.mentions and self._outer(other) and not other.prose:
                    break
                if pattern("ties", "date_label").fullmatch(other.label) and other.dates and self._only(line, outer, ()):
                    rows.append((line, outer, other.dates[0], [(other.start, other.end)]))
                    break
        for line, outer, date, more in rows:
            context = self._context(line)
            if context is None:
                continue
            kind, sentence = context
            owner = self._owner(line, sentence)
            partners = [e for e in dict.fromkeys(m.entity for m in outer) if e != owner]
            if owner is None or not partners:
                continue
            if kind in SYMMETRIC:
                self._add(kind, [(owner, "party"), *((e, "party") for e in partners)], sentence, outer, date,
                          [(line.start, line.end), *more], line)
            elif kind in SIDES:
                self._directed(kind, owner, partners, sentence, outer, date, [(line.start, line.end), *more], line)

    def _only(self, line: _Line, outer: Sequence[Mention], dates: Sequence[DateMention]) -> bool:
        """Whether a line holds little but names and dates."""
        rest = _pattern("note").sub("", line.text)
        for m in outer:
            rest = rest.replace(self.page.norm[m.start:m.end], "")
        for a, b, d in self.reading.dates:
            if d in dates:
                rest = rest.replace(self.page.norm[a:b], "")
        rest = _pattern("row_signs").sub("", rest)
        return len(rest) <= (24 if dates else 14) and not _pattern("no_row").search(rest)

    def _add(self, kind: str, parties: list[tuple[int, str]], sentence: Sentence, mentions: Sequence[Mention],
             date: DateMention | None, more: list[tuple[int, int]], line: _Line) -> None:
        if len({e for e, _ in parties}) < 2:
            return
        title, named = self._title(sentence)
        coming = _pattern("planned").search(self.page.norm[sentence.start:sentence.end])
        if not coming and not _pattern("signed").search(self.page.norm):
            coming = _pattern("ceremony_ahead").search(self.page.norm)
        status = "planned" if coming else "concluded"
        self.found.append(Finding(kind, self.reading.dated(status, date), tuple(dict(parties).items()), sentence, tuple(mentions), date, title,
                                0.75, more, named=named, listed=True))

    def _title(self, sentence: Sentence) -> tuple[tuple[int, int] | None, str | None]:
        match = _pattern("agreement_name").search(self.page.norm[sentence.start:sentence.end])
        if match is None:
            return None, None
        return (sentence.start + match.start(1), sentence.start + match.end(1)), match[1]

    def _directed(self, kind: str, owner: int, partners: Sequence[int], sentence: Sentence, mentions: Sequence[Mention],
                  date: DateMention | None, more: list[tuple[int, int]], line: _Line) -> None:
        asks, gives = SIDES[kind]
        first = self.reading.entity(owner)
        for partner in partners:
            if first.public == self.reading.entity(partner).public and kind != "donation":
                continue
            public, other = (owner, partner) if first.public or kind == "donation" else (partner, owner)
            self._add(kind, [(public, asks), (other, gives)], sentence, [m for m in mentions if m.entity in (public, other)], date,
                      more, line)

    # -- labelled lines ---------------------------------------------------------------------------------------------

    def labelled(self) -> None:
        """«締結日：…», «締結先：…»: the day and the counterpart of what the page is about."""
        date: tuple[DateMention, _Line] | None = None
        partners: list[Mention] = []
        where: list[_Line] = []
        for line in self.lines:
            if line.prose:
                continue
            if pattern("ties", "date_label").fullmatch(line.label) and date is None:
                value = line.dates or self._next_dates(line)
                if value:
                    date = (value[0], line)
            if pattern("ties", "party_label").fullmatch(line.label):
                block = self._block(line)
                for other in block:
                    partners += [m for m in self._outer(other) if m.entity not in {p.entity for p in partners}
                                 and not (self.reading.entity(m.entity).type in COLLECTIVES and _pattern("consists").search(other.text))]
                    where.append(other)
        if partners:
            context = self._context(where[0])
            owner = self._owner(where[0], context[1]) if context else None
            numbers = [m.entity for m in partners if m.entity != owner]
            if context and numbers and owner is not None:
                kind, sentence = context
                if owner in {m.entity for m in partners}:
                    numbers = [m.entity for m in partners]
                more = [(w.start, w.end) for w in where]
                if kind in SIDES:
                    self._directed(kind, owner, [e for e in numbers if e != owner], sentence, partners, date[0] if date else None, more, where[0])
                else:
                    joint = len({owner, *numbers}) > 2 and not pattern("ties", "each").search(self.page.norm)
                    sets = [[owner, *numbers]] if joint or len(numbers) == 1 else [[owner, e] for e in numbers]
                    for one in sets:
                        self._add(kind, [(e, "party") for e in dict.fromkeys(one)], sentence, [m for m in partners if m.entity in one],
                                  date[0] if date else None, more, where[0])
        if date:
            self._give_date(date[0], date[1])

    def _next_dates(self, line: _Line) -> tuple[DateMention, ...]:
        if line.number + 1 < len(self.lines) and len(line.text) < 12:
            return self.lines[line.number + 1].dates
        return ()

    def _block(self, line: _Line) -> list[_Line]:
        """A labelled line and those under it that go on with its list."""
        block = [line]
        for other in self.lines[line.number + 1:line.number + 30]:
            fresh = pattern("ties", "party_label").fullmatch(other.label) or pattern("ties", "date_label").fullmatch(other.label)
            gap = self.page.norm[block[-1].end:other.start].count("\n")
            section = _pattern("section").match(other.text.strip()) and not other.text.startswith(" ")
            if other.prose or fresh or gap > 2 or section:
                break
            if _pattern("bracketed_label").match(other.text.strip()):
                continue
            if not self._outer(other):
                if other.text.startswith(" ") or _pattern("bullet").match(other.text):
                    continue
                break
            if not _lists_names(other, self._outer(other), self.page.norm):
                break
            block.append(other)
        return block

    def _give_date(self, date: DateMention, line: _Line) -> None:
        """The labelled day belongs to the one agreement of the page that has none, the nearest above first."""
        if date.kind not in ("event", "start"):
            return
        open_ = [f for f in self.found if f.date is None and f.kind in _DATED and f.status in ("concluded", "planned", "preliminary")]
        before = [f for f in open_ if f.sentence.start <= line.start]
        if not before:
            return
        largest = max(len(f.entities) for f in before)
        chosen = [f for f in before if len(f.entities) == largest][-1]
        known = [f for f in self.found if f.date == date and f.entities == chosen.entities]
        if known:
            return
        for one in open_:
            if one.entities == chosen.entities and one.kind == chosen.kind:
                one.date = date
                one.status = self.reading.dated(one.status, date)
                one.more.append((line.start, line.end))

    def following(self) -> None:
        """Names under a sentence that announces them: «次の3者から寄附をいただきました»."""
        for line in self.lines:
            if not line.prose or not _pattern("names_follow").search(line.text):
                continue
            kind = kind_of(line.text)
            home = self.names.publisher
            if kind is None or home is None:
                continue
            block = self._member_lines(line)[1:]
            mentions = [m for other in block for m in self._outer(other) if m.entity != home]
            numbers = list(dict.fromkeys(m.entity for m in mentions))
            more = [(b.start, b.end) for b in block]
            if kind in SIDES and numbers:
                self._directed(kind, home, numbers, self._sentence(line), mentions, None, more, line)
            elif numbers:
                for one in numbers:
                    self._add(kind, [(home, "party"), (one, "party")], self._sentence(line),
                              [m for m in mentions if m.entity == one], None, more, line)

    # -- members ----------------------------------------------------------------------------------------------------

    def members(self) -> None:
        """Lists of members under a heading: «構成団体», «会員名簿»."""
        for line in self.lines:
            bare = _pattern("heading_noise").sub("", line.text)
            label = _pattern("label_noise").sub("", line.label)
            head = line.text.split("。")[0]
            match = pattern("ties", "member_label").fullmatch(label) or pattern("ties", "member_label").fullmatch(bare)
            if not match:
                match = _pattern("members_follow").search(head)
            if not match and not line.prose:
                match = _pattern("members_of").search(line.text.strip())
            if not match:
                match = _pattern("group_members").search(head)
            if not match or _pattern("no_members").search(line.text[:40]):
                continue
            collective = self._collective_of(line)
            if collective is None:
                continue
            block = self._member_lines(line)
            mentions = [m for other in block for m in self._outer(other) if m.entity != collective
                        and self.reading.entity(m.entity).type not in COLLECTIVES]
            numbers = list(dict.fromkeys(m.entity for m in mentions))
            if not numbers:
                continue
            parties = [*((e, "member") for e in numbers), (collective, "collective")]
            self.found.append(Finding("membership", "concluded", tuple(parties), self._sentence(line), tuple(mentions), None, None, 0.85,
                                    [(b.start, b.end) for b in block[1:]]))
            founded = _pattern("founded_by_these").search(self.page.norm)
            if founded:
                self._founded(founded.start(), numbers, collective, mentions, block)

    def bracketed(self) -> None:
        """Members in the brackets behind a collective: «…コンソーシアム（構成：A市、B社）»."""
        norm = self.page.norm
        for m in self.names.mentions:
            if self.reading.entity(m.entity).type not in COLLECTIVES:
                continue
            opened = _pattern("members_in_brackets").match(norm, m.end)
            if not opened:
                continue
            inside = [x for x in self.names.between(opened.end(), max(opened.end(), norm.find(")", opened.end()))) if x.entity != m.entity]
            if inside:
                parties = [*((e, "member") for e in dict.fromkeys(x.entity for x in inside)), (m.entity, "collective")]
                line = self.lines[self.page.line_of(m.start)]
                self.found.append(Finding("membership", "concluded", tuple(parties), self._sentence(line), (*inside, m), None, None, 0.85))

    def _founded(self, position: int, numbers: Sequence[int], collective: int, mentions: Sequence[Mention], block: Sequence[_Line]) -> None:
        sentence = next((s for s in self.page.sentences if s.start <= position < s.end), None)
        if sentence is None:
            return
        date = self.reading.date_in(sentence.start, sentence.end, position)
        parties = [*((e, "founder") for e in numbers), (collective, "collective")]
        more = [(b.start, b.end) for b in block]
        self.found.append(Finding("founding", "concluded", tuple(parties), sentence, tuple(mentions), date, None, 0.85, more))
        self.found[-2].date = date

    def _collective_of(self, line: _Line) -> int | None:
        here = [m.entity for m in line.mentions if self.reading.entity(m.entity).type in COLLECTIVES]
        if here:
            return here[0]
        home = self.names.publisher
        if home is not None and self.reading.entity(home).type in COLLECTIVES:
            return home
        index = bisect_right(self.names.mentions, line.start, key=lambda m: m.start)
        before = [m.entity for m in self.names.mentions[:index] if self.reading.entity(m.entity).type in COLLECTIVES]
        return before[-1] if before else None

    def _member_lines(self, line: _Line) -> list[_Line]:
        block = [line]
        empty = 0
        for other in self.lines[line.number + 1:line.number + 150]:
            outer = self._outer(other)
            wraps = block[-1].text.rstrip().endswith("、")
            if _pattern("next_heading").match(other.text.strip()) and len(block) > 1 and not outer:
                break
            if _pattern("other_people").search(other.text.strip()[:12]):
                break
            if not outer or not (wraps or _lists_names(other, outer, self.page.norm)):
                empty += 1
                if empty > 2 or other.prose or self.page.norm[block[-1].end:other.start].count("\n") > 3:
                    break
                continue
            block.append(other)
        return block


def _lists_names(line: _Line, outer: Sequence[Mention], norm: str) -> bool:
    """Whether a line holds names and little besides."""
    rest = re.sub(r"\([^()]*\)", "", line.text)
    for m in outer:
        rest = rest.replace(norm[m.start:m.end], "")
    rest = _pattern("list_noise").sub("", rest)
    return len(rest) <= 16 and not line.prose


def kind_of(text: str) -> str | None:
    """The kind of tie that a heading or sentence speaks of; None where it speaks of none."""
    if not _pattern("kind_words").search(text) or _pattern("no_kind").search(text):
        return None
    for kind in ("designated_manager", "naming_rights", "secondment"):
        if pattern("ties", f"directed.{kind}").search(text):
            return kind
    if _pattern("agreement").search(text):
        name = _pattern("agreement_name").search(text)
        whole = name[1] if name else text
        for kind in ("capital_alliance", "business_alliance", "memorandum", "basic_agreement", "comprehensive_partnership",
                     "disaster_support"):
            if pattern("ties", f"nouns.{kind}").search(whole):
                return kind
        return "partnership"
    return next((kind for kind in ("donation", "joint_research", "field_trial") if _pattern(f"kinds.{kind}").search(text)), None)
