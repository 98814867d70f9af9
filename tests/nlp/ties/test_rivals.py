"""Other anchors of a sentence, of which each has its own parties."""
from __future__ import annotations

from nlp.reader import Seen
from nlp.ties.anchors import Anchor
from nlp.ties.rivals import rival_features
from tests.nlp.ties.pages import at, number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"


def rivals(page: Seen, anchor: Anchor, name: str) -> tuple[set[str], set[str]]:
    mention = next(m for m in page.scene.of_block[anchor.block] if m.entity == number(page, name))
    found, kinded = rival_features(anchor, [a for a in page.anchors if a.block == anchor.block and a != anchor], mention)
    return set(found), set(kinded)


def test_another_anchor_can_be_nearer() -> None:
    page = seen(f"{A}は諏訪市に絵本を寄贈し、{B}は茅野市と連携協定を結んだ。")
    found, kinded = rivals(page, at(page, "連携協定"), "諏訪市")
    assert {"rivals=1|<", "rivals=1|False|<", "nearer=True|<", "rivalsame=False|<"} == found
    assert kinded == {"rival=donation|<"}


def test_anchors_before_an_organisation_are_no_rivals_between() -> None:
    page = seen(f"{A}は諏訪市に絵本を寄贈し、{B}は茅野市と連携協定を結んだ。")
    found, kinded = rivals(page, at(page, "連携協定"), "茅野市")
    assert {"rivals=0|<", "rivals=0|True|<", "nearer=False|<"} == found
    assert kinded == {"beyond=donation|<"}


def test_another_anchor_of_the_same_family_is_told_apart() -> None:
    page = seen(f"茅野市は{A}と連携協定を結び、{B}とも災害時の協定を結んだ。")
    found, _ = rivals(page, at(page, "協定"), A)
    assert "rivalsame=True|<" in found


def test_rivals_stand_behind_the_anchor_too() -> None:
    page = seen(f"茅野市は連携協定を結び、絵本を{A}から寄贈された。")
    found, kinded = rivals(page, at(page, "連携協定"), A)
    assert any(f.startswith("rivals=") and f.endswith("|>") and not f.startswith("rivals=0") for f in found)
    assert "beyond=donation|>" in kinded


def test_the_only_anchor_of_a_sentence_has_no_rivals() -> None:
    page = seen(f"{A}は茅野市に絵本を寄贈した。")
    assert rivals(page, at(page, "寄贈"), A) == ({"rivals=0|<", "rivals=0|False|<", "nearer=False|<"}, set())
