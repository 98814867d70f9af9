"""The ties a page asserts, each with state, date, name and the places that tell it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlp.dates import DateMention
from nlp.names.entities import Mention
from nlp.text import Sentence
from nlp.ties.anchors import Anchor
from nlp.ties.candidates import Scene
from nlp.ties.choice import Chosen, choose
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


def find_ties(scene: Scene, anchors: Sequence[Anchor], when: When) -> list[Found]:
    """The ties of a page, in the order of the places that tell them."""
    chosen = choose(scene, anchors)
    made = [_found(scene, when, one) for one in chosen]
    return [_brokered(chosen, made, n) if one.kind == "brokerage" else made[n] for n, one in enumerate(chosen)]


def _found(scene: Scene, when: When, one: Chosen) -> Found:
    entities = frozenset(one.roles)
    told = when.states(one.anchors, one.kind, entities, None)
    status = max(sorted(told), key=lambda s: told[s])
    date = when.date(one.anchors, one.kind, status, entities)
    told = when.states(one.anchors, one.kind, entities, date)
    status = max(sorted(told), key=lambda s: told[s])
    blocks = list(dict.fromkeys(a.block for a in one.anchors))
    # a title or heading is evidence behind the sentence that tells more
    blocks.sort(key=lambda b: scene.layout.blocks[b].kind in ("title", "heading"))
    sentences = [scene.layout.blocks[b].sentence for b in blocks]
    named = {m.entity for b in blocks for m in scene.of_block[b]}
    mentions = tuple(m for e in sorted(entities - named) for m in _nearest(scene, e, blocks[0]))
    title = next((t for a in one.anchors if (t := title_of(scene.layout.page, scene.layout.blocks[a.block].sentence, a.start, a.end, one.kind))), None)
    return Found(one.kind, status, tuple(sorted(one.roles.items())), sentences[0], mentions, date, title, one.confidence, tuple(sentences[1:]))


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
    return Found(one.kind, one.status, one.parties, one.sentence, one.mentions, date, None, one.confidence, more, led, "evidenced")
