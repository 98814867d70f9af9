"""Names that begin with hiragana."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.beginnings import with_beginnings
from nlp.names.entities import Proposal
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def begun(text: str, name: str) -> list[str]:
    """A name wherever a text has it, in its full length."""
    page = Page(Document("d", text))
    places = [n for n in range(len(page.norm)) if page.norm.startswith(name, n)]
    taken = [Proposal(n, n + len(name), name, "company") for n in places]
    found = with_beginnings(page, Words(page, tokens), taken)
    assert all(page.norm[p.start:p.end] == p.name for p in found)
    return [p.name for p in found]


@pytest.mark.parametrize(("text", "name", "names"), [
    ("秩父市のみよし野運送が請け負う。", "よし野運送", ["みよし野運送"]),
    ("振込先\nのと水瀬信用金庫 本店", "水瀬信用金庫", ["のと水瀬信用金庫"]),
    ("秩父市、とちの水瀬銀行が組む。他行と、とちの水瀬銀行は続ける。", "水瀬銀行", ["とちの水瀬銀行"] * 2),
])
def test_hiragana_before_a_name_belong_to_it(text: str, name: str, names: list[str]) -> None:
    assert begun(text, name) == names


@pytest.mark.parametrize(("text", "name"), [
    ("代表は東野電機、ほかに水瀬運送が入る。", "水瀬運送"), ("10市町村でつくる水瀬組合が担う。", "水瀬組合"),
    ("施設は、これまで水瀬協会が管理した。", "水瀬協会"),
    ("手を組むのは、もちろん水瀬運送だ。", "水瀬運送"), ("秩父市、みよし株式会社水瀬は残る。", "株式会社水瀬"),
])
def test_other_words_before_a_name_do_not(text: str, name: str) -> None:
    assert begun(text, name) == [name]
