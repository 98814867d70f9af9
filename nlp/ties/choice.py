"""Which of the proposed ties a page asserts: each weighed with its rivals in view, the likeliest kept first."""
from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from nlp import linear, trees
from nlp.ties.anchors import Anchor, moods
from nlp.ties.candidates import Scene
from nlp.ties.contest import Contest, Key, Rulings
from nlp.ties.kinds import COLLECTIVE, KINDS, family
from nlp.ties.readings import Models, Proposal, Reading, proposals, read
from nlp.ties.stories import within_stories
from nlp.trees import Trees

_MODEL = "ties"
#: The share of the exact judge in the weight of a long list of members or founders.
_LIST_SHARE = 0.3
_BLOCKS = ("title", "heading", "prose", "labelled", "item", "row")
_READERS = ("frames", "phrases", "rows")
#: What one sentence can tell of the same two: who opened something and runs it.
_OPENED_AND_RUN = {"founding", "secretariat"}
#: How often a rule is right of which nothing is known.
UNKNOWN_WORTH = 0.6

Proposals = Mapping[Key, Sequence[Proposal]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A tie that a page asserts: its kind, the role of every party, the anchors that tell it (the likeliest first), the
    likelihood that kind and parties are right."""
    kind: str
    roles: Mapping[int, str]
    anchors: tuple[Anchor, ...]
    place: Mapping[int, str]
    confidence: float


@dataclass(frozen=True, slots=True)
class Judges:
    """What weighs proposals: how well their parties fit together (`fit`), how often each rule is right (`worth`), the
    likelihood of being exactly right and of being right by and large, and what a weight of both means in measured precision
    (points of a rising line)."""
    fit: linear.Linear
    worth: Mapping[str, float]
    exact: Trees
    rough: Trees
    share: float
    least: float
    measured: tuple[tuple[float, float], ...]


@cache
def stored_models() -> Models:
    """The fitted classifiers of the first stage."""
    return Models(*(linear.linear(_MODEL, part) for part in ("asserted", "kind", "party", "role", "joint")))


@cache
def stored_judges() -> Judges:
    """The fitted judges of the second stage."""
    values = linear.load(_MODEL)
    choice = values["choice"]
    exact, rough = (trees.from_json(values[part]) for part in ("exact", "rough"))
    return Judges(linear.linear(_MODEL, "fit"), values.get("worth", {}), exact, rough, choice["share"], choice["least"],
                  tuple((a, b) for a, b in choice["measured"]))


def choose(scene: Scene, anchors: Sequence[Anchor], models: Models | None = None, judges: Judges | None = None) -> list[Chosen]:
    """The ties of a page, in the order of their anchors."""
    models, judges = models or stored_models(), judges or stored_judges()
    proposed = within_stories(scene, proposals(scene, read(scene, anchors, models), models.joint))
    if not proposed:
        return []
    keys = list(proposed)
    rows = with_more(numbers(scene, proposed), [judges.fit.probability(f) for f in patterns(scene, proposed)],
                     trusted(scene, proposed, judges.worth))
    weight = weights(proposed, rows, judges)
    kept = [(keys[n], proposed[keys[n]], float(weight[n])) for n in picked(keys, proposed, weight, judges.least)]
    found = [Chosen(kind, best(made).roles, _anchors(made), best(made).reading.place, _measured(judges, w)) for (kind, _), made, w in kept]
    return sorted(found, key=lambda c: (c.anchors[0].start, c.kind, sorted(c.roles)))


def weights(proposed: Proposals, rows: npt.NDArray[np.float64], judges: Judges) -> npt.NDArray[np.float64]:
    """How much each proposal weighs, by all its numbers."""
    return weighed(proposed, judges.exact.probabilities(rows), judges.rough.probabilities(rows), judges.share)


def weighed(proposed: Iterable[Key], exact: npt.NDArray[np.float64], rough: npt.NDArray[np.float64], share: float) -> npt.NDArray[np.float64]:
    """The likelihoods of being exactly right and right by and large, together."""
    # one member more or less does not make a list of members wrong, and few long lists are exactly right
    part = np.array([_LIST_SHARE if kind in COLLECTIVE and len(parties) > 3 else share for kind, parties in proposed])
    combined: npt.NDArray[np.float64] = part * exact + (1 - part) * rough
    return combined


def best(made: Sequence[Proposal]) -> Proposal:
    """The likeliest of proposals of one tie."""
    return max(made, key=lambda p: (p.score, -p.reading.number))


def _anchors(made: Sequence[Proposal]) -> tuple[Anchor, ...]:
    ordered = sorted(made, key=lambda p: (-p.score, p.reading.number))
    first = ordered[0].score
    return tuple(dict.fromkeys(p.reading.anchor for p in ordered if p.score >= 0.4 * first))[:4]


def _measured(judges: Judges, weight: float) -> float:
    xs = [x for x, _ in judges.measured]
    n = bisect_right(xs, weight)
    if n == 0:
        return judges.measured[0][1]
    if n == len(xs):
        return judges.measured[-1][1]
    (a, p), (b, q) = judges.measured[n - 1], judges.measured[n]
    return p + (q - p) * (weight - a) / (b - a)


def picked(keys: Sequence[Key], proposed: Proposals, weight: npt.NDArray[np.float64], least: float) -> list[int]:
    """The proposals to keep, by their number: the heaviest first, none that tells an event of a kept one again."""
    kept: list[tuple[int, Reading]] = []
    for n in np.argsort(-weight, kind="stable"):
        if weight[n] < least:
            break
        reading = best(proposed[keys[n]]).reading
        if not any(_again(keys[n], reading, keys[k], other) for k, other in kept):
            kept.append((int(n), reading))
    return [n for n, _ in kept]


def _again(key: Key, mine: Reading, kept: Key, theirs: Reading) -> bool:
    kind, parties = key
    same = family(kind) == family(kept[0])
    within = parties <= kept[1] or kept[1] <= parties
    if parties == kept[1] and {kind, kept[0]} == _OPENED_AND_RUN and mine.anchor != theirs.anchor:
        return False
    if parties == kept[1]:
        return same or mine.anchor.block == theirs.anchor.block
    if within and (same or mine.number == theirs.number):
        return True
    return same and len(parties & kept[1]) / len(parties | kept[1]) >= 0.5


def with_more(rows: npt.NDArray[np.float64], *more: Sequence[float]) -> npt.NDArray[np.float64]:
    """The numbers of proposals with further ones, each given for all proposals."""
    return np.hstack([rows, *(np.array(m, dtype=np.float64).reshape(-1, 1) for m in more)])


def patterns(scene: Scene, proposed: Proposals) -> list[list[str]]:
    """How the parties of each proposal stand to each other and to its anchor, as features: particles, sides, places, types
    and roles together."""
    return [_pattern(scene, key, best(made)) for key, made in proposed.items()]


def _pattern(scene: Scene, key: Key, p: Proposal) -> list[str]:
    kind, parties = key
    r, w, entities = p.reading, p.reading.anchor.word, scene.names.entities
    stands = {e: scene.stand(r.anchor, e) for e in r.here}
    here = sorted(e for e in parties if e in r.here)
    said = "+".join(sorted(stands[e] for e in here)) if len(here) < 5 else "many"
    left = "+".join(sorted(stands[e] for e in r.here - parties)) if len(r.here - parties) < 4 else "many"
    away = "+".join(sorted(r.place[e][:4] for e in parties if e not in r.here)) if len(parties) - len(here) < 4 else "many"
    types = "+".join(sorted({entities[e].type for e in parties}))
    n = min(len(parties), 5)
    block = scene.layout.blocks[r.anchor.block]
    tail = moods(scene.layout.page.norm[r.anchor.end:block.sentence.end])
    order = sorted(here, key=lambda e: scene.position(r.anchor, e))
    acting = ">".join(f"{p.roles[e]}:{stands[e]}" for e in order[:4])
    return [f"{kind}|{said}", f"{w}|{said}", f"{kind}|left={left}", f"{kind}|{said}|left={left}", f"{said}|left={left}|{away}",
            f"{kind}|{away}|n={n}",
            f"{said}|{away}", f"{kind}|{types}", f"{kind}|{types}|n={n}", f"{types}|{away}", f"each={p.each}|{kind}|n={n}",
            f"{kind}|{acting}", f"{w}|{acting}",
            f"{block.kind}|{away}", f"{block.kind}|{kind}|{said}", f"label={block.label}|{kind}",
            f"public={scene.names.publisher in parties}|{kind}|{said}",
            *(f"{kind}|{p.roles[e]}={entities[e].type}" for e in parties), *(f"{kind}|tail={m}" for m in tail),
            *(f"{w}|tail={m}" for m in tail),
            *(f"{said}|tail={m}" for m in tail)]


def numbers(scene: Scene, proposed: Proposals) -> npt.NDArray[np.float64]:
    """What each proposal is weighed by, shape (proposals, features)."""
    top = {key: best(made) for key, made in proposed.items()}
    contest, rulings = Contest([(key, p.reading.number, p.score) for key, p in top.items()]), Rulings(scene.ruled, _READERS)
    heaviest: dict[str, float] = {}
    surest: dict[str, float] = {}
    for (kind, _), p in top.items():
        name = family(kind)
        heaviest[name] = max(heaviest.get(name, 0.0), p.score)
        surest[name] = max(surest.get(name, 0.0), p.reading.asserted)
    blocks = [frozenset(m.entity for m in ms) for ms in scene.of_block]
    return np.array([[*_own(scene, key, top[key], proposed[key]), *contest.against(key, top[key].reading.number),
                      *_page(scene, key, top[key], blocks, heaviest, surest), *rulings.about(key)] for key in proposed], dtype=np.float64)


def _own(scene: Scene, key: Key, p: Proposal, made: Sequence[Proposal]) -> list[float]:
    kind, parties = key
    r = p.reading
    likely = [r.party[e] for e in parties]
    outside = sorted((q for e, q in r.party.items() if e not in parties), reverse=True)[:2]
    outside += [0.0] * (2 - len(outside))
    missing = r.here - parties
    places = [r.place[e] for e in parties if e not in r.here]
    first = [r.first[e] for e in parties] if r.first else [1.0]
    block = scene.layout.blocks[r.anchor.block]
    told = {q.reading.number: q.score for q in made}
    unsaid = 1.0
    for score in told.values():
        unsaid *= 1 - score
    return [KINDS.index(kind), r.asserted, r.likely, r.margin, min(likely), sum(likely) / len(likely), max(likely), outside[0], outside[1],
            max((r.party[e] for e in missing), default=0.0), p.joint, p.each, len(parties), len(parties & r.here), len(r.here), len(missing),
            places.count("list"), places.count("unnamed"), sum(x.startswith("prev") for x in places), sum(x.startswith("next") for x in places),
            _BLOCKS.index(block.kind), len(told), p.score, 1 - unsaid,
            any(scene.layout.blocks[q.reading.anchor.block].kind == "title" for q in made),
            sum(abs(x - 0.5) * 2 for x in first) / len(first), min(first), max(first), r.anchor.kinds[0] == kind, len(r.anchor.kinds)]


def _page(scene: Scene, key: Key, p: Proposal, blocks: Sequence[frozenset[int]], heaviest: Mapping[str, float],
          surest: Mapping[str, float]) -> list[float]:
    kind, parties = key
    entities, publisher = scene.names.entities, scene.names.publisher
    r = p.reading
    together = sum(1 for b in blocks if parties <= b)
    most = max((len(parties & b) for b in blocks), default=0) / len(parties)
    return [together, most, publisher in parties, publisher is not None, publisher in r.here, sum(entities[e].public for e in parties),
            sum(not entities[e].sure for e in parties), len(entities), len(scene.layout.page.norm), r.anchor.block,
            r.asserted - surest[family(kind)], heaviest[family(kind)] - p.score]


def trusted(scene: Scene, proposed: Proposals, worth: Mapping[str, float]) -> list[float]:
    """For each proposal, how often the most reliable of the rules that tell exactly it is right; 0 where none does."""
    by: dict[Key, float] = {}
    for told in scene.ruled:
        key = told.kind, told.entities
        by[key] = max(by.get(key, 0.0), worth.get(told.phrase, UNKNOWN_WORTH))
    return [by.get(key, 0.0) for key in proposed]
