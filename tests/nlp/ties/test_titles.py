"""The name of an agreement as a reader would copy it: in quotes or bare, from a labelled line, never a plain noun."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.text import Page
from nlp.ties.titles import title_of


def named(text: str, anchor: str, title: str | None = None, kind: str | None = None) -> str | None:
    """The name at the first place of an anchor's word in the text."""
    page = Page(Document("text", text, title=title))
    start = page.norm.index(anchor, page.head)
    sentence = next(s for s in page.sentences if s.start <= start < s.end)
    found = title_of(page, sentence, start, start + len(anchor), kind)
    return page.norm[found[0]:found[1]] if found else None


@pytest.mark.parametrize("text, anchor, name", [
    ("青葉市とみなもは「健康増進に関する包括連携協定」を締結した。", "包括連携", "健康増進に関する包括連携協定"),
    ("両者は「健康増進に関する包括連携協定」を締結した。", "締結", "健康増進に関する包括連携協定"),
    ("青葉市は株式会社みなもと災害時における物資の供給に関する協定を結んだ。", "協定", "災害時における物資の供給に関する協定"),
    ("町は3月2日、若葉観光社と観光の振興に係る覚書を交わした。", "覚書", "観光の振興に係る覚書"),
    ("市とみなもは12日、包括連携協定を結んだ。", "包括連携", "包括連携協定"),
    ("同校は町と学生交流の覚書を交わした。", "覚書", "学生交流の覚書"),
    ("2024年7月1日    青葉町  高齢者等の見守り活動に関する協定", "協定", "高齢者等の見守り活動に関する協定"),
    ("りんご並木災害時応援協定      青葉市・若葉町     平7.10.1", "応援協定", "りんご並木災害時応援協定"),
    ("市は防犯に関する協定(以下「本協定」という。)を締結した。", "締結", "防犯に関する協定"),
    ("昨年度に締結しました防犯に関する協定では、見回りが進んだ。", "協定", "防犯に関する協定"),
])
def test_names(text: str, anchor: str, name: str) -> None:
    assert named(text, anchor) == name


@pytest.mark.parametrize("text, anchor", [
    ("両者は協定を締結した。", "協定"), ("市は同社と業務委託契約を結んだ。", "契約"), ("両町も同様の協定を結んだ。", "協定"),
    ("「協定を結んで、客が増えた」と話した。", "協定"),
])
def test_plain_nouns_are_no_names(text: str, anchor: str) -> None:
    assert named(text, anchor) is None


def test_a_labelled_line_gives_the_name() -> None:
    text = "青葉市は次のとおり協定を締結します。\n協定の名称　防犯カメラの設置に関する協定\n締結日　4月1日\n"
    assert named(text, "協定") == "防犯カメラの設置に関する協定"


def test_the_title_of_a_page_gives_the_name_where_the_sentence_has_none() -> None:
    assert named("本日、協定を締結しました。", "協定", title="みなもと「空き家の活用に関する協定」を締結") == "空き家の活用に関する協定"


def test_what_is_no_agreement_has_no_name() -> None:
    assert named("「防犯に関する協定」に基づき、市へ車を寄贈した。", "協定", kind="donation") is None
