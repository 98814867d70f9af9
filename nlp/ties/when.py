"""When a tie was made and in what state it is: the one date of a page that is the tie's own, or none, and its status.

Every date of a page, and «none», is weighed as a candidate: how it is written and where it stands, what its clause, its
label and its heading say, how it stands towards the words that tell the tie and towards the tie's parties. Weights come
from nlp.training.when.
"""
from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from nlp.dates import DateMention
from nlp.linear import Linear, linear
from nlp.names.entities import Mention
from nlp.patterns import pattern, words
from nlp.ties.anchors import Anchor, moods
from nlp.ties.candidates import Scene
from nlp.ties.dating import Asked, Dating, own_places, signing_over, standing, states_told, told_state
from nlp.ties.kinds import AGREED

#: A date with its place: [start, end) of `Page.norm`.
PlacedDate = tuple[int, int, DateMention]

_MODEL = "when"
#: Dates further from the anchor than this many blocks are no candidates, but for those at the page's head.
_REACH = 40
_HEAD = 5
#: What a label says that gives a tie's own date, not the page's.
_OWN_LABELS = frozenset(("sign", "ceremony", "when", "term", "begin", "decided", "founded", "given", "ended"))
_FAMILIES = {kind: family for family, kinds in {
    "agreement": ("comprehensive_partnership", "partnership", "disaster_support", "memorandum", "basic_agreement", "business_alliance",
                  "capital_alliance"),
    "research": ("joint_research", "field_trial"), "contract": ("outsourcing", "designated_manager", "pfi", "naming_rights"),
    "money": ("donation", "investment"), "people": ("secondment", "support"),
    "collective": ("membership", "secretariat", "founding")}.items() for kind in kinds}
_MARKS = " ・-–—()[]【】<>〈〉《》◆◇■□▼▽●○◎★☆*※「」『』:：|｜/=＝"


class When:
    """The dates of one page and what is known of each; made once a page."""

    def __init__(self, scene: Scene, dates: Sequence[PlacedDate]) -> None:
        self.scene = scene
        self.dates = sorted(dates, key=lambda d: (d[0], d[1]))
        self.starts = [d[0] for d in self.dates]
        self.published = scene.layout.page.document.published
        starts = scene.layout.starts
        self.blocks = [max(0, bisect_right(starts, d[0]) - 1) for d in self.dates]
        self._values: dict[str, int] = {}
        for _, _, d in self.dates:
            self._values[d.value] = self._values.get(d.value, 0) + 1
        norm = scene.layout.page.norm
        # dates that begin their line or sentence: what follows is dated by them
        self._leads = [not norm[scene.layout.blocks[b].sentence.start:d[0]].strip(_MARKS + "0123456789.")
                       for d, b in zip(self.dates, self.blocks, strict=True)]
        self._dated = frozenset(self.blocks)
        self._dated_blocks = sorted(self._dated)
        self._signs = sum("sign" in _fits("labels", scene.layout.blocks[b].label) for b in self._dated)
        self._dating = Dating(scene, self.dates, self.blocks)
        self._fits: dict[Asked, dict[str, str]] = {}
        self._own: dict[int, list[str]] = {}
        self._scores: dict[int, float] = {}
        self._models: Mapping[str, Linear] | None = None

    def use(self, models: Mapping[str, Linear]) -> None:
        """Weighs by these models from now on, «date» and «status», not by the stored ones (training)."""
        self._models = models
        self._scores.clear()

    def _model(self, part: str) -> Linear:
        return self._models[part] if self._models is not None else linear(_MODEL, part)

    # -- dates --------------------------------------------------------------------------------------------------------

    def weigh(self, anchor: Anchor, kind: str, status: str | None, entities: frozenset[int]) -> dict[int | None, float]:
        """How likely each date (by its index in `dates`) is the tie's own; None stands for no date."""
        model = self._model("date")
        near = self.candidates(anchor)
        scores: dict[int | None, float] = {None: _score(model, self.none_features(anchor, kind, status, near))}
        for index in near:
            if index not in self._scores:
                self._scores[index] = _score(model, self.own_features(index))
            scores[index] = self._scores[index] + _score(model, self.features(index, anchor, kind, status, entities, near))
        top = max(scores.values())
        parts = {k: math.exp(s - top) for k, s in scores.items()}
        total = sum(parts.values())
        return {k: p / total for k, p in parts.items()}

    def rows(self, anchor: Anchor, kind: str, status: str | None, entities: frozenset[int]) -> tuple[list[int], list[list[str]]]:
        """The dates an anchor can mean and the features of «none» and of each of them (training)."""
        near = self.candidates(anchor)
        return near, [self.none_features(anchor, kind, status, near),
                      *([*self.own_features(i), *self.features(i, anchor, kind, status, entities, near)] for i in near)]

    def date(self, anchors: Sequence[Anchor], kind: str, status: str | None, entities: frozenset[int]) -> DateMention | None:
        """The tie's own date: the one that a rule is sure of, else the value that all the places that tell it hold likeliest."""
        if not self.dates:
            return None
        status = status or _likeliest(self.states(anchors, kind, entities, None))
        asked = Asked(tuple(anchors), kind, status, entities)
        sure = self._dating.sure(asked)
        if sure is not None:
            return self.dates[sure][2]
        barred = self._dating.barred(asked)
        total: dict[str | None, float] = {}
        best: dict[str, tuple[float, int]] = {}
        for anchor in anchors:
            for index, p in self.weigh(anchor, kind, status, entities).items():
                if index in barred:
                    continue
                value = None if index is None else self.dates[index][2].value
                total[value] = total.get(value, 0.0) + p
                if index is not None and value is not None and p > best.get(value, (-1.0, 0))[0]:
                    best[value] = (p, index)
        value = max(total, key=lambda v: (total[v], v or ""))
        return None if value is None else self.dates[best[value][1]][2]

    def candidates(self, anchor: Anchor) -> list[int]:
        """The dates that an anchor can mean: those near it and those at the page's head."""
        return [i for i, b in enumerate(self.blocks) if abs(b - anchor.block) <= _REACH or b < _HEAD]

    def own_features(self, index: int) -> list[str]:
        """What a date is by itself: how it is written, its label, its clause, its place on the page."""
        if index not in self._own:
            self._own[index] = self._own_features(index)
        return self._own[index]

    def _own_features(self, index: int) -> list[str]:
        start, end, date = self.dates[index]
        layout = self.scene.layout
        norm = layout.page.norm
        number = self.blocks[index]
        block = layout.blocks[number]
        sentence = block.sentence
        form = _form(norm[start:end])
        found = [f"form={form}", f"p={date.precision}", f"k={date.kind}", f"form={form}|k={date.kind}", f"bk={block.kind}",
                 f"bk={block.kind}|form={form}"]
        if form == "word":
            found.append(f"word={norm[start:end]}")
        for name in _fits("labels", block.label):
            found += [f"lab={name}", f"lab={name}|k={date.kind}"]
        found.append(f"haslabel={bool(block.label)}")
        if block.label:
            found.append(f"label={block.label[:8]}")
        if block.zone != "body":
            found.append(f"zone={block.zone}")
        if block.above is not None:
            found += [f"head={name}" for name in _fits("labels", layout.text(block.above)[:60])]
        found += [f"now={x}" for x in self._published(date)]
        rest = norm[end:sentence.end]
        rest = _weekday().sub("", rest, count=1)
        behind = _fits("behind", rest[:12])
        found += [f"beh={name}" for name in behind] + [f"beh={name}|k={date.kind}|form={form}" for name in behind[:2]]
        found += [f"a1={rest[:1]}", f"a2={rest[:2]}", f"a3={rest[:3]}"]
        before = norm[sentence.start:start]
        found += [f"b1={before[-1:]}", f"b2={before[-2:]}", f"b3={before[-3:]}"]
        clause = re.split("[、。]", rest, maxsplit=1)[0][:60]
        following = self.starts[index + 1] if index + 1 < len(self.dates) else sentence.end
        own = norm[end:min(sentence.end, following)]
        found += [f"cl={m}" for m in moods(clause)] + [f"own={m}" for m in moods(own)] + [f"s={m}" for m in moods(norm[sentence.start:sentence.end])]
        found += self._verbs(end, sentence.end)
        line = norm[sentence.start:sentence.end]
        bare = (line[:start - sentence.start] + _weekday().sub("", line[end - sentence.start:], count=1)).strip(_MARKS)
        printed = block.kind != "prose" and "on" in self._published(date) and not (set(_fits("labels", block.label)) & _OWN_LABELS)
        found += [f"printed={printed}|{form == 'word'}", f"leads={self._leads[index]}|bk={block.kind}|alone={len(bare) < 2}"]
        found += [f"alone={len(bare) < 2}", f"alone={len(bare) < 2}|top={number < _HEAD}", f"top={number < _HEAD}|bk={block.kind}",
                  f"last={number >= len(layout.blocks) - 4}|bk={block.kind}"]
        found += [f"only={len(self._values) == 1}", f"n={_bucket(len(self._values))}", f"said={min(3, self._values[date.value])}"]
        if norm.count("(", sentence.start, start) > norm.count(")", sentence.start, start):
            found += ["bracketed", f"bracketed|b2={before[-2:]}"]
        return found

    def _verbs(self, start: int, stop: int) -> list[str]:
        """The words behind a date up to its sentence's end: what happened then."""
        found: list[str] = []
        verbs = 0
        for n, word in enumerate(self.scene.words.after(start, stop, 24)):
            if word.pos in ("VERB", "NOUN"):
                found.append(f"w={word.lemma}" if n < 10 else f"far={word.lemma}")
            if word.pos == "VERB" and verbs < 2:
                found.append(f"v{verbs}={word.lemma}")
                verbs += 1
        return found

    def _published(self, date: DateMention) -> list[str]:
        if not self.published:
            return ["unknown"]
        length = min(len(date.value), len(self.published))
        mine, theirs = date.value[:length], self.published[:length]
        side = "on" if mine == theirs else "past" if mine < theirs else "ahead"
        found = [side, f"{side}|{date.precision}"]
        if len(date.value) == len(self.published) == 10 and side != "on":
            days = (dt.date.fromisoformat(date.value) - dt.date.fromisoformat(self.published)).days
            found.append(f"{side}|{_bucket(abs(days))}")
        elif side != "on":
            found.append(f"{side}|y{_bucket(abs(int(date.value[:4]) - int(self.published[:4])))}")
        return found

    def features(self, index: int, anchor: Anchor, kind: str, status: str | None, entities: frozenset[int],
                 near: Sequence[int]) -> list[str]:
        """How a date stands towards the anchor and the parties of the tie."""
        start, end, date = self.dates[index]
        layout = self.scene.layout
        norm = layout.page.norm
        number = self.blocks[index]
        block, theirs = layout.blocks[number], layout.blocks[anchor.block]
        form = _form(norm[start:end])
        own = [i for i in near if self.blocks[i] == anchor.block]
        gap = number - anchor.block
        where = "same" if gap == 0 else "above" if gap < 0 else "below"
        far = "same" if gap == 0 else f"{where}{_bucket(abs(gap))}"
        dated = min(2, len(own))
        found = [f"far={far}", f"far={far}|dated={dated}", f"far={far}|bb={theirs.kind}/{block.kind}", f"where={where}|form={form}",
                 f"where={where}|k={date.kind}", f"kind={kind}|k={date.kind}", f"kind={kind}|k={date.kind}|where={where}",
                 f"kind={kind}|p={date.precision}", f"section={theirs.section == block.section}|{where}",
                 f"line={block.sentence.line == theirs.sentence.line}|{where}"]
        steps = self._steps(number, anchor.block)
        lead = self._leads[index]
        following = max((i for i in near if self._leads[i] and self.dates[i][0] < anchor.start), default=None)
        found += [f"steps={steps}", f"steps={steps}|dated={dated}", f"steps={steps}|bb={theirs.kind}/{block.kind}",
                  f"lead={lead}|{where}|bb={theirs.kind}/{block.kind}",
                  f"lastlead={following == index}|dated={dated}", f"lastlead={following == index}|bk={block.kind}|{theirs.kind}"]
        if gap:
            found += [f"heads={theirs.above == number}", f"under={block.above == anchor.block}",
                      f"sisters={block.above is not None and block.above == theirs.above}|{block.kind}",
                      f"repeats={any(self.dates[i][2].value.startswith(date.value) or date.value.startswith(self.dates[i][2].value) for i in own)}"]
        found += [f"kind={kind}|lab={name}" for name in _fits("labels", block.label)]
        found += [f"{where}|lab={name}" for name in _fits("labels", block.label)]
        if block.above is not None and gap:
            found += [f"kind={kind}|head={name}" for name in _fits("labels", layout.text(block.above)[:60])]
        found += [f"kind={kind}|now={x}" for x in self._published(date)[:2]] + [f"{where}|now={x}" for x in self._published(date)]
        if status:
            found += [f"status={status}|now={x}" for x in self._published(date)] + [f"status={status}|k={date.kind}"]
        rest = _weekday().sub("", norm[end:block.sentence.end], count=1)
        found += [f"{where}|beh={name}" for name in _fits("behind", rest[:12])[:3]]
        if gap == 0:
            found += self._same_sentence(index, anchor, kind, own)
        else:
            words_ = [f for f in self.own_features(index) if f.startswith(("v0=", "cl=", "s="))]
            found += [f"{where[:2]}|{f}" for f in words_]
            text = layout.text(number)
            here = {m.entity for m in self.scene.of_block[number]}
            partners = min(2, len((here & entities) - {self.scene.names.publisher}))
            signed = bool(_fits("states", text)) and "signed" in _fits("states", text)
            tells = anchor.word in text
            found += [f"tells={tells}|partners={partners}|{where}", f"signed={signed}|partners={partners}|{where}|{block.kind}",
                      f"all={entities <= here}|{where}", f"steps={steps}|partners={partners}|tells={tells}"]
            found.append(f"tells={norm.find(anchor.word, block.sentence.start, block.sentence.end) >= 0}|{where}")
        found += [f"kind={kind}|{f}" for f in self.own_features(index) if f.startswith(("v0=", "v1=", "cl=", "w="))]
        found += self._parties(index, entities, where)
        orgs = _bucket(len(self.scene.names.entities))
        first_prose = next((i for i, x in enumerate(self.blocks) if layout.blocks[x].kind == "prose"), -1)
        found += [f"first={index == 0}|{where}|{block.kind}", f"lead={index == first_prose}|{where}",
                  f"lead={index == first_prose}|kind={kind}|{where}",
                  f"orgs={orgs}|{where}", f"orgs={orgs}|lead={index == first_prose}"]
        if "sign" in _fits("labels", block.label):
            found += [f"signs={min(2, self._signs)}|{where}", f"signs={min(2, self._signs)}|orgs={orgs}",
                      f"signs={min(2, self._signs)}|ask={theirs.kind}"]
        rank = self._rank(index, anchor)
        found += [f"rank={rank}", f"rank={rank}|dated={dated}", f"rank={rank}|given={self._given(index, anchor, entities)}|dated={dated}"]
        found += self._nearby(number, anchor, entities)
        found += self._ruled_features(index, anchor, kind, status, entities, f"{where}|{block.kind}")
        if status:
            form = "old" if status in ("concluded", "preliminary") else status
            text = layout.text(number)
            found += [f"st={form}|{x}" for x in (f"k={date.kind}", f"rank={rank}", f"where={where}", f"far={far}")]
            found += [f"st={form}|{f}" for f in self.own_features(index) if f.startswith(("beh=", "own=", "cl=", "v0="))]
            found += [f"st={form}|s={m}|{where}" for m in _fits("states", text)]
        return found

    def _ruled_features(self, index: int, anchor: Anchor, kind: str, status: str | None, entities: frozenset[int], place: str) -> list[str]:
        """Which rules choose a date and what is told to have happened on it, beside how the tie's words stand."""
        asked = Asked((anchor,), kind, status or "concluded", entities)
        rules = self._fitting(asked)
        family = _FAMILIES.get(kind, kind)
        date = self.dates[index][2]
        found = [f"rule={name}|{value == date.value}" for name, value in rules.items()] or ["rule=none"]
        found += [f"role={self._dating.roles[index]}|{status}", f"role={self._dating.roles[index]}|{place}"]
        found += [f"barred={index in self._dating.barred(asked)}"]
        found += [f"{x}|{place}" for x in standing(self.scene, anchor, kind)]
        found += [f"fam={family}|{place}|k={date.kind}", f"fam={family}|role={self._dating.roles[index]}"]
        return found

    def _fitting(self, asked: Asked) -> dict[str, str]:
        """The rules that fit a tie at one place with the values that they choose."""
        if asked not in self._fits:
            self._fits[asked] = {name: self.dates[i][2].value for name, i in self._dating.fitting(asked).items()}
        return self._fits[asked]

    def _given(self, index: int, anchor: Anchor, entities: frozenset[int]) -> str:
        """Which date of a sentence goes with the partner it names: the last before it, or the one in brackets behind it."""
        number = self.blocks[index]
        if number != anchor.block:
            return "elsewhere"
        partners = [m for m in self.scene.of_block[number] if m.entity in entities and m.entity != self.scene.names.publisher]
        if not partners:
            return "nobody"
        m = min(partners, key=lambda m: _apart(m, anchor.start, anchor.end))
        inside = [i for i, b in enumerate(self.blocks) if b == number]
        before = max((i for i in inside if self.dates[i][1] <= m.start), default=None)
        behind = min((i for i in inside if self.dates[i][0] >= m.end), default=None)
        bracket = behind is not None and self.scene.layout.page.norm[m.end:self.dates[behind][0]].strip() in ("(", "", ":")
        if bracket:
            return "bracket" if index == behind else "not bracket"
        return "before" if index == before else "behind" if index == behind else "other"

    def _nearby(self, number: int, anchor: Anchor, entities: frozenset[int]) -> list[str]:
        """How far the block of a date stands from the nearest line that names the partner."""
        scene = self.scene
        blocks = scene.layout.blocks
        lines = [b for e in entities if e != scene.names.publisher for b in scene.blocks_of.get(e, ()) if abs(b - anchor.block) <= _REACH]
        if not lines:
            return ["pb=none"]
        nearest = min(lines, key=lambda b: (abs(b - number), b))
        gap = number - nearest
        side = "same" if not gap else f"{'below' if gap > 0 else 'above'}{_bucket(abs(gap))}"
        kinds = f"{blocks[nearest].kind}/{blocks[number].kind}"
        between = range(min(number, nearest) + 1, max(number, nearest))
        strangers = any({m.entity for m in scene.of_block[b]} - entities for b in between)
        return [f"pb={side}", f"pb={side}|{kinds}", f"pb={side}|anchor={blocks[anchor.block].kind}", f"pb={side}|strangers={strangers}|{kinds}"]

    def _steps(self, number: int, block: int) -> str:
        """How many blocks with dates a block stands above or below another."""
        if number == block:
            return "same"
        a, b = (bisect_left(self._dated_blocks, x) for x in (number, block))
        return f"above{min(3, b - a)}" if number < block else f"below{min(3, a - b + (block not in self._dated_blocks))}"

    def _rank(self, index: int, anchor: Anchor) -> str:
        """Which date it is before or behind the anchor, counted from the anchor."""
        at = bisect_left(self.starts, anchor.start)
        return f"before{min(3, at - index)}" if index < at else f"behind{min(3, index - at + 1)}"

    def _same_sentence(self, index: int, anchor: Anchor, kind: str, own: Sequence[int]) -> list[str]:
        start, end, date = self.dates[index]
        norm = self.scene.layout.page.norm
        before = end <= anchor.start
        side = "before" if before else "behind"
        a, b = (end, anchor.start) if before else (anchor.end, start)
        between = norm[a:b]
        other = sum(1 for i in own if i != index and a <= self.dates[i][0] < b)
        commas = min(3, between.count("、"))
        found = [f"side={side}", f"side={side}|between={min(2, other)}", f"side={side}|commas={commas}",
                 f"side={side}|dist={_bucket(len(between) // 6)}",
                 f"side={side}|dated={min(3, len(own))}", f"side={side}|k={date.kind}", f"side={side}|word={anchor.word}",
                 f"side={side}|quote={'」' in between}", f"side={side}|kind={kind}", f"order={own.index(index)}/{min(4, len(own))}"]
        found += [f"btw={m}|{side}" for m in moods(between)]
        found.append(f"line={chr(10) in between}|{side}|leads={self._leads[index]}")
        verbs = 0
        for word in self.scene.words.within(a, b)[:30]:
            if word.pos in ("VERB", "AUX", "SCONJ"):
                found.append(f"bv={word.lemma}|{side}")
                verbs += word.pos == "VERB"
        shut = between.count(")") > between.count("(")
        found += [f"verbs={min(3, verbs)}|{side}", f"verbs={min(3, verbs)}|{side}|other={min(2, other)}",
                  f"verbs={min(2, verbs)}|{side}|commas={commas}",
                  f"shut={shut}|{side}", f"verbs={min(2, verbs)}|{side}|k={date.kind}", f"verbs={min(2, verbs)}|{side}|{_form(norm[start:end])}"]
        found += [f"bp={x}|{side}" for x in _fits("states", between)]
        return found

    def _parties(self, index: int, entities: frozenset[int], where: str) -> list[str]:
        start, end, _ = self.dates[index]
        scene = self.scene
        here = scene.of_block[self.blocks[index]]
        hub = scene.names.publisher
        partners = [m for m in here if m.entity in entities and m.entity != hub]
        others = len({m.entity for m in here} - entities)
        found = [f"partners={min(2, len({m.entity for m in partners}))}|{where}", f"others={min(2, others)}|{where}",
                 f"partners={min(2, len({m.entity for m in partners}))}|others={min(2, others)}|{where}"]
        if partners:
            m = min(partners, key=lambda m: _apart(m, start, end))
            side = "behind" if m.end <= start else "before"
            gap = _apart(m, start, end)
            between = scene.layout.page.norm[m.end:start] if side == "behind" else scene.layout.page.norm[end:m.start]
            crossed = sum(1 for i, at in enumerate(self.blocks) if at == self.blocks[index] and i != index
                          and min(m.end, end) <= self.dates[i][0] < max(m.start, start))
            stranger = sum(1 for x in here if x.entity not in entities and min(m.end, end) <= x.start < max(m.start, start))
            nearest = all(_apart(m, *self.dates[i][:2]) >= gap for i, at in enumerate(self.blocks) if at == self.blocks[index])
            found += [f"pside={side}|{where}", f"pgap={_bucket(gap // 4)}|{side}", f"pcrossed={min(2, crossed)}|{side}",
                      f"pstranger={min(2, stranger)}|{side}", f"pnearest={nearest}|{side}|{where}", f"pbracket={between.strip()[:1] == '('}|{side}"]
        return found

    def none_features(self, anchor: Anchor, kind: str, status: str | None, near: Sequence[int]) -> list[str]:
        """What speaks for a tie without a date."""
        layout = self.scene.layout
        block = layout.blocks[anchor.block]
        text = layout.text(anchor.block)
        own = sum(1 for i in near if self.blocks[i] == anchor.block)
        section = sum(1 for i in near if layout.blocks[self.blocks[i]].section == block.section)
        found = ["none", f"none|kind={kind}", f"none|bk={block.kind}", f"none|dated={min(2, own)}", f"none|near={_bucket(len(near))}",
                 f"none|section={min(2, section)}", f"none|word={anchor.word}", f"none|kind={kind}|dated={min(1, own)}",
                 f"none|bk={block.kind}|dated={min(1, own)}", f"none|pub={bool(self.published)}", f"none|kind={kind}|bk={block.kind}"]
        orgs = _bucket(len(self.scene.names.entities))
        found += [f"none|orgs={orgs}", f"none|signs={min(2, self._signs)}", f"none|orgs={orgs}|bk={block.kind}",
                  f"none|values={_bucket(len(self._values))}"]
        if status:
            found += [f"none|status={status}", f"none|status={status}|dated={min(1, own)}"]
        found += [f"none|s={m}" for m in moods(text)] + [f"none|st={m}" for m in _fits("states", text)]
        tail = text[anchor.end - block.sentence.start:]
        found += [f"none|tail={m}" for m in moods(tail)] + [f"none|cl={m}" for m in _fits("states", re.split("[、。]", tail, maxsplit=1)[0])]
        found += [f"none|post={w.lemma}" for w in self.scene.words.after(anchor.end, block.sentence.end, 4)]
        found += [f"none|pre={w.lemma}" for w in self.scene.words.before(anchor.start, block.sentence.start, 3)]
        found += [f"none|end={text.rstrip('。 ')[-3:]}", f"none|first={anchor.block < _HEAD}|bk={block.kind}|dated={min(1, own)}"]
        if own == 0:
            found += [f"none|bare|cl={m}" for m in _fits("states", re.split("[、。]", tail, maxsplit=1)[0])]
            found += [f"none|bare|s={m}" for m in moods(text)]
        family = _FAMILIES.get(kind, kind)
        found += [f"none|{x}|dated={min(1, own)}" for x in standing(self.scene, anchor, kind)]
        found += [f"none|fam={family}|dated={min(1, own)}", f"none|fam={family}|bk={block.kind}"]
        kinds = {self.dates[i][2].kind for i in near if self.blocks[i] == anchor.block}
        found += [f"none|own={k}" for k in kinds]
        return found

    # -- status -------------------------------------------------------------------------------------------------------

    def states(self, anchors: Sequence[Anchor], kind: str, entities: frozenset[int], date: DateMention | None) -> dict[str, float]:
        """How likely each status is, as all the places that tell the tie say together, after the rules that are fixed."""
        model = self._model("status")
        total = dict.fromkeys(model.classes, 0.0)
        anchors = own_places(self.scene, anchors, entities)
        for anchor in anchors:
            for status, p in model.probabilities(self.status_features(anchor, kind, entities, date)).items():
                total[status] += p / len(anchors)
        return self._ruled(total, anchors, kind, entities, date)

    def _ruled(self, p: dict[str, float], anchors: Sequence[Anchor], kind: str, entities: frozenset[int],
               date: DateMention | None) -> dict[str, float]:
        """What the words tell surely; a plan whose day is on or before the day of publication has come true.

        The day of an introduction is that of the tie that it leads to: where that is still to come, the introduction is not.
        """
        told = states_told(self.scene, anchors, kind, entities)
        if told is None and kind != "brokerage" and ((date is not None and self._ahead(date)) or self._to_come(anchors[0])):
            told = "planned"
        if told is None and date is None and kind in AGREED and self._invites(anchors):
            told = "planned"
        if any(signing_over(self.scene, a) for a in anchors):
            p = {**p, "concluded": p.get("concluded", 0.0) + p.get("ended", 0.0), "ended": 0.0}
        top = _likeliest(p)
        if told is not None and (top == "concluded" or (top == "preliminary" and told in ("cancelled", "ended"))):
            p = {**p, told: p.get(told, 0.0) + p[top], top: 0.0}
        if date is not None and self.published and date.precision in ("day", "month") and date.kind != "end" \
                and len(date.value) <= len(self.published) and date.value <= self.published and len(date.value) == 10:
            done = p.get("concluded", 0.0) + p.get("planned", 0.0)
            return {**p, "concluded": done, "planned": 0.0}
        return p

    def _invites(self, anchors: Sequence[Anchor]) -> bool:
        """Whether a page invites to the ceremony of the tie that its title tells."""
        titled = any(self.scene.layout.blocks[a.block].kind == "title" for a in anchors)
        return titled and pattern("when", "ceremony_ahead").search(self.scene.layout.page.norm) is not None

    def _tail(self, anchor: Anchor) -> str:
        return self.scene.layout.page.norm[anchor.end:self.scene.layout.blocks[anchor.block].sentence.end]

    def _to_come(self, anchor: Anchor) -> bool:
        """Whether the sentence of an anchor tells with a date that lies ahead, or with a verb of beginning, what is not made yet."""
        block = self.scene.layout.blocks[anchor.block]
        if block.kind != "prose":
            return False
        tail = self._tail(anchor)
        here = [i for i, b in enumerate(self.blocks) if b == anchor.block and self.dates[i][2].kind in ("event", "start")]
        # the date that the anchor belongs to: the last one before it, else the first behind
        own = next((i for i in reversed(here) if self.dates[i][0] < anchor.start), here[0] if here else None)
        if (own is not None and not self._ahead(self.dates[own][2])) or pattern("when", "not_ahead").search(tail):
            return False
        return pattern("when", "begins" if own is None else "ahead").search(tail) is not None

    def _ahead(self, date: DateMention) -> bool:
        """Whether a date lies behind the day on which the page was published."""
        if not self.published or date.kind not in ("event", "start") or date.precision == "fiscal_year":
            return False
        length = min(len(date.value), len(self.published))
        return date.value[:length] > self.published[:length]

    def status_features(self, anchor: Anchor, kind: str, entities: frozenset[int], date: DateMention | None) -> list[str]:
        """What the words around an anchor and the tie's date say of its state."""
        layout = self.scene.layout
        norm = layout.page.norm
        block = layout.blocks[anchor.block]
        sentence = block.sentence
        text = norm[sentence.start:sentence.end]
        tail = norm[anchor.end:sentence.end]
        clause = re.split("[、。]", tail, maxsplit=1)[0]
        w = anchor.word
        found = [f"kind={kind}", f"w={w}", f"bk={block.kind}", f"kind={kind}|bk={block.kind}"]
        for name, piece in (("s", text), ("tail", tail), ("cl", clause), ("head", layout.text(block.above) if block.above is not None else ""),
                            ("title", norm[:layout.page.head])):
            fits = [*moods(piece), *_fits("states", piece.strip())] if piece else []
            found += [f"{name}={m}" for m in fits] + [f"{name}={m}|kind={kind}" for m in fits]
            if name in ("tail", "cl"):
                found += [f"{name}={m}|w={w}" for m in fits]
        after = self.scene.words.after(anchor.end, sentence.end, 6)
        for n, word in enumerate(after):
            found += [f"p{n}={word.lemma}", f"p={word.lemma}"] if n < 4 else [f"p={word.lemma}"]
        found.append("p01=" + "+".join(x.lemma for x in after[:2]))
        found.append("p012=" + "+".join(x.lemma for x in after[:3]))
        found += [f"b{n}={x.lemma}" for n, x in enumerate(reversed(self.scene.words.before(anchor.start, sentence.start, 2)))]
        ending = [x for x in self.scene.words.before(sentence.end, anchor.start, 5) if x.pos != "PUNCT"]
        found += ["end=" + "+".join(x.lemma for x in ending[-2:]), "end3=" + "+".join(x.lemma for x in ending[-3:])]
        found += [f"e={x.lemma}" for x in ending]
        found.append(f"raw={text.rstrip('。 ')[-3:]}")
        for word in self.scene.words.after(anchor.end, sentence.end, 30):
            if word.pos in ("VERB", "NOUN"):
                found.append(f"aft={word.lemma}")
        told = told_state(self.scene, anchor)
        found += [f"told={told}", f"told={told}|kind={kind}"]
        if block.label:
            found.append(f"label={block.label[:8]}")
        if date is None:
            found += ["undated", f"undated|kind={kind}"]
        else:
            now = self._published(date)
            found += [f"now={x}" for x in now] + [f"now={now[0]}|kind={kind}", f"dk={date.kind}", f"dk={date.kind}|now={now[0]}",
                      f"dp={date.precision}"]
            found += [f"now={now[0]}|tail={m}" for m in _fits("states", tail)] + [f"now={now[0]}|cl={m}" for m in moods(clause)]
            index = next((i for i, d in enumerate(self.dates) if d[2] is date), None)
            if index is not None:
                same = self.blocks[index] == anchor.block
                found += [f"dsame={same}"] + [f"d:{f}" for f in self.own_features(index) if f.startswith(("beh=", "lab=", "v0=", "cl="))]
        return found


def _weekday() -> re.Pattern[str]:
    return pattern("when", "weekday")


@cache
def _group(group: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    names: Mapping[str, Any] = words("when")[group]
    return tuple((name, pattern("when", f"{group}.{name}")) for name in names)


@lru_cache(maxsize=8192)
def _fits(group: str, text: str) -> tuple[str, ...]:
    """Which patterns of a group of when.yaml a stretch of text holds."""
    return tuple(name for name, p in _group(group) if p.search(text)) if text else ()


@lru_cache(maxsize=8192)
def _form(text: str) -> str:
    return next((name for name, p in _group("forms") if p.search(text)), "other")


def _score(model: Linear, features: Iterable[str]) -> float:
    weights = model.weights
    return math.fsum(weights[f][0] for f in set(features) if f in weights)


def _likeliest(p: Mapping[str, float]) -> str:
    return max(p, key=lambda s: (p[s], s))


def _bucket(n: int) -> int:
    """A number in steps that grow: 0, 1, 2, 3, 4 (to 6), 7 (to 12), 13 (to 30), 31 (to 99), 100."""
    return n if n < 4 else 4 if n < 7 else 7 if n < 13 else 13 if n < 31 else 31 if n < 100 else 100


def _apart(m: Mention, start: int, end: int) -> int:
    return start - m.end if m.end <= start else max(0, m.start - end)
