"""Words that stand for an organisation named elsewhere lead to it; words that only look so lead nowhere."""
from __future__ import annotations

import pytest

from nlp.model import Document
from nlp.names.organizations import apart, names_of, proposed
from nlp.reader import tokens
from nlp.text import Page
from nlp.words import Words


def meant(text: str, publisher: str | None = None, title: str | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """Every word that refers, with the names it leads to."""
    page = Page(Document("d", text, title=title, publisher=publisher))
    names = names_of(page, apart(proposed(page, Words(page, tokens))))
    found: dict[int, tuple[str, list[str]]] = {}
    for m in names.mentions:
        if m.how == "anaphor":
            found.setdefault(m.start, (page.norm[m.start:m.end], []))[1].append(names.entities[m.entity].name)
    return [(word, tuple(members)) for _, (word, members) in sorted(found.items())]


A, B = "株式会社すずかけ通信", "つゆくさ商会株式会社"


@pytest.mark.parametrize(("text", "word", "name"), [
    (f"茅野市は{A}と協定を結んだ。同社は東京に本社を置く。", "同社", A),
    (f"{A}は茅野市と協定を結んだ。同市の市長が署名した。", "同市", "茅野市"),
    ("茅野市は水無瀬銀行と協定を結んだ。同行茅野支店が窓口となる。", "同行", "水無瀬銀行"),
    ("茅野市は水無瀬大学と組む。同大の学長が署名した。", "同大", "水無瀬大学"),
    ("茅野市は水無瀬大学と組む。同大学には、学生が多い。", "同大学", "水無瀬大学"),
    ("茅野市は一般社団法人みなせ協会と組む。同協会が運営する。", "同協会", "一般社団法人みなせ協会"),
    ("茅野市は茅野警察署と組む。同署が見回る。", "同署", "茅野警察署"),
    ("茅野市は認定NPO法人きずな畑と組む。同NPOが運営する。", "同NPO", "認定NPO法人きずな畑"),
    ("茅野市は一般財団法人みなせ農村公社に任せた。同公社が運営する。", "同公社", "一般財団法人みなせ農村公社"),
    (f"{A}は「八ヶ岳観光推進協議会」に加わった。協議会は来月動き出す。", "協議会", "八ヶ岳観光推進協議会"),
    (f"{A}と水無瀬水道企業団が組む。企業団は設備を貸す。", "企業団", "水無瀬水道企業団"),
    (f"茅野市は{A}と協定を結んだ。市は会場を貸す。", "市", "茅野市"),
    (f"茅野市は{A}と協定を結んだ。同社から提案があり、市が応じた。", "市", "茅野市"),
    ("諏訪市は茅野市と下諏訪町を訪ねた。覚書を町と交わす。", "町", "下諏訪町"),
])
def test_one_word_one_organisation(text: str, word: str, name: str) -> None:
    assert (word, (name,)) in meant(text)


@pytest.mark.parametrize(("publisher", "text", "word"), [
    ("茅野市", "本市では見守りを始めます。", "本市"), ("茅野市", "このたび市と郵便局が組みました。", "市"),
    (A, "当社は倉庫を建てます。", "当社"), (A, "弊社では倉庫を建てます。", "弊社"), ("水無瀬銀行", "当行は支援します。", "当行"),
    ("水無瀬大学", "本学の学生が加わります。", "本学"), ("水無瀬森林組合", "当組合が植えます。", "当組合"),
    ("水無瀬商工会議所", "当所は支援します。", "当所"), ("一般社団法人みなせ協会", "本会は支援します。", "本会"),
])
def test_who_speaks_is_the_publisher(publisher: str, text: str, word: str) -> None:
    assert meant(text, publisher) == [(word, (publisher,))]


@pytest.mark.parametrize(("text", "word", "names"), [
    ("茅野市と諏訪市は協定を結んだ。両市は備蓄を分け合う。", "両市", ("茅野市", "諏訪市")),
    ("茅野市と下諏訪町は協定を結んだ。両市町は備蓄を分け合う。", "両市町", ("茅野市", "下諏訪町")),
    (f"{A}と{B}は茅野市で提携した。両社は倉庫を建てる。", "両社", (A, B)),
    (f"茅野市と{A}は協定を結んだ。双方が備えを進める。", "双方", ("茅野市", A)),
    (f"茅野市と{A}、水無瀬大学は集まった。3者は協定を結ぶ。", "3者", ("茅野市", A, "水無瀬大学")),
    ("茅野市、諏訪市、下諏訪町、富士見町は集まった。4市町は協定を結ぶ。", "4市町", ("茅野市", "諏訪市", "下諏訪町", "富士見町")),
    (f"茅野市で{A}と{B}が提携した。2社は倉庫を建てる。", "2社", (A, B)),
])
def test_a_word_for_several_has_a_mention_a_member(text: str, word: str, names: tuple[str, ...]) -> None:
    assert (word, names) in meant(text)


def test_groups_tell_their_members_by_place() -> None:
    page = Page(Document("d", "茅野市と諏訪市は協定を結んだ。両市は備蓄を分け合う。"))
    names = names_of(page, apart(proposed(page, Words(page, tokens))))
    assert names.groups == {page.norm.index("両市"): (0, 1)}
    assert [m.start for m in names.mentions] == sorted(m.start for m in names.mentions)


def test_who_joins_two_is_neither_of_them() -> None:
    found = meant(f"当社は茅野市と{A}の出会いの場を設けました。両者をおつなぎしたのは昨年です。", "株式会社みなせブリッジ")
    assert ("両者", ("茅野市", A)) in found


@pytest.mark.parametrize("text", [
    "茅野市と諏訪市の2市は協定を結んだ。", "茅野市、諏訪市の計2市が協定を結んだ。", "茅野市と諏訪市は、県内の3市が続くと見る。",
])
def test_a_number_that_counts_the_names_before_it_or_others_refers_to_nobody(text: str) -> None:
    assert meant(text) == []


@pytest.mark.parametrize("text", [
    "茅野市は同様の協定を同時に結んだ。同日、同意した。", "茅野市の市民と市内の企業、他市が集まった。", "諏訪市は同市内の会場で集まった。",
    "諏訪市は同市の水産会社から贈られた。", "茅野市では、市立病院と市場が動く。", "諏訪市は国・県の補助を受ける。",
])
def test_words_that_refer_to_nobody(text: str) -> None:
    assert meant(text) == []


def test_the_former_and_the_latter() -> None:
    assert meant(f"{A}と{B}が加わった。前者が運び、後者が売る。") == [("前者", (A,)), ("後者", (B,))]


def test_a_dateline_or_a_council_tells_the_town_that_is_never_named() -> None:
    page = Page(Document("d", f"【箕輪】町は8日、{A}と協定を結んだ。"))
    assert "箕輪町" in [e.name for e in names_of(page, apart(proposed(page, Words(page, tokens)))).entities]
    page = Page(Document("d", f"町は8日、{A}と協定を結んだ。", publisher="箕輪町議会"))
    assert "箕輪町" in [e.name for e in names_of(page, apart(proposed(page, Words(page, tokens)))).entities]


@pytest.mark.parametrize(("text", "word", "name"), [
    ("茅野市社会福祉協議会が窓口を継ぐ。諏訪市と同協議会は覚書を交わした。", "同協議会", "茅野市社会福祉協議会"),
    ("そこで町と南箕輪村、箕輪町は、8月30日、協定を交わした。", "町", "箕輪町"),
])
def test_harder_words(text: str, word: str, name: str) -> None:
    assert (word, (name,)) in meant(text)


def test_a_number_behind_another_kind_of_name_refers() -> None:
    text = "諏訪市と2大学による協定の調印\n\n諏訪市は8日、水無瀬大学、八ヶ岳大学と協定を結んだ。"
    assert ("2大学", ("水無瀬大学", "八ヶ岳大学")) in meant(text)


def test_behind_a_list_the_one_the_page_is_about_is_meant() -> None:
    text = f"茅野市は、「{A}」を設立しました。\n\n出資者\n{B}\n水無瀬観光株式会社\n\n今後、市と同社は協定を結びます。"
    assert ("同社", (A,)) in meant(text)


def test_the_prefecture_of_all_towns_is_meant_where_none_is_named() -> None:
    page = Page(Document("d", "茅野市と諏訪市は協定を結んだ。県は補助を検討する。"))
    assert "長野県" in [e.name for e in names_of(page, apart(proposed(page, Words(page, tokens)))).entities]
    for other in ("秩父市", "札幌市"):
        page = Page(Document("d", f"茅野市と{other}は協定を結んだ。県は補助を検討する。"))
        assert not any(e.type == "prefecture" for e in names_of(page, apart(proposed(page, Words(page, tokens)))).entities)
