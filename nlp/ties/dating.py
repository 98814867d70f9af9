"""Which date of a page is a tie's own where its words are sure: a row's own date, a label's, the next sentence's.

What is told of a date behind or before it («…日で終了», «更新は…日») keeps it from ties in another state. What is not sure
is left to the models of nlp.ties.when.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp.blocks import Block
from nlp.dates import DateMention
from nlp.patterns import pattern, words
from nlp.ties.anchors import Anchor
from nlp.ties.candidates import Scene
from nlp.ties.foreign_dates import foreign_dates

#: A date with its place: [start, end) of `Page.norm`.
PlacedDate = tuple[int, int, DateMention]

#: Lines that a tie's row may stand from the words that tell the tie.
_REACH = 40
#: Sentences behind a tie's own of which one may date it.
_NEXT = 2
_AGREEMENTS = frozenset(("comprehensive_partnership", "partnership", "disaster_support", "memorandum", "basic_agreement", "business_alliance",
                         "capital_alliance", "joint_research", "field_trial"))
_OVER = frozenset(("ended", "cancelled"))
#: States in the order in which one outdoes another.
_TOLD = ("cancelled", "ended", "renewed", "planned", "preliminary")
_HEADED = ("planned", "ended")
#: Kinds that tell who belongs to a body, whether or not that is news.
_BODIES = frozenset(("membership", "secretariat", "founding"))
_PUBLIC = frozenset(("municipality", "prefecture", "ward"))
_LISTED = frozenset(("row", "labelled", "item", "heading"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A tie whose date is asked for."""
    anchors: tuple[Anchor, ...]
    kind: str
    status: str
    entities: frozenset[int]


class Dating:
    """The dates of a page with what happened on each, and the rules that choose one."""

    def __init__(self, scene: Scene, dates: Sequence[PlacedDate], blocks: Sequence[int]) -> None:
        self.scene = scene
        self.dates = dates
        self.blocks = blocks
        self._barred: dict[Asked, frozenset[int]] = {}

    @cached_property
    def roles(self) -> list[str | None]:
        """What happened on each date: ended, renewed, signed, or nothing that is told."""
        return [self._role(index) for index in range(len(self.dates))]

    @cached_property
    def _of_block(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for index, block in enumerate(self.blocks):
            found.setdefault(block, []).append(index)
        return found

    def _role(self, index: int) -> str | None:
        start, end, _ = self.dates[index]
        norm = self.scene.layout.page.norm
        sentence = self.scene.layout.blocks[self.blocks[index]].sentence
        following = self.dates[index + 1][0] if index + 1 < len(self.dates) else sentence.end
        behind = pattern("when", "weekday").sub("", norm[end:min(following, sentence.end)], count=1)
        before = norm[sentence.start:start]
        for role in ("ended", "renewed"):
            if pattern("when", f"roles.{role}").search(behind) or pattern("when", f"roles_before.{role}").search(before):
                return role
        return "signed" if pattern("when", "roles.signed").search(behind) else None

    def barred(self, tie: Asked) -> frozenset[int]:
        """The dates on which something else happened than what the tie's state says."""
        if tie not in self._barred:
            self._barred[tie] = self._bar(tie) | foreign_dates(self.scene, self.dates, self.blocks, tie.entities)
        return self._barred[tie]

    def _bar(self, tie: Asked) -> frozenset[int]:
        ended = {i for i, role in enumerate(self.roles) if role == "ended"}
        renewed = {i for i, role in enumerate(self.roles) if role == "renewed"}
        if tie.status in _OVER:
            return frozenset(self._beside(ended, tie))
        if tie.status == "renewed":
            return frozenset(ended | self._beside(renewed, tie))
        return frozenset(ended | {i for i in renewed if self._others(i, ended | renewed)})

    def _others(self, index: int, barred: Iterable[int]) -> bool:
        return bool(set(self._of_block[self.blocks[index]]) - set(barred))

    def _beside(self, wanted: set[int], tie: Asked) -> set[int]:
        """The other dates of the blocks in which a tie's words stand with a date of the wanted role."""
        return {i for a in tie.anchors for i in self._of_block.get(a.block, ()) if i not in wanted
                and any(self.blocks[w] == a.block for w in wanted)}

    # -- rules --------------------------------------------------------------------------------------------------------

    def sure(self, tie: Asked) -> int | None:
        """The date that a rule chooses, if one fits."""
        return next((found for _, rule in self._rules() if (found := rule(tie)) is not None), None)

    def fitting(self, tie: Asked) -> dict[str, int]:
        """Every rule that fits with the date that it chooses."""
        return {name: found for name, rule in self._rules() if (found := rule(tie)) is not None}

    def _rules(self) -> tuple[tuple[str, Callable[[Asked], int | None]], ...]:
        return (("over", self._over), ("cleft", self._cleft), ("turn", self._turn), ("row", self._row), ("next", self._next), ("label", self._label),
                ("opened", self._opened), ("headed", self._headed))

    def _usable(self, block: int, tie: Asked) -> list[int]:
        barred = self.barred(tie)
        here = [i for i in self._of_block.get(block, ()) if i not in barred and self.dates[i][2].kind not in ("as_of", "announced")]
        if tie.status not in _OVER:
            here = [i for i in here if self.dates[i][2].kind != "end"]
            events = [i for i in here if self.dates[i][2].kind == "event"]
            return events or here
        return [i for i in here if self.dates[i][2].kind == "end" or self.roles[i] == "ended"] or here

    def _one(self, indexes: Iterable[int]) -> int | None:
        """The first of dates that all have one value."""
        found = list(indexes)
        return found[0] if found and len({self.dates[i][2].value for i in found}) == 1 else None

    def _partners(self, tie: Asked) -> frozenset[int]:
        return tie.entities - {self.scene.names.publisher}

    def _over(self, tie: Asked) -> int | None:
        """The date of a sentence behind that tells the end."""
        if tie.status not in _OVER or any(self.roles[i] == "ended" for a in tie.anchors for i in self._of_block.get(a.block, ())):
            return None
        blocks = [b for a in tie.anchors if (b := over_next(self.scene, a, tie.entities)) is not None]
        return self._one(i for b in blocks for i in self._of_block.get(b, ()))

    def _cleft(self, tie: Asked) -> int | None:
        """The date of «…を結んだのは、…日でした»."""
        norm = self.scene.layout.page.norm
        return self._one(i for a in tie.anchors for i in self._of_block.get(a.block, ())
                         if self.dates[i][0] >= a.end and pattern("when", "cleft").search(norm[a.start:self.dates[i][0]]))

    def _turn(self, tie: Asked) -> int | None:
        """Of a sentence's dates that each go before a partner of their own, the one before the tie's partner."""
        found: list[int] = []
        for anchor in tie.anchors:
            here = self._usable(anchor.block, tie)
            if len(here) < 2 or self.scene.layout.blocks[anchor.block].kind != "prose" or any(self._bracketed(i) for i in here):
                continue
            topics = {m.entity for m in self.scene.of_block[anchor.block] if m.start < self.dates[here[0]][0]}
            turns = [self._named_from(anchor.block, i, n, here) - topics for n, i in enumerate(here)]
            partners = self._partners(tie) - topics
            if sum(bool(t) for t in turns) >= 2 and all(turns[1:]):
                found += [i for i, named in zip(here, turns, strict=True) if partners and partners <= named]
        return self._one(found)

    def _bracketed(self, index: int) -> bool:
        start = self.dates[index][0]
        before = self.scene.layout.page.norm[self.scene.layout.blocks[self.blocks[index]].sentence.start:start]
        return before.count("(") > before.count(")")

    def _named_from(self, block: int, index: int, number: int, here: Sequence[int]) -> frozenset[int]:
        """Who is named between a date and the next one."""
        end = self.dates[here[number + 1]][0] if number + 1 < len(here) else self.scene.layout.blocks[block].sentence.end
        start = self.dates[index][1]
        return frozenset(m.entity for m in self.scene.of_block[block] if start <= m.start < end) - {self.scene.names.publisher}

    def _row(self, tie: Asked) -> int | None:
        """The only date of the lines that name the partner, where the words that tell the tie have none of their own."""
        blocks = self.scene.layout.blocks
        named = {m.entity for a in tie.anchors for m in self.scene.of_block[a.block]}
        listed = self._partners(tie) - named
        public = all(self.scene.names.entities[e].type in _PUBLIC for e in listed)
        # a town that only a line names is the one whose page it is
        partners = self._partners(tie) if public else listed
        if any(self._tells(a, partners) for a in tie.anchors):
            return None
        if not partners or len(partners) > 3 or any(self._elsewhere(a, partners, tie) for a in tie.anchors):
            return None
        lines = [b for b in range(len(blocks)) if blocks[b].kind in _LISTED and b in self._of_block
                 and any(abs(b - a.block) <= _REACH for a in tie.anchors) and self._names(b, partners, tie)]
        if tie.kind not in _AGREEMENTS and any(pattern("when", "states.signed").search(self.scene.layout.text(b))
                                               or _labelled(blocks[b], "sign") for b in lines):
            return None
        found = self._one(i for b in lines for i in self._usable(b, tie))
        return None if found is None or any(self._aside(a, found) for a in tie.anchors) else found

    def _aside(self, anchor: Anchor, index: int) -> bool:
        """Whether a tie is told in brackets behind a date that stands outside of them."""
        between = self.scene.layout.page.norm[self.dates[index][1]:anchor.start]
        return self.blocks[index] == anchor.block and between.count("(") > between.count(")")

    def _tells(self, anchor: Anchor, partners: frozenset[int]) -> bool:
        """Whether a sentence tells a tie with its date and its partners."""
        here = {m.entity for m in self.scene.of_block[anchor.block]}
        prose = self.scene.layout.blocks[anchor.block].kind in ("prose", "title")
        return prose and anchor.block in self._of_block and bool(here & partners)

    def _elsewhere(self, anchor: Anchor, partners: frozenset[int], tie: Asked) -> bool:
        """Whether an anchor's line has its own day or month but not the partners: it is another tie's, or dates it itself."""
        exact = any(self.dates[i][2].precision in ("day", "month") for i in self._of_block.get(anchor.block, ()))
        return exact and not self._names(anchor.block, partners, tie)

    def _names(self, block: int, partners: frozenset[int], tie: Asked) -> bool:
        here = {m.entity for m in self.scene.of_block[block]}
        return partners <= here and len(here - tie.entities) == 0

    def _next(self, tie: Asked) -> int | None:
        """The date of a sentence behind that says no more than when it was."""
        found: list[int] = []
        blocks = self.scene.layout.blocks
        for anchor in tie.anchors:
            if anchor.block in self._of_block:
                return None
            for block in range(anchor.block + 1, min(len(blocks), anchor.block + 1 + _NEXT)):
                for i in self._of_block.get(block, ())[:1]:
                    before = self.scene.layout.page.norm[blocks[block].sentence.start:self.dates[i][0]]
                    # «更新日:» is the page's own, but where the tie was renewed
                    printed = tie.status != "renewed" and _labelled(blocks[block], "printed")
                    if pattern("when", "told_next").search(before) and not printed:
                        found.append(i)
                if block in self._of_block or {m.entity for m in self.scene.of_block[block]} - tie.entities:
                    break
        return self._one(found)

    def _label(self, tie: Asked) -> int | None:
        """The page's only date behind a label that says «signed on», where the parties have no dates of their own."""
        blocks = self.scene.layout.blocks
        if tie.kind not in _AGREEMENTS or any(a.block in self._of_block for a in tie.anchors) or self._several(tie):
            return None
        return self._one(i for i, b in enumerate(self.blocks) if _labelled(blocks[b], "sign") and self.dates[i][2].kind == "event")

    def _several(self, tie: Asked) -> bool:
        """Whether lines of a partner have dates."""
        blocks = self.scene.layout.blocks
        return any(m.entity in self._partners(tie) for b in self._of_block if blocks[b].kind in _LISTED for m in self.scene.of_block[b])

    def _opened(self, tie: Asked) -> int | None:
        """The page's only date of the opening of bids."""
        if tie.status != "preliminary" or any(a.block in self._of_block for a in tie.anchors):
            return None
        return self._one(i for i, b in enumerate(self.blocks) if pattern("when", "opened").search(self.scene.layout.text(b)))

    def _headed(self, tie: Asked) -> int | None:
        """The date that is all of a line above («4月1日付»), of the lines under it."""
        blocks = self.scene.layout.blocks
        if any(a.block in self._of_block or blocks[a.block].kind not in _LISTED for a in tie.anchors):
            return None
        first = min(a.block for a in tie.anchors)
        return self._one(i for i, b in enumerate(self.blocks) if b < first and len(self._of_block[b]) == 1
                         and pattern("when", "dates_all").fullmatch(self._around(i)))

    def _around(self, index: int) -> str:
        """The words of a line but for its date."""
        start, end, _ = self.dates[index]
        sentence = self.scene.layout.blocks[self.blocks[index]].sentence
        norm = self.scene.layout.page.norm
        return norm[sentence.start:start].strip() + pattern("when", "weekday").sub("", norm[end:sentence.end], count=1).strip()


def _labelled(block: Block, what: str) -> bool:
    return bool(block.label) and pattern("when", f"labels.{what}").search(block.label) is not None


def standing(scene: Scene, anchor: Anchor, kind: str) -> list[str]:
    """How the words right behind an anchor stand: a lasting state, what describes a name, a plan, something made then."""
    layout = scene.layout
    tail = layout.page.norm[anchor.end:layout.blocks[anchor.block].sentence.end]
    found = [f"stands={name}" for name in words("when")["stands"] if pattern("when", f"stands.{name}").search(tail)] or ["stands=other"]
    if kind in _BODIES:
        found.append(f"joined={bool(pattern('when', 'joined').search(layout.text(anchor.block)))}|{kind}")
    told = told_state(scene, anchor)
    return [*found, f"told={told}"]


def signing_over(scene: Scene, anchor: Anchor) -> bool:
    """Whether what an anchor tells to be over is the signing («署名を終えた»)."""
    return pattern("when", "signing_over").match(scene.layout.page.norm, anchor.start) is not None


def told_state(scene: Scene, anchor: Anchor) -> str | None:
    """The state that the words behind an anchor tell surely, or the heading or label over its line."""
    layout = scene.layout
    block = layout.blocks[anchor.block]
    norm = layout.page.norm
    tail = norm[anchor.end:block.sentence.end].rstrip()
    if pattern("when", "in_states.ended").search(anchor.word):
        return "ended"
    if signing_over(scene, anchor):
        return None
    for state in words("when")["before_states"]:
        if pattern("when", f"before_states.{state}").search(norm, block.sentence.start, anchor.start):
            return str(state)
    for state in words("when")["told_states"]:
        if pattern("when", f"told_states.{state}").search(tail):
            return str(state)
    if pattern("when", "over_since").search(tail):
        return "ended"
    if pattern("when", "plan_verb").search(tail) and pattern("when", "to_come").search(norm, block.sentence.start, anchor.start):
        return "planned"
    if block.kind in _LISTED and any(pattern("when", "row_planned").search(text) for text in (block.label, layout.text(anchor.block))):
        return "planned"
    over = [block.label, layout.text(block.above).strip() if block.above is not None and block.kind in _LISTED else ""]
    return next((s for s in _HEADED for text in over if text and pattern("when", f"headed_states.{s}").search(text)), None)


def own_places(scene: Scene, anchors: Sequence[Anchor], entities: frozenset[int]) -> list[Anchor]:
    """The places that tell of a tie's own partners or of nobody else's; all of them where none does."""
    partners = entities - {scene.names.publisher}
    named = [frozenset(m.entity for m in scene.of_block[a.block]) for a in anchors]
    return [a for a, here in zip(anchors, named, strict=True) if here & partners or not here - entities - {scene.names.publisher}] or list(anchors)


def over_next(scene: Scene, anchor: Anchor, entities: frozenset[int]) -> int | None:
    """The block of a sentence right behind an anchor's that tells the end of the tie and names nobody else."""
    layout = scene.layout
    if not {m.entity for m in scene.of_block[anchor.block]} & (entities - {scene.names.publisher}):
        return None
    for block in range(anchor.block + 1, min(len(layout.blocks), anchor.block + 1 + _NEXT)):
        if {m.entity for m in scene.of_block[block]} - entities - {scene.names.publisher} or layout.blocks[block].kind not in ("prose", "item"):
            return None
        if pattern("when", "over_next").search(layout.text(block).strip()):
            return block
    return None


def _left(scene: Scene, anchor: Anchor, entities: frozenset[int]) -> bool:
    """Whether a sentence tells the end of somebody else's tie first, and then names the tie's partner («Aとの契約を解除し、Bに委ねた»)."""
    block = scene.layout.blocks[anchor.block]
    over = pattern("when", "told_states.ended").search(scene.layout.page.norm[anchor.end:block.sentence.end].rstrip())
    if over is None:
        return False
    end = anchor.end + over.end()
    before = {m.entity for m in scene.of_block[anchor.block] if m.start < end}
    behind = {m.entity for m in scene.of_block[anchor.block] if m.start >= end} - before
    return bool(behind & entities) and bool(before - entities - {scene.names.publisher})


def states_told(scene: Scene, anchors: Iterable[Anchor], kind: str, entities: frozenset[int]) -> str | None:
    """The state that the places which tell a tie tell surely; the one that undoes most where they differ."""
    told = {told_state(scene, a) for a in anchors if not _left(scene, a, entities)}
    if told == {None} and kind not in _BODIES and any(over_next(scene, a, entities) is not None for a in anchors):
        told = {"ended"}
    state = next((s for s in _TOLD if s in told), None)
    return "cancelled" if state == "ended" and kind == "basic_agreement" else state
