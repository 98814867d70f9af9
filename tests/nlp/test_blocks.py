"""A page as a reader's eye parts it: title, headings, labelled lines, lists and prose, and what each stands under."""
from __future__ import annotations

import pytest

from nlp.blocks import Block, Layout
from nlp.model import Document
from nlp.text import Page

RELEASE = """■ 連携協定の概要
協定名称：見守りに関する連携協定
締 結 日：6月3日
締結先　　株式会社すずかけ通信
協定の目的
茅野市と株式会社すずかけ通信は、次の団体と組みました。
①富士見町
②株式会社つゆくさ堂
すぐに始めます。
構成団体一覧
茅野市
諏訪市
"""


def layout(text: str, title: str | None = None) -> Layout:
    return Layout(Page(Document("d", text, title=title)))


def block(page: Layout, words: str) -> tuple[int, Block]:
    """The first block whose words begin like this, with its number."""
    return next((n, b) for n, b in enumerate(page.blocks) if page.text(n).startswith(words))


@pytest.mark.parametrize(("line", "kind"), [
    ("■ 連携協定の概要", "heading"), ("【協定の概要】", "heading"), ("1 協定の目的", "heading"), ("構成団体一覧", "heading"), ("記", "heading"),
    ("締結日：6月3日", "labelled"), ("締結日　6月3日", "labelled"), ("日　時：6月3日", "labelled"), ("・締結先：茅野市", "labelled"),
    ("・株式会社すずかけ通信", "item"), ("①茅野市", "item"), ("(1)茅野市、諏訪市、岡谷市、伊那市", "item"),
    ("茅野市", "row"), ("株式会社すずかけ通信", "row"),
    ("茅野市は協定を結びました。", "prose"), ("・茅野市は協定を結びました。", "prose"), ("茅野市と組みます", "prose"),
    ("終わりの点がなくても、このように六十字をこえて長く続いている一行は、表の行でも見出しでもなくて、"
     "ふつうの文の一部として読まれるはずのもの", "prose"),
])
def test_the_looks_of_a_line_tell_what_it_is(line: str, kind: str) -> None:
    assert [b.kind for b in layout(line).blocks] == [kind]


def test_a_title_is_a_title_whatever_it_looks_like() -> None:
    page = layout("茅野市は協定を結びました。", title="■ すずかけ通信と協定を結びました。")
    assert [b.kind for b in page.blocks] == ["title", "prose"]


def test_the_sentences_of_one_line_are_prose() -> None:
    page = layout("■ 見守り。会場　市役所")
    assert [b.kind for b in page.blocks] == ["prose", "prose"]


@pytest.mark.parametrize(("line", "label", "value"), [
    ("協定名称：見守りに関する連携協定", "協定名称", "見守りに関する連携協定"),
    ("・締結先|茅野市", "締結先", "茅野市"),
    ("締結先　　株式会社すずかけ通信", "締結先", "株式会社すずかけ通信"),
])
def test_a_label_stands_before_its_value(line: str, label: str, value: str) -> None:
    page = layout(line)
    only, = page.blocks
    assert (only.label, page.page.norm[only.body:only.sentence.end].strip()) == (label, value)


def test_a_label_without_a_value_is_none() -> None:
    only, = layout("締結先：").blocks
    assert (only.kind, only.label) == ("row", "")


def test_lines_stand_under_their_heading_and_every_heading_begins_a_section() -> None:
    page = layout(RELEASE)
    first, heading = block(page, "■")
    for words in ("協定名称", "締 結 日", "締結先"):
        _, line = block(page, words)
        assert (line.above, line.section) == (first, heading.section)
    last, other = block(page, "構成団体一覧")
    assert [page.blocks[n].above for n in (last + 1, last + 2)] == [last, last]
    assert other.section == heading.section + 2 and other.above is None


def test_a_list_stands_under_the_sentence_that_introduces_it() -> None:
    page = layout(RELEASE)
    lead, _ = block(page, "茅野市と")
    assert [page.blocks[n].above for n in (lead + 1, lead + 2)] == [lead, lead]
    assert list(page.run(lead)) == [lead + 1, lead + 2]
    assert page.blocks[lead + 3].above == block(page, "協定の目的")[0]


def test_where_blocks_start_is_in_order() -> None:
    page = layout(RELEASE, title="すずかけ通信と協定")
    assert page.starts == sorted(page.starts)
    assert [b.section for b in page.blocks] == sorted(b.section for b in page.blocks)
