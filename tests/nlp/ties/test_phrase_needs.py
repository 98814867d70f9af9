"""What a sentence must hold for a phrase to be looked for in it: never more than the phrase needs."""
from __future__ import annotations

import re

import pytest

from nlp.ties.phrases.needs import needs
from nlp.ties.signs import SIGNS

S = f"[{SIGNS}]"


@pytest.mark.parametrize(("pattern", "letters", "signs"), [
    (f"{S}は{S}に[^。]{{0,9}}?(?:寄附|寄贈)", {frozenset("寄"), frozenset("は"), frozenset("に")}, 2),
    (f"(?:{S}と)?{S}[はが]、?協定", {frozenset("協"), frozenset("定"), frozenset("はが")}, 1),
    (f"(?:{S}{S}|{S})が(?:委託|契約(?:書)?)", {frozenset("が"), frozenset("委契")}, 1),
    ("(?:協定)?(?!覚書)(?=包括)[^。]*", set(), 0),
    ("(?:協定|)を", {frozenset("を")}, 0),
    ("[一-龥]村", {frozenset("村")}, 0),
])
def test_only_what_every_match_holds_is_needed(pattern: str, letters: set[frozenset[str]], signs: int) -> None:
    found, number = needs(pattern)
    assert set(found) <= letters | {frozenset("贈附")} and (found or not letters)
    assert number == signs


@pytest.mark.parametrize("text", ["\ue000は\ue001に寄贈", "\ue000が契約", "\ue000\ue001が委託"])
def test_a_text_that_matches_holds_what_is_needed(text: str) -> None:
    for pattern in (f"{S}は{S}に[^。]{{0,9}}?(?:寄附|寄贈)", f"(?:{S}{S}|{S})が(?:委託|契約(?:書)?)"):
        letters, signs = needs(pattern)
        if re.search(pattern, text):
            assert not any(one.isdisjoint(text) for one in letters)
            assert sum(SIGNS[0] <= c <= SIGNS[-1] for c in text) >= signs
