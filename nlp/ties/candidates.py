"""Who may be party to what an anchor tells: every organisation of the page, with how it stands towards the anchor.

Features are plain strings; nlp.ties.readings weighs them.
"""
from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp.blocks import Layout
from nlp.names.entities import Mention, Names
from nlp.patterns import pattern
from nlp.ties.anchors import Anchor, moods
from nlp.ties.clauses import Group, groups_of, unbracketed
from nlp.ties.counted import company_features, counted_features
from nlp.ties.echoes import Echoes
from nlp.ties.rivals import rival_features
from nlp.ties.sentences import Sentences
from nlp.ties.sides import Sides, open_features, sides_of
from nlp.ties.told import Told
from nlp.ties.topics import Topics
from nlp.words import Words

_SHORT = re.compile(r"[\s「」『』()]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation as a possible party: its entity, the mention nearest to the anchor (None: implied), its features;
    `kinded` are those that tell only together with the kind of tie that is read."""
    entity: int
    mention: Mention | None
    features: tuple[str, ...]
    place: str
    kinded: tuple[str, ...] = ()


class Scene:
    """Everything about a page's organisations that candidates are judged by; made once a page."""

    def __init__(self, layout: Layout, words: Words, names: Names, date_places: Sequence[tuple[int, int]],
                 anchors: Sequence[Anchor], ruled: Sequence[Told] = ()) -> None:
        self.layout, self.words, self.names, self.anchors, self.ruled = layout, words, names, anchors, ruled
        self.date_starts = [a for a, _ in date_places]
        self.of_block: list[list[Mention]] = [names.between(b.sentence.start, b.sentence.end) for b in layout.blocks]
        self._groups: dict[int, list[Group]] = {}
        self.blocks_of: dict[int, list[int]] = {}
        for index, mentions in enumerate(self.of_block):
            for m in mentions:
                blocks = self.blocks_of.setdefault(m.entity, [])
                if not blocks or blocks[-1] != index:
                    blocks.append(index)
        self.topics = self._topics()
        self.standing = _standing(names)

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of the page with what they name."""
        return Sentences(self.layout, self.names, self.of_block, self.groups, self.anchors)

    @cached_property
    def _discourse(self) -> Topics:
        return Topics(self.sentences)

    @cached_property
    def _echoes(self) -> Echoes:
        return Echoes(self.sentences)

    @cached_property
    def _anchors_of(self) -> dict[int, list[Anchor]]:
        found: dict[int, list[Anchor]] = {}
        for anchor in self.sentences.anchors:
            found.setdefault(anchor.block, []).append(anchor)
        return found

    def groups(self, index: int) -> list[Group]:
        """The groups of a block's sentence."""
        if index not in self._groups:
            self._groups[index] = groups_of(self.layout.page, self.names, self.layout.blocks[index].sentence)
        return self._groups[index]

    def position(self, anchor: Anchor, entity: int) -> int:
        """Where an organisation's mention nearest to an anchor stands in the anchor's sentence."""
        return min((m for m in self.of_block[anchor.block] if m.entity == entity), key=lambda m: _distance(m, anchor)).start

    def stand(self, anchor: Anchor, entity: int) -> str:
        """How an organisation stands in an anchor's sentence: the case of its group, before or behind the anchor."""
        start = self.position(anchor, entity)
        group = next((g for g in self.groups(anchor.block) if any(m.start == start for m in g.mentions)), None)
        side = "<" if start < anchor.start else ">"
        return side + (group.case or "-" if group else "bracket")

    def _topics(self) -> list[int | None]:
        """Of each block, whom the sentences before it are about: their last subject."""
        found: list[int | None] = []
        last: int | None = None
        for index, block in enumerate(self.layout.blocks):
            found.append(last)
            if block.kind in ("prose", "title") and self.of_block[index]:
                for group in self.groups(index):
                    if group.case == "subject":
                        last = group.entities[0]
                        break
        return found

    def dated(self, index: int) -> bool:
        """Whether a block holds a date."""
        s = self.layout.blocks[index].sentence
        at = bisect_right(self.date_starts, s.start - 1)
        return at < len(self.date_starts) and self.date_starts[at] < s.end

    def scope(self, anchor: Anchor) -> range:
        """The blocks whose organisations an anchor may speak of besides its own: its list, its section's lines."""
        blocks = self.layout.blocks
        block = blocks[anchor.block]
        if block.kind in ("heading", "prose", "title"):
            run = self.layout.run(anchor.block)
            if block.kind == "heading" and not len(run):
                return range(anchor.block + 1, min(len(blocks), anchor.block + 2))
            return run
        first, last = anchor.block, anchor.block
        while first > 0 and blocks[first - 1].kind in ("item", "row", "labelled"):
            first -= 1
        while last + 1 < len(blocks) and blocks[last + 1].kind in ("item", "row", "labelled"):
            last += 1
        return range(first, last + 1)

    def candidates(self, anchor: Anchor) -> list[Candidate]:
        """Every organisation of the page, in its order."""
        return [self._candidate(anchor, entity) for entity in range(len(self.names.entities))]

    def _candidate(self, anchor: Anchor, number: int) -> Candidate:
        names, blocks = self.names, self.layout.blocks
        entity = names.entities[number]
        block = blocks[anchor.block]
        here = [m for m in self.of_block[anchor.block] if m.entity == number]
        own = len({m.entity for m in self.of_block[anchor.block]})
        kind = anchor.kinds[0]
        found = [f"type={entity.type}", f"type={entity.type}|k={kind}", f"own={min(own, 4)}", f"public={entity.public}|k={kind}"]
        publisher = names.publisher == number
        topic = self.topics[anchor.block] == number
        found += [f"pub={publisher}", f"pub={publisher}|own={min(own, 3)}", f"topic={topic}|own={min(own, 3)}"]
        if names.publisher is None:
            found.append("nopublisher")
        standing = self.standing[number]
        found += [f"pub={publisher}|public={entity.public}|own={min(own, 3)}", f"public={entity.public}|k={kind}|own={min(own, 3)}"]
        found += [f"st:{x}" for x in standing]
        if not here:
            found += [f"st:{x}|own={min(own, 3)}|topic={topic}" for x in standing] + [f"st:{x}|k={kind}" for x in standing]
            found.append("nearest=" + self._nearest(anchor, number))
        mention: Mention | None = None
        if here:
            mention = min(here, key=lambda m: _distance(m, anchor))
            found += self._same_sentence(anchor, mention, number)
            place = "here"
        else:
            place, mention, more = self._elsewhere(anchor, number)
            found += more
            if publisher:
                found += [f"pub|{place}", f"pub|{place}|own={min(own, 3)}", f"pub|{place}|b={block.kind}"]
            if topic:
                found += [f"topic|{place}", f"topic|{place}|own={min(own, 3)}"]
            pubs = sum(1 for e in {m.entity for m in self.of_block[anchor.block]} if names.entities[e].public)
            found.append(f"pubshere={min(pubs, 2)}|public={entity.public}|{place}")
        found += [f"place={place}", f"place={place}|b={block.kind}", f"place={place}|w={anchor.word}", f"place={place}|own={min(own, 3)}",
                  f"place={place}|type={entity.type}"]
        if mention is not None:
            found.append(f"how={mention.how}|{place}")
        more, kinded = self._meant(anchor, number, place, mention)
        return Candidate(number, mention, (*found, *more), place, tuple(kinded))

    def _meant(self, anchor: Anchor, number: int, place: str, mention: Mention | None) -> tuple[list[str], list[str]]:
        """Whether an organisation is meant by more than where it stands: features, and what tells only with the tie's kind."""
        sides = self._sides(anchor.block)
        if place == "here" and mention is not None:
            rivals = [a for a in self._anchors_of.get(anchor.block, []) if a.start != anchor.start]
            found, kinded = rival_features(anchor, rivals, mention)
            found += counted_features(self.sentences, number, place, None, sides)
        else:
            found, kinded = self._away(anchor.block, number, place, sides)
        echoes, more = self._echoes.features(anchor, number, place, sides)
        return found + echoes, kinded + more

    def _away(self, block: int, number: int, place: str, sides: Sides) -> tuple[list[str], list[str]]:
        """The same of an organisation that a sentence does not name; all its anchors have this in common."""
        if (block, number) not in self._aways:
            sentences = self.sentences
            found, kinded = self._discourse.features(block, number, sides)
            fitting, open_ = open_features(sentences, sides, number, place)
            places = self.blocks_of.get(number, [])
            nearest = min(places, key=lambda p: (abs(p - block), p), default=None)
            found += fitting + counted_features(sentences, number, place, nearest, sides)
            if nearest is not None:
                found += company_features(sentences, block, number, place, places, nearest, sides)
            self._aways[block, number] = found, kinded + open_
        return self._aways[block, number]

    def _sides(self, block: int) -> Sides:
        if block not in self._sided:
            self._sided[block] = sides_of(self.sentences, block)
        return self._sided[block]

    @cached_property
    def _sided(self) -> dict[int, Sides]:
        return {}

    @cached_property
    def _aways(self) -> dict[tuple[int, int], tuple[list[str], list[str]]]:
        return {}

    def _nearest(self, anchor: Anchor, number: int) -> str:
        """Whether an organisation is the one named last before an anchor's sentence, among all or among its likes."""
        public = self.names.entities[number].public
        last = self._last(anchor.block)
        if last[None] == number:
            return f"last|{public}"
        return f"like|{public}" if last[public] == number else f"no|{public}"

    def _last(self, index: int) -> dict[bool | None, int | None]:
        """Whom the page names last before a block: of all (None), of the public sector, of the others."""
        if index not in self._lasts:
            start = self.layout.blocks[index].sentence.start
            found: dict[bool | None, int | None] = {None: None, True: None, False: None}
            for m in self.names.mentions:
                if m.end <= start:
                    found[None] = found[self.names.entities[m.entity].public] = m.entity
            self._lasts[index] = found
        return self._lasts[index]

    @cached_property
    def _lasts(self) -> dict[int, dict[bool | None, int | None]]:
        return {}

    @cached_property
    def _said(self) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        return {}

    def _says(self, index: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The moods of a block and what it speaks of."""
        if index not in self._said:
            text = self.layout.text(index)
            self._said[index] = moods(text), tuple(sorted(set(pattern("events", "topics").findall(text))))
        return self._said[index]

    def _same_sentence(self, anchor: Anchor, m: Mention, number: int) -> list[str]:
        norm = self.layout.page.norm
        sentence = self.layout.blocks[anchor.block].sentence
        groups = self.groups(anchor.block)
        group = next((g for g in groups if any(x.start == m.start for x in g.mentions)), None)
        side = "before" if m.end <= anchor.start else "after" if m.start >= anchor.end else "inside"
        w, kind = anchor.word, anchor.kinds[0]
        found = [f"side={side}", f"side={side}|w={w}", f"h={m.how}"]
        case = group.case if group else "bracket"
        found += [f"case={case}|{side}", f"case={case}|{side}|w={w}", f"case={case}|{side}|k={kind}"]
        if group:
            found += [f"gsize={min(4, len(group.entities))}|{side}", f"counted={group.counted}|{side}"]
            order = groups.index(group)
            found += [f"gorder={min(order, 3)}|{side}", f"glast={order == len(groups) - 1}|{side}"]
            others = sorted({g.case for g in groups if g is not group})
            found += [f"with={c}|case={case}|{side}" for c in others]
            after = _SHORT.sub("", group.after)[:8]
            found += [f"ga={after[:1]}|{side}", f"ga={after[:2]}|{side}", f"ga={after[:3]}", f"ga={after[:4]}"]
        else:
            start = norm.rfind("(", sentence.start, m.start)
            before = self.words.before(start, sentence.start, 1) if start > 0 else []
            found += [f"brb={x.lemma}" for x in before]
            found += [f"brin={norm[start + 1:m.start][:4]}"]
        for n, word in enumerate(self.words.after(m.end, sentence.end, 3)):
            found += [f"ma{n}={word.lemma}", f"ma{n}={word.lemma}|{side}"] if n < 2 else [f"ma{n}={word.lemma}"]
        for n, word in enumerate(reversed(self.words.before(m.start, sentence.start, 2))):
            found.append(f"mb{n}={word.lemma}")
        if side != "inside":
            a, b = (m.end, anchor.start) if side == "before" else (anchor.end, m.start)
            between = norm[a:b]
            bare = unbracketed(between)
            commas = min(3, bare.count("、"))
            found += [f"commas={commas}|{side}", f"dist={min(6, len(bare) // 8)}|{side}", f"near={len(bare) < 4}|{side}|w={w}"]
            inside = len({x.entity for x in self.of_block[anchor.block] if a <= x.start and x.end <= b} - {number})
            found += [f"orgs_between={min(3, inside)}|{side}"]
            for word in self.words.within(a, b)[:40]:
                if word.pos in ("VERB", "ADP", "SCONJ", "AUX"):
                    found.append(f"bw={word.lemma}|{side}")
                elif word.pos == "NOUN":
                    found.append(f"bn={word.lemma}|{side}")
            found += [f"bm={x}|{side}" for x in moods(between)]
            if "」" in between and "「" not in between.split("」")[0]:
                found.append(f"leavesquote|{side}")
        open_ = norm.rfind("「", sentence.start, m.start)
        if open_ >= 0 and "」" not in norm[open_:m.start]:
            close = norm.find("」", m.end)
            whole = open_ == m.start - 1 and close == m.end
            found.append(f"quoted={whole}|{side}")
        tail = self.words.after(max(anchor.end, m.end), sentence.end, 6)
        found += [f"x={x.lemma}|case={case}" for x in tail if x.pos in ("VERB", "NOUN")]
        found += [f"cm={x}|case={case}|{side}" for x in self._says(anchor.block)[0]]
        return found

    def _elsewhere(self, anchor: Anchor, number: int) -> tuple[str, Mention | None, list[str]]:
        """Where an organisation stands that the anchor's sentence does not name."""
        layout, blocks = self.layout, self.layout.blocks
        places = self.blocks_of.get(number, [])
        if not places:
            return "unnamed", None, []
        block = blocks[anchor.block]
        scope = self.scope(anchor)
        inside = [p for p in places if p in scope]
        if inside:
            nearest = min(inside, key=lambda p: abs(p - anchor.block))
            place = "list"
        else:
            nearest = min(places, key=lambda p: (abs(p - anchor.block), p))
            gap = nearest - anchor.block
            place = f"prev{min(3, -gap)}" if gap < 0 else f"next{min(3, gap)}"
            if blocks[nearest].section != block.section:
                place += "s"
        other = blocks[nearest]
        m = next(x for x in self.of_block[nearest] if x.entity == number)
        norm = layout.page.norm
        gap = nearest - anchor.block
        w, kind = anchor.word, anchor.kinds[0]
        count = len({x.entity for x in self.of_block[nearest]})
        found = [f"ek={other.kind}|{place}", f"ek={other.kind}|{place}|b={block.kind}", f"gap={max(-6, min(6, gap))}",
                 f"ecount={min(4, count)}|{place}",
                 f"edated={self.dated(nearest)}|{place}", f"ek={other.kind}|k={kind}|{place}",
                 f"intitle={any(blocks[p].kind == 'title' for p in places)}",
                 f"spread={min(4, len(places))}"]
        if other.zone != "body":
            found += [f"ez={other.zone}", f"ez={other.zone}|{place}"]
        if other.label:
            found += [f"el={other.label}", f"el={other.label}|w={w}", f"el={other.label}|k={kind}"]
        if other.above is not None:
            head = layout.text(other.above)
            found += [f"eh={t}" for t in pattern("events", "topics").findall(head)[:6]]
            found += [f"eh={t}|w={w}" for t in pattern("events", "topics").findall(head)[:6]]
            found.append(f"under={other.above == anchor.block}")
            found.append(f"samehead={other.above == block.above}")
        before = norm[other.sentence.start:m.start]
        found += [f"first={len(before.strip(' ・-0123456789.()①②③④⑤⑥⑦⑧')) < 2}|{other.kind}|{place}", f"brk={before.count('(') > before.count(')')}"]
        said, about = self._says(nearest)
        found += [f"em={x}|{place[:4]}" for x in said]
        found += [f"et={t}|{place[:4]}" for t in about]
        if other.kind == "prose" or other.kind == "title":
            group = next((g for g in self.groups(nearest) if any(x.start == m.start for x in g.mentions)), None)
            case = group.case if group else "bracket"
            found += [f"ecase={case}|{place}", f"ecase={case}"]
        for n, word in enumerate(self.words.after(m.end, other.sentence.end, 2)):
            found.append(f"ea{n}={word.lemma}|{place[:4]}")
        for n, word in enumerate(reversed(self.words.before(m.start, other.sentence.start, 1))):
            found.append(f"eb{n}={word.lemma}|{place[:4]}")
        return place, m, found


def _distance(m: Mention, anchor: Anchor) -> int:
    return anchor.start - m.end if m.end <= anchor.start else m.start - anchor.end if m.start >= anchor.end else 0


def _standing(names: Names) -> list[list[str]]:
    """How each organisation stands on its page: how often it is named, whether it is the only or first body of its like."""
    count = Counter(m.entity for m in names.mentions)
    order = sorted(range(len(names.entities)), key=lambda e: (-count[e], e))
    rank = {e: n for n, e in enumerate(order)}
    first: dict[bool, int] = {}
    for m in names.mentions:
        first.setdefault(names.entities[m.entity].public, m.entity)
    public = [e for e, entity in enumerate(names.entities) if entity.public]
    found = []
    for e, entity in enumerate(names.entities):
        own = [f"rank={min(rank[e], 3)}|{entity.public}", f"said={min(count[e], 4)}", f"first={first.get(entity.public) == e}|{entity.public}"]
        if entity.public:
            own.append(f"onlypublic={len(public) == 1}")
        found.append(own)
    return found
