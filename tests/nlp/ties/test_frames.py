"""Each frame reads the sentence it is written for: the kind of the tie and who is in it."""
from __future__ import annotations

import pytest

from tests.nlp.ties.pages import named, seen

A, B, C = "株式会社すずかけ通信", "みなも建設株式会社", "株式会社あさぎり銀行"
COUNCIL = "諏訪地域活性化協議会"
CITY = "茅野市"


def found(text: str) -> list[tuple[str, set[str]]]:
    """The ties that frames find, with the names of their parties."""
    page = seen(text)
    return [(told.kind, named(page, told.entities)) for told in page.scene.ruled if told.phrase.startswith("frames:")]


def test_the_name_tells_what_kind_of_agreement_it_is() -> None:
    assert found(f"{CITY}と{A}は、包括連携協定を締結しました。") == [("comprehensive_partnership", {CITY, A})]
    assert found(f"{CITY}と{A}は、災害時における物資の供給に関する協定を締結しました。") == [("disaster_support", {CITY, A})]
    # an agreement that is to lead to research is none yet
    assert found(f"{CITY}と{A}は、共同研究の創出に関する協定を締結しました。") == [("partnership", {CITY, A})]


def test_each_counterpart_has_its_own_tie_where_the_words_say_so() -> None:
    assert found(f"{CITY}は、{A}、{B}とそれぞれ連携協定を締結しました。") == [("partnership", {CITY, A}), ("partnership", {CITY, B})]
    assert found(f"{CITY}は、{A}、{B}と連携協定を締結しました。") == [("partnership", {CITY, A, B})]


def test_a_party_that_joins_is_in_the_agreement_told_before() -> None:
    assert found(f"{CITY}と{A}は連携協定を締結しました。{B}が本協定に加わりました。") == [
        ("partnership", {CITY, A}), ("partnership", {CITY, A, B})]


def test_a_broker_stands_beside_the_tie_it_led_to_and_not_in_it() -> None:
    assert found(f"{C}の仲介により、{CITY}と{A}は連携協定を締結しました。") == [
        ("partnership", {CITY, A}), ("brokerage", {CITY, A, C})]


@pytest.mark.parametrize(("text", "kind", "parties"), [
    (f"{CITY}は、{A}から寄附をいただきました。", "donation", {CITY, A}),
    (f"{CITY}は、公民館の指定管理者に{A}を指定しました。", "designated_manager", {CITY, A}),
    (f"ネーミングライツの募集。命名権とは。\n{CITY}と{A}は、ネーミングライツの協定書を締結しました。", "naming_rights", {CITY, A}),
    (f"{CITY}と{A}は、{COUNCIL}を設立しました。", "founding", {CITY, A, COUNCIL}),
    (f"{COUNCIL}の事務局は{A}が務めています。", "secretariat", {A, COUNCIL}),
    (f"{CITY}と{A}は、共同で防災アプリを開発しました。", "joint_research", {CITY, A}),
    (f"{COUNCIL}(構成団体:{CITY}、諏訪市、{A})が活動しています。", "membership", {CITY, "諏訪市", A, COUNCIL}),
    (f"{CITY}は、次の企業と連携協定を締結しました。\n\n締結先：{A}\n締結日：令和6年3月1日\n", "partnership", {CITY, A}),
])
def test_a_frame_for_each_kind(text: str, kind: str, parties: set[str]) -> None:
    assert found(text) == [(kind, parties)]


@pytest.mark.parametrize("text", [
    f"{CITY}と{A}は、連携協定の締結を検討しています。",
    f"{CITY}は、ネーミングライツの事業者を募集します。お問い合わせは{A}まで。",
    f"{CITY}は、{A}への業務委託を行うことができる制度を設けています。",
])
def test_wishes_calls_and_rules_tell_no_tie(text: str) -> None:
    assert found(text) == []
