"""Which ties a page asserts: sentences read through frames of trigger, particles and sectors.

A frame takes a sentence's groups of organisations (nlp.ties.clauses), drops those that stand in another part (who told it,
who introduced), adds whom the text leaves out («当社は» is the publisher), and reads status, date and name from the
words around the trigger. Lists and tables are read by nlp.ties.lists; both give `Found`, which `merged` joins.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nlp import patterns
from nlp.dates import DateMention
from nlp.names.entities import Entity, Mention, Names
from nlp.text import Page, Sentence
from nlp.ties.clauses import Group, groups_of, in_brackets
from nlp.ties.kinds import AGREED, SYMMETRIC, family

RESEARCH = ("joint_research", "field_trial")
#: Directed kinds → (role of the public side, role of the other side).
ROLES = {"designated_manager": ("authority", "operator"), "pfi": ("authority", "operator"),
         "naming_rights": ("owner", "sponsor"), "secondment": ("receiver", "sender"),
         "donation": ("recipient", "donor"), "outsourcing": ("client", "contractor"),
         "support": ("supported", "supporter")}
COLLECTIVE = frozenset({"council", "consortium", "platform", "government_association"})


@dataclass(slots=True)
class Found:
    """A tie as a frame found it. `parties` are (entity, role); `mentions` where they stand; `sentence` tells it."""
    kind: str
    status: str
    parties: tuple[tuple[int, str], ...]
    sentence: Sentence
    mentions: tuple[Mention, ...] = ()
    date: DateMention | None = None
    title: tuple[int, int] | None = None
    confidence: float = 0.8
    more: list[tuple[int, int]] = field(default_factory=list)
    led_to: int | None = None
    level: str | None = None
    heading: bool = False
    named: str | None = None
    listed: bool = False

    @property
    def entities(self) -> frozenset[int]:
        """The organisations it ties."""
        return frozenset(e for e, _ in self.parties)


def words() -> Mapping[str, Any]:
    """The word lists of `ties.yaml`."""
    return patterns.words("ties")


def pattern(key: str) -> re.Pattern[str]:
    """One of the patterns of `ties.yaml`."""
    return patterns.pattern("ties", key)


_NOUN = patterns.pattern("tie_words", "noun")
_NAMING = re.compile("ネーミングライツ|命名権")
_ANAPHORIC = patterns.pattern("tie_words", "anaphoric")
_TRIGGER = patterns.pattern("tie_words", "trigger")
_QUOTE = re.compile("[「『]([^「『」』]{2,90})[」』]")


class Frames:
    """Reads the sentences of one page in order; what it found is in `found`."""

    def __init__(self, page: Page, names: Names, dates: Sequence[DateMention]) -> None:
        self.page, self.names = page, names
        self.dates = [(page.place(d.span.start), page.place(d.span.end - 1) + 1, d) for d in dates]
        self.found: list[Found] = []
        self.topic: list[int] = []
        self.together: list[int] = []
        self.carried = False

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self) -> list[Found]:
        """All ties that sentences tell."""
        norm = self.page.norm
        for sentence in self.page.sentences:
            text = norm[sentence.start:sentence.end]
            self.carried = re.match(" *(?:あわせて|併せて|また、|同日|さらに|加えて|このほか)", text) is not None
            if _TRIGGER.search(text):
                groups = groups_of(self.page, self.names, sentence)
                self._sentence(sentence, text, groups)
            else:
                groups = []
            self._told_later(sentence, text)
            self._remember(sentence, groups)
        for one in self.found:
            if one.kind == "brokerage" and (one.led_to is None or one.date is None):
                partners = {e for e, role in one.parties if role == "connected"}
                fits = [n for n, f in enumerate(self.found) if f.entities == partners and f.kind != "brokerage"]
                if fits:
                    one.led_to = fits[-1]
                    one.date = one.date or self.found[fits[-1]].date
                    one.more.append((self.found[fits[-1]].sentence.start, self.found[fits[-1]].sentence.end))
        return self.found

    def _told_later(self, sentence: Sentence, text: str) -> None:
        """A date that a sentence of its own gives: «締結式は…に行います», «契約日は…です», «派遣の期間は…から»."""
        if not self.found or any(f.sentence == sentence for f in self.found):
            return
        ceremony = re.search("締結式|調印式|署名式|協定式|贈呈式", text)
        label = re.search(f"(?:{words()['date_label']}|締結|契約)は、?(?=[0-9令平昭])", text)
        term = re.search("(?:期間|任期)は", text)
        alone = re.match("[^、。]{0,14}(?:締結|調印|署名|結ば|交わ)(?:され|し)", text) and not self.names.between(sentence.start, sentence.end)
        if not (ceremony or label or term or alone):
            return
        last = self.found[-1] if term else next((f for f in reversed(self.found) if f.kind in AGREED or f.kind in ROLES), None)
        if last is None or sentence.start - last.sentence.end > 400:
            return
        date = self.date_in(sentence.start, sentence.end, sentence.end, ("event", "start"))
        if term and (last.kind not in ("secondment", "designated_manager", "support") or date is None or date.kind != "start"):
            return
        if date and (last.date is None or (label and len(date.value) > len(last.date.value))):
            for one in self.found:
                if one is last or (one.kind == "brokerage" and one.led_to is not None and self.found[one.led_to] is last):
                    one.date = date
            last.status = self.dated(last.status, date)
            last.more.append((sentence.start, sentence.end))

    def _remember(self, sentence: Sentence, groups: Sequence[Group]) -> None:
        subjects = [g for g in groups if g.case == "subject" and not self._quoted(sentence, g.start)]
        if subjects:
            self.topic = subjects[0].entities
        inside = self.names.between(sentence.start, sentence.end)
        line = self.page.norm[sentence.start:sentence.end]
        if len(inside) == 1 and len(line) < 40 and self.heading(sentence) and self.entity(inside[0].entity).public and inside[0].start - sentence.start < 3:
            self.topic = [inside[0].entity]
        elif not groups:
            inside = [m for m in self.names.between(sentence.start, sentence.end)]
            if inside and self.page.norm[inside[0].end:inside[0].end + 1] in ("は", "が"):
                self.topic = [inside[0].entity]
        for group in groups:
            if len(group.entities) >= 2:
                self.together = group.entities

    def entity(self, number: int) -> Entity:
        """The organisation with that number."""
        return self.names.entities[number]

    def _quoted(self, sentence: Sentence, position: int) -> tuple[int, int] | None:
        for match in _QUOTE.finditer(self.page.norm, sentence.start, sentence.end):
            if match.start(1) <= position < match.end(1):
                if any(m.start == match.start(1) and m.end == match.end(1) for m in self.names.between(match.start(1), match.end(1))):
                    return None
                return match.span(1)
        return None

    def heading(self, sentence: Sentence) -> bool:
        """Whether a sentence is a title or a heading: no full stop at its end."""
        text = self.page.norm[sentence.start:sentence.end].rstrip()
        if sentence.end <= self.page.head:
            return True
        return not text.endswith(("。", "」。")) and not re.search("(?:です|ます|ました|である|だった)$", text)

    def _sentence(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        before = len(self.found)
        brokers = self._brokers(sentence, text, groups)
        rest = [g for g in groups if not brokers & set(g.entities) or len(g.entities) > len(brokers & set(g.entities))]
        rest = [Group(tuple(m for m in g.mentions if m.entity not in brokers), g.case, g.after, g.counted)
                for g in rest if any(m.entity not in brokers for m in g.mentions)]
        self._agreements(sentence, text, rest)
        self._directed(sentence, text, rest)
        self._collectives(sentence, text, rest)
        self._founding(sentence, text, rest)
        self._cooperation(sentence, text, rest, before)
        self._registered(sentence, text, rest)
        self._comments(sentence, text)
        self._sequels(sentence, text, groups)
        self._investment(sentence, text, rest)
        self._brokerage(sentence, text, groups, brokers, before)

    # -- status and date --------------------------------------------------------------------------------------------

    def status(self, clause: str, heading: bool) -> str | None:
        """The state that the words behind a trigger tell; None where they assert nothing."""
        if pattern("nothing").search(clause):
            return None
        if pattern("frames.undone").search(clause):
            return "cancelled"
        if pattern("renewed").search(clause) and not re.search("自動[^。]{0,6}更新|更新日|申出がない", clause):
            return "renewed"
        if pattern("ended").search(clause):
            return "ended"
        if pattern("planned").search(clause):
            return "planned"
        if pattern("concluded").search(clause) or heading:
            return "concluded"
        return None

    def dated(self, status: str, date: DateMention | None) -> str:
        """A tie announced as coming is concluded where its day has come by the publication."""
        published = self.page.document.published
        if status == "planned" and date and published and date.precision == "day" and date.value <= published:
            return "concluded"
        return status

    def date_in(self, start: int, end: int, near: int, kinds: tuple[str, ...] = ("event", "start")) -> DateMention | None:
        """The date within [start, end) that stands nearest before `near`, else nearest behind it."""
        inside = [(a, b, d) for a, b, d in self.dates if a >= start and b <= end and d.kind in kinds]
        inside = [x for x in inside if not re.match(" ?(?:現在|時点|号)", self.page.norm[x[1]:x[1] + 4])]
        before = [x for x in inside if x[1] <= near]
        events = [x for x in before if x[2].kind == "event"] or before
        if events:
            return events[-1][2]
        after = [x for x in inside if x[0] >= near]
        return after[0][2] if after else None

    # -- parties ----------------------------------------------------------------------------------------------------

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

    def _agreements(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        nouns = [m for m in _NOUN.finditer(text)]
        nouns = [m for m in nouns if not in_brackets(self.page.norm, sentence, sentence.start + m.start()) or text.startswith("(")]
        if not nouns:
            return
        heading = self.heading(sentence)
        done = 0
        shared: list[Group] = []
        for index, noun in enumerate(nouns):
            quoted = self._quoted(sentence, sentence.start + noun.start())
            noun_end = quoted[1] - sentence.start if quoted else noun.end()
            rest = text[noun.end():noun_end] if quoted else ""
            if len(rest) > 14 and not re.search("協定|覚書|契約", rest) and not re.match("書|締結|に基づく|事業|プロジェクト", rest):
                continue
            following = nouns[index + 1].start() if index + 1 < len(nouns) else len(text)
            if quoted and following < noun_end:
                continue
            tail = text[noun_end:following]
            tail, end = self._clause(tail, noun_end)
            joint = re.match("[」』]?(?:」)?(?:及び|並びに|と|、|・|や)", tail) and index + 1 < len(nouns) and not pattern("concluded").search(tail)
            if joint:
                tail = text[noun_end:]
            relative = pattern("frames.signed_before").search(text[done:noun.start()])
            if relative and not pattern("concluded").search(tail[:30]):
                status: str | None = "concluded" if not re.search("する(?:予定|[「『])", relative[0]) else "planned"
                if pattern("nothing").search(tail) and not re.search("基づ|により|に沿", tail):
                    status = status
                if (ended := self.status(tail, False)) in ("ended", "renewed", "cancelled"):
                    status = ended
            else:
                status = self.status(tail, heading)
            if status is None:
                continue
            if noun[0] == "協定書" and re.search("署名", tail[:12]) and any(
                    f.kind in AGREED and sentence.start - f.sentence.end < 400 for f in self.found):
                self._late_date(sentence, text, noun.end())
                continue
            if _ANAPHORIC.search(text[:noun.start()]):
                self._late_date(sentence, text, noun.end())
                if status in ("ended", "renewed", "cancelled") or "加わ" in tail or "参画" in tail:
                    self._same_agreement(sentence, text, groups, status, noun.end())
                continue
            kind = self._kind(text, noun, quoted, sentence)
            if kind is None:
                continue
            acted = noun[0] in ("協業", "共同研究", "共同開発", "産学連携", "提携") or kind in RESEARCH
            if acted and not heading and not self._acts(tail):
                continue
            segment = [g for g in groups if g.start >= sentence.start + done and g.start < sentence.start + max(end, noun_end)]
            behind = pattern("frames.signed_with").search(text[noun_end:]) if not heading else None
            if behind and re.search("のは|相手|先は|者は", behind[0]):
                segment += [g for g in groups if g.start >= sentence.start + noun_end + behind.start() and g not in segment]
            parties = self._parties(sentence, segment, shared, noun, quoted)
            people = [g for g in segment if g.case == "subject"]
            shared = people[:1] or shared
            start_of_segment = done
            done = max(end, noun_end)
            if relative and status in ("ended", "renewed", "cancelled"):
                self._add_agreement(kind, "concluded", sentence, text, parties, noun, quoted, start_of_segment, noun.start(), heading)
                self._add_agreement(kind, status, sentence, text, parties, noun, quoted, noun.start(), end, heading)
                continue
            self._add_agreement(kind, status, sentence, text, parties, noun, quoted, start_of_segment, end, heading)

    def _acts(self, tail: str) -> bool:
        return pattern("frames.acts").search(tail) is not None

    def _clause(self, tail: str, offset: int) -> tuple[str, int]:
        """The words behind a noun to the end of its clause, and where that is."""
        verb = pattern("concluded").search(tail)
        if not verb:
            return tail, offset + len(tail)
        comma = None if re.search("締結式|調印式", tail) else re.compile("、").search(tail, verb.end())
        end = comma.end() if comma else len(tail)
        return tail[:end], offset + end

    def _kind(self, text: str, noun: re.Match[str], quoted: tuple[int, int] | None, sentence: Sentence) -> str | None:
        if re.search("同じ$|同様の$", text[:noun.start()]) or noun[0] == "締結":
            return next((f.kind for f in reversed(self.found) if f.kind in AGREED), None)
        name = self.page.norm[quoted[0]:quoted[1]] if quoted else self._plain_name(text, noun)
        whole = name or noun[0]
        if re.search("指定管理|PFI事業|命名権|ネーミング", whole):
            return None
        if noun[0] in ("実証実験", "実証事業", "実証運行", "社会実験", "実証") or re.search("(?:実証|社会実験)[^、。]{0,14}協定", whole):
            return "field_trial"
        if re.search("共同研究(?:を|の)?(?:創発|創出|生み出)", whole):
            return "partnership"
        if re.search("助言業務", whole):
            return None
        for kind, nouns in words()["nouns"].items():
            if re.search(nouns, whole):
                if kind == "secondment":
                    return None
                plain = not quoted and re.fullmatch("(?:連携|応援|協力)?協定書?", noun[0]) and "に関する" not in whole
                if kind == "partnership" and plain and re.search("災害|防災|避難", text[:noun.start()]) and not re.search("包括|見守り", text):
                    return "disaster_support"
                if kind == "partnership" and noun[0] == "協定書" and plain and len(_NAMING.findall(self.page.norm)) > 1 and "連携" not in whole:
                    return "naming_rights"
                return str(kind)
        if noun[0] == "手を":
            return "partnership"
        if noun[0] in ("提携",):
            return "business_alliance"
        return "partnership"

    def _plain_name(self, text: str, noun: re.Match[str]) -> str:
        found = re.search("[^、。「」『』はがをへ ]*$", text[:noun.end()])
        name = found[0] if found else noun[0]
        cut = pattern("frames.name_cut").split(name)
        return cut[-1]

    def _parties(self, sentence: Sentence, segment: Sequence[Group], shared: Sequence[Group], noun: re.Match[str],
                 quoted: tuple[int, int] | None) -> list[Mention]:
        norm = self.page.norm
        outside = [g for g in segment if not self._quoted(sentence, g.start)]
        inside = [g for g in segment if self._quoted(sentence, g.start)]
        chosen: list[Mention] = []
        text = norm[sentence.start:sentence.end]
        for index, group in enumerate(outside):
            following = outside[index + 1] if index + 1 < len(outside) else None
            if group.case == "subject" and following and pattern("frames.relative_actor").fullmatch(norm[group.end:following.start]):
                continue
            if group.case in ("from", "by", "source", "object", "and") and not self._signs(group):
                continue
            if group.case == "to" and not re.match("(?:に)?(?:対し|おい)|へ(?:の|も)|に(?:本社|本拠)", group.after) and not self._signs(group):
                continue
            if group.case == "at" and not (group.counted or len(group.entities) >= 2):
                continue
            if group.case == "of":
                near = group.after[1:].lstrip()
                if not (pattern("frames.of_agreement").match(near) or len(group.entities) >= 2
                        or pattern("frames.of_person").match(near)):
                    continue
                if self.entity(group.entities[0]).type == "national_government" and len(group.entities) == 1:
                    continue
            if group.case == "" and not self._bare(group, text):
                continue
            chosen += group.mentions
        numbers = {m.entity for m in chosen}
        if len(numbers) < 2:
            for group in shared:
                chosen = [*(m for m in group.mentions if m.entity not in numbers), *chosen]
            numbers = {m.entity for m in chosen}
        if len(numbers) < 2 and inside and self.heading(sentence):
            for group in inside:
                if group.case in ("with", "of", "subject", ""):
                    chosen += [m for m in group.mentions if m.entity not in numbers]
        return chosen

    def _signs(self, group: Group) -> bool:
        return re.match("による|と(?:の|も)", group.after) is not None and (len(group.entities) >= 2 or "による「" in group.after[:5])

    def _bare(self, group: Group, text: str) -> bool:
        return (not group.after or group.after[0] in " 　/|｜:、。」』)～~-―—」の！!?" or group.counted
                or bool(pattern("frames.bare_party").match(group.after)))

    def _add_agreement(self, kind: str, status: str, sentence: Sentence, text: str, mentions: list[Mention],
                       noun: re.Match[str], quoted: tuple[int, int] | None, seg: int, end: int, heading: bool) -> None:
        base = sentence.start
        numbers = list(dict.fromkeys(m.entity for m in mentions))
        trial = kind in RESEARCH
        if pattern("frames.all_of_them").search(text[seg:end]) and len(numbers) < 2:
            last = next((f for f in reversed(self.found) if f.kind in SYMMETRIC), None)
            numbers = list(dict.fromkeys([*numbers, *(last.entities if last else self.together)]))
        elif re.search("全協定者", text):
            biggest = max((f for f in self.found if f.kind in AGREED), key=lambda f: len(f.entities), default=None)
            numbers = list(dict.fromkeys([*numbers, *(biggest.entities if biggest else ())]))
        if len(numbers) == 1 and not (trial and heading):
            subject = self.subject(numbers)
            if subject is not None:
                numbers.insert(0, subject)
        kinds: tuple[str, ...] = ("event", "start") if trial or kind == "business_alliance" else ("event",)
        if status in ("ended", "renewed", "cancelled"):
            kinds = ("event", "start", "end")
        date = self.date_in(base + seg, base + (max(end, noun.end()) if end > noun.start() else end), base + noun.start(), kinds)
        if date is None and re.search("この日|同日", text[seg:end]):
            date = next((f.date for f in reversed(self.found) if f.date), None)
        if date is None:
            date = self._heading_date(sentence)
        title = quoted or self._title(sentence, text, noun)
        if len(numbers) == 1 and noun[0] == "締結":
            last = next((f for f in reversed(self.found) if f.kind in AGREED), None)
            numbers = [*(e for e in last.entities if last and self.entity(e).public and e not in numbers), *numbers] if last else numbers
        if len(numbers) < 2 and trial:
            last = next((f for f in reversed(self.found) if f.kind in AGREED and sentence.start - f.sentence.end < 160), None)
            numbers = list(last.entities) if last else numbers
        if len(numbers) == 2 and self._part_of(*numbers):
            return
        if len(numbers) < 2:
            self._late_date(sentence, text, noun.end())
            return
        if kind == "basic_agreement" and "合意" in text[noun.start():noun.end()] and status == "concluded":
            status = "preliminary"
        status = self.dated(status, date)
        confidence = 0.9 if not heading else 0.7
        sets = [numbers]
        if pattern("each").search(text[seg:end]) and len(numbers) > 2:
            sets = self._pairs(numbers, mentions)
        if kind == "naming_rights":
            public = [e for e in numbers if self.entity(e).public]
            sponsors = [e for e in numbers if not self.entity(e).public]
            if len(public) == 1 and sponsors:
                for e in sponsors:
                    self.found.append(Found(kind, status, ((public[0], "owner"), (e, "sponsor")), sentence, tuple(mentions), date, None, confidence))
            return
        apart = self._own_dates(sentence, mentions, base + seg, base + max(end, noun.end()))
        if apart:
            first = [e for e in numbers if e not in apart]
            for partner, day in apart.items():
                self.found.append(Found(kind, self.dated(status, day), tuple((e, "party") for e in [*first, partner]), sentence,
                                        tuple(m for m in mentions if m.entity in (*first, partner)), day, title, confidence, heading=heading,
                                        named=self.page.norm[title[0]:title[1]] if title else None))
            return
        for one in sets:
            self.found.append(Found(kind, status, tuple((e, "party") for e in one), sentence,
                                    tuple(m for m in mentions if m.entity in one), date, title, confidence, heading=heading,
                                    named=self.page.norm[title[0]:title[1]] if title else None))

    def _heading_date(self, sentence: Sentence) -> DateMention | None:
        """The day that stands in the heading right above: «■3/19（火）…»."""
        above = [s for s in self.page.sentences if s.end <= sentence.start and sentence.line - s.line == 1]
        if not above or not self.heading(above[0]) or above[0].end - above[0].start > 60:
            return None
        text = self.page.norm[above[0].start:above[0].end]
        if re.search("更新|掲載|公開|発行|現在|号|登録|[0-9]版", text) or (re.fullmatch(r"[\s0-9年月日/.:()（）一-龥]{0,24}", text) and "■" not in text):
            return None
        return self.date_in(above[0].start, above[0].end, above[0].end, ("event",))

    def _own_dates(self, sentence: Sentence, mentions: Sequence[Mention], start: int, end: int) -> dict[int, DateMention]:
        """Counterparts that each have their day: «A市と7月1日に、B市と8月8日に締結しました»."""
        norm = self.page.norm
        found: dict[int, DateMention] = {}
        for m in mentions:
            rest = norm[m.end:end]
            bare = re.match(r"(?:\([^()]*\))*とは?、?", rest)
            if bare:
                at = m.end + bare.end()
                own = next((d for a, b, d in self.dates if a == at), None)
                if own:
                    found[m.entity] = own
        return found if len(found) > 1 else {}

    def _part_of(self, one: int, two: int) -> bool:
        """Whether one is a unit of the other: «青葉市教育委員会» of «青葉市»."""
        a, b = self.entity(one), self.entity(two)
        return "unit" in (a.type, b.type) and (a.name.startswith(b.name) or b.name.startswith(a.name))

    def _pairs(self, numbers: Sequence[int], mentions: Sequence[Mention]) -> list[list[int]]:
        """One tie a counterpart: the counterparts are the side with more organisations, the other side stays whole."""
        norm = self.page.norm
        groups: list[list[int]] = []
        last: Mention | None = None
        for m in mentions:
            if last is not None and re.search("は|が", norm[last.end:m.start]):
                groups.append([])
            if not groups:
                groups.append([])
            groups[-1].append(m.entity)
            last = m
        subject = [e for e in (groups[0] if len(groups) > 1 else [numbers[0]]) if e in numbers]
        if self.names.publisher is not None and self.names.publisher in numbers:
            subject = [self.names.publisher]
        with_them = [m.entity for m in mentions if re.match(r"(?:\([^()]*\))*(?:ととも|と共に|と連携して|と共同)", norm[m.end:m.end + 40])]
        subject = list(dict.fromkeys([*subject, *(e for e in with_them if e in numbers)]))
        others = [e for e in numbers if e not in subject]
        if not others:
            return [list(numbers)]
        return [[*subject, other] for other in others]

    def _title(self, sentence: Sentence, text: str, noun: re.Match[str]) -> tuple[int, int] | None:
        name = self._plain_name(text, noun)
        if len(name) < 4 or not re.search("協定|覚書|合意|契約", name):
            return None
        start = text[:noun.end()].rfind(name)
        return (sentence.start + start, sentence.start + start + len(name))

    def _late_date(self, sentence: Sentence, text: str, near: int) -> None:
        """A sentence about the same signing that adds its day: «協定書は3月25日、…にて交わされました»."""
        if not re.search("締結|交わ|調印|署名|締結式|調印式", text):
            return
        date = self.date_in(sentence.start, sentence.end, sentence.start + near, ("event",))
        last = next((f for f in reversed(self.found) if f.kind in AGREED), None)
        if date and last and last.date is None and sentence.start - last.sentence.end < 200:
            last.date = date
            last.more.append((sentence.start, sentence.end))
            last.status = self.dated(last.status, date)

    def _same_agreement(self, sentence: Sentence, text: str, groups: Sequence[Group], status: str, near: int) -> None:
        """«Xが本協定に加わりました»: the agreement again, with one party more; «同協定は終了»: its end."""
        last = next((f for f in reversed(self.found) if f.kind in AGREED), None)
        if last is None:
            return
        joins = [g for g in groups if g.case == "subject"] if re.search("加わ|参画|参加", text) else []
        parties = dict(last.parties)
        for group in joins:
            for entity in group.entities:
                parties.setdefault(entity, "party")
        if joins and len(parties) == len(last.parties):
            return
        date = self.date_in(sentence.start, sentence.end, sentence.start + near, ("event", "end"))
        self.found.append(Found(last.kind, status if not joins else self.dated(status, date), tuple(parties.items()), sentence,
                                last.mentions + tuple(m for g in joins for m in g.mentions), date, last.title, 0.7,
                                [(last.sentence.start, last.sentence.end)], named=last.named))

    # -- directed kinds ---------------------------------------------------------------------------------------------

    def _directed(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        heading = self.heading(sentence)
        for kind, trigger in words()["directed"].items():
            match = re.search(trigger, text)
            if not match or (kind == "pfi" and re.search("アドバイザ", text)):
                continue
            if self._covered(kind, text, sentence):
                continue
            status = self._directed_status(kind, text, match, heading)
            if status is None:
                continue
            self._add_directed(kind, status, sentence, text, groups, match, heading)
            if kind not in ("donation",):
                break

    def _covered(self, kind: str, text: str, sentence: Sentence) -> bool:
        """Whether the sentence is about an agreement of another kind that only mentions this one's word."""
        if kind == "support" and (re.search("連携協定|協定を|寄[附付]", text) or any(f.sentence == sentence for f in self.found)):
            return not re.search("助言業務", text)
        if kind == "outsourcing":
            if re.search("(?:連携|応援|支援)に?(?:関する)?協定", text) and not re.search("委託し|受託し|業務委託", text):
                return True
            return any(f.sentence == sentence and f.kind in ("designated_manager", "pfi", "naming_rights") for f in self.found)
        if kind == "donation":
            if not pattern("frames.gift").search(text):
                return True
            return re.search("感謝状", text) is None and pattern("frames.no_gift").search(text) is not None
        return kind == "pfi" and not re.search("契約|選定|落札|優先交渉|決定|設立|出資|締結|構成|代表", text)

    def _directed_status(self, kind: str, text: str, match: re.Match[str], heading: bool) -> str | None:
        tail = text[match.end():]
        around = text[max(0, match.start() - 60):]
        if pattern("frames.no_assertion").search(tail[:70]) and "公募型" not in text \
                and not re.search("決定|選定|決ま|締結しました|寄[附付]いただ|指定しました", tail):
            return None
        if re.search("取り消|白紙|中止", text) and kind in ("outsourcing", "designated_manager", "pfi"):
            return "cancelled"
        if heading and kind in ("outsourcing", "pfi") and re.search("落札者|優先交渉", self.page.norm) and not re.search("契約", text):
            return "preliminary"
        if pattern("preliminary").search(text) and kind in ("outsourcing", "pfi", "designated_manager") \
                and not pattern("frames.decided").search(text):
            return "preliminary"
        if pattern("frames.run_out").search(text):
            return "ended"
        if re.search("契約を?更新|更新し", text):
            return "renewed"
        if not pattern("directed_done").search(text) and not heading:
            return None
        if pattern("frames.coming").search(around):
            return "planned"
        return "concluded"

    def _sides(self, kind: str, groups: Sequence[Group], sentence: Sentence, text: str) -> tuple[list[int], list[int], list[Mention]]:
        """The public side and the other side of a directed tie, and where they stand."""
        public: list[int] = []
        other: list[int] = []
        used: list[Mention] = []
        for group in groups:
            if self._quoted(sentence, group.start) and not group.after.startswith("」"):
                continue
            if group.case == "source" or (group.case == "of" and self.entity(group.entities[0]).type == "national_government"):
                continue
            if group.case == "by" and kind != "donation" and not re.match("による(?:[^。]{0,14})(?:支援|派遣|寄)", group.after):
                continue
            for m in group.mentions:
                e = self.entity(m.entity)
                if e.type == "national_government" and kind in ("secondment", "donation", "naming_rights"):
                    continue
                side = public if e.public and e.type not in ("agency",) else other
                if m.entity not in side:
                    side.append(m.entity)
                used.append(m)
        return public, other, used

    def _add_directed(self, kind: str, status: str, sentence: Sentence, text: str, groups: list[Group],
                      match: re.Match[str], heading: bool) -> None:
        public, other, used = self._sides(kind, groups, sentence, text)
        if kind == "outsourcing" and status == "preliminary" and pattern("frames.pfi_method").search(self.page.norm) \
                and not re.search("PFI終了", self.page.norm):
            kind = "pfi"
        asks, gives = ROLES[kind]
        if kind in ("outsourcing", "pfi", "designated_manager"):
            other = [self._group_of(e, text) for e in other]
        collectives = [e for e in other if self.entity(e).type == "consortium"]
        if kind in ("outsourcing", "designated_manager", "pfi") and collectives:
            other = collectives
        if not public:
            home = self.names.publisher
            if home is not None and self.entity(home).public:
                public = [home]
            elif len(other) >= 2:
                public, other = self._by_particle(kind, groups, other)
            elif home is None:
                public = [e for e in self.topic if self.entity(e).public][:1] or self._main_city()
        if not other and public:
            home = self.names.publisher
            own = any(g.case == "subject" for g in groups if set(g.entities) & set(public))
            told = not own and (kind != "donation" or pattern("frames.we_gave").search(text))
            if home is not None and not self.entity(home).public and told:
                other = [home]
            elif len(public) >= 2 and kind in ("support", "outsourcing", "donation", "secondment"):
                public, other = self._by_particle(kind, groups, public)
        if not public or not other:
            return
        if kind == "support" and heading:
            return
        kinds = ("event", "start", "announced") if status == "preliminary" else ("event", "start")
        date = self.date_in(sentence.start, sentence.end, sentence.start + match.start(), kinds)
        if status == "ended":
            date = self.date_in(sentence.start, sentence.end, sentence.end, ("end", "event")) or date
        status = self.dated(status, date)
        single = kind in ("designated_manager", "pfi") or re.search("からなる(?:コンソ|グループ|共同)|共同で|連名で|3者|三者", text)
        sets = [(public, other)] if single else [([p], [o]) for p in public for o in other] if kind not in ("donation", "naming_rights") \
            else [(public[:1], [o]) for o in other]
        for a, b in sets:
            parties = tuple([(e, asks) for e in a] + [(e, gives) for e in b])
            self.found.append(Found(kind, status, parties, sentence, tuple(m for m in used if m.entity in dict(parties)), date,
                                    None, 0.8 if not heading else 0.6, heading=heading))

    def _main_city(self) -> list[int]:
        """The municipality that a document without a publisher speaks of most; none where two are named as often."""
        counts: dict[int, int] = {}
        for m in self.names.mentions:
            if self.entity(m.entity).type == "municipality":
                counts[m.entity] = counts.get(m.entity, 0) + 1
        best = sorted(counts, key=lambda e: (-counts[e], e))
        return best[:1] if len(best) == 1 or (best and counts[best[0]] > 2 * counts[best[1]]) else []

    def _group_of(self, number: int, text: str) -> int:
        """The named group that a firm leads («Xグループ»), where the text says that its group was chosen."""
        if "グループ" in text or "代表" in text:
            for k, e in enumerate(self.names.entities):
                if e.type == "consortium" and e.name == self.entity(number).name + "グループ":
                    return k
        return number

    def _by_particle(self, kind: str, groups: Sequence[Group], among: Sequence[int]) -> tuple[list[int], list[int]]:
        """Sides of one sector: who gives (donor, sender, contractor, supporter) is told by the particle."""
        giver: list[int] = []
        taker: list[int] = []
        for group in groups:
            inside = [e for e in group.entities if e in among]
            if group.case == "from":
                giver += inside
            elif group.case in ("to", "object") and kind != "outsourcing":
                taker += inside
            elif group.case == "to":
                giver += inside
        for group in groups:
            inside = [e for e in group.entities if e in among and e not in giver and e not in taker]
            if group.case == "subject":
                (giver if taker and not giver else taker).extend(inside)
        return taker, giver

    # -- collectives ------------------------------------------------------------------------------------------------

    def _collective(self, groups: Sequence[Group], mentions: Sequence[Mention], near: int) -> Mention | None:
        found = [m for m in mentions if self.entity(m.entity).type in COLLECTIVE]
        return min(found, key=lambda m: abs(m.start - near)) if found else None

    def _collectives(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        mentions = self.names.between(sentence.start, sentence.end)
        if re.search("事務局|運営", text):
            self._secretariat(sentence, text, groups, mentions)
        match = pattern("member").search(text)
        if not match or (self.heading(sentence) and not re.search("参画|加入|加盟|入会|参加|協賛団体", text)):
            return
        if pattern("frames.joining_call").search(text):
            return
        collective = self._collective(groups, mentions, sentence.start + match.start())
        if collective is None:
            return
        members: list[Mention] = []
        for group in groups:
            if self._quoted(sentence, group.start) and not group.after.startswith(("」", "』")):
                continue
            inside = [m for m in group.mentions if m.entity != collective.entity and self.entity(m.entity).type not in COLLECTIVE]
            joins = re.search("参画|加入|加盟|入会", match[0])
            if joins and group.start > sentence.start + match.start():
                continue
            if not inside or (group.case in ("source", "from", "by") and "からなる" not in text and "による" not in text):
                continue
            if group.case == "of" and not group.counted and not re.match("の[^、。]{0,12}(?:代表|会長|企業|職員)", group.after) and len(inside) < 2:
                continue
            if group.case == "to":
                continue
            members += inside
        if not members and re.search("参画|加入|加盟|入会|参加", text):
            subject = self.subject([collective.entity])
            if subject is not None and self.entity(subject).type not in COLLECTIVE and re.search("(?:に|へ)(?:新たに)?(?:参画|加入|加盟|入会|参加)", text):
                self._add_members(sentence, text, [], [subject], collective, match)
            return
        if members:
            self._add_members(sentence, text, members, list(dict.fromkeys(m.entity for m in members)), collective, match)

    def _add_members(self, sentence: Sentence, text: str, mentions: Sequence[Mention], members: Sequence[int],
                     collective: Mention, match: re.Match[str]) -> None:
        joining = pattern("frames.joins").search(text)
        date = self.date_in(sentence.start, sentence.end, sentence.start + match.end()) if joining else None
        status = "planned" if pattern("frames.will_join").search(text) and not re.search("参加して", text) else "concluded"
        if re.search("脱退|退会|離脱", text):
            status = "ended"
        parties = tuple([(e, "member") for e in members] + [(collective.entity, "collective")])
        self.found.append(Found("membership", self.dated(status, date), parties, sentence, (*mentions, collective), date, None, 0.75))

    def _secretariat(self, sentence: Sentence, text: str, groups: Sequence[Group], mentions: Sequence[Mention]) -> None:
        if re.search("ご相談|お問い?合わせ|連絡先|募集|希望", text) and "務め" not in text:
            return
        office = re.search("事務局", text)
        runs = pattern("frames.runs").search(text)
        if not office and not runs:
            return
        collective = self._collective(groups, [m for m in mentions if self.entity(m.entity).type in COLLECTIVE
                                               and self.entity(m.entity).type != "government_association"],
                                      sentence.start + (office or runs).start())  # type: ignore[union-attr]
        number = collective.entity if collective else None
        if number is None and office:
            known = [e for e in [self.names.publisher, *self.topic] if e is not None and self.entity(e).type in COLLECTIVE]
            if not known:
                known = list(dict.fromkeys(m.entity for m in self.names.mentions if m.end <= sentence.start
                                           and self.entity(m.entity).type in COLLECTIVE))[-1:]
            number = known[0] if known else None
        if number is None:
            return
        operators: list[Mention] = []
        if office:
            role = re.search("事務局[^。、]{0,8}(?:を|は|に|も|として|:|・|=)", text)
            if not role or not pattern("frames.office_done").search(text):
                return
            at = sentence.start + office.start()
            for m in mentions:
                if m.entity == number or self.entity(m.entity).type in COLLECTIVE:
                    continue
                after = self.page.norm[m.end:m.end + 30]
                if pattern("frames.office_after").match(after) or (
                        m.start > at and not operators and re.match("[)、。]|が|$|に|内", after)) or re.search(
                        "事務局(?:を|に)(?:担う|務める|担当する|置く)「?$", self.page.norm[sentence.start:m.start]):
                    operators.append(m)
        else:
            for group in groups:
                if group.case in ("subject",) and number not in group.entities:
                    operators += [m for m in group.mentions if self.entity(m.entity).type not in COLLECTIVE]
                counted = re.match("(?:の[0-9]者)?が?[^、。]{0,8}運営する", group.after)
                if counted and number not in group.entities:
                    operators += [m for m in group.mentions if m not in operators]
            if re.search("運営して(?:いる|います|おり)|運営する|運営し|企画・運営", text) is None:
                return
        if not operators and office and re.search("当社|弊社|当行|本会|当会", text):
            return
        numbers = list(dict.fromkeys(m.entity for m in operators))
        if numbers:
            parties = tuple([(e, "operator") for e in numbers] + [(number, "collective")])
            self.found.append(Found("secretariat", "concluded", parties, sentence,
                                    (*operators, *([collective] if collective else [])), None, None, 0.75))

    def _cooperation(self, sentence: Sentence, text: str, groups: list[Group], before: int) -> None:
        """Joint work without the word of an agreement: «AとBが共同で…を開発し», «AだけでなくBも協力し、…を制作»."""
        if len(self.found) > before:
            return
        match = pattern("frames.together").search(text)
        if not match:
            return
        numbers: list[int] = []
        used: list[Mention] = []
        for group in groups:
            if group.case in ("subject", "with") and group.end <= sentence.start + match.start() + 2 and not self._quoted(sentence, group.start):
                used += group.mentions
        numbers = list(dict.fromkeys(m.entity for m in used))
        if len(numbers) < 2 or (self.status(text[match.start():], False) is None and "開発" not in match[0] and "制作" not in match[0]):
            return
        kind = "joint_research" if match["make"] else "partnership"
        date = self.date_in(sentence.start, sentence.end, sentence.start + match.start())
        self.found.append(Found(kind, "concluded", tuple((e, "party") for e in numbers), sentence, tuple(used), date, None, 0.65))

    def _registered(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        """«Xは、支援事業者として登録されています»: a member of the platform that the text speaks of."""
        if not pattern("frames.registered").search(text) or re.search("商標|文化財|遺産|登録者", text):
            return
        before = [m.entity for m in self.names.mentions if m.start <= sentence.end and self.entity(m.entity).type == "platform"]
        members = [m for g in groups if g.case in ("subject", "") for m in g.mentions
                   if self.entity(m.entity).type not in COLLECTIVE and not self.entity(m.entity).public]
        if not before or not members:
            return
        last = next((f for f in reversed(self.found) if f.kind == "membership" and dict(f.parties).get(before[-1]) == "collective"), None)
        if last is not None and sentence.start - last.sentence.end < 60:
            parties = {**{e: r for e, r in last.parties if r == "member"}, **{m.entity: "member" for m in members}, before[-1]: "collective"}
            last.parties = tuple(parties.items())
            last.mentions += tuple(members)
            last.more.append((sentence.start, sentence.end))
            return
        parties = {**{m.entity: "member" for m in members}, before[-1]: "collective"}
        self.found.append(Found("membership", "concluded", tuple(parties.items()), sentence, tuple(members), None, None, 0.6))

    def _sequels(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        """«…協定を結ぶのは、X（平成21年度）に続く2件目»: an earlier tie of the same kind with X."""
        last = next((f for f in reversed(self.found) if f.kind in AGREED), None)
        earlier = [g for g in groups if re.match("に(?:次[ぐい]|続[くい]|つづ[くい])", g.after)]
        if last is None or not earlier or ("協定" not in text and "協定" not in self.page.norm[last.sentence.start:last.sentence.end]):
            return
        viewed = [g for g in groups if re.match("(?:から|より)(?:み|見)", g.after)]
        partners = earlier[-1].entities
        public = all(self.entity(e).public for e in partners)
        own = viewed[0].entities[0] if viewed else self.names.publisher
        if own is None:
            own = next((e for e, _ in last.parties if e not in partners and (not public or not self.entity(e).public)), None)
        if own is None or own in partners:
            return
        near = self.page.norm.find(")", earlier[-1].end)
        date = self.date_in(earlier[-1].end, max(earlier[-1].end, near), earlier[-1].end)
        for one in partners:
            self.found.append(Found(last.kind, "concluded", ((own, "party"), (one, "party")), sentence, earlier[-1].mentions, date, None, 0.6,
                                    [(last.sentence.start, last.sentence.end)]))

    def _comments(self, sentence: Sentence, text: str) -> None:
        """«Xとの協定締結について、各自治体の首長から…»: the heads whose words follow under their own headings."""
        if not re.search("協定", text) or not re.search("(?:首長|市長|町長|各自治体)[^。]{0,16}(?:から|より)", text) or not re.search("コメント|言葉|メッセージ|声", text):
            return
        named = [m for m in self.names.between(sentence.start, sentence.end) if not self.entity(m.entity).public]
        if len({m.entity for m in named}) != 1:
            return
        own = named[0]
        for other in self.page.sentences:
            if other.start <= sentence.end or not self.heading(other) or other.end - other.start > 30:
                continue
            inside = self.names.between(other.start, other.end)
            if len(inside) == 1 and self.entity(inside[0].entity).type == "municipality" and re.search("(?:市長|町長|村長|区長)$", self.page.norm[other.start:other.end].rstrip()):
                kind = "comprehensive_partnership" if "包括" in text else "partnership"
                self.found.append(Found(kind, "concluded", ((own.entity, "party"), (inside[0].entity, "party")), sentence,
                                        (own, inside[0]), None, None, 0.6, [(other.start, other.end)]))

    def _founding(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        match = pattern("founding").search(text)
        if not match or (self.heading(sentence) and sentence.line > 2):
            return
        if pattern("frames.no_founding").search(text):
            return
        mentions = self.names.between(sentence.start, sentence.end)
        target: Mention | None = None
        for m in mentions:
            e = self.entity(m.entity)
            after = self.page.norm[m.end:match.start() + sentence.start] if m.end <= sentence.start + match.start() else None
            bare = re.sub(r"[」』]|\([^()]*\)", "", after) if after is not None else None
            fits = e.type in COLLECTIVE or e.form is not None or e.type in ("company", "association", "nonprofit", "tourism", "other", "unit")
            if fits and bare is not None and pattern("frames.founded_object").fullmatch(bare):
                target = m
        if target is None:
            heads = [g for g in groups if g.case == "subject" and g.after.lstrip("」』").startswith("は") and len(g.mentions) == 1
                     and self.entity(g.mentions[0].entity).type in COLLECTIVE]
            if heads and any(g.case == "subject" and re.match("[」』]?が", g.after) for g in groups) and match.start() + sentence.start > heads[0].end:
                target = heads[0].mentions[0]
        if target is None:
            return
        founders: list[Mention] = []
        for group in groups:
            inside = [m for m in group.mentions if m.entity != target.entity]
            if not inside or (group.start > sentence.start + match.start() and group.case != "subject"):
                continue
            if self._quoted(sentence, group.start):
                continue
            if (group.case in ("subject", "with") and not (re.match("では|において", group.after) and re.search("(?:設立|設置|開設|発足)され", text))) or (group.case in ("by", "at") and self.entity(target.entity).type in COLLECTIVE) or (group.after[:1] == "で" and len(inside) > 1) or (group.case == "" and self.heading(sentence)):
                founders += inside
        numbers = list(dict.fromkeys(m.entity for m in founders))
        passive = pattern("frames.founded_passive").search(text)
        if not numbers and not passive and not self.heading(sentence):
            subject = self.subject([target.entity])
            numbers = [subject] if subject is not None else []
        if not numbers or (all(self.entity(e).type in COLLECTIVE for e in numbers) and self.entity(target.entity).type not in COLLECTIVE):
            return
        date = self.date_in(sentence.start, sentence.end, sentence.start + match.start())
        status = "planned" if pattern("frames.will_found").search(text[match.start():]) else "concluded"
        if re.search("第[0-9一二三四五]+条", text):
            status = "concluded"
        parties = tuple([(e, "founder") for e in numbers] + [(target.entity, "collective")])
        self.found.append(Found("founding", self.dated(status, date), parties, sentence, (*founders, target), date, None, 0.75,
                                heading=self.heading(sentence)))

    def _investment(self, sentence: Sentence, text: str, groups: list[Group]) -> None:
        match = re.search("出資(?:し|を|す|契約)|引き受け|第三者割当", text)
        if not match or (re.search("資本業務提携|共同出資して設立した会社を", text) and "引き受け" not in text):
            return
        investors: list[int] = []
        targets: list[int] = []
        used: list[Mention] = []
        for group in groups:
            if group.case == "subject":
                investors += group.entities
            elif group.case in ("to",) or re.match("(?:が|の)発行する", group.after):
                targets += group.entities
            else:
                continue
            used += group.mentions
        issuer = [g for g in groups if re.match("が発行", g.after)]
        if issuer:
            targets = issuer[0].entities
            investors = [e for e in investors if e not in targets]
            capital = next((f for f in reversed(self.found) if f.kind == "capital_alliance"), None)
            if capital:
                roles = {**{e: "party" for e, _ in capital.parties}, **{e: "investor" for e in investors}, **{e: "investee" for e in targets}}
                if set(roles) == capital.entities:
                    capital.parties = tuple(roles.items())
                    capital.more.append((sentence.start, sentence.end))
                    return
        if not targets:
            last = next((f for f in reversed(self.found) if f.kind == "founding"), None)
            if last and investors:
                targets = [e for e, role in last.parties if role == "collective"]
        investors = [e for e in dict.fromkeys(investors) if e not in targets]
        if not investors and targets:
            home = self.subject(targets)
            investors = [home] if home is not None else []
        if not investors or not targets:
            return
        status = "planned" if re.search("出資(?:します|する(?:予定|方針|こと|。))", text) else "concluded"
        date = self.date_in(sentence.start, sentence.end, sentence.start + match.start())
        parties = tuple([(e, "investor") for e in investors] + [(e, "investee") for e in targets])
        self.found.append(Found("investment", self.dated(status, date), parties, sentence, tuple(used), date, None, 0.7))

    # -- brokers ----------------------------------------------------------------------------------------------------

    def _brokers(self, sentence: Sentence, text: str, groups: Sequence[Group]) -> set[int]:
        """Who brought others together in this sentence: «Aの紹介により», «AがBとCをつなぎ»."""
        found: set[int] = set()
        norm = self.page.norm
        for m in self.names.between(sentence.start, sentence.end):
            rest = re.sub(r"^(?:」|』|\([^()]*\))*", "", norm[m.end:sentence.end])
            if pattern("broker_by").match(rest):
                found.add(m.entity)
        verb = pattern("broker_verb").search(text)
        if verb and not found:
            acts = [g for g in groups if g.case in ("subject", "from") and g.start < sentence.start + verb.start() and len(g.entities) == 1]
            if len(acts) >= 1 and re.match("が(?:つな|繋|橋渡し|仲介|仲立ち|紹介)", acts[-1].after) and any(len(g.entities) >= 2 for g in groups):
                return set(acts[-1].entities)
            others = {e for g in groups for e in g.entities if g.case in ("with", "object", "to", "of")}
            if acts and len(others - set(acts[-1].entities)) >= 1 and not re.search("役割|橋渡し役|をつなぐ(?:役|仕組)|目指|つなげていき", text):
                found |= set(acts[0].entities if len(acts) == 1 else acts[-1].entities)
        return found

    def _brokerage(self, sentence: Sentence, text: str, groups: Sequence[Group], brokers: set[int], before: int) -> None:
        if not brokers:
            return
        if re.search("に関すること|募集|ください|ことができ|役割を担|目指し", text):
            return
        ties = [n for n in range(before, len(self.found)) if self.found[n].kind not in ("brokerage", "membership", "secretariat")
                and not self.found[n].entities & brokers]
        connected = {m.entity for m in self.names.between(sentence.start, sentence.end)} - brokers
        connected = {e for e in connected if self.entity(e).type not in ("national_government",)}
        led: int | None = ties[0] if ties else None
        if led is None:
            earlier = [n for n in range(len(self.found)) if self.found[n].kind not in ("brokerage", "membership", "secretariat", "outsourcing")
                       and not self.found[n].entities & brokers]
            fits = [n for n in earlier if connected and connected <= self.found[n].entities] or [n for n in earlier if connected & self.found[n].entities]
            if fits:
                led = fits[-1]
            elif earlier and len(connected) < 2 and sentence.start - self.found[earlier[-1]].sentence.end < 400:
                led = earlier[-1]
        if led is not None and (len(connected) < 2 or connected & self.found[led].entities):
            partners = self.found[led].entities
        elif len(connected) >= 2:
            partners = frozenset(connected)
        else:
            subject = self.subject([*connected, *brokers])
            if subject is None or not connected:
                return
            partners = frozenset({*connected, subject})
        if len(partners) < 2 or partners & brokers:
            return
        tie = self.found[led] if led is not None else None
        mentions = tuple(m for m in self.names.between(sentence.start, sentence.end) if m.entity in partners | brokers)
        for broker in sorted(brokers):
            parties = ((broker, "broker"), *((e, "connected") for e in sorted(partners)))
            more = [(tie.sentence.start, tie.sentence.end)] if tie else []
            self.found.append(Found("brokerage", "concluded", parties, sentence, mentions + (tie.mentions if tie else ()),
                                    tie.date if tie else None, None, 0.8, more, led, "evidenced"))


# -- one tie, once -------------------------------------------------------------------------------------------------

#: What tells more wins where two sentences tell of one signing.
_SPECIFIC = ("capital_alliance", "memorandum", "basic_agreement", "comprehensive_partnership", "disaster_support",
             "business_alliance", "partnership")


def merged(found: Sequence[Found]) -> list[Found]:
    """The ties of a page, each once: what several sentences tell of one event is put together.

    Two stand for one event where family and parties agree and nothing parts them (two dates, two states, two names).
    A heading that names fewer parties than the sentence under it is dropped.
    """
    kept: list[Found] = []
    target: dict[int, Found] = {}
    for number, one in enumerate(found):
        twin = next((k for k in kept if _same(k, one)), None)
        if twin is None:
            kept.append(one)
            target[number] = one
        else:
            _join(twin, one)
            target[number] = twin
    told = {(family(k.kind), e) for k in kept if not k.heading for e in k.entities}
    kept = [k for k in kept if not (k.heading and k.sentence.line <= 3 and not k.listed and k.date is None and k.kind != "brokerage"
                                    and all((family(k.kind), e) in told for e in k.entities)
                                    and not any(k.entities <= o.entities for o in kept if o is not k))]
    full = [k for k in kept if not any(_within(k, other) for other in kept if other is not k)]
    gone = {id(k): next((o for o in full if _within(k, o)), None) for k in kept if k not in full}
    for one in full:
        if one.led_to is not None:
            tie = target[one.led_to]
            tie = gone.get(id(tie)) or tie
            one.led_to = next((n for n, other in enumerate(full) if other is tie), None)
            one.date = one.date or tie.date
    return full


def _same(a: Found, b: Found) -> bool:
    if family(a.kind) != family(b.kind) or a.entities != b.entities:
        return False
    if a.kind == "brokerage":
        return dict(a.parties) == dict(b.parties)
    if a.date and b.date and not (a.date.value.startswith(b.date.value) or b.date.value.startswith(a.date.value)):
        return a.kind in ("membership", "secretariat")
    final = {"ended", "cancelled", "renewed"}
    if (a.status in final or b.status in final) and a.status != b.status:
        return False
    if a.kind == "field_trial" and "planned" in (a.status, b.status) and a.status != b.status and not (a.heading or b.heading):
        return False
    if a.named and b.named and _parted(a, b):
        return False
    return {a.kind, b.kind} != {"memorandum", "comprehensive_partnership"}


def _parted(a: Found, b: Found) -> bool:
    """Whether two names are of two agreements: both full («…に関する…»), neither holds the other."""
    one, two = (re.sub("[書「」]|の締結|包括|的な?|連携|地域", "", n or "") for n in (a.named, b.named))
    full = ("に関する" in one and "に関する" in two) or ("に" in one and "に" in two)
    return full and one not in two and two not in one and a.kind != b.kind


def _join(a: Found, b: Found) -> None:
    if a.kind in _SPECIFIC and b.kind in _SPECIFIC and _SPECIFIC.index(b.kind) < _SPECIFIC.index(a.kind):
        a.kind = b.kind
    if (a.date is None or (b.date and len(b.date.value) > len(a.date.value))) and b.date:
        a.date = b.date
        a.more.append((b.sentence.start, b.sentence.end))
    if (b.named and (not a.named or len(b.named) > len(a.named))):
        a.named, a.title = b.named, b.title
    if a.heading and not b.heading:
        a.more.append((a.sentence.start, a.sentence.end))
        a.sentence, a.heading = b.sentence, False
        a.status = b.status
        a.mentions = b.mentions + a.mentions
    elif a.status == "planned" and b.status == "concluded" and not b.heading:
        a.status = b.status
    if b.sentence != a.sentence and (b.sentence.start, b.sentence.end) not in a.more and len(a.more) < 4:
        a.more.append((b.sentence.start, b.sentence.end))
    a.mentions = a.mentions + b.mentions
    a.confidence = min(0.99, max(a.confidence, b.confidence) + 0.04)


def _within(small: Found, big: Found) -> bool:
    if family(small.kind) != family(big.kind) or small.kind == "brokerage":
        return False
    named = {m.entity for m in small.mentions}
    early = small.heading and small.sentence.line <= 3 and not small.listed
    if early and not big.heading and named and named < small.entities and named <= big.entities:
        return True
    if not small.entities < big.entities:
        return False
    if small.kind == "membership":
        return dict(big.parties).get(next((e for e, r in small.parties if r == "collective"), -1)) == "collective" and not small.date
    if small.listed and not small.date:
        return True
    return (small.heading and (small.date is None or small.date == big.date)) or (
        small.date is not None and big.date is not None and small.date.value == big.date.value and small.kind == big.kind
        and small.sentence == big.sentence)
