"""Seeded countries in which it is known who the intermediaries are: what the finder is judged on.

Two makers with different assumptions. `regional` draws agreements between organisations of 47 regions, or without
regions, by activity with a heavy tail, in one of five shapes; `growing` lets a network of agreements of 2 to 20 parties
grow day by day, by preference for the known, within communities of very different size and through partners of
partners. Both plant intermediaries among hubs, firms with hundreds of municipalities and institutions that deal with
both sides alike. The finder's weights were fitted on `regional` (bench/finder.py) and only looked at on `growing`.

    from bench.planted import growing, hostile, moderate, regional
    country = regional(moderate(7), seed=7)
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from nlp.model import ORGANIZATION_TYPES

_FIRST, _LAST = date(2010, 1, 1).toordinal(), date(2025, 12, 31).toordinal()
_SHARES = {"municipality": .16, "company": .58, "bank": .02, "university": .03, "nonprofit": .06, "association": .05,
           "chamber": .02, "cooperative": .01, "tourism": .01, "council": .02, "consortium": .01, "platform": .01,
           "agency": .005, "regional_bureau": .003, "prefecture": .006, "ward": .006}
_SYMMETRIC = ("partnership", "comprehensive_partnership", "disaster_support", "business_alliance", "memorandum",
              "field_trial", "joint_research")
#: What the sides of a tie are drawn from: c municipalities, f companies, o others.
_MIXES = {"mixed": ("cf", "cf", "cf", "ff", "cc", "co", "fo", "oo", "cf"), "cross": ("cf", "cf", "cf", "cf", "co", "fo"),
          "inward": ("ff", "ff", "cc", "cf", "oo", "co", "fo")}
SHAPES = ("regions", "tails", "growth", "blocks", "parties")
_LEVELS = ("evidenced", "contracted", "claimed")
_Chance = np.random.Generator


@dataclass(frozen=True)
class World:
    """The assumptions of `regional`. Pairs of numbers are ranges, shares are between 0 and 1, days are days."""

    organizations: int = 6_000
    intermediaries: int = 50
    types: tuple[str, ...] = ("company", "nonprofit", "platform", "association")
    shape: str = "regions"
    #: background: ties an organisation, exponent of activity, share within the region, share of three and more parties
    ties_each: float = 2.0
    tail: float = 2.2
    local: float = .7
    many: float = .12
    many_tail: float = 1.5
    mix: str = "mixed"
    #: ties between partners of a partner, as a share of all
    closure: float = 0.0
    #: an intermediary's deals; how often the introduced tie later, and after how long; how often all three sign at once;
    #: days between its ties with either side; how often a client comes again; further ties; share with everyday ties
    deals: tuple[int, int] = (4, 16)
    later: float = .3
    delay: int = 400
    three: float = .1
    spread: int = 200
    again: float = .3
    star: float = 0.0
    further: float = .2
    everyday: float = .5
    clients: str = "weak"
    near: float = .3
    #: the others: how many, and their ties
    hubs: int = 8
    hub_ties: tuple[int, int] = (150, 400)
    wide: int = 60
    wide_ties: tuple[int, int] = (20, 100)
    wide_firms: float = .1
    balanced: int = 120
    balanced_ties: tuple[int, int] = (6, 40)
    balanced_local: float = .8
    #: what is known badly: no date, not concluded, missing, wrong date
    undated: float = .1
    planned: float = .05
    missing: float = 0.0
    misdated: float = 0.0
    #: clients that knew each other before; consortia, and those that an intermediary belongs to
    known: float = 0.0
    consortia: int = 0
    consortium_size: tuple[int, int] = (5, 20)
    in_consortia: float = 0.0
    #: intermediaries of which a release tells a broker act, and others that call themselves one
    told: float = .25
    boasting: int = 0


@dataclass(frozen=True)
class Country:
    """The frames that `find_intermediaries` takes, and the ids that it should find."""

    organizations: pd.DataFrame
    ties: pd.DataFrame
    parties: pd.DataFrame
    broker_acts: pd.DataFrame
    intermediaries: frozenset[str]


def moderate(seed: int) -> World:
    """A world whose assumptions are drawn from wide ranges; the intermediaries' clients did not know each other."""
    chance = np.random.default_rng([seed, 1])

    def one(*of: Any) -> Any:
        return of[int(chance.integers(len(of)))]

    def share(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    fewest = int(chance.integers(3, 9)) * one(1, 1, 3)
    world = World(
        organizations=one(3_000, 5_000, 6_000, 8_000), shape=one(*SHAPES), ties_each=share(1, 5), tail=share(1.8, 3.2),
        local=share(.2, .9), many=share(0, .3), many_tail=one(1.0, 1.5, 2.5), mix=one(*_MIXES),
        closure=one(0.0, 0.0, .1, .3), intermediaries=one(30, 50, 50, 80), deals=(fewest, 2 * fewest + int(chance.integers(0, 16))),
        later=share(0, .6), delay=one(120, 400, 900), three=one(0.0, 0.0, .1, .3), spread=one(20, 100, 400, 2_000),
        again=one(0.0, .2, .4), star=one(0.0, 0.0, .3, .7), further=share(0, .7), everyday=one(0.0, .5, 1.0),
        types=one(("company",), World.types, ("nonprofit", "association", "platform"), ("company", "bank", "agency"),
                  ("company", "council", "chamber", "university")),
        clients=one("weak", "any", "active"), near=share(0, .9), hubs=int(chance.integers(3, 20)),
        hub_ties=one((80, 200), (150, 400), (300, 900)), wide=int(chance.integers(20, 120)),
        wide_ties=one((10, 60), (20, 100), (50, 200)), wide_firms=share(0, .2), balanced=int(chance.integers(50, 200)),
        balanced_ties=one((6, 40), (10, 30), (4, 80)), balanced_local=share(.3, 1), undated=share(0, .25),
        planned=share(0, .1))
    return replace(world, many=share(.5, .95), ties_each=share(1.2, 3)) if world.shape == "parties" else world


def hostile(seed: int) -> World:
    """A world in which clients knew each other, many belong to consortia, 15 % of agreements are missing and 10 % of
    dates wrong."""
    chance = np.random.default_rng([seed, 2])
    world = moderate(seed + 5_000)
    return replace(world, known=float(chance.uniform(.3, .6)), missing=.15, misdated=.1,
                   consortia=int(world.organizations * chance.uniform(.01, .04)),
                   in_consortia=float(chance.uniform(0, .3)))


def regional(world: World, seed: int) -> Country:
    """A country of organisations that deal with those of their region, or with anybody, as `world` says."""
    chance = np.random.default_rng([seed, 77])
    types = _types(world.organizations, chance, _SHARES)
    picked = _Picked(types, chance)
    brokers = np.sort(np.concatenate([picked.take(number, [kind]) for kind, number in
                                      zip(*np.unique(chance.choice(world.types, world.intermediaries), return_counts=True),
                                          strict=True)]))
    book = _Book(world, chance)
    pools = _Pools(world, types, brokers, chance)
    _background(world, book, pools, chance)
    for h in picked.take(world.hubs, ["company", "bank", "university", "association"]):
        for _ in range(int(chance.integers(*world.hub_ties))):
            book.sign([h, pools.one("cffo"[int(chance.integers(4))])], pools.day(h))
    for h in picked.take(world.wide, ["company", "cooperative"]):
        for _ in range(int(chance.integers(*world.wide_ties))):
            book.sign([h, pools.one("f" if chance.random() < world.wide_firms else "c")], pools.day(h), "disaster_support")
    for h in picked.take(world.balanced, ["university", "bank", "association", "chamber", "agency"]):
        for _ in range(int(chance.integers(*world.balanced_ties))):
            partner = pools.near("cf"[int(chance.integers(2))], h, world.balanced_local)
            book.sign([h, partner], pools.day(h), "comprehensive_partnership")
    _consortia(world, book, pools, brokers, chance)
    _closures(world, book, pools, chance)
    _deals(world, book, pools, brokers, chance)
    return _country(types, book, brokers, world.told, world.boasting, chance)


class _Picked:
    """Organisations of given types, each handed out once."""

    def __init__(self, types: np.ndarray[Any, Any], chance: _Chance) -> None:
        self._types, self._chance, self._free = types, chance, np.ones(len(types), dtype=bool)

    def take(self, number: int, of: Sequence[str]) -> np.ndarray[Any, Any]:
        pool = np.flatnonzero(np.isin(self._types, list(of)) & self._free)
        taken = self._chance.choice(pool, size=min(int(number), len(pool)), replace=False)
        self._free[taken] = False
        return np.asarray(taken)


class _Pools:
    """Municipalities (c), companies (f) and others (o), drawn by activity from everywhere or from one region."""

    def __init__(self, world: World, types: np.ndarray[Any, Any], brokers: np.ndarray[Any, Any], chance: _Chance) -> None:
        n = len(types)
        self._chance, self._world = chance, world
        self.region = chance.integers(0, 47, n)
        activity = np.minimum(1 + chance.pareto(world.tail - 1, n), 60)
        growing = world.shape == "growth"
        self._born = chance.integers(_FIRST, _LAST - 700, n) if growing else np.full(n, _FIRST)
        apart = brokers[chance.random(len(brokers)) > world.everyday]
        kinds = {"c": types == "municipality", "f": types == "company", "o": ~np.isin(types, ["municipality", "company"])}
        self.members: dict[tuple[str, int | None], tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = {}
        for letter, wanted in kinds.items():
            everywhere = np.setdiff1d(np.flatnonzero(wanted), apart)
            for region in (None, *range(47)):
                pool = everywhere if region is None else everywhere[self.region[everywhere] == region]
                if len(pool):
                    running = np.cumsum(activity[pool])
                    self.members[letter, region] = (pool, running / running[-1])
        shares = {"regions": world.local, "growth": world.local, "blocks": .95, "parties": .5, "tails": 0.0}
        self.local = shares[world.shape]

    def one(self, letter: str, region: int | None = None, evenly: bool = False) -> int:
        pool, running = self.members.get((letter, region)) or self.members[letter, None]
        at = self._chance.integers(len(pool)) if evenly else np.searchsorted(running, self._chance.random())
        return int(pool[int(at)])

    def near(self, letter: str, whom: int, share: float) -> int:
        return self.one(letter, int(self.region[whom]) if self._chance.random() < share else None)

    def day(self, *members: int) -> int:
        if self._world.shape != "growth":
            return int(self._chance.integers(_FIRST, _LAST))
        born = max(int(self._born[m]) for m in members)
        return int(born + (_LAST - born) * np.sqrt(self._chance.random()))


class _Book:
    """The ties that were signed, as far as they are known."""

    def __init__(self, world: World, chance: _Chance) -> None:
        self._world, self._chance = world, chance
        self.heads: list[tuple[str, str, str, date | None, date | None]] = []
        self.members: list[list[int]] = []
        self.roles: list[Sequence[str]] = []

    def sign(self, members: Sequence[int], day: int, kind: str | None = None, roles: Sequence[str] | None = None) -> None:
        world, chance = self._world, self._chance
        parties = list(dict.fromkeys(map(int, members)))
        if len(parties) < 2 or chance.random() < world.missing:
            return
        if chance.random() < world.misdated:
            day = int(chance.integers(_FIRST, _LAST))
        earliest, latest = (None, None) if chance.random() < world.undated else _interval(day, chance)
        kind = kind or _SYMMETRIC[int(chance.integers(len(_SYMMETRIC)))]
        status = "planned" if chance.random() < world.planned else "concluded"
        self.heads.append((f"tie:{len(self.heads):06}", kind, status, earliest, latest))
        self.members.append(parties)
        self.roles.append(roles or ["party"] * len(parties))


def _interval(day: int, chance: _Chance) -> tuple[date, date]:
    """What a release tells of a day: itself (70 %), its month (20 %) or its year."""
    one = date.fromordinal(min(max(day, _FIRST), _LAST))
    how = chance.random()
    if how < .7:
        return one, one
    if how < .9:
        first = one.replace(day=1)
        return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return one.replace(month=1, day=1), one.replace(month=12, day=31)


def _types(n: int, chance: _Chance, shares: dict[str, float]) -> np.ndarray[Any, Any]:
    weight = np.array(list(shares.values()))
    return np.asarray(chance.choice(np.array(list(shares), dtype=object), size=n, p=weight / weight.sum()))


def _background(world: World, book: _Book, pools: _Pools, chance: _Chance) -> None:
    mixes = _MIXES[world.mix]
    for _ in range(int(world.ties_each * world.organizations / 2)):
        mix = mixes[int(chance.integers(len(mixes)))]
        first = pools.one(mix[0])
        members = [first, pools.near(mix[1], first, pools.local)]
        if chance.random() < world.many:
            more = min(18, int((1 + chance.pareto(world.many_tail)) * 1.5))
            members += [pools.near("cfo"[int(chance.integers(3))], first, pools.local) for _ in range(more)]
        contract = len(members) == 2 and members[0] != members[1] and chance.random() < .15
        book.sign(members, pools.day(*members), *(("outsourcing", ("client", "contractor")) if contract else ()))


def _consortia(world: World, book: _Book, pools: _Pools, brokers: np.ndarray[Any, Any], chance: _Chance) -> None:
    for _ in range(world.consortia):
        first = pools.one("cfo"[int(chance.integers(3))])
        members = [first] + [pools.near("cfo"[int(chance.integers(3))], first, pools.local)
                             for _ in range(int(chance.integers(*world.consortium_size)))]
        if chance.random() < world.in_consortia:
            members.append(int(chance.choice(brokers)))
        if chance.random() < .4:
            collective = pools.one("o")
            others = list(dict.fromkeys(m for m in members if m != collective))
            book.sign([collective, *others], pools.day(*members), "membership",
                      ["collective"] + ["member"] * len(others))
        else:
            book.sign(members, pools.day(*members), "partnership")


def _closures(world: World, book: _Book, pools: _Pools, chance: _Chance) -> None:
    """Partners of a partner tie, as they do anywhere: not every triangle is somebody's work."""
    small = [members for members in book.members if len(members) <= 8]
    of: dict[int, list[list[int]]] = {}
    for members in small:
        for member in members:
            of.setdefault(member, []).append(members)
    for _ in range(int(world.closure * len(small))):
        members = small[int(chance.integers(len(small)))]
        middle = members[int(chance.integers(len(members)))]
        others = of[middle][int(chance.integers(len(of[middle])))]
        one, other = members[int(chance.integers(len(members)))], others[int(chance.integers(len(others)))]
        if middle not in (one, other):
            book.sign([one, other], pools.day(one, other))


def _deals(world: World, book: _Book, pools: _Pools, brokers: np.ndarray[Any, Any], chance: _Chance) -> None:
    met = {pair for members in book.members if len(members) <= 20 for pair in _pairs(members)}
    degree = np.bincount(np.concatenate([np.array(m) for m in book.members]), minlength=world.organizations)

    def client(letter: str, broker: int) -> int:
        region = int(pools.region[broker]) if chance.random() < world.near else None
        for _ in range(20):
            one = pools.one(letter, region, evenly=world.clients != "active")
            if world.clients != "weak" or degree[one] <= 6:
                break
        return one

    for broker in map(int, brokers):
        cities: list[int] = []
        firms: list[int] = []
        star = chance.random() < world.star
        for _ in range(int(chance.integers(world.deals[0], world.deals[1] + 1))):
            city = cities[int(chance.integers(len(cities)))] if cities and chance.random() < world.again else client("c", broker)
            few = chance.random() < world.again or (star and len(firms) >= 3)
            firm = firms[int(chance.integers(len(firms)))] if firms and few else client("f", broker)
            for _ in range(10):
                if (min(city, firm), max(city, firm)) in met:
                    firm = client("f", broker)
            _deal(world, book, broker, city, firm, city in cities, firm in firms, chance)
            cities.append(city)
            firms.append(firm)
            if chance.random() < world.further:
                book.sign([broker, pools.near("cfo"[int(chance.integers(3))], broker, .5)],
                          int(chance.integers(_FIRST, _LAST)), "partnership")


def _deal(world: World, book: _Book, broker: int, city: int, firm: int, old_city: bool, old_firm: bool,
          chance: _Chance) -> None:
    day = int(chance.integers(_FIRST, _LAST - 200))
    known = chance.random() < world.known
    if known:
        book.sign([city, firm], int(chance.integers(_FIRST, day + 1)))
    if chance.random() < world.three:
        book.sign([city, broker, firm], day, "partnership")
        return
    if not old_city or chance.random() < .3:
        kind, roles = (("partnership", ("party", "party")), ("support", ("supported", "supporter")),
                       ("outsourcing", ("client", "contractor")))[int(chance.integers(3))]
        book.sign([city, broker], day, kind, roles)
    if not old_firm or chance.random() < .3:
        book.sign([firm, broker], day + int(chance.integers(-world.spread, world.spread + 1)), "business_alliance")
    if not known and chance.random() < world.later:
        book.sign([city, firm], day + world.spread // 2 + int(chance.exponential(world.delay)), "partnership")


def _pairs(members: Sequence[int]) -> list[tuple[int, int]]:
    ordered = sorted(members)
    return [(a, b) for i, a in enumerate(ordered) for b in ordered[i + 1:]]


def _country(types: np.ndarray[Any, Any], book: _Book, brokers: np.ndarray[Any, Any], told: float, boasting: int,
             chance: _Chance) -> Country:
    order = chance.permutation(len(types))
    organizations = pd.DataFrame([(_name(i), types[i], ORGANIZATION_TYPES[types[i]][1]) for i in order],
                                 columns=["id", "type", "sector"])
    parties = [(head[0], _name(member), role) for head, members, roles in
               zip(book.heads, book.members, book.roles, strict=True) for member, role in zip(members, roles, strict=True)]
    acts = [(_name(b), _LEVELS[int(chance.integers(3))], None)
            for b in chance.choice(brokers, max(1, int(told * len(brokers))) if told else 0, replace=False)]
    others = np.setdiff1d(np.arange(len(types)), brokers)
    acts += [(_name(o), "claimed", None) for o in chance.choice(others, boasting, replace=False)]
    return Country(organizations, pd.DataFrame(book.heads, columns=["id", "kind", "status", "earliest", "latest"]),
                   pd.DataFrame(parties, columns=["tie", "organization", "role"]),
                   pd.DataFrame(acts, columns=["organization", "level", "tie"], dtype=object),
                   frozenset(_name(b) for b in brokers))


def _name(number: int) -> str:
    return f"org:{number:06}"


@dataclass(frozen=True)
class Growth:
    """The assumptions of `growing`: agreements are signed one after the other, days in order."""

    organizations: int = 12_000
    agreements: int = 24_000
    intermediaries: int = 50
    #: exponent of the number of parties; firms with many municipalities and institutions with both sides, as a share of
    #: all; organisations that everybody deals with from the first day, and how much likelier with them
    parties_tail: float = 1.3
    wide: float = 1 / 200
    balanced: float = 1 / 80
    hubs: int = 0
    hub_weight: int = 0
    #: parties drawn from the first one's community, and from the partners of a party
    community: float = .55
    through: float = .15
    #: programmes of an intermediary, companies and municipalities of one; the introduced that tie, within how many days
    programmes: tuple[int, int] = (1, 4)
    firms: tuple[int, int] = (1, 4)
    cities: tuple[int, int] = (2, 9)
    tied: float = .35
    within: int = 700
    #: municipalities and companies of a programme that had a tie before, or signed in one agreement with the intermediary
    known: float = 0.0
    together: float = .05
    undated: float = .12
    missing: float = 0.0
    misdated: float = 0.0
    consortia: int = 0
    told: float = .25
    boasting: int = 0


#: The size and shape of the whole country: what the measures are timed on.
COUNTRY = Growth(organizations=50_000, agreements=94_000, parties_tail=1.75, wide=1 / 2_500, balanced=1 / 500, hubs=8,
                 hub_weight=700)
#: The growing country as it is hostile to the search.
HOSTILE_GROWTH = Growth(known=.5, together=.15, missing=.15, misdated=.1, consortia=300)


def growing(growth: Growth, seed: int) -> Country:
    """A country whose agreements of 2 to 20 parties grow out of each other; intermediaries run programmes that bring a
    few companies to a few municipalities each."""
    chance = np.random.default_rng([seed, 4_093])
    n = growth.organizations
    types = _types(n, chance, {**_SHARES, "company": .45, "municipality": .2, "association": .09, "nonprofit": .1})
    picked = _Picked(types, chance)
    brokers = picked.take(growth.intermediaries, ["company", "nonprofit", "association", "platform", "council", "chamber"])
    wide = picked.take(int(n * growth.wide), ["company"])
    balanced = picked.take(int(n * growth.balanced), ["university", "bank", "chamber", "cooperative"])
    sizes = 1 / np.arange(1, 121) ** .8
    community = chance.choice(120, size=n, p=sizes / sizes.sum())
    book = _Book(World(undated=growth.undated, planned=.04, missing=growth.missing, misdated=growth.misdated), chance)
    of = {kind: np.flatnonzero(np.isin(types, kinds)) for kind, kinds in
          (("city", ["municipality"]), ("firm", ["company"]))}
    ordinary = np.setdiff1d(np.arange(n), brokers)
    _grow(growth, book, ordinary, community, chance)
    for w in wide:
        for city in chance.choice(of["city"], size=int(chance.integers(30, 300)), replace=True):
            book.sign([city, w], int(chance.integers(_FIRST, _LAST)), "outsourcing", ("client", "contractor"))
    for b in balanced:
        near = [pool[community[pool] == community[b]] for pool in of.values()]
        for pool, everywhere in zip(near, of.values(), strict=True):
            for _ in range(int(chance.integers(5, 40))):
                choice = pool if len(pool) and chance.random() < .6 else everywhere
                book.sign([b, int(chance.choice(choice))], int(chance.integers(_FIRST, _LAST)))
    for _ in range(growth.consortia):
        book.sign(list(chance.choice(ordinary if chance.random() < .8 else np.arange(n), int(chance.integers(6, 20)))),
                  int(chance.integers(_FIRST, _LAST)))
    met = {pair for members in book.members for pair in _pairs(members)}
    for broker in map(int, brokers):
        for _ in range(int(chance.integers(growth.programmes[0], growth.programmes[1] + 1))):
            _programme(growth, book, broker, of, met, chance)
        for _ in range(int(chance.integers(0, 5))):
            book.sign([broker, int(chance.choice(ordinary))], int(chance.integers(_FIRST, _LAST)))
    return _country(types, book, brokers, growth.told, growth.boasting, chance)


def _grow(growth: Growth, book: _Book, ordinary: np.ndarray[Any, Any], community: np.ndarray[Any, Any],
          chance: _Chance) -> None:
    neighbours = {int(c): ordinary[community[ordinary] == c] for c in np.unique(community)}
    # every organisation stands in the urn once, and once more for each agreement
    urn = list(map(int, ordinary))
    urn += [h for h in map(int, chance.choice(ordinary, growth.hubs, replace=False)) for _ in range(growth.hub_weight)]
    partners: dict[int, list[int]] = {}
    for number in range(growth.agreements):
        day = _FIRST + int((_LAST - _FIRST) * np.sqrt(number / growth.agreements))
        first = urn[int(chance.integers(len(urn)))]
        members = [first]
        for _ in range(min(19, int(1 + chance.pareto(growth.parties_tail)))):
            how = chance.random()
            if how < growth.through and partners.get(first):
                middle = partners[first][int(chance.integers(len(partners[first])))]
                members.append(partners[middle][int(chance.integers(len(partners[middle])))])
            elif how < growth.through + growth.community:
                pool = neighbours[int(community[first])]
                members.append(int(pool[int(chance.integers(len(pool)))]))
            else:
                members.append(urn[int(chance.integers(len(urn)))])
        book.sign(members, day)
        urn += members
        for one in members:
            partners.setdefault(one, []).extend(m for m in members if m != one)


def _programme(growth: Growth, book: _Book, broker: int, of: dict[str, np.ndarray[Any, Any]],
               met: set[tuple[int, int]], chance: _Chance) -> None:
    begin = int(chance.integers(_FIRST, _LAST - 900))
    firms = chance.choice(of["firm"], int(chance.integers(growth.firms[0], growth.firms[1] + 1)), replace=False)
    cities = chance.choice(of["city"], int(chance.integers(growth.cities[0], growth.cities[1] + 1)), replace=False)
    for firm in firms:
        if firm != broker:
            book.sign([broker, firm], begin + int(chance.integers(0, 120)))
    for city in cities:
        book.sign([city, broker], begin + int(chance.integers(0, 500)), "support", ("supported", "supporter"))
        firm = int(chance.choice(firms))
        if firm == broker or (min(city, firm), max(city, firm)) in met:
            continue
        if chance.random() < growth.known:
            book.sign([city, firm], int(chance.integers(_FIRST, begin + 1)))
        elif chance.random() < growth.together:
            book.sign([city, broker, firm], begin + int(chance.integers(0, 500)))
        elif chance.random() < growth.tied:
            book.sign([city, firm], begin + 500 + int(chance.integers(0, growth.within)))


Maker = Callable[[int], Country]
#: Name → country of a seed: what the finder is shown on.
MAKERS: dict[str, Maker] = {
    "regional, moderate": lambda seed: regional(moderate(seed), seed),
    "regional, hostile": lambda seed: regional(hostile(seed), seed),
    "growing, moderate": lambda seed: growing(Growth(), seed),
    "growing, hostile": lambda seed: growing(HOSTILE_GROWTH, seed),
}
