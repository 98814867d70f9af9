"""Phrases that tell ties: patterns of data files over sentences whose organisations are single signs.

«北町銀行と南町は、…協定を締結した» is read as «①は、…協定を締結した»: organisations that only «と» or a comma joins are one
sign, what stands in brackets is left out, and so are the titles, counts and honorifics behind a name. A pattern names with
`<role>` the signs that it takes as parties. Like the frames, phrases are evidence for the choice among proposals.
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice, product

from nlp.blocks import Layout
from nlp.names.entities import Entity, Names
from nlp.patterns import pattern, words
from nlp.ties.clauses import Group, groups_of, in_brackets, unbracketed
from nlp.ties.kinds import AGREED, COLLECTIVE, SYMMETRIC
from nlp.ties.told import Told

#: The files of phrases, in the order they are read.
FILES = ("phrases_agreements", "phrases_alliances", "phrases_awards", "phrases_collectives", "phrases_gifts")
#: Signs of organisations: a private range, one for each group of a sentence.
_SIGN = 0xE000
#: What stands in angular brackets at the start of a line is its label or heading.
_LABEL = re.compile(r"^(\s*)(?:【(?=[^】]*】)|[(<〈《](?=[^\d()<>〈〉《》]{2,12}[)>〉》]))([^】()<>〉》]*)[】)>〉》]")
_SIGNS = "\ue000-\uf8ff"
_TOKEN = re.compile(r"(?<!\?P)<([a-z]+)(?:\+([a-z]+))?(?::([a-z]+))?>")
#: Words that several patterns of a file share, which its key `words` lists: {give}.
_SHARED = re.compile(r"\{([a-z_]+)\}")
#: Kinds of which one event has all parties of both sides; of the other directed ones each pair is a tie.
_WHOLE = COLLECTIVE | {"designated_manager", "pfi", "brokerage"}
#: The kind of a phrase whose words tell the kind by the file's key `kinds`.
_NAMED = "agreement"
#: A list of members is no longer than this.
_MEMBERS = 60
#: A line with fewer characters besides its names, or a third of it, holds names only.
_FEW = 16
#: Kinds that tell of those who stand by at a tie of others.
_STOOD_BY = frozenset({"brokerage", "support", "secretariat"})
#: Roles of what others make, join or own.
_MADE = frozenset({"collective", "investee"})
#: A heading of a pair is no longer than this.
_PAIR = 50
#: A tie is told no further from what is said about it, in blocks.
_NEAR = 8
#: Sentences longer than this are read up to here.
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Phrase:
    """One pattern. `slots` are (name of its group, role, class of organisations or ""; with a role «a+b» the public ones of a
    sign are b, or its last one where b is what others make: «founder+collective»).
    `left_out` tells who plays a role that the sentence does not name: the `speaker` (publisher, else topic), the `topic`
    (whom the text is about, else the publisher), the `subject` (whom the sentence is about before the phrase, else the
    topic), the `named` (the same, but nobody else), the one that stands `here` (whom the sentence is about, else that of a
    class whom the heading above names, else the publisher, else a topic of that class, else the only one of the other sector
    that the sentence before names, else the only one that one of the two before is about), whom that is `headed` by, the
    `pair` of that heading, a `partner` (much the same for ties of equals), who is at `home` (the publisher), the `last` (the
    parties of the tie told last), whom a common noun means (`called`: the pattern's group `whom`), those of the tie that a
    broker `led` to, or what was `made` (the collective or investee of a tie told before); with a class («speaker:public») the
    one of that class that was named last where those are not of it; of «group/circle» the first class that one is of, of
    «group//made» somebody of the second where nobody is of the first, of «group!» nobody else. A role with a plus is filled,
    too, where the sentence names some who play it.
    `each`: every pair of the two sides is a tie of its own. `rows`: (role, class) of the first sign of each line of the list
    below the sentence, which makes a tie of its own with the other parties, or, where not `each`, is one more of them; `across`:
    that list goes on behind its headings, and its lines hold no verbs. `under`: what the title or one of the last sentences and
    headings above must hold, `unless`: what neither they nor the sentence may hold. `brackets`: the phrase reads the
    organisations in round brackets, too."""
    name: str
    kind: str
    pattern: re.Pattern[str]
    slots: tuple[tuple[str, str, str], ...]
    left_out: Mapping[str, str]
    each: bool | None
    example: str
    rows: tuple[str, str] | None = None
    across: int = 0
    under: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    brackets: bool = False


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases of the data files."""
    return tuple(_phrase(file, number, row) for file in FILES for number, row in enumerate(words(file)["phrases"] or ()))


def _phrase(file: str, number: int, row: Mapping[str, object]) -> Phrase:
    slots: list[tuple[str, str, str]] = []

    def sign(match: re.Match[str]) -> str:
        name = f"{match[1]}{len(slots)}"
        slots.append((name, f"{match[1]}+{match[2]}" if match[2] else match[1], match[3] or ""))
        return f"(?P<{name}>[{_SIGNS}])(?:それぞれ)?"

    shared = _SHARED.sub(lambda match: f"(?:{words(file)['words'][match[1]]})", str(row["pattern"]))
    text = _TOKEN.sub(sign, shared).replace("~~", "[^。]{0,120}?").replace("~", f"[^。{_SIGNS}]{{0,60}}?").replace("§", f"[{_SIGNS}]")
    left_out = row.get("left_out") or {}
    each = row.get("each")
    assert isinstance(left_out, Mapping)
    role, _, wanted = str(row.get("rows") or "").partition(":")
    across = 60 if row.get("across") is True else int(str(row.get("across") or 0))
    return Phrase(f"{file}:{number}", str(row["kind"]), re.compile(text), tuple(slots), left_out,
                  bool(each) if each is not None else None, str(row["example"]), (role, wanted) if role else None, across,
                  re.compile(str(row["under"])) if "under" in row else None, re.compile(str(row["unless"])) if "unless" in row else None,
                  bool(row.get("brackets")))


def signed(text: str, groups: Sequence[tuple[int, int]]) -> str:
    """A text with one sign for each group of organisations, at [start, end); brackets, titles, counts behind are left out."""
    parts: list[str] = []
    at = 0
    for number, (start, end) in enumerate(groups):
        parts += [_between(text[at:start], bool(number)), chr(_SIGN + number)]
        at = end
    parts.append(_between(text[at:], bool(groups)))
    return "".join(parts)


def _between(text: str, behind: bool) -> str:
    text = unbracketed(text if behind else _LABEL.sub(r"\1\2 ", text))
    if behind:
        for key in ("unit_behind", "title_behind"):
            text = pattern("clauses", key).sub("", text)
        text = pattern("phrases", "behind").sub("", text)
    return text


def matches(text: str) -> Iterator[tuple[Phrase, re.Match[str]]]:
    """Every phrase that a signed sentence holds, and where; not those that it denies, asks for or only thinks of."""
    for phrase in phrases():
        for match in phrase.pattern.finditer(text):
            if pattern("phrases", "denied").match(text, match.end()) is None and pattern("phrases", "supposed").match(text) is None:
                yield phrase, match


class Telling:
    """A page while its phrases are read: whom the text is about, and the ties told so far."""

    def __init__(self, layout: Layout, names: Names) -> None:
        self._layout, self._names = layout, names
        self._topic: list[int] = []
        self._topic_at = 0
        self._subject: list[int] = []
        self._headed: list[int] = []
        self._block = 0
        self._pair: list[int] = []
        self._subjects: list[list[int]] = []
        self._home = self._publisher()
        self._unknown = self._in_list = False
        self._called = ""
        self._listed: dict[str, int] = {}
        self.told: list[Told] = []
        for number, block in enumerate(layout.blocks):
            self._head(number)
            if names.between(block.sentence.start, block.sentence.end) or pattern("phrases", "goes_on").search(layout.text(number)):
                self._read(number)

    def _head(self, number: int) -> None:
        """Notes whom a heading or an item of a list is about that opens a part of the page."""
        block = self._layout.blocks[number]
        if block.kind in ("heading", "item", "row", "labelled"):
            opened = [m for m in self._names.between(block.sentence.start, block.sentence.end)]
            leads = opened and pattern("phrases", "opens").fullmatch(self._layout.page.norm[block.sentence.start:opened[0].start]) is not None
            if opened or block.kind == "heading":
                groups = groups_of(self._layout.page, self._names, block.sentence)
                alone = leads and block.kind == "heading" and len(groups) == 1 and len(self._layout.text(number)) < _PAIR
                self._pair = groups[0].entities if alone and len(groups[0].entities) > 1 else []
            if leads or block.kind == "heading":
                self._headed = [opened[0].entity] if leads else []

    def _read(self, number: int) -> None:
        sentence = self._layout.blocks[number].sentence
        groups = groups_of(self._layout.page, self._names, sentence)
        begin = sentence.start
        text = signed(self._layout.text(number), [(g.start - begin, g.end - begin) for g in groups])[:_LONGEST]
        text = pattern("phrases", "in_name").sub(lambda match: re.sub(f"[{_SIGNS}]", "○", match[0]), text)
        self._read_signed(text, groups, number)
        alone = pattern("phrases", "beside").sub("", text)
        if alone != text:
            self._read_signed(alone, groups, number, besides=True)
        self._read_brackets(number)
        subject = next((g for g in groups if g.case == "subject"), None)
        if subject is not None:
            self._topic, self._topic_at = subject.entities, number

    def _read_signed(self, text: str, groups: Sequence[Group], number: int, besides: bool = False) -> None:
        """Reads a signed sentence; `besides`: without those who only stood by, whose own part is not read again."""
        claimed: set[tuple[str, int]] = set()
        for phrase, match in matches(text):
            if phrase.brackets or (besides and phrase.kind in _STOOD_BY):
                continue
            claim = (phrase.name.partition(":")[0], match.end("what")) if "what" in phrase.pattern.groupindex else None
            if claim in claimed:
                continue
            told = len(self.told)
            self._add(phrase, match, groups, number, text)
            if claim and len(self.told) > told:
                claimed.add(claim)

    def _read_brackets(self, number: int) -> None:
        """Reads a sentence whose brackets name organisations once more, each of them a sign."""
        sentence, page = self._layout.blocks[number].sentence, self._layout.page
        mentions = self._names.between(sentence.start, sentence.end)
        if not any(in_brackets(page.norm, sentence, m.start) for m in mentions):
            return
        groups = [Group((mention,), "", "") for mention in mentions]
        text = signed(self._layout.text(number), [(m.start - sentence.start, m.end - sentence.start) for m in mentions])[:_LONGEST]
        for phrase, match in matches(text):
            if phrase.brackets:
                self._add(phrase, match, groups, number, text)

    def _add(self, phrase: Phrase, match: re.Match[str], groups: Sequence[Group], block: int, text: str) -> None:
        self._block = block
        if not self._fits(phrase, block):
            return
        sides: list[list[tuple[int, str]]] = []
        for name, role, wanted in phrase.slots:
            if match[name] is None:
                continue
            entities = groups[ord(match[name]) - _SIGN].entities
            if wanted and not all(_is(self._names.entities[e], wanted) for e in entities):
                return
            first, both, second = role.partition("+")
            seconds = [] if not both else entities[-1:] if second in _MADE else [e for e in entities if self._names.entities[e].public]
            if both and len(seconds) in (0, len(entities)):
                return
            sides += [[(e, first) for e in entities if e not in seconds], [(e, second) for e in seconds]]
        before = min((groups[ord(match[name]) - _SIGN].start for name, _, _ in phrase.slots if match[name] is not None),
                     default=self._layout.blocks[block].sentence.end)
        self._called = match.groupdict().get("whom") or ""
        self._unknown, self._in_list = False, self._layout.blocks[block].kind in ("labelled", "row", "item")
        self._subject = self._said(text, min((match.start(name) for name, _, _ in phrase.slots if match[name]), default=match.end()), groups)
        if phrase.rows and phrase.each is False and block < self._listed.get(phrase.kind, 0):
            return
        rows = [([], "")] if not phrase.rows else [(self._members(phrase, block), "")] if phrase.each is False else list(self._rows(phrase, block))
        for listed, row in rows:
            kind = phrase.kind
            heads = [self._layout.text(n) for n in reversed(self._above(block)[-2:])] if phrase.rows else []
            if kind == _NAMED:
                kind = self._named_kind(phrase, (*row.split("\n"), match.groupdict().get("what") or "", match[0], *heads), block)
            if kind:
                self._tie(replace(phrase, kind=kind), [*sides, listed], before, block, text)

    def _publisher(self) -> list[int]:
        """The publisher; of a page that never names it, whom the title is about; for a council the place whose it is."""
        names, page = self._names, self._layout.page
        if names.publisher is None:
            return self._masthead()
        if any(m.entity == names.publisher for m in names.mentions):
            return [names.publisher]
        home = names.entities[names.publisher]
        if home.type == "unit":
            return [next((n for n, e in enumerate(names.entities) if e is not home and home.name.startswith(e.name)), names.publisher)]
        about = [m.entity for m in names.between(0, page.head) if pattern("phrases", "about").match(page.norm, m.end)]
        return [about[0] if about and not home.public else names.publisher]

    def _masthead(self) -> list[int]:
        """Whose the page is by its first lines («青山銀行の取組状況») or its last ones («発行:青山銀行»)."""
        blocks = self._layout.blocks
        for key, numbers in (("masthead", range(min(4, len(blocks)))), ("signature", range(max(0, len(blocks) - 4), len(blocks)))):
            for number in numbers:
                sentence = blocks[number].sentence
                groups = groups_of(self._layout.page, self._names, sentence)
                text = signed(self._layout.text(number), [(g.start - sentence.start, g.end - sentence.start) for g in groups])
                if len(groups) == 1 and len(groups[0].entities) == 1 and pattern("phrases", key).match(text):
                    return [groups[0].entities[0]]
        return []

    def _said(self, text: str, end: int, groups: Sequence[Group]) -> list[int]:
        """Whom a sentence is about before a place: a sign, or a common noun («大学は») that ends a name above."""
        signs = [sign for key in ("subject", "weak_subject") for sign in reversed(pattern("phrases", key).findall(text, 0, end))]
        self._subjects = [groups[ord(sign) - _SIGN].entities for sign in signs]
        if self._subjects:
            return self._subjects[0]
        noun = pattern("phrases", "common_subject").search(text, 0, end)
        if noun is None:
            return []
        above = [*self._home, *(m.entity for m in self._names.mentions if not groups or m.start < groups[0].start)]
        fitting = list(islice((e for e in reversed(above) if _called(self._names.entities[e], noun[1])), 1))
        self._unknown = not fitting
        return fitting

    def _named_kind(self, phrase: Phrase, texts: Sequence[str], block: int) -> str:
        """The kind that the first of some texts names that names one, else the title of the page; "" of ties that are not told so."""
        kinds = words(phrase.name.partition(":")[0])["kinds"]
        before = [t.kind for t in reversed(self.told) if t.kind in AGREED and t.phrase.startswith(phrase.name.partition(":")[0])]
        if before and any(pattern("phrases", "same").search(text) for text in texts):
            return before[0]
        for text in [*texts, *(self._layout.text(n) for n, b in enumerate(self._layout.blocks) if b.kind == "title")]:
            for row in kinds:
                if re.search(row["named"], text):
                    near = "\n".join(self._layout.text(n) for n in [*self._above(block)[-2:], block])
                    if "near" in row and re.search(row["near"]["words"], near):
                        return str(row["near"]["kind"])
                    return "" if "unless" in row and re.search(row["unless"], self._layout.page.norm) else str(row["kind"])
        return before[0] if before else "partnership"

    def _fits(self, phrase: Phrase, block: int) -> bool:
        """Whether the title, the headings and the sentences above hold what they must and not what they must not."""
        above = [self._layout.text(n) for n in self._above(block)] if phrase.under or phrase.unless else []
        if phrase.under and not any(phrase.under.search(text) for text in above):
            return False
        return phrase.unless is None or not any(phrase.unless.search(text) for text in [*above, self._layout.text(block)])

    def _above(self, block: int) -> list[int]:
        """The title, and the last sentences and headings above a block."""
        blocks = self._layout.blocks
        told = [n for n in range(block) if blocks[n].kind in ("prose", "heading")]
        bare = [n for n in range(max(0, block - 12), block) if blocks[n].kind in ("row", "item") and not self._names.between(
            blocks[n].sentence.start, blocks[n].sentence.end)]
        return [n for n in range(min(block, 3)) if blocks[n].kind in ("title", "labelled")] + told[-4:] + bare[-2:]

    def _rows(self, phrase: Phrase, block: int) -> Iterator[tuple[list[tuple[int, str]], str]]:
        """The first organisations of each line of the list below a block, with their role; the line, and that above it without names."""
        assert phrase.rows
        role, wanted = phrase.rows
        head = ""
        for number in self._across(block, phrase.across) if phrase.across else self._layout.run(block):
            text = self._layout.text(number)
            sentence = self._layout.blocks[number].sentence
            if pattern("phrases", "no_row").match(text):
                continue
            groups = groups_of(self._layout.page, self._names, sentence)
            if phrase.across and not groups and pattern("phrases", "goes_on").search(text):
                head = text
            places = [(g.start - sentence.start, g.end - sentence.start) for g in groups]
            if phrase.across and pattern("phrases", "row_verb").search(signed(text, places)):
                continue
            groups = [g for g in groups if self._layout.page.norm[g.start - 1:g.start] != "[" or self._layout.page.norm[g.end:g.end + 1] != "]"]
            fitting = [g for g in groups if not wanted or all(_is(self._names.entities[e], wanted) for e in g.entities)]
            if fitting:
                entities = fitting[0].entities
                alike = phrase.across and phrase.kind not in COLLECTIVE and not pattern("phrases", "dated").search(self._dated(number))
                alike = alike and len({self._names.entities[e].type for e in entities}) == 1
                for side in [[e] for e in entities] if alike else [entities]:
                    yield [(e, role) for e in side], f"{text}\n{head}"

    def _dated(self, block: int) -> str:
        """A line of a list, with the next cell of its row where that names nobody."""
        below = self._layout.blocks[block + 1] if block + 1 < len(self._layout.blocks) else None
        alone = below is None or below.kind != "row" or self._names.between(below.sentence.start, below.sentence.end)
        return self._layout.text(block) + ("" if alone else self._layout.text(block + 1))

    def _members(self, phrase: Phrase, block: int) -> list[tuple[int, str]]:
        """All organisations of the list below a block, in lines that name members, up to where something else begins."""
        assert phrase.rows
        role, wanted = phrase.rows
        blocks = self._layout.blocks
        found: list[tuple[int, str]] = []
        others = False
        for number in range(block + 1, min(len(blocks), block + _MEMBERS)):
            mentions = self._names.between(blocks[number].sentence.start, blocks[number].sentence.end)
            text = self._layout.text(number)
            if not text.strip():
                continue
            if not (mentions and blocks[number].kind == "row"):
                text = re.sub(r"(?<=[^\x00-\x7f])[ \u3000]{1,2}(?=[^\x00-\x7f][ \u3000]|[^\x00-\x7f]$)", "", text)
            labelled = bool(blocks[number].label) and not self._names.between(blocks[number].sentence.start, blocks[number].body)
            of_members = pattern("phrases", "of_members").match(text) is not None
            heads = blocks[number].kind == "heading" or (labelled and not (mentions and self._only_names(number)))
            ends = (labelled or not mentions) and pattern("phrases", "members_end").match(text) is not None
            if ends or (blocks[number].kind == "prose" and not self._only_names(number)) or (heads and not of_members):
                break
            self._listed[phrase.kind] = number + 1
            no_member = pattern("phrases", "no_member").match(text) is not None
            if not mentions:
                others = no_member or (others and not of_members)
            if not no_member and not others:
                found += [(m.entity, role) for m in mentions if not wanted or _is(self._names.entities[m.entity], wanted)]
        return list(dict.fromkeys(found))

    def _only_names(self, block: int) -> bool:
        """Whether a line holds little but names."""
        sentence = self._layout.blocks[block].sentence
        groups = groups_of(self._layout.page, self._names, sentence)
        rest = signed(self._layout.text(block), [(g.start - sentence.start, g.end - sentence.start) for g in groups])
        return bool(groups) and len(re.sub(rf"[{_SIGNS}\s、・,]", "", rest)) <= max(_FEW, len(self._layout.text(block)) // 3)

    def _across(self, block: int, lines: int) -> Iterator[int]:
        """The blocks of the list below a block, those behind its headings and remarks too, up to where something else begins."""
        blocks = self._layout.blocks
        for number in range(block + 1, min(len(blocks), block + 1 + lines)):
            told = blocks[number].kind == "prose" and pattern("phrases", "row").match(self._layout.text(number)) is None
            ends = blocks[number].kind != "labelled" and pattern("phrases", "list_ends").search(self._layout.text(number)) is not None
            if ends or (told and self._names.between(blocks[number].sentence.start, blocks[number].sentence.end)):
                return
            if not told:
                yield number

    def _tie(self, phrase: Phrase, sides: list[list[tuple[int, str]]], before: int, block: int, text: str) -> None:
        taken = {e for side in sides for e, _ in side}
        for named, who in phrase.left_out.items():
            role = named.rstrip("+")
            filled = {e for side in sides for e, r in side if r == role}
            if not filled or named != role or phrase.kind in SYMMETRIC or (phrase.kind == "brokerage" and len(filled) < 2):
                meant = self._led(filled, taken - filled, block) if who == "led" else self._whom(who, before, taken)
                more = [e for e in meant if e not in taken]
                sides.insert(0 if phrase.kind in SYMMETRIC else len(sides), [(e, role) for e in more])
        sides = [side for side in sides if side]
        if phrase.kind == "brokerage" and not _brokered(sides):
            return
        if phrase.kind not in SYMMETRIC and len({role for side in sides for _, role in side}) < 2:
            return
        each = phrase.each if phrase.each is not None else self._each(phrase, text)
        for parties in _ties(phrase.kind, sides, each):
            if len({e for e, _ in parties}) > 1:
                self.told.append(Told(phrase.kind, parties, phrase.name, block))

    def _led(self, connected: set[int], brokers: set[int], block: int) -> list[int]:
        """The parties of the tie told last that brokers can have led to: all those connected and others."""
        near = (t for t in reversed(self.told) if t.kind != "brokerage" and block - t.block <= _NEAR)
        led = ({e for e, role in t.parties if role not in _MADE or t.kind not in COLLECTIVE} for t in near)
        return next((sorted(them) for them in led if connected <= them and len(them - brokers) > 1), [])

    def _whom(self, who: str, before: int, taken: set[int]) -> list[int]:
        """Who is meant by a name of `left_out`, seen from a place of the page."""
        who, _, wanted = who.partition(":")
        for classes in wanted.split("//"):
            found = self._of_classes(who, classes.rstrip("!").split("/"), 0 if classes.endswith("!") else before, taken)
            if found:
                return found
        return []

    def _of_classes(self, who: str, classes: Sequence[str], before: int, taken: set[int]) -> list[int]:
        for wanted in classes:
            meant = self._here(taken, wanted) if who == "here" else self._named(who, taken)
            if not wanted or (meant and all(_is(self._names.entities[e], wanted) for e in meant)):
                return meant
        above = [m.entity for m in reversed(self._names.mentions) if m.start < before and m.entity not in taken]
        if before and len(classes) > 1:
            above += [m.entity for m in self._names.mentions if m.start >= before and m.entity not in taken]
        named = Counter(m.entity for m in self._names.mentions)
        fitting = ([e for e in above if _is(self._names.entities[e], wanted)] for wanted in classes)
        return [max(them, key=lambda e: named[e]) for them in islice(filter(None, fitting), 1)]

    def _places(self, entities: Sequence[int]) -> bool:
        """Whether there are several organisations, and all of them are public."""
        return len(entities) > 1 and all(self._names.entities[e].public for e in entities)

    def _before(self, taken: set[int]) -> list[int]:
        """The only one that the sentence before names, where it is of the other sector than the only one of this sentence."""
        here, before = (list({m.entity for m in self._names.between(b.sentence.start, b.sentence.end)})
                        for b in (self._layout.blocks[self._block], self._layout.blocks[max(0, self._block - 1)]))
        if set(here) != taken or len(here) != 1 or len(before) != 1:
            return []
        return before if self._names.entities[here[0]].public != self._names.entities[before[0]].public else []

    def _only_public(self, taken: set[int]) -> list[int]:
        """The only public organisation of a page, for those of a line who are not public."""
        if self._layout.blocks[self._block].kind in ("prose", "title"):
            return []
        public = list({m.entity for m in self._names.mentions if self._names.entities[m.entity].public})
        return public if len(public) == 1 and taken.isdisjoint(public) else []

    def _here(self, taken: set[int], wanted: str) -> list[int]:
        headed = self._headed if wanted or self._places(self._headed + self._home) else []
        for meant in (self._subject, headed, self._home, self._topic[:1] if wanted else []):
            if meant and taken.isdisjoint(meant) and (not wanted or all(_is(self._names.entities[e], wanted) for e in meant)):
                return list(meant)
        return [] if self._home else self._before(taken) or self._only_public(taken) or self._just(taken)

    def _just(self, taken: set[int]) -> list[int]:
        """The only one that one of the two sentences before is about."""
        near = len(self._topic) == 1 and self._block - self._topic_at <= 2
        return self._topic if near and taken.isdisjoint(self._topic) else []

    def _partner(self, taken: set[int]) -> list[int]:
        """Who does something with those taken: whom the sentence is about, else who speaks, else who is named most."""
        whom = (*self._subjects, self._subject, self._home, self._main()[:1], self._topic[:1]) if self._subject or not self._unknown else ()
        return next((meant for meant in whom if meant and taken.isdisjoint(meant)), [])

    def _main(self) -> list[int]:
        """The organisations of a page, the most named first."""
        return [e for e, _ in Counter(m.entity for m in self._names.mentions).most_common()]

    def _unlike(self, taken: set[int]) -> list[int]:
        """The one of the tie told last that is public where those taken are not, or the other way round."""
        public = {self._names.entities[e].public for e in taken}
        last = [e for e in sorted(self.told[-1].entities) if self._names.entities[e].public not in public] if self.told else []
        return last if len(last) == 1 and taken.isdisjoint(last) else []

    def _nearest(self, noun: str, taken: set[int]) -> list[int]:
        """Whom a common noun means: of those named up to here the last that it ends, or that is of its type, else the only one."""
        end = self._layout.blocks[self._block].sentence.end
        fitting = [m.entity for m in self._names.mentions if m.entity not in taken and _called(self._names.entities[m.entity], noun)]
        above = [m.entity for m in self._names.mentions if m.start < end and m.entity in fitting]
        return above[-1:] or (fitting[:1] if len(set(fitting)) == 1 else [])

    def _named(self, who: str, taken: set[int]) -> list[int]:
        home = self._home
        if who == "named" or (who == "subject" and self._subject and not taken.issuperset(self._subject)):
            return self._subject
        if who == "partner":
            return self._partner(taken)
        if who == "called":
            return self._nearest(self._called.lstrip("同両"), taken)
        if who == "pair":
            return self._pair
        if who in ("headed", "home"):
            return self._headed if who == "headed" else home
        if who in ("speaker", "subject"):
            if who == "subject" and (self._unknown or (not home and len({self._names.entities[e].public for e in taken}) > 1)):
                return []
            return home or (self._unlike(taken) if who == "subject" else []) or (self._main()[:1] if self._in_list else []) or self._topic[:1]
        if who == "topic":
            return self._topic[:1] or home
        if who == "made":
            made = ([e for e, role in told.parties if role in _MADE] for told in reversed(self.told))
            return next((entities for entities in made if entities), [])
        return sorted(self.told[-1].entities) if self.told else []

    @staticmethod
    def _each(phrase: Phrase, text: str) -> bool:
        if phrase.kind in SYMMETRIC:
            return pattern("phrases", "each").search(text) is not None
        return phrase.kind not in _WHOLE and pattern("phrases", "together").search(text) is None


def _ties(kind: str, sides: Sequence[Sequence[tuple[int, str]]], each: bool) -> Iterator[tuple[tuple[int, str], ...]]:
    """The parties of each tie; of several sides, those of the first with each of the others."""
    if each and len(sides) > 1:
        yield from product(sides[0], chain.from_iterable(sides[1:]))
    else:
        yield tuple(dict.fromkeys(party for side in sides for party in side))


def _brokered(sides: Sequence[Sequence[tuple[int, str]]]) -> bool:
    """Whether somebody brought two others together."""
    connected, brokers = ({e for side in sides for e, r in side if (r == "connected") == is_} for is_ in (True, False))
    return len(connected) > 1 and connected.isdisjoint(brokers)


def _called(entity: Entity, noun: str) -> bool:
    """Whether an organisation can be called by a common noun: a company «社», a bank «行»."""
    by_type = words("phrases")["called"].get(noun)
    return entity.type in by_type if by_type else entity.name.endswith(noun)


def _is(entity: Entity, wanted: str) -> bool:
    """Whether an organisation is of a class that a pattern asks for."""
    if wanted in ("public", "private"):
        return entity.public == (wanted == "public")
    return entity.type in words("phrases")["classes"][wanted]


def told_ties(layout: Layout, names: Names) -> list[Told]:
    """The ties that phrases tell on a page, in the order of its sentences."""
    return Telling(layout, names).told
