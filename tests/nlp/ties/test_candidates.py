"""Who may be party to what a sentence tells: all organisations of the page, by where and how each stands."""
from __future__ import annotations

import pytest

from nlp.reader import Seen
from nlp.ties.candidates import Candidate
from tests.nlp.ties.pages import at, named, number, seen

A, B = "株式会社すずかけ通信", "みなも建設株式会社"
PAGE = f"""茅野市は、{A}と連携協定を締結しました。
諏訪市は雨でした。
すずかけ通信は、次の団体にも提携を申し込みました。
・岡谷市
・伊那市
"""


def candidates(page: Seen, word: str, nth: int = 0) -> dict[str, Candidate]:
    return {page.names.entities[c.entity].name: c for c in page.scene.candidates(at(page, word, nth))}


def test_every_organisation_of_the_page_is_a_candidate_once() -> None:
    page = seen(PAGE, publisher="下諏訪町")
    for anchor in page.anchors:
        assert [c.entity for c in page.scene.candidates(anchor)] == list(range(len(page.names.entities)))


def test_a_candidate_stands_here_in_the_list_before_behind_or_nowhere() -> None:
    page = seen(PAGE, publisher="下諏訪町")
    assert {n: c.place for n, c in candidates(page, "連携協定").items()} == {
        "茅野市": "here", A: "here", "諏訪市": "next1", "岡谷市": "next3", "伊那市": "next3", "下諏訪町": "unnamed"}
    assert {n: c.place for n, c in candidates(page, "提携").items()} == {
        "茅野市": "prev2", A: "here", "諏訪市": "prev1", "岡谷市": "list", "伊那市": "list", "下諏訪町": "unnamed"}


def test_a_heading_between_parts_what_stands_before_from_what_stands_behind() -> None:
    page = seen("茅野市は雨でした。\n■ 諏訪市の協定について\n諏訪市は連携協定を締結しました。")
    assert candidates(page, "連携協定")["茅野市"].place == "prev2s"


def test_a_candidate_has_its_mention_nearest_to_the_anchor() -> None:
    page = seen(f"{A}は雨でした。すずかけ通信は、茅野市との協定のあと、諏訪市とすずかけ通信の連携協定を締結しました。", publisher="下諏訪町")
    found = candidates(page, "連携協定")
    mention = found[A].mention
    assert mention is not None and mention.start == page.page.norm.rindex("すずかけ通信")
    assert found["下諏訪町"].mention is None


def test_the_particle_behind_a_group_says_how_its_members_stand() -> None:
    page = seen(f"茅野市と諏訪市は、{A}に絵本を寄贈した。")
    anchor = at(page, "寄贈")
    stand = {page.names.entities[e].name: page.scene.stand(anchor, e) for e in range(3)}
    assert stand == {"茅野市": "<subject", "諏訪市": "<subject", A: "<to"}
    first, second = page.scene.groups(anchor.block)
    assert (named(page, set(first.entities)), first.case, first.counted) == ({"茅野市", "諏訪市"}, "subject", False)
    assert (named(page, set(second.entities)), second.case) == ({A}, "to")


@pytest.mark.parametrize(("text", "case"), [
    (f"茅野市は、{A}から絵本の寄贈を受けた。", "from"), (f"茅野市は、{A}と連携協定を結んだ。", "with"),
    (f"茅野市は、{A}を指定管理者とした。", "object"),
    (f"茅野市は、{A}に清掃を委託した。", "to"), (f"{A}による絵本の寄贈があった。", "by"),
])
def test_cases(text: str, case: str) -> None:
    page = seen(text)
    group = next(g for g in page.scene.groups(0) if number(page, A) in g.entities)
    assert group.case == case


def test_parties_that_are_counted_are_one_group() -> None:
    page = seen(f"茅野市、諏訪市及び{A}の3者は、連携協定を締結した。")
    group, = page.scene.groups(0)
    assert (len(group.entities), group.counted, group.case) == (3, True, "subject")


def test_what_stands_in_brackets_is_in_no_group() -> None:
    page = seen(f"茅野市({A}の本社がある市)は、諏訪市と連携協定を締結した。")
    anchor = at(page, "連携協定")
    assert page.scene.stand(anchor, number(page, A)).endswith("bracket")
    assert all(number(page, A) not in g.entities for g in page.scene.groups(0))


def test_a_sentence_without_a_subject_is_about_the_last_one() -> None:
    page = seen(f"茅野市は雨だった。\n{A}とも会った。\n連携協定を締結した。")
    assert page.scene.topics == [None, number(page, "茅野市"), number(page, "茅野市")]
    found = candidates(page, "連携協定")
    assert any(f.startswith("topic=True") for f in found["茅野市"].features)
    assert not any(f.startswith("topic=True") for f in found[A].features)


def test_how_an_organisation_stands_on_its_page() -> None:
    page = seen(f"茅野市は、{A}と組んだ。茅野市は、{B}とも組んだ。")
    standing = {e.name: set(page.scene.standing[n]) for n, e in enumerate(page.names.entities)}
    assert {"rank=0|True", "said=2", "onlypublic=True", "first=True|True"} <= standing["茅野市"]
    assert "first=True|False" in standing[A] and "first=False|False" in standing[B]


def test_a_block_with_a_date_is_dated() -> None:
    page = seen("茅野市は雨だった。\n締結日：2024年6月3日\n諏訪市")
    assert [page.scene.dated(n) for n in range(3)] == [False, True, False]


def test_what_is_seen_of_a_candidate_tells_publisher_particle_and_label() -> None:
    page = seen(f"連携協定のお知らせ\n締結先：{A}\n茅野市は、{B}とも連携協定を締結しました。", publisher="茅野市")
    heading, prose = candidates(page, "連携協定"), candidates(page, "連携協定", 1)
    assert "el=締結先" in heading[A].features and not any(f.startswith("el=") for f in heading[B].features)
    assert {"side=before", "case=with|before"} <= set(prose[B].features)
    assert "pub=True" in prose["茅野市"].features and "pub=False" in prose[B].features
