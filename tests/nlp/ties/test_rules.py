"""What the frames find goes into the choice as evidence."""
from __future__ import annotations

from nlp.ties.choice import numbers
from nlp.ties.readings import Models, proposals, read
from tests.nlp.ties.pages import fitted, named, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"


def test_frames_find_the_parties_of_a_plain_sentence() -> None:
    page = seen(f"茅野市と{A}は、連携協定を締結しました。式は{B}の本社で開かれました。")
    assert [(kind, named(page, parties)) for kind, parties in page.scene.ruled] == [("partnership", {"茅野市", A})]


def test_frames_find_nothing_where_nothing_is_told() -> None:
    assert seen(f"{A}の連携協定とは何かを、茅野市で学ぶ会がありました。").scene.ruled == ()
    assert seen("茅野市は連携協定を締結しました。").scene.ruled == ()


def test_a_proposal_that_the_frames_agree_with_is_told_from_others() -> None:
    page = seen(f"茅野市は、{A}、{B}と連携協定を締結しました。")
    models: Models = fitted()[0]
    proposed = proposals(page.scene, read(page.scene, page.anchors, models), models.joint)
    rows = numbers(page.scene, proposed)
    ruled = {key: list(row[-4:]) for key, row in zip(proposed, rows, strict=True)}
    everyone = frozenset(range(3))
    assert page.scene.ruled == (("partnership", everyone),)
    assert ruled["partnership", everyone] == [1, 1, 1, 1]
    assert all(row[:2] == [0, 0] and row[2] == 2 / 3 for key, row in ruled.items() if key[0] == "partnership" and key[1] != everyone)
