"""What each anchor may tell: a reading is a kind with the likelihood of every organisation as a party of it.

A reading gives many proposals (sets of parties); nlp.ties.choice picks among the proposals of all readings of a page.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.linear import Linear
from nlp.patterns import words as lists
from nlp.ties.anchors import Anchor, anchor_features
from nlp.ties.candidates import Candidate, Scene
from nlp.ties.kinds import COLLECTIVE, ROLES, SYMMETRIC, family
from nlp.ties.told import Told

#: An anchor less likely than this tells nothing; a kind less likely than this is not read into it.
_ASSERTED, _KIND = 0.12, 0.08
_LEVELS = (0.25, 0.4, 0.5, 0.65, 0.8)
_MOST = 40
#: What of a candidate's features tells its role, once the kind is known.
_ROLE_FEATURES = ("case", "type", "ma0", "ma1", "public", "side", "pub=", "el=", "ga=")


@dataclass(frozen=True, slots=True)
class Models:
    """The classifiers of this stage: asserted, kind, party, role, joint."""
    asserted: Linear
    kind: Linear
    party: Linear
    role: Linear
    joint: Linear


@dataclass(slots=True)
class Reading:
    """An anchor read as one kind. `party` gives every organisation's likelihood of being a party, `first` that of having
    the first of the kind's two roles; `here` are the organisations of the anchor's sentence."""
    number: int
    anchor: Anchor
    features: list[str]
    kind: str
    asserted: float
    likely: float
    margin: float
    party: dict[int, float]
    first: dict[int, float]
    here: frozenset[int]
    place: dict[int, str]
    sets: set[frozenset[int]] = field(default_factory=set)

    @property
    def sure(self) -> frozenset[int]:
        """The organisations of the anchor's sentence that are likelier parties than not."""
        return frozenset(e for e in self.here if self.party[e] >= 0.5)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A set of parties for a reading; `joint` is the likelihood of its grouping (one event, or one each)."""
    reading: Reading
    roles: Mapping[int, str]
    joint: float
    each: bool
    score: float


def features_of(scene: Scene, anchor: Anchor) -> list[str]:
    """The features of an anchor in its scene."""
    here = [scene.names.entities[m.entity].type for m in scene.of_block[anchor.block]]
    listed = len({m.entity for b in scene.scope(anchor) for m in scene.of_block[b]})
    return anchor_features(scene.layout, scene.words, anchor, here, listed, scene.dated(anchor.block))


def kind_features(anchor: Anchor, features: Sequence[str]) -> list[str]:
    """What the kind is told by."""
    return [*features, *(f"K={k}" for k in anchor.kinds)]


def party_features(scene: Scene, candidate: Candidate, kind: str) -> list[str]:
    """What tells whether a candidate is a party, the kind being known."""
    return [*candidate.features, f"KD={kind}|type={scene.names.entities[candidate.entity].type}", f"KD={kind}|{candidate.place}",
            *(f"KD={kind}|{f}" for f in candidate.kinded)]


def role_features(features: Sequence[str], candidate: Candidate, kind: str) -> list[str]:
    """What tells a party's role."""
    return [*features, f"KD={kind}", *(f"{kind}~{f}" for f in candidate.features if f.startswith(_ROLE_FEATURES))]


def joint_features(scene: Scene, anchor: Anchor, kind: str, parties: frozenset[int]) -> list[str]:
    """What tells whether several parties are in one event or have one each."""
    text = scene.layout.text(anchor.block)
    here = {m.entity for m in scene.of_block[anchor.block]}
    rows = [b for b in scene.scope(anchor) if {m.entity for m in scene.of_block[b]} & parties]
    groups = scene.groups(anchor.block)
    entities = scene.names.entities
    n = len(parties)
    found = [f"K={kind}", f"ne={min(n, 6)}", f"K={kind}|ne={min(n, 5)}", f"allhere={parties <= here}", f"rows={min(len(rows), 4)}",
             f"datedrows={min(3, sum(scene.dated(b) for b in rows))}", f"K={kind}|rows={min(len(rows), 4)}"]
    found += [f"jw={w}" for w in lists("events")["grouping"] if w in text]
    found.append(f"maxgroup={min(5, max([len(parties.intersection(g.entities)) for g in groups] or [0]))}")
    found.append(f"ngroups={sum(1 for g in groups if parties.intersection(g.entities))}")
    found.append("types=" + "+".join(sorted({entities[e].type for e in parties})))
    found.append(f"pubs={sum(entities[e].public for e in parties)}|{kind}")
    found.append(f"counted={any(g.counted for g in groups)}")
    return found


def read(scene: Scene, anchors: Sequence[Anchor], models: Models) -> list[Reading]:
    """The readings of all anchors of a page that may tell something."""
    found: list[Reading] = []
    if len(scene.names.entities) < 2:
        return found
    for number, anchor in enumerate(anchors):
        features = features_of(scene, anchor)
        asserted = models.asserted.probability(features)
        if asserted < _ASSERTED:
            continue
        kinds = models.kind.probabilities(kind_features(anchor, features))
        order = sorted(((kinds.get(k, 0.0), k) for k in anchor.kinds), reverse=True)
        margin = order[0][0] - (order[1][0] if len(order) > 1 else 0.0)
        candidates = scene.candidates(anchor)
        for likely, kind in order[:3]:
            if likely >= _KIND or kind == order[0][1]:
                found.append(_reading(scene, models, number, anchor, features, kind, asserted, likely, margin, candidates))
    _joined(found)
    for told in scene.ruled:
        if 2 <= len(told.entities) <= _MOST:
            found += _ruled(scene, models, anchors, found, told)
    return found


def _ruled(scene: Scene, models: Models, anchors: Sequence[Anchor], found: Sequence[Reading], told: Told) -> list[Reading]:
    """Gives what a rule tells to the readings that it can mean; where none is of its kind, the nearest anchor is read so."""
    entities, name = told.entities, family(told.kind)
    fits = [r for r in found if family(r.kind) == name and (told.block == r.anchor.block or entities & r.here)]
    more: list[Reading] = []
    if all(r.kind != told.kind for r in fits):
        near = sorted((abs(a.block - told.block), n) for n, a in enumerate(anchors) if told.kind in a.kinds)[:1]
        more = [_read_as(scene, models, n, anchors[n], told.kind) for _, n in near]
    for r in [*fits, *more]:
        r.sets.add(entities)
    return more


def _read_as(scene: Scene, models: Models, number: int, anchor: Anchor, kind: str) -> Reading:
    features = features_of(scene, anchor)
    kinds = models.kind.probabilities(kind_features(anchor, features))
    likely = kinds.get(kind, 0.0)
    return _reading(scene, models, number, anchor, features, kind, models.asserted.probability(features), likely,
                    likely - max((p for k, p in kinds.items() if k != kind), default=0.0), scene.candidates(anchor))


def _reading(scene: Scene, models: Models, number: int, anchor: Anchor, features: list[str], kind: str, asserted: float, likely: float,
             margin: float, candidates: Sequence[Candidate]) -> Reading:
    party, first = {}, {}
    for c in candidates:
        own = party_features(scene, c, kind)
        party[c.entity] = models.party.probability(own)
        if kind not in SYMMETRIC:
            one, two = ROLES[kind]
            p = models.role.probabilities(role_features(own, c, kind))
            a, b = p.get(f"{kind}:{one}", 0.0), p.get(f"{kind}:{two}", 0.0)
            first[c.entity] = a / (a + b + 1e-9)
    here = frozenset(c.entity for c in candidates if c.place == "here")
    made = Reading(number, anchor, features, kind, asserted, likely, margin, party, first, here, {c.entity: c.place for c in candidates})
    made.sets |= {s for s in _sets(made, scene.names.publisher) if 2 <= len(s) <= _MOST}
    for group in scene.groups(anchor.block):
        for extra in (None, scene.names.publisher, scene.topics[anchor.block]):
            together = frozenset(group.entities) | ({extra} if extra is not None else set())
            if 2 <= len(together) <= _MOST:
                made.sets.add(frozenset(together))
    return made


def _sets(r: Reading, publisher: int | None) -> Iterator[frozenset[int]]:
    for level in _LEVELS:
        yield frozenset(e for e, p in r.party.items() if p >= level)
    yield frozenset(e for e in r.here if r.party[e] >= 0.3)
    if len(r.here) <= 6:
        yield r.here
    sure = r.sure
    if publisher is not None:
        yield sure | {publisher}
    rest = sorted((e for e in r.party if e not in sure), key=lambda e: (-r.party[e], e))
    for e in rest[:2] if len(sure) == 1 else rest[:1]:
        yield sure | {e}
    if 3 <= len(r.here) <= 4:
        ordered = sorted(r.here)
        yield from (frozenset({a, b}) for n, a in enumerate(ordered) for b in ordered[n + 1:])


def _joined(readings: Sequence[Reading]) -> None:
    """Adds what two places tell of one event: a title names two, the sentence under it the third."""
    sure = [r.sure for r in readings]
    for r, mine in zip(readings, sure, strict=True):
        for other, theirs in zip(readings, sure, strict=True):
            if other.number == r.number or family(other.kind) != family(r.kind):
                continue
            near = r.anchor.block + 1 == other.anchor.block or other.anchor.block == 0
            if mine and theirs and (mine & theirs or near) and 2 <= len(mine | theirs) <= 12:
                r.sets.add(mine | theirs)


def proposals(scene: Scene, readings: Sequence[Reading], joint: Linear) -> dict[tuple[str, frozenset[int]], list[Proposal]]:
    """Every proposed (kind, parties) with the readings that propose it."""
    found: dict[tuple[str, frozenset[int]], list[Proposal]] = {}
    for r in readings:
        for parties in sorted(r.sets, key=sorted):
            roles = _roles(r, parties)
            for group, p, each in _groupings(scene, r, parties, roles, joint):
                if r.kind == "brokerage" and len(group) < 3:
                    continue
                likely = [r.party[e] for e in group]
                score = r.asserted * r.likely * (min(likely) + sum(likely) / len(likely)) / 2 * p
                found.setdefault((r.kind, group), []).append(Proposal(r, {e: roles[e] for e in sorted(group)}, p, each, score))
    return found


def _roles(r: Reading, parties: frozenset[int]) -> dict[int, str]:
    ordered = sorted(parties)
    if r.kind in SYMMETRIC:
        return dict.fromkeys(ordered, "party")
    one, two = ROLES[r.kind]
    if r.kind in COLLECTIVE:
        last = min(ordered, key=lambda e: r.first[e])
        return {e: two if e == last else one for e in ordered}
    if r.kind == "brokerage":
        top = max(ordered, key=lambda e: r.first[e])
        return {e: one if e == top else two for e in ordered}
    roles = {e: one if r.first[e] >= 0.5 else two for e in ordered}
    if len(set(roles.values())) < 2:
        if one in roles.values():
            roles[min(ordered, key=lambda e: r.first[e])] = two
        else:
            roles[max(ordered, key=lambda e: r.first[e])] = one
    return roles


def _groupings(scene: Scene, r: Reading, parties: frozenset[int], roles: Mapping[int, str],
               joint: Linear) -> Iterator[tuple[frozenset[int], float, bool]]:
    if len(parties) <= 2 or r.kind in COLLECTIVE or r.kind == "brokerage":
        yield parties, 1.0, False
        return
    p = joint.probability([*r.features, *joint_features(scene, r.anchor, r.kind, parties)])
    yield parties, p, False
    if p < 0.85:
        for group in _apart(scene, r, parties, roles):
            if len(group) > 1 and (r.kind in SYMMETRIC or len({roles[e] for e in group}) > 1):
                yield group, 1 - p, True


def _apart(scene: Scene, r: Reading, parties: frozenset[int], roles: Mapping[int, str]) -> Iterator[frozenset[int]]:
    """One event each: the one they share with every other."""
    ordered = sorted(parties)
    if r.kind not in SYMMETRIC:
        one, two = ROLES[r.kind]
        yield from (frozenset({a, b}) for a in ordered if roles[a] == one for b in ordered if roles[b] == two)
        return
    hub = scene.names.publisher
    if hub not in parties:
        public = Counter(scene.names.entities[e].public for e in ordered)
        alone = [e for e in ordered if public[scene.names.entities[e].public] == 1]
        hub = alone[0] if alone else max(ordered, key=lambda e: r.party[e])
    yield from (frozenset({hub, e}) for e in ordered if e != hub)
