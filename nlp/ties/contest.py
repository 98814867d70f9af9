"""What stands against each proposal and what rules say for it, found without comparing every proposal with every other: on a
page that lists hundreds of agreements there are thousands."""
from __future__ import annotations

from collections.abc import Iterable, Sequence

from nlp.ties.kinds import family
from nlp.ties.told import Told

Key = tuple[str, frozenset[int]]
#: A proposal's kind and parties, the number of its best reading, its score.
View = tuple[Key, int, float]


class _Sets:
    """Sets of parties of one family of kinds by whom they hold, each with a score, the highest first."""

    def __init__(self, scored: Iterable[tuple[str, frozenset[int], float]]) -> None:
        self._holding: dict[tuple[str, int], list[tuple[float, frozenset[int]]]] = {}
        best: dict[tuple[str, frozenset[int]], float] = {}
        for name, parties, score in scored:
            best[name, parties] = max(best.get((name, parties), 0.0), score)
        self._alone = {(name, *parties): score for (name, parties), score in best.items() if len(parties) == 1}
        for (name, parties), score in sorted(best.items(), key=lambda item: -item[1]):
            for one in parties:
                self._holding.setdefault((name, one), []).append((score, parties))

    def _lists(self, name: str, parties: frozenset[int]) -> list[list[tuple[float, frozenset[int]]]]:
        """The sets that hold each of some parties, the fewest first."""
        return sorted((self._holding.get((name, one), []) for one in parties), key=len)

    def more(self, name: str, parties: frozenset[int]) -> float:
        """The highest score of a set that holds these parties and others, 0 where there is none."""
        return next((score for score, other in self._lists(name, parties)[0] if other > parties), 0.0)

    def fewer(self, name: str, parties: frozenset[int]) -> float:
        """The highest score of a set of some of these parties; 0 where there is none."""
        # of two of them one is not the one that most sets hold
        found = [next((score for score, other in held if other < parties), 0.0) for held in self._lists(name, parties)[:-1]]
        return max([*found, *(self._alone.get((name, one), 0.0) for one in parties if len(parties) > 1)], default=0.0)

    def crossing(self, name: str, parties: frozenset[int]) -> float:
        """The highest score of a set that holds some of these parties and others, but not all; 0 where there is none."""
        return max(next((score for score, other in held if not other <= parties and not other >= parties), 0.0)
                   for held in self._lists(name, parties))

    def overlap(self, name: str, parties: frozenset[int]) -> float:
        """The largest share in common with a set."""
        return max((len(other & parties) / len(other | parties) for held in self._lists(name, parties) for _, other in held), default=0.0)


class Contest:
    """The proposals of a page as rivals of each other."""

    def __init__(self, views: Sequence[View]) -> None:
        self._sets = _Sets((family(kind), parties, score) for (kind, parties), _, score in views)
        self._of_parties: dict[frozenset[int], list[tuple[str, float]]] = {}
        self._of_reading: dict[int, list[tuple[float, Key]]] = {}
        for key, number, score in views:
            self._of_parties.setdefault(key[1], []).append((key[0], score))
            self._of_reading.setdefault(number, []).append((score, key))
        for found in self._of_reading.values():
            found.sort(key=lambda one: -one[0])

    def against(self, key: Key, number: int) -> list[float]:
        """The score of the strongest rival of every sort: other kind of the same parties, other family of kinds, more parties,
        fewer, some others, same reading; and how many proposals of its family have its parties."""
        kind, parties = key
        name = family(kind)
        alike = self._of_parties[parties]
        return [max((score for k, score in alike if k != kind), default=0.0),
                max((score for k, score in alike if family(k) != name), default=0.0),
                self._sets.more(name, parties), self._sets.fewer(name, parties), self._sets.crossing(name, parties),
                next((score for score, other in self._of_reading[number] if other != key), 0.0),
                sum(family(k) == name for k, _ in alike)]


class Rulings:
    """What the rules tell of a page, by parties."""

    def __init__(self, told: Sequence[Told], readers: Sequence[str]) -> None:
        self._readers = readers
        self._exact: dict[Key, set[str]] = {}
        self._families: dict[frozenset[int], set[str]] = {}
        for one in told:
            entities = one.entities
            self._exact.setdefault((one.kind, entities), set()).add(one.phrase)
            self._families.setdefault(entities, set()).add(family(one.kind))
        self._sets = _Sets((name, entities, 1.0) for entities, names in self._families.items() for name in sorted(names))

    def about(self, key: Key) -> list[float]:
        """How far the rules agree with a proposal: whether one says exactly this, which readers do, how many rules; whether one
        says the parties; best overlap, more parties, fewer, another family of kinds of the same parties; how many ties they tell."""
        kind, parties = key
        name = family(kind)
        exact = self._exact.get(key, set())
        readers = {phrase.split(":")[0].split("_")[0] for phrase in exact}
        of_parties = self._families.get(parties, set())
        return [bool(exact), *(reader in readers for reader in self._readers), len(exact), name in of_parties,
                self._sets.overlap(name, parties), self._sets.more(name, parties) > 0, self._sets.fewer(name, parties) > 0,
                bool(of_parties - {name}), len(self._exact)]
