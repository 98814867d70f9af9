"""The ties a page asserts, each with state, date, name and the places that tell it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlp.dates import DateMention
from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.anchors import Anchor
from nlp.ties.candidates import Scene
from nlp.ties.choice import Chosen, choose
from nlp.ties.roles import told_roles
from nlp.ties.titles import title_of
from nlp.ties.when import When


@dataclass(frozen=True, slots=True)
class Found:
    """A tie as a page tells it. `parties` are (entity, role); `sentence` tells it, `more` are other places that do;
    `mentions` are where parties stand that no such place names; `led_to` is the number of the tie a brokerage led to."""
    kind: str
    status: str
    parties: tuple[tuple[int, str], ...]
    sentence: Sentence
    mentions: tuple[Mention, ...]
    date: DateMention | None
    title: tuple[int, int] | None
    confidence: float
    more: tuple[Sentence, ...] = ()
    led_to: int | None = None
    level: str | None = None


#: States that end or go on with what was agreed before.
_LATER = frozenset({"ended", "renewed", "cancelled"})
_SURE = 0.6


def find_ties(scene: Scene, anchors: Sequence[Anchor], when: When) -> list[Found]:
    """The ties of a page, in the order of the places that tell them; an earlier signing of an ended tie comes last."""
    chosen = choose(scene, anchors)
    parts = [_signed_before(when, one) for one in chosen]
    made = [_found(scene, when, now) for now, _ in parts]
    made = [_brokered(chosen, made, n) if one.kind == "brokerage" else made[n] for n, one in enumerate(chosen)]
    earlier = [(_found(scene, when, before), made[n]) for n, (_, before) in enumerate(parts) if before is not None]
    earlier += [(signing, made[n]) for n, (now, before) in enumerate(parts)
                if before is None and made[n].status in _LATER and (signing := _signing(scene, when, now, made[n])) is not None]
    return [*made, *(one for one, later in earlier if one.date is not None and (later.date is None or one.date.value != later.date.value))]


def _signed_before(when: When, one: Chosen) -> tuple[Chosen, Chosen | None]:
    """A tie that ended, was renewed or cancelled, apart from the words that tell of its signing."""
    if len(one.anchors) < 2:
        return one, None
    states = [(a, when.states((a,), one.kind, frozenset(one.roles), None)) for a in one.anchors]
    later = tuple(a for a, p in states if sum(p.get(s, 0.0) for s in _LATER) >= _SURE)
    signed = tuple(a for a, p in states if p.get("concluded", 0.0) >= _SURE)
    if not later or not signed:
        return one, None
    return replace(one, anchors=later), replace(one, anchors=signed)


def _signing(scene: Scene, when: When, one: Chosen, later: Found) -> Found | None:
    """The signing of a tie that ended or was renewed since, where the page dates it («2016年受託…昨年3月末で運営を終えた»).

    Behind its date stands that it was signed, or its date goes before that of what became of the tie.
    """
    date = when.date(one.anchors, one.kind, "concluded", frozenset(one.roles))
    if date is None or date.kind not in ("event", "start"):
        return None
    page = scene.layout.page
    end = page.place(date.span.end - 1) + 1
    if pattern("events", "signed_behind").match(page.norm, end) is None and (later.date is None or not _before(date, later.date)):
        return None
    step = any(pattern("events", "preliminary").search(a.word) for a in one.anchors)
    return replace(later, status="preliminary" if step else "concluded", date=date)


def _before(one: DateMention, other: DateMention) -> bool:
    """Whether a date lies wholly before another: a year does not before a month of it."""
    length = min(len(one.value), len(other.value))
    return one.value[:length] < other.value[:length]


def _found(scene: Scene, when: When, one: Chosen) -> Found:
    entities = frozenset(one.roles)
    status = _status(when, one, None)
    date = when.date(one.anchors, one.kind, status, entities)
    status = _status(when, one, date)
    blocks = list(dict.fromkeys(a.block for a in one.anchors))
    # a title or heading is evidence behind the sentence that tells more
    blocks.sort(key=lambda b: scene.layout.blocks[b].kind in ("title", "heading"))
    sentences = [scene.layout.blocks[b].sentence for b in blocks]
    named = {m.entity for b in blocks for m in scene.of_block[b]}
    mentions = tuple(m for e in sorted(entities - named) for m in _nearest(scene, e, blocks[0]))
    titles = (title_of(scene.layout.page, scene.layout.blocks[a.block].sentence, a.start, a.end, one.kind) for a in one.anchors)
    title = next((t for t in titles if t), None)
    roles = told_roles(scene, one.kind, one.roles)
    return Found(one.kind, status, tuple(sorted(roles.items())), sentences[0], mentions, date, title, one.confidence, tuple(sentences[1:]))


def _status(when: When, one: Chosen, date: DateMention | None) -> str:
    told = when.states(one.anchors, one.kind, frozenset(one.roles), date)
    return max(sorted(told), key=lambda s: told[s])


def _nearest(scene: Scene, entity: int, block: int) -> list[Mention]:
    places = scene.blocks_of.get(entity, [])
    if not places:
        return []
    nearest = min(places, key=lambda p: (abs(p - block), p))
    return [m for m in scene.of_block[nearest] if m.entity == entity][:1]


def _brokered(chosen: Sequence[Chosen], made: Sequence[Found], number: int) -> Found:
    """A brokerage with the tie that it led to, whose date is its own where that is told."""
    one = made[number]
    connected = {e for e, role in one.parties if role == "connected"}
    ties = [n for n, c in enumerate(chosen) if c.kind not in ("brokerage", "membership", "secretariat") and connected <= set(c.roles)]
    exact = [n for n in ties if connected == set(chosen[n].roles)]
    led = min(exact or ties, key=lambda n: (abs(made[n].sentence.start - one.sentence.start), n), default=None)
    date = made[led].date if led is not None and made[led].date is not None else one.date
    more = (*one.more, made[led].sentence) if led is not None and made[led].sentence != one.sentence else one.more
    return replace(one, date=date, title=None, more=more, led_to=led, level="evidenced")
