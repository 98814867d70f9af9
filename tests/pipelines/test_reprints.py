"""One release on two wires and on the city's page is one story told again; two cities that use one template are two."""
from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nlp.model import Document, Extraction, NamedOrganization, Party, Span, Statement
from pipelines import reprints, stages
from pipelines.fetch.archive import Archive
from pipelines.ledger import Draft, Fetch, Ledger
from pipelines.ledger import reprints as stored

if TYPE_CHECKING:
    from conftest import Graph

CITIES = ("青葉市", "若葉市", "紅葉市", "みどり町", "みずほ村", "ひがし市", "みなと町", "さくら市", "ひばり市", "かすみ町", "こまち市", "あけぼの市")
FIRMS = tuple(f"株式会社{stem}" for stem in ("あおぞら", "いずみ", "うぐいす", "えにし", "おりづる", "かけす", "きつつき", "くるみ", "けやき",
                                         "こだま", "さざなみ", "しらかば"))
THEMES = ("健康づくり", "防災", "観光の振興", "子育ての支援", "地産地消", "見守り", "環境の保全", "移住の促進", "学びの場づくり", "買物の支援",
          "スポーツの振興", "人材の育成")


def release(city: str, firm: str, theme: str, day: int) -> str:
    """A release of about 500 characters; everything but its four slots is a template."""
    return (f"{city}と{firm}は、令和6年6月{day}日、「{theme}に関する連携協定」を締結しました。この協定は、{city}と{firm}がそれぞれの持つ"
            f"資源を生かし、{theme}をはじめとする地域の課題の解決に取り組むものです。\n連携事項は次のとおりです。\n"
            f"1 {theme}に関すること\n2 市民への情報の発信に関すること\n3 地域の人材の育成に関すること\n4 その他、地域の活性化に関すること\n"
            "締結式では、市長が「この協定を機に、市民の皆さまの暮らしがより豊かになることを期待しています」と述べ、社長が「これまでに培った"
            "経験を生かし、地域の皆さまに喜んでいただける取組を一つずつ進めてまいります」と応えました。今後は、年度ごとに取組の計画を立て、"
            "結果を公表していきます。事業の進み具合は、両者で作る会議で確かめ、必要があれば内容を見直します。会議は年に二回開き、その記録は"
            "だれでも読めるようにします。また、取組に加わりたい方を広く募り、地域の学校や団体とも力を合わせて進めます。")


def told(name: str, text: str, parties: Sequence[str], day: str | None = "2024-06-05", url: str | None = None,
         published: str | None = "2024-06-06") -> Extraction:
    statement = Statement(f"s-{name}", "partnership", "concluded", tuple(Party(one, "party") for one in parties), date=day,
                          evidence=(Span(0, len(text)),))
    return Extraction(Document(f"doc:{name}", text, url, "協定", published, None), "by hand",
                      tuple(NamedOrganization(one, "company" if "会社" in one else "municipality") for one in parties),
                      (statement,))


def found(*extractions: Extraction) -> dict[str, str]:
    many = reprints.releases(extractions, {})
    texts = {reprints.name_of(one.document.text): one.document.text for one in extractions}

    def share(one: str, other: str) -> float:
        return reprints.containment(reprints.shingles(texts[one]), reprints.shingles(texts[other]))

    signatures = {name: reprints.signature(text) for name, text in texts.items()}
    return {one.document: one.original for one in reprints.find(many, signatures, share)}


#: What pages and wires make of one text.
AGAIN = {
    "word for word": lambda text, firm: text,
    "full width": lambda text, firm: text.replace("1 ", "１　").replace("2 ", "２　").replace("6", "６"),
    "with a headline and a foot": lambda text, firm: f"包括的な連携のお知らせ\n{text}\n企画課 電話 00-0000-0000",
    "with the firm's profile": lambda text, firm: f"{text}\n【会社概要】\n会社名：{firm}\n所在地：東京都港区一丁目\n設立：平成10年4月\n"
                                                  "事業の内容：情報システムの開発と運営、地域の課題の調査、研修の企画。",
    "other line ends": lambda text, firm: text.replace("。", "。\n"),
    "short form of the firm": lambda text, firm: text.replace("株式会社", "㈱", 1),
    "without its last sentence": lambda text, firm: text.rpartition("また、")[0],
    "with marks": lambda text, firm: text.replace("「", "『").replace("」", "』").replace("1 ", "（１）"),
    "one word amended": lambda text, firm: text.replace("年に二回", "年に三回"),
    "a wire's frame": lambda text, firm: f"[配信元の会社名] {firm}\n{text}\n※この発表の内容は、発表の時点のものです。",
    "spaces between words": lambda text, firm: text.replace("、", "、 "),
    "a sentence ahead": lambda text, firm: f"このたび、次のとおり協定を締結しましたのでお知らせします。\n{text}",
}


@pytest.mark.parametrize("way", AGAIN)
@pytest.mark.parametrize("number", [0, 7])
def test_one_release_on_two_pages(way: str, number: int) -> None:
    city, firm = CITIES[number], FIRMS[number]
    text = release(city, firm, THEMES[number], 5)
    ours = told("b", text, (city, firm), url="https://www.city.example/1")
    again = told("a", AGAIN[way](text, firm), (city, firm), published="2024-06-07", url="https://prtimes.jp/1")
    assert found(ours, again) == {"doc:a": "doc:b"}


@pytest.mark.parametrize("number", range(12))
def test_one_template_for_two_cities_stays_two(number: int) -> None:
    firm, theme, other = FIRMS[number], THEMES[number], CITIES[(number + 1) % 12]
    one = told("a", release(CITIES[number], firm, theme, 5), (CITIES[number], firm))
    two = told("b", release(other, firm, theme, 5), (other, firm))
    assert found(one, two) == {}


@pytest.mark.parametrize("number", range(10))
def test_the_same_parties_on_another_day_stay_two(number: int) -> None:
    city, firm = CITIES[number], FIRMS[number]
    one = told("a", release(city, firm, THEMES[number], 5), (city, firm), "2024-06-05")
    two = told("b", release(city, firm, THEMES[number], 6), (city, firm), "2024-06-06")
    assert found(one, two) == {}


def test_the_oldest_is_the_original_and_of_one_day_the_page_that_is_no_wires() -> None:
    text, parties = release(CITIES[0], FIRMS[0], THEMES[0], 5), (CITIES[0], FIRMS[0])
    wire = told("a", text, parties, url="https://prtimes.jp/main/1")
    second_wire = told("b", text, parties, url="https://www.atpress.ne.jp/news/1", published="2024-06-05")
    page = told("c", text, parties, url="https://www.city.example/1")
    assert found(wire, page) == {"doc:a": "doc:c"}
    assert found(wire, page, second_wire) == {"doc:a": "doc:b", "doc:c": "doc:b"}


def test_a_month_and_a_day_of_it_can_be_one_and_no_day_can_be_any() -> None:
    text, parties = release(CITIES[0], FIRMS[0], THEMES[0], 5), (CITIES[0], FIRMS[0])
    assert found(told("a", text, parties, "2024-06"), told("b", text, parties, "2024-06-05", published="2024-07-01"))
    assert found(told("a", text, parties, None), told("b", text, parties, "2024-06-05", published="2024-07-01"))
    assert not found(told("a", text, parties, "2024-05"), told("b", text, parties, "2024-06-05"))


def test_without_a_tie_the_organisations_and_the_day_of_publication_decide() -> None:
    text = release(CITIES[0], FIRMS[0], THEMES[0], 5).replace("締結しました", "検討しています")
    one = replace(told("a", text, CITIES[:1]), statements=())
    again = replace(told("b", text, CITIES[:1], published="2024-06-10"), statements=())
    next_year = replace(told("c", text, CITIES[:1], published="2025-06-10"), statements=())
    assert found(one, again) == {"doc:b": "doc:a"}
    assert found(one, next_year) == {}


@pytest.mark.parametrize("digest_day", ["2024-06-01", "2024-06-06", "2024-06-20"])
def test_a_page_that_tells_of_two_cities_makes_no_reprint_of_one_of_the_other(digest_day: str) -> None:
    one = told("one", release(CITIES[0], FIRMS[0], THEMES[0], 5), (CITIES[0], FIRMS[0]), published="2024-06-05")
    two = told("two", release(CITIES[1], FIRMS[1], THEMES[1], 5), (CITIES[1], FIRMS[1]), published="2024-06-06")
    both = f"{one.document.text}\n{two.document.text}"
    digest = told("both", both, (CITIES[0], FIRMS[0]), published=digest_day)
    digest = replace(digest, statements=(*digest.statements, *told("other", both, (CITIES[1], FIRMS[1])).statements))
    links = found(one, two, digest)
    assert links and links.get("doc:two") != "doc:one"


def test_the_order_of_arrival_makes_no_difference() -> None:
    many = [told(f"{number}{way}", AGAIN[way](release(CITIES[number], FIRMS[number], THEMES[number], 5), FIRMS[number]),
                 (CITIES[number], FIRMS[number]), published=f"2024-06-{10 + len(way)}")
            for number in range(6) for way in list(AGAIN)[:5]]
    expected = found(*many)
    assert len(expected) == 6 * 4
    for seed in range(3):
        random.Random(seed).shuffle(many)
        assert found(*many) == expected


def test_documents_that_come_change_and_go_one_by_one_end_as_if_all_had_been_there_at_once() -> None:
    chance, texts = random.Random(5), dict[str, str]()

    def share(one: str, other: str) -> float:
        return reprints.containment(reprints.shingles(texts[one]), reprints.shingles(texts[other]))

    standing = reprints.Standing(lambda one: reprints.signature(texts[one.text]), lambda one, other: share(one.text, other.text))
    now = dict[str, reprints.Release]()
    seen = set[int]()
    for _ in range(60):
        changed = dict[str, reprints.Release | None]()
        # more pages than propose each other as each with each
        for name in chance.sample(range(75), chance.randrange(1, 25)):
            city, firm = CITIES[chance.randrange(2)], FIRMS[chance.randrange(2)]
            way = list(AGAIN)[chance.randrange(len(AGAIN))]
            text = AGAIN[way](release(city, firm, THEMES[chance.randrange(2)], 5), firm)
            one = told(f"{name}", text, (city, firm), published=f"2024-06-{chance.randrange(6, 9):02}")
            texts[reprints.name_of(text)] = text
            changed[one.document.id] = None if chance.random() < 0.25 else reprints.releases([one], {})[0]
        before = dict(standing.found)
        other = standing.update(changed)
        now.update({one: found for one, found in changed.items() if found is not None})
        for one, found in changed.items():
            if found is None:
                now.pop(one, None)
        wanted = reprints.find([now[one] for one in sorted(now)], {t: reprints.signature(text) for t, text in texts.items()}, share)
        assert sorted(standing.found.values(), key=lambda one: one.document) == wanted
        assert other == {one for one in before.keys() | standing.found.keys() if before.get(one) != standing.found.get(one)}
        seen.add(len(wanted))
    assert len(seen) > 10 and max(seen) > 20


# --- the stage -------------------------------------------------------------------------------------------------------

@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    one = Ledger.open(ledger_url)
    yield one
    one.close()


class Reader:
    """Gives back what was told of each text."""

    def __init__(self, extractions: Sequence[Extraction]) -> None:
        self._told = {one.document.text: one for one in extractions}

    def extract_all(self, documents: Sequence[Document]) -> Iterator[Extraction]:
        for document in documents:
            one = self._told[document.text]
            statements = tuple(replace(s, id=f"s-{document.id}") for s in one.statements)
            yield replace(one, document=document, extractor=EXTRACTOR, statements=statements)


EXTRACTOR = "by hand"


def take_in(ledger: Ledger, extractions: Sequence[Extraction]) -> None:
    for one in extractions:
        d = one.document
        fetch = Fetch(d.id, "test", d.id)
        ledger.record_fetch(fetch, 1)
        ledger.store_drafts(fetch, [Draft(d.text, d.id, d.url, d.title, d.published, d.publisher)])
    stages.extract(ledger, Reader(extractions))
    stages.resolve(ledger)


def linked(ledger: Ledger) -> set[tuple[str | None, str | None]]:
    url_of = {document.id: document.url for document in ledger.documents()}
    with ledger.reading() as c:
        return {(url_of[one.document], url_of[one.original]) for one in stored.stored(c)}


def three_pages(number: int) -> list[Extraction]:
    text, parties = release(CITIES[number], FIRMS[number], THEMES[number], 5), (CITIES[number], FIRMS[number])
    return [told(f"{number}-{place}", text + "\n" * place, parties, url=f"https://{site}/{number}")
            for place, site in enumerate(("www.city.example", "prtimes.jp", "www.atpress.ne.jp"))]


def test_what_comes_later_ends_as_if_it_had_been_there(ledger: Ledger) -> None:
    first, second = [*three_pages(0)[:2], *three_pages(1)], [*three_pages(0)[2:], *three_pages(2)]
    take_in(ledger, first)
    assert stages.reprints(ledger).new == 3
    take_in(ledger, second)
    assert stages.reprints(ledger).new == 3
    assert linked(ledger) == {(f"https://{wire}/{n}", f"https://www.city.example/{n}")
                              for n in range(3) for wire in ("prtimes.jp", "www.atpress.ne.jp")}
    again = stages.reprints(ledger)
    assert (again.new, again.unchanged, again.more["compared"]) == (0, 6, 0)
    assert len(ledger.documents()) == 9  # nothing is deleted


def test_nothing_is_kept_of_texts_that_are_gone(ledger: Ledger) -> None:
    pages = three_pages(0)
    take_in(ledger, pages)
    stages.reprints(ledger)
    changed = replace(pages[0].document, text="青葉市と株式会社あおぞらは、協定を解消しました。" * 5)
    take_in(ledger, [replace(pages[0], document=changed)])
    stages.reprints(ledger)
    with ledger.reading() as c:
        assert len(stored.known_signatures(c)) == 3
        assert {one for pair in stored.known_overlaps(c) for one in pair} <= stored.known_signatures(c).keys()
    [pair] = linked(ledger)
    assert set(pair) == {"https://www.atpress.ne.jp/0", "https://prtimes.jp/0"}


def test_of_a_source_that_keeps_evidence_alone_reprints_stay_what_they_are(ledger: Ledger, archive: Archive) -> None:
    pages = [replace(one, statements=(replace(one.statements[0], evidence=(Span(0, 20),)),)) for one in three_pages(0)]
    longer = pages[2].document.text + "お問い合わせは企画課まで。"
    pages[2] = replace(pages[2], document=replace(pages[2].document, text=longer))
    take_in(ledger, pages)
    stages.reprints(ledger)
    found = linked(ledger)
    assert len(found) == 2
    assert stages.let_go(ledger, archive, {"test"}).new == 3
    for _ in range(2):
        stages.resolve(ledger)
        again = stages.reprints(ledger)
        assert (again.new, again.more["compared"]) == (0, 0) and linked(ledger) == found
    # what comes later with the same words is known by what stands for them
    later = told("later", pages[0].document.text + "\n\n", (CITIES[0], FIRMS[0]), url="https://later.example/0")
    take_in(ledger, [later])
    stages.reprints(ledger)
    assert linked(ledger) == found | {("https://later.example/0", "https://www.city.example/0")}
    # a page that is withdrawn for a time is compared as before when it stands again
    with ledger.reading() as c:
        kept = stored.known_signatures(c)
    [first] = [one.id for one in ledger.documents() if one.url == "https://prtimes.jp/0"]
    ledger.store_withdrawals({(first, "by hand"): "wrong"})
    stages.reprints(ledger)
    ledger.store_withdrawals({})
    stages.reprints(ledger)
    with ledger.reading() as c:
        assert {text: one.size for text, one in stored.known_signatures(c).items()} == {t: one.size for t, one in kept.items()}
    assert found <= linked(ledger)


def test_what_is_let_go_before_it_is_compared_is_compared_by_what_stands_for_it(ledger: Ledger, archive: Archive) -> None:
    take_in(ledger, [replace(one, statements=(replace(one.statements[0], evidence=(Span(0, 20),)),)) for one in three_pages(0)])
    stages.let_go(ledger, archive, {"test"})
    assert stages.reprints(ledger).new == 2


def test_reprints_stand_in_the_graph(ledger: Ledger, neo4j: Graph) -> None:
    take_in(ledger, three_pages(0))
    stages.reprints(ledger)
    stages.load(ledger, neo4j.driver, neo4j.database)
    rows = neo4j.driver.execute_query("MATCH (r:Release)-[:REPRINT_OF]->(o:Release) RETURN r.url AS again, o.url AS first "
                                      "ORDER BY again", database_=neo4j.database).records
    assert [(row["again"], row["first"]) for row in rows] == [
        ("https://prtimes.jp/0", "https://www.city.example/0"), ("https://www.atpress.ne.jp/0", "https://www.city.example/0")]
