"""Normalised text leads back to the words as written."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.model import Document
from nlp.text import Page


def test_wide_letters_are_folded_and_marks_joined_but_spans_give_the_original() -> None:
    page = Page(Document("d", "「ﾈｰﾐﾝｸﾞﾗｲﾂ」を㈱Ａと結んだ。", title="お知らせ"))
    start = page.norm.index("ネーミングライツ")
    assert page.document.words(page.span(start, start + 8)) == "ﾈｰﾐﾝｸﾞﾗｲﾂ"
    assert "㈱A" in page.norm
    assert page.span(0, 4).field == "title"


def test_sentences_end_outside_brackets_and_wrapped_prose_is_one_sentence() -> None:
    page = Page(Document("d", "市は「進める。必ず」と述べた。次へ。\n茅野市は株式会社すずかけ通信と、本日、教育の\n充実に関する協定を結びました。"))
    assert [page.norm[s.start:s.end].replace("\n", "") for s in page.sentences] == [
        "市は「進める。必ず」と述べた。", "次へ。", "茅野市は株式会社すずかけ通信と、本日、教育の充実に関する協定を結びました。"]


def test_a_word_that_the_width_of_a_page_cut_is_whole_again() -> None:
    text = ("熊本市は地域の活性化のため、このたび株式会\n　社青葉商事及びひがしの若葉信用\n組合と協定を結び、市のホームペ\nージに載せました。\n"
            "熊本市\n町内会")
    page = Page(Document("d", text))
    assert page.norm.split("\n")[1:] == ["熊本市", "町内会"]
    start = page.norm.index("株式会社青葉商事")
    span = page.span(start, start + len("株式会社青葉商事"))
    assert text[span.start:span.end] == "株式会\n　社青葉商事"


@given(st.text(alphabet="あａA①㈱ﾞﾊ゛ァ漢\n　「」。(", max_size=40), st.text(alphabet="題Ｔ。", max_size=6))
def test_every_character_leads_into_the_document(text: str, title: str) -> None:
    page = Page(Document("d", text, title=title or None))
    for index, char in enumerate(page.norm):
        span = page.span(index, index + 1)
        assert char.isspace() or page.document.words(span) or span.field == "title"
        assert 0 <= span.start <= span.end
