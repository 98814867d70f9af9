"""Rivals of proposals and what rules say for them, found by index as by looking at every pair."""
from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.ties.contest import Contest, Key, Rulings
from nlp.ties.kinds import family
from nlp.ties.told import Told

_KINDS = st.sampled_from(["partnership", "memorandum", "donation", "membership"])
_PARTIES = st.frozensets(st.integers(0, 5), min_size=2, max_size=4)
_KEYS = st.tuples(_KINDS, _PARTIES)
_TOLD = st.builds(lambda kind, parties, phrase: Told(kind, tuple((one, "party") for one in sorted(parties)), phrase, 0),
                  _KINDS, st.frozensets(st.integers(0, 5), min_size=1, max_size=4), st.sampled_from(["rows:list", "gifts:1", "gifts:2"]))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_KEYS, st.tuples(st.integers(0, 3), st.floats(0.01, 1)), min_size=1, max_size=14))
def test_the_strongest_rivals_are_those_of_all_pairs(proposed: dict[Key, tuple[int, float]]) -> None:
    contest = Contest([(key, number, score) for key, (number, score) in proposed.items()])
    for (kind, parties), (number, _) in proposed.items():
        others = [(k, s, n, score) for (k, s), (n, score) in proposed.items() if (k, s) != (kind, parties)]
        alike = [(k, score) for k, s, _, score in others if s == parties]
        rivals = [(s, score) for k, s, _, score in others if family(k) == family(kind) and s != parties]
        assert contest.against((kind, parties), number) == [
            max((score for _, score in alike), default=0.0),
            max((score for k, score in alike if family(k) != family(kind)), default=0.0),
            max((score for s, score in rivals if s > parties), default=0.0),
            max((score for s, score in rivals if s < parties), default=0.0),
            max((score for s, score in rivals if s & parties and not s <= parties and not s >= parties), default=0.0),
            max((score for _, _, n, score in others if n == number), default=0.0),
            1 + sum(family(k) == family(kind) for k, _ in alike)]


@settings(max_examples=200, deadline=None)
@given(_KEYS, st.lists(_TOLD, max_size=10))
def test_what_rules_say_is_what_each_of_them_says(key: Key, told: list[Told]) -> None:
    kind, parties = key
    exact = {t.phrase for t in told if (t.kind, t.entities) == key}
    theirs = [t.entities for t in told if family(t.kind) == family(kind)]
    assert Rulings(told, ("rows", "gifts")).about(key) == [
        bool(exact), "rows:list" in exact, bool(exact & {"gifts:1", "gifts:2"}), len(exact), parties in theirs,
        max((len(s & parties) / len(s | parties) for s in theirs), default=0.0), any(s > parties for s in theirs),
        any(s < parties for s in theirs), any(t.entities == parties and family(t.kind) != family(kind) for t in told),
        len({(t.kind, t.entities) for t in told})]
