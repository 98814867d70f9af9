"""A reader of ties wants each with its own day, none where the page gives none, and in the state it is in."""
from __future__ import annotations

from functools import cache

import pytest

from nlp.model import Document
from nlp.reader import Seen, see
from nlp.ties.anchors import Anchor
from nlp.ties.dating import Asked, Dating, own_places, states_told


@cache
def seen(text: str, published: str | None = None) -> Seen:
    return see(Document("d", text, published=published))


def at(page: Seen, word: str) -> Anchor:
    """The first place of a word that can tell a tie."""
    return next(a for a in page.anchors if a.word == word)


def parties(page: Seen) -> frozenset[int]:
    return frozenset(range(len(page.names.entities)))


def date_of(text: str, word: str, kind: str, published: str | None = None) -> str | None:
    page = seen(text, published)
    date = page.when.date([at(page, word)], kind, None, parties(page))
    return date.value if date else None


def status_of(text: str, word: str, kind: str, published: str | None = None) -> str:
    page = seen(text, published)
    anchor = at(page, word)
    date = page.when.date([anchor], kind, None, parties(page))
    states = page.when.states([anchor], kind, parties(page), date)
    return max(states, key=lambda s: states[s])


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    ("熊本市は令和5年6月1日、株式会社みなも商事と災害時の物資供給に関する協定を結んだ。窓口は7月に開く。", "協定", "disaster_support", "2023-06-01"),
    ("株式会社みなも商事は、2021年4月に熊本市と連携協定を締結しています。", "連携協定", "partnership", "2021-04"),
    ("更新日：令和6年3月5日\n熊本市と株式会社みなも商事は、連携協定を締結しました。\n締結日：令和6年3月1日", "連携協定", "partnership", "2024-03-01"),
])
def test_a_tie_takes_the_date_of_its_own_telling(text: str, word: str, kind: str, expected: str) -> None:
    assert date_of(text, word, kind) == expected


def test_the_day_of_publication_is_no_date_of_a_tie() -> None:
    assert date_of("令和6年3月5日\n熊本市\n本市は株式会社みなも商事と連携協定を締結しています。", "連携協定", "partnership", "2024-03-05") is None


def test_the_day_on_which_a_page_was_updated_is_no_date_of_a_tie() -> None:
    text = "災害時の協定の相手\n更新日：2025年2月3日\n熊本市\n相手方｜締結日\n株式会社みなも商事｜2020年9月18日"
    assert date_of(text, "協定", "disaster_support") == "2020-09-18"


def test_a_line_that_is_no_more_than_a_day_dates_the_lines_under_it() -> None:
    page = seen("人事異動\n4月1日付\n【派遣】\n熊本市 浜田 誠（株式会社みなも商事から派遣）", "2023-04-03")
    dating = Dating(page.scene, page.when.dates, page.when.blocks)
    sure = dating.sure(Asked((at(page, "派遣"),), "secondment", "concluded", parties(page)))
    assert sure is not None and page.when.dates[sure][2].value == "2023-04-01"


def test_a_page_without_dates_dates_nothing() -> None:
    assert date_of("熊本市は株式会社みなも商事と連携協定を締結した。", "連携協定", "partnership") is None


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    ("熊本市は6月1日、株式会社みなも商事と連携協定を締結した。", "連携協定", "partnership", "concluded"),
    ("熊本市は7月1日に株式会社みなも商事と連携協定を締結する予定です。", "連携協定", "partnership", "planned"),
    ("熊本市は6月1日、株式会社みなも商事を優先交渉権者に選定した。", "優先交渉権者", "outsourcing", "preliminary"),
])
def test_the_words_around_a_tie_tell_its_state(text: str, word: str, kind: str, expected: str) -> None:
    assert status_of(text, word, kind, "2024-06-15") == expected


def test_a_plan_whose_day_has_come_is_concluded() -> None:
    text = "熊本市は、株式会社みなも商事と連携協定を6月1日に締結します。"
    assert status_of(text, "連携協定", "partnership", "2024-06-01") == "concluded"
    assert status_of(text, "連携協定", "partnership", "2024-05-20") == "planned"


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    # a sentence behind that says no more than when it was
    ("熊本市と株式会社みなも商事は連携協定を結んでいます。協定は令和2年9月18日に締結しました。", "連携協定", "partnership", "2020-09-18"),
    # «it was on … that»
    ("熊本市が株式会社みなも商事と連携協定を結んだのは、平成29年3月22日でした。改定は令和7年2月12日。", "連携協定", "partnership", "2017-03-22"),
    # the partner's own line
    ("令和5年度 協定を結んだ企業\n株式会社みなも商事 2023年6月20日\n熊本市", "協定", "partnership", "2023-06-20"),
])
def test_words_that_are_sure_give_the_date(text: str, word: str, kind: str, expected: str) -> None:
    assert date_of(text, word, kind) == expected


def test_every_partner_of_a_sentence_has_the_date_before_it() -> None:
    text = "株式会社みなも商事は、2015年に熊本市と見守りに関する協定を、2019年には宇城市と食品に関する協定を、それぞれ結んでいます。"
    page = seen(text)
    anchor = at(page, "協定")
    by_name = {e.name: n for n, e in enumerate(page.names.entities)}

    def with_partner(name: str) -> str | None:
        date = page.when.date([anchor], "partnership", "concluded", frozenset((by_name["株式会社みなも商事"], by_name[name])))
        return date.value if date else None

    assert page.names.publisher in (None, by_name["株式会社みなも商事"])
    assert [with_partner("熊本市"), with_partner("宇城市")] == ["2015", "2019"]


def test_a_tie_that_ended_takes_the_date_of_its_end_and_its_signing_the_other() -> None:
    page = seen("熊本市と株式会社みなも商事の共同研究 2018年10月3日 (2023年3月31日終了)")
    anchor = at(page, "共同研究")
    ended, signed = (page.when.date([anchor], "joint_research", status, parties(page)) for status in ("ended", "concluded"))
    assert ended is not None and ended.value == "2023-03-31"
    assert signed is not None and signed.value == "2018-10-03"


@pytest.mark.parametrize(("text", "word", "kind", "expected"), [
    ("熊本市と株式会社みなも商事は、連携協定を2023年3月に更新した。", "連携協定", "partnership", "renewed"),
    ("熊本市は株式会社みなも商事と変更協定を締結した。", "協定", "partnership", "renewed"),
    ("熊本市と株式会社みなも商事の連携協定は、延長されずに終わった。", "連携協定", "partnership", "ended"),
    ("熊本市と株式会社みなも商事の共同研究を進めてきましたが、3月で区切りをつけました。", "共同研究", "joint_research", "ended"),
    ("熊本市は株式会社みなも商事と基本合意書を交わしたが、折り合いがつかず、6月30日をもって白紙とした。", "基本合意", "basic_agreement", "cancelled"),
    ("熊本市は来月、株式会社みなも商事と連携協定を結ぶ。", "連携協定", "partnership", "planned"),
    ("熊本市は株式会社みなも商事と連携協定を結ぶ予定です。", "連携協定", "partnership", "planned"),
    ("今後の予定\n8月 熊本市から株式会社みなも商事に職員を派遣", "派遣", "secondment", "planned"),
    ("熊本市は株式会社みなも商事と連携協定を結んだ。しかし、その協定は2023年に終わった。", "連携協定", "partnership", "ended"),
    ("熊本市と株式会社みなも商事の業務提携は、条件が折り合わず見送りとした。", "業務提携", "business_alliance", "cancelled"),
    ("熊本市は株式会社みなも商事と、図書館の建設の仮契約を結んだ。", "契約", "outsourcing", "preliminary"),
    ("協定の締結先\n物資の提供 株式会社みなも商事 (調整中)\n熊本市", "提供", "disaster_support", "planned"),
    # a signing that is over is made; so is what somebody else's end made room for
    ("熊本市と株式会社みなも商事は連携協定の署名を終えた。", "署名", "partnership", "concluded"),
])
def test_words_that_are_sure_give_the_state(text: str, word: str, kind: str, expected: str) -> None:
    assert status_of(text, word, kind, "2024-06-15") == expected


def test_the_end_of_another_tie_in_the_sentence_ends_only_that() -> None:
    page = seen("熊本市は5月、株式会社みなも商事との委託契約を途中で解除し、6月1日から株式会社有明設備に切り替えた。", "2024-06-15")
    by_name = {e.name: n for n, e in enumerate(page.names.entities)}

    def told(firm: str) -> str | None:
        return states_told(page.scene, [at(page, "委託")], "outsourcing", frozenset((by_name["熊本市"], by_name[firm])))

    assert [told("株式会社みなも商事"), told("株式会社有明設備")] == ["ended", None]


def test_places_that_tell_of_others_say_nothing_of_a_tie_that_is_told_elsewhere() -> None:
    page = see(Document("d", "本市は株式会社みなも商事と連携協定を結んだ。\n本市と株式会社有明設備の連携は昨年で終わった。", publisher="熊本市"))
    by_name = {e.name: n for n, e in enumerate(page.names.entities)}
    anchors = [a for a in page.anchors if a.word != "結ん"]
    own = own_places(page.scene, anchors, frozenset((by_name["熊本市"], by_name["株式会社みなも商事"])))
    assert [a.word for a in own] == ["連携協定"]
    assert own_places(page.scene, anchors[1:], frozenset((by_name["熊本市"], by_name["株式会社みなも商事"]))) == anchors[1:]


@pytest.mark.parametrize(("text", "word", "expected"), [
    ("熊本市は14日にも、株式会社みなも商事と「見守りに関する連携協定」を結ぶ。", "連携協定", "planned"),
    ("熊本市は7月に株式会社みなも商事と覚書を交わし、年度内の開業をめざす。", "覚書", "planned"),
    # what was signed on a day that has come, and what lasts, is no plan
    ("熊本市は6月3日に株式会社みなも商事と連携協定を締結し、7月から講座を開く。", "連携協定", "concluded"),
    ("熊本市は株式会社みなも商事と連携協定を結んでおり、7月に講座を開く。", "連携協定", "concluded"),
])
def test_a_sentence_that_looks_ahead_tells_a_plan(text: str, word: str, expected: str) -> None:
    assert status_of(text, word, "partnership", "2024-06-10") == expected


def test_a_page_that_invites_to_a_signing_tells_a_plan() -> None:
    text = "熊本市と株式会社みなも商事は協力を深めます。\n下記のとおり締結式を行います。"
    page = see(Document("d", text, title="熊本市と株式会社みなも商事の包括連携協定について"))
    states = page.when.states([at(page, "包括連携")], "comprehensive_partnership", parties(page), None)
    assert max(states, key=lambda s: states[s]) == "planned"


def test_a_tie_whose_end_the_next_sentence_tells_takes_its_date() -> None:
    text = "熊本市は2012年に株式会社みなも商事と連携協定を結んだ。しかし、その協定は2020年に終わった。"
    page = seen(text)
    date = page.when.date([at(page, "連携協定")], "partnership", "ended", parties(page))
    assert date is not None and date.value == "2020"


def test_a_tie_whose_day_lies_ahead_of_publication_is_planned() -> None:
    text = "締結式 7月1日 熊本市と株式会社みなも商事の包括連携協定"
    assert status_of(text, "包括連携", "comprehensive_partnership", "2024-06-15") == "planned"
    assert status_of(text, "包括連携", "comprehensive_partnership", "2024-07-15") == "concluded"


def test_an_introduction_has_been_made_though_the_tie_that_it_leads_to_is_still_to_come() -> None:
    text = ("熊本市は、株式会社みなも商事と、小型の無人運搬車を用いた実証実験を7月15日から行う予定です。\n"
            "実証実験は、株式会社有明銀行の仲介により、熊本市と株式会社みなも商事の間で準備を進めてきたものです。")
    assert status_of(text, "実証実験", "field_trial", "2024-06-15") == "planned"
    assert status_of(text, "仲介", "brokerage", "2024-06-15") == "concluded"
