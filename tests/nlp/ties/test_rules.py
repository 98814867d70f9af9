"""What rules tell goes into the choice as proposals and evidence."""
from __future__ import annotations

from nlp.ties.candidates import Scene
from nlp.ties.choice import numbers, trusted
from nlp.ties.readings import Models, proposals, read
from nlp.ties.told import Told
from tests.nlp.ties.pages import fitted, named, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"


def test_frames_find_the_parties_of_a_plain_sentence() -> None:
    page = seen(f"茅野市と{A}は、連携協定を締結しました。式は{B}の本社で開かれました。")
    assert {(told.kind, frozenset(named(page, told.entities))) for told in page.scene.ruled} == {("partnership", frozenset({"茅野市", A}))}
    assert {told.phrase.partition(":")[0] for told in page.scene.ruled} == {"frames", "phrases_agreements"}


def test_frames_find_nothing_where_nothing_is_told() -> None:
    assert seen(f"{A}の連携協定とは何かを、茅野市で学ぶ会がありました。").scene.ruled == ()
    assert seen("茅野市は連携協定を締結しました。").scene.ruled == ()


def test_a_proposal_that_the_frames_agree_with_is_told_from_others() -> None:
    page = seen(f"茅野市は、{A}、{B}と連携協定を締結しました。")
    models: Models = fitted()[0]
    proposed = proposals(page.scene, read(page.scene, page.anchors, models), models.joint)
    rows = numbers(page.scene, proposed)
    # exactly this, by frames, by phrases, by lists; how many rules; these parties, best overlap, more, fewer, another kind; how many ties
    ruled = {key: list(row[-11:]) for key, row in zip(proposed, rows, strict=True)}
    everyone = frozenset(range(3))
    assert {(told.kind, told.entities) for told in page.scene.ruled} == {("partnership", everyone)}
    assert ruled["partnership", everyone][:4] == [1, 1, 1, 0]
    assert ruled["partnership", everyone][5:] == [1, 1, 0, 0, 0, 1]
    others = [row for key, row in ruled.items() if key[0] == "partnership" and key[1] != everyone]
    assert others and all(row[:6] == [0] * 6 and row[6:] == [2 / 3, 1, 0, 0, 1] for row in others)


def test_a_rule_counts_as_often_as_it_was_right() -> None:
    page = seen(f"茅野市は、{A}、{B}と連携協定を締結しました。")
    models: Models = fitted()[0]
    proposed = proposals(page.scene, read(page.scene, page.anchors, models), models.joint)
    rules = {told.phrase for told in page.scene.ruled}
    trust = dict(zip(proposed, trusted(page.scene, proposed, dict.fromkeys(rules, 0.3) | {min(rules): 0.9}), strict=True))
    assert trust["partnership", frozenset(range(3))] == 0.9
    assert {value for key, value in trust.items() if key[1] != frozenset(range(3))} == {0}


def test_what_a_rule_tells_is_proposed_too() -> None:
    page = seen(f"茅野市と{A}は、連携協定を締結しました。式は{B}の本社で開かれました。")
    told = Told("partnership", tuple((n, "party") for n in range(3)), "rows:test", 1)
    scene = Scene(page.scene.layout, page.words, page.names, (), (), (told,))
    models: Models = fitted()[0]
    assert (told.kind, told.entities) in proposals(scene, read(scene, page.anchors, models), models.joint)
