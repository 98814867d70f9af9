"""Phrases: every one reads its own example, and pages are read as a reader would."""
from __future__ import annotations

import re

import pytest

from nlp.ties.phrases import Phrase, phrases, signed
from tests.nlp.ties.pages import named, seen

A, B, C, D = "株式会社すずかけ通信", "みなも建設株式会社", "つきみ大学", "株式会社つゆくさ堂"
BANK, COUNCIL, TEAM = "あけぼの銀行", "すずかけ協議会", "水無月共同企業体"


def told(text: str, title: str | None = None, publisher: str | None = None) -> set[tuple[str, frozenset[str]]]:
    """The ties that phrases tell on a page: kind and parties."""
    page = seen(text, title=title, publisher=publisher)
    return {(t.kind, frozenset(named(page, t.entities))) for t in page.scene.ruled if t.phrase.startswith("phrases_")}


def _signed(example: str) -> str:
    """An example with its organisations, which stand in «», as signs."""
    places: list[tuple[int, int]] = []
    text = ""
    for n, piece in enumerate(re.split("[«»]", example)):
        if n % 2:
            places.append((len(text), len(text) + len(piece)))
        text += piece
    return signed(text, places)


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.name)
def test_a_phrase_reads_its_example(phrase: Phrase) -> None:
    lines = phrase.example.split("\n")
    assert any(phrase.pattern.search(_signed(line)) for line in lines), _signed(phrase.example)


@pytest.mark.parametrize(("text", "ties"), [
    (f"{A}は、茅野市に絵本100冊を寄贈した。", [("donation", {A, "茅野市"})]),
    (f"茅野市は、{A}に交流施設の運営を委託した。", [("outsourcing", {A, "茅野市"})]),
    (f"茅野市と{A}は、{C}の立ち会いのもと、包括連携協定を締結した。", [("comprehensive_partnership", {A, "茅野市"})]),
    (f"{A}は、茅野市、諏訪市とそれぞれ見守りに関する協定を締結した。", [("partnership", {A, "茅野市"}), ("partnership", {A, "諏訪市"})]),
])
def test_what_a_sentence_tells_is_told_by_a_phrase(text: str, ties: list[tuple[str, set[str]]]) -> None:
    assert told(text) == {(kind, frozenset(parties)) for kind, parties in ties}


@pytest.mark.parametrize(("text", "ties"), [
    # a string of parties with words between them acts as one
    (f"海運の{A}、通信を営む{D}、それに地元の{B}は、茅野市に絵本100冊を寄贈した。", [("donation", {A, B, D, "茅野市"})]),
    # the group has the contract, not the firm that leads it
    (f"{A}が率いる「{TEAM}」は、茅野市から検針業務を受託した。", [("outsourcing", {"茅野市", TEAM})]),
    # as many parties as the sentence counts
    (f"茅野市と{A}は、{C}を加えた三者協定を締結した。", [("partnership", {"茅野市", A, C})]),
    (f"茅野市と{A}は、三者協定を締結した。", []),
    # givers who are named together give together, unless each does
    (f"{A}と{D}は、茅野市に絵本100冊を寄贈した。", [("donation", {A, D, "茅野市"})]),
    (f"{A}と{D}は、それぞれ茅野市に絵本100冊を寄贈した。", [("donation", {A, "茅野市"}), ("donation", {D, "茅野市"})]),
])
def test_who_acts_together(text: str, ties: list[tuple[str, set[str]]]) -> None:
    assert told(text) == {(kind, frozenset(parties)) for kind, parties in ties}


@pytest.mark.parametrize(("text", "ties"), [
    # lines without days are one agreement, lines with their days one each
    (f"茅野市は、次の2者と空き家に関する協定を締結しました。\n・{A}\n・{D}", [("partnership", {"茅野市", A, D})]),
    (f"茅野市は、次の2者と空き家に関する協定を締結しました。\n・{A} 令和5年4月1日\n・{D} 令和6年4月1日",
     [("partnership", {"茅野市", A}), ("partnership", {"茅野市", D})]),
    # what the line below must begin with
    (f"候補者　{TEAM}\n代表企業：{A}\n構成企業：{B}", [("membership", {TEAM, A, B})]),
    (f"候補者　{TEAM}\n{A}\n{B}", []),
])
def test_lists_and_what_stands_around_them(text: str, ties: list[tuple[str, set[str]]]) -> None:
    assert told(text) == {(kind, frozenset(parties)) for kind, parties in ties}


@pytest.mark.parametrize(("heading", "ties"), [("外部出向", {("secondment", frozenset({BANK, "諏訪市"}))}), ("来訪", set())])
def test_what_the_heading_above_says_of_a_line(heading: str, ties: set[tuple[str, frozenset[str]]]) -> None:
    assert told(f"■{heading}\n・諏訪市 参事 月野光", publisher=BANK) == ties


@pytest.mark.parametrize(("text", "tie"), [
    # the body that was named last
    (f"「{COUNCIL}」が発足した。呼びかけたのは茅野市と{A}。", ("founding", {COUNCIL, "茅野市", A})),
    # the only one of the page
    (f"「{COUNCIL}」を訪ねた。" + "諏訪市は林道を開いた。" * 5 + f"いまは茅野市、{A}が加盟しています。", ("membership", {COUNCIL, "茅野市", A})),
    # what a label of the list calls it, and not the one named last
    (f"設立の概要\n名称：{COUNCIL}\n後援：みなも協議会\n代表：{A}", ("membership", {COUNCIL, A})),
    # the one that leads the group
    (f"「{TEAM}」の代表企業は{A}。構成員はほかに、{B}。", ("membership", {TEAM, A, B})),
    # who was chosen above
    (f"茅野市は、新庁舎の設計の優先交渉権者に{A}を選んだ。来年2月に基本協定を結ぶ。", ("basic_agreement", {"茅野市", A})),
    # who founded what was made
    (f"茅野市と{A}が{D}を設立した。折半出資である。", ("investment", {"茅野市", A, D})),
    # who played the role just before
    (f"茅野市は、{A}に検針業務を委託している。続いて隣の諏訪市も頼んできた。", ("outsourcing", {"諏訪市", A})),
])
def test_whom_a_sentence_leaves_out(text: str, tie: tuple[str, set[str]]) -> None:
    assert (tie[0], frozenset(tie[1])) in told(text)


def test_a_sentence_goes_on_about_whom_the_one_before_is_about() -> None:
    assert told(f"茅野市は絵本を集める。{A}と見守りに関する協定を締結した。", publisher=BANK) == {("partnership", frozenset({"茅野市", A}))}


@pytest.mark.parametrize(("publisher", "parties"), [
    ("株式会社すずかけ通信", {"茅野市", "株式会社すずかけ通信"}), ("すずかけ新聞社", None), ("株式会社すずかけ新聞社", None), ("月刊すずかけ", None)])
def test_a_newspaper_does_not_speak_of_itself_and_a_firm_of_telephones_does(publisher: str, parties: set[str] | None) -> None:
    ties = told("茅野市と見守りに関する協定を締結しました。", publisher=publisher)
    assert ties == ({("partnership", frozenset(parties))} if parties else set())


def test_what_the_title_names_is_what_a_list_has_members_of() -> None:
    firm = "すずかけ電力株式会社"
    assert ("membership", frozenset({firm, "茅野市", A})) in told(f"構成団体\n・茅野市\n・{A}", title=f"{firm}の概要")


@pytest.mark.parametrize(("which", "connected"), [("いずれの協定も", [{"茅野市", A}, {"諏訪市", D}]), ("この協定は", [{"諏訪市", D}])])
def test_a_broker_of_all_ties_told_above(which: str, connected: list[set[str]]) -> None:
    found = told(f"茅野市と{A}は、見守りに関する協定を締結した。諏訪市と{D}は、空き家に関する協定を締結した。{which}{BANK}が仲介した。")
    assert {parties - {BANK} for kind, parties in found if kind == "brokerage"} == {frozenset(them) for them in connected}


@pytest.mark.parametrize("text", [
    f"茅野市は、{A}に運営を委託する場合の費用を調べています。",
    f"{A}から茅野市への寄附を募集しています。",
    f"茅野市と{A}は、連携協定の締結を検討している。",
])
def test_what_is_only_thought_of_is_not_told(text: str) -> None:
    assert told(text) == set()


def test_a_firm_in_a_sentence_of_its_own_helps_all_whom_the_one_before_names() -> None:
    found = told(f"茅野市と諏訪市が相談の日を設けた。({A}が運営や支援を行っています)")
    assert found == {("support", frozenset({A, city})) for city in ("茅野市", "諏訪市")}


def test_who_opens_a_body_and_runs_it() -> None:
    both = frozenset({"茅野市", COUNCIL})
    assert told(f"茅野市では、「{COUNCIL}」を開設して運営に当たる。") == {("founding", both), ("secretariat", both)}


def test_who_is_registered_with_a_body_named_before_and_who_is_besides() -> None:
    text = f"「{COUNCIL}」が発足した。{A}は、窓口の一つに登録されている。ほかに{D}も加盟しており、にぎわう。"
    assert told(text) == {("membership", frozenset({COUNCIL, A, D}))}


@pytest.mark.parametrize(("thanks", "given"), [("善意をお寄せいただき、", True), ("多年の功績に対し、", False)])
def test_thanks_for_merits_are_no_gifts(thanks: str, given: bool) -> None:
    ties = told(f"{thanks}感謝状を贈りました。\n・{A}", publisher="茅野市")
    assert ties == ({("donation", frozenset({A, "茅野市"}))} if given else set())


def test_a_person_who_joins_a_body_makes_nobody_its_member() -> None:
    assert told(f"2021年8月 {COUNCIL}に加盟", publisher=A) == {("membership", frozenset({COUNCIL, A}))}
    assert told(f"月野光(72歳) 2021年8月 {COUNCIL}に加盟", publisher=A) == set()


def test_one_who_works_along_with_another() -> None:
    assert told(f"茅野市だけでなく{A}も参加し、月に一度の市を運営している。") == {("partnership", frozenset({"茅野市", A}))}
