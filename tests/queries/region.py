"""A small region told by a few releases: what the tests of the questions ask about. All names are invented."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from neo4j import Driver

from graph.frames import Slice
from graph.loader import load
from graph.places import Place, Places
from graph.projection import project
from graph.reference.changes import Change
from graph.resolution import resolve
from graph.scores import measure
from nlp.model import Claim, Collective, Document, Extraction, NamedOrganization, NamedPerson, Party, Span, Statement

#: 葵市 and 桐市 are 14 km apart, 楓市 is 270 km away; 杉村 became part of 桐市, and there are two places named 桜町.
PLACES = Places({
    "229997": Place("葵市", "municipality", "静岡県", 35.0, 138.4),
    "229998": Place("桐市", "municipality", "静岡県", 35.1, 138.5),
    "279999": Place("楓市", "municipality", "大阪府", 34.7, 135.5),
    "229995": Place("桜町", "municipality", "静岡県", 34.9, 138.0),
    "279995": Place("桜町", "municipality", "大阪府", 34.4, 135.6),
}, changes=[Change("2019-04-01", "absorbed", "静岡県", "229996", "杉村", "229998", "桐市", "県の告示")])
_TYPES = {
    "葵市": "municipality", "桐市": "municipality", "楓市": "municipality", "千鳥大学": "university",
    "株式会社ひばり商会": "company", "株式会社つばめ運輸": "company", "株式会社しらさぎ薬品": "company",
    "合同会社かささぎ": "company", "一般社団法人みなと案内所": "association", "みどり協議会": "council",
    "株式会社おしどり": "company", "合同会社おしどり": "company", "おしどり": "company", "桜町": "municipality",
    "杉村": "municipality",
}


def _span(text: str, words: str) -> Span:
    begin = text.index(words)
    return Span(begin, begin + len(words))


def _release(name: str, text: str, statements: Iterable[Statement] = (), *, published: str,
             persons: tuple[NamedPerson, ...] = (), claims: tuple[Claim, ...] = (),
             collectives: tuple[Collective, ...] = (), codes: Mapping[str, str] | None = None,
             publisher: str | None = None, standing: str | None = None) -> Extraction:
    """One release; it names the organisations whose names stand in its text."""
    named = tuple(NamedOrganization(one, kind, code=(codes or {}).get(one), mentions=(_span(text, one),))
                  for one, kind in _TYPES.items() if one in text)
    document = Document(f"doc:{name}", text, url=f"https://{name}.example/", title=f"{name}のお知らせ",
                        published=published, publisher=publisher)
    return Extraction(document, "test-1", named, tuple(statements), persons, claims, collectives, status=standing)


def _tie(name: str, kind: str, text: str, parties: dict[str, str], *, status: str = "concluded",
         date: str | None = None, precision: str | None = None, title: str | None = None,
         themes: tuple[str, ...] = (), level: str | None = None, led_to: str | None = None,
         amount: int | None = None, valid_to: str | None = None, confidence: float = 0.9) -> Statement:
    return Statement(name, kind, status, tuple(Party(one, role) for one, role in parties.items()), date=date,
                     precision=precision, title=title, themes=themes, evidence=(Span(0, len(text)),),
                     confidence=confidence, level=level, led_to=led_to, amount_yen=amount, valid_to=valid_to)


def _simple(name: str, kind: str, text: str, parties: dict[str, str], *, published: str = "2023-01-10",
            status: str = "concluded", date: str | None = None, title: str | None = None,
            themes: tuple[str, ...] = (), amount: int | None = None, valid_to: str | None = None,
            precision: str | None = None, confidence: float = 0.9, publisher: str | None = None,
            standing: str | None = None) -> Extraction:
    """A release about one tie."""
    return _release(name, text, [_tie(name, kind, text, parties, status=status, date=date, title=title,
                                      themes=themes, amount=amount, valid_to=valid_to, precision=precision,
                                      confidence=confidence)],
                    published=published, publisher=publisher, standing=standing)


def _history() -> list[Extraction]:
    """A memorandum that is renewed and ends, one that runs out, and a gift on whose size two releases disagree."""
    pact = {"桐市": "party", "千鳥大学": "party"}
    gift = {"千鳥大学": "donor", "葵市": "recipient"}
    name = "研究交流に関する覚書"
    return [
        _simple("exchange", "memorandum", "桐市と千鳥大学は覚書を交わしました。", pact, date="2015-04-01", title=name,
                published="2015-04-02"),
        _simple("exchange-other", "memorandum", "千鳥大学は桐市と覚書を交わしました。", pact, date="2015-04-01", title=name,
                published="2015-04-06"),
        _simple("exchange-again", "memorandum", "桐市と千鳥大学は覚書を更新しました。", pact, status="renewed",
                date="2018-04-01", title=name, published="2018-04-02"),
        _simple("exchange-ended", "memorandum", "桐市と千鳥大学の覚書は終わりました。", pact, status="ended",
                date="2022-03-31", title=name, published="2022-04-01"),
        _simple("term", "memorandum", "葵市と千鳥大学は一年限りの覚書を交わしました。",
                {"葵市": "party", "千鳥大学": "party"}, date="2015-05-01", title="一年限りの覚書", valid_to="2016-04",
                published="2015-05-01"),
        _simple("gift", "donation", "千鳥大学は葵市に10万円を贈りました。", gift, date="2016-06-01", title="図書の寄贈",
                amount=100_000, published="2016-06-02"),
        _simple("gift-other", "donation", "葵市は千鳥大学から100万円を受けました。", gift, date="2016-06-01",
                title="図書の寄贈", amount=1_000_000, published="2016-06-03"),
    ]


def _what_followed() -> list[Extraction]:
    """A trial that an agreement follows, a partner that gets a contract, a plan that is carried out, a gift that is not."""
    note = {"楓市": "party", "千鳥大学": "party"}
    return [
        _simple("trial", "field_trial", "葵市と合同会社かささぎは見守りの実証実験をしました。",
                {"葵市": "party", "合同会社かささぎ": "party"}, date="2020-06-01", precision="day", confidence=0.5,
                title="見守りの実証", themes=("高齢・障がい福祉", "デジタル・DX"), published="2020-06-02"),
        _simple("after-trial", "partnership", "葵市と合同会社かささぎは協定を結びました。",
                {"葵市": "party", "合同会社かささぎ": "party"}, date="2021-06-01", precision="day",
                title="見守りの連携に関する協定", published="2021-06-02"),
        _simple("contract", "outsourcing", "楓市は株式会社つばめ運輸に配送を委託しました。",
                {"楓市": "client", "株式会社つばめ運輸": "contractor"}, date="2023-04-01", precision="day",
                title="配送業務", published="2023-04-03"),
        _simple("note-planned", "memorandum", "楓市と千鳥大学は覚書を交わす予定です。", note, status="planned",
                date="2022-02-01", precision="day", title="人材に関する覚書", published="2022-01-10"),
        _simple("note", "memorandum", "楓市と千鳥大学は覚書を交わしました。", note, date="2022-02-01", precision="day",
                title="人材に関する覚書", published="2022-02-02"),
        _simple("gift-off", "donation", "株式会社ひばり商会から楓市への寄附は取りやめになりました。",
                {"株式会社ひばり商会": "donor", "楓市": "recipient"}, status="cancelled", date="2018-03-01",
                published="2018-03-01"),
    ]


def _names() -> list[Extraction]:
    """Two companies of one stem and a name that may mean either, two towns of one name, a village that is no more."""
    return [
        _release("oshidori-a", "株式会社おしどりが新しい工場を建てました。", published="2017-01-10"),
        _release("oshidori-b", "合同会社おしどりが新しい店を開きました。", published="2017-02-10"),
        _simple("oshidori-c", "support", "おしどりは葵市の祭りを支えました。", {"おしどり": "supporter", "葵市": "supported"},
                date="2017-03-10", published="2017-03-11"),
        _release("sakura-a", "桜町の祭りが開かれます。", published="2017-04-10", codes={"桜町": "229995"}),
        _release("sakura-b", "桜町で展示があります。", published="2017-05-10", codes={"桜町": "279995"}),
        _simple("sugi", "support", "合同会社かささぎは杉村を支えました。",
                {"合同会社かささぎ": "supporter", "杉村": "supported"}, date="2016-02-01", published="2016-02-02"),
    ]


def releases() -> list[Extraction]:
    """The region: agreements, an introduction that led to one, a planned one, a council, claims and persons."""
    introduced = "一般社団法人みなと案内所が楓市と株式会社つばめ運輸を引き合わせ、両者は物流の協定を結びました。"
    ordered = "桐市は株式会社しらさぎ薬品との橋渡しを一般社団法人みなと案内所に託しました。"
    hoped = "合同会社かささぎは葵市と株式会社つばめ運輸を引き合わせる予定です。"
    council = "みどり協議会には葵市と千鳥大学が加わり、一般社団法人みなと案内所が事務局です。"
    claimed = "株式会社ひばり商会は50自治体と協定を結んでいます。"
    called = "一般社団法人みなと案内所は官と民の橋渡し役です。合同会社かささぎも紹介を請け負います。"
    speaking = "葵市の山田花子市長と、株式会社つばめ運輸の鈴木一郎代表取締役が話しました。"
    return [
        *_history(), *_what_followed(), *_names(),
        _simple("aoi", "comprehensive_partnership", "葵市と株式会社ひばり商会は包括連携協定を結びました。",
                {"葵市": "party", "株式会社ひばり商会": "party"}, date="2019-06-27", title="包括連携に関する協定",
                themes=("防災・災害",), published="2019-06-28", publisher="葵市"),
        _simple("kaede", "partnership", "楓市と株式会社ひばり商会は観光の協定を結びました。",
                {"楓市": "party", "株式会社ひばり商会": "party"}, date="2021-02", title="観光に関する協定",
                themes=("観光・交流",), publisher="株式会社ひばり商会"),
        _simple("kiri", "partnership", "桐市と株式会社ひばり商会の協定は取りやめになりました。",
                {"桐市": "party", "株式会社ひばり商会": "party"}, status="cancelled", title="見守りに関する協定",
                themes=("安全・安心",)),
        _simple("plan", "partnership", "葵市は株式会社つばめ運輸と災害時の協定を結ぶ予定です。",
                {"葵市": "party", "株式会社つばめ運輸": "party"}, status="planned", title="輸送に関する協定",
                themes=("防災・災害",)),
        _simple("three", "joint_research", "葵市、千鳥大学、株式会社ひばり商会は共同研究を行います。",
                {"葵市": "party", "千鳥大学": "party", "株式会社ひばり商会": "party"}, date="2020",
                title="健康の共同研究", themes=("健康・医療",)),
        _simple("firms", "business_alliance",
                "株式会社ひばり商会、株式会社つばめ運輸、合同会社かささぎは業務提携しました。",
                {"株式会社ひばり商会": "party", "株式会社つばめ運輸": "party", "合同会社かささぎ": "party"},
                date="2020-03-31", title="三社の業務提携", standing="gone"),
        _release("introduced", introduced, [
            _tie("introduced", "brokerage", introduced,
                 {"一般社団法人みなと案内所": "broker", "楓市": "connected", "株式会社つばめ運輸": "connected"},
                 date="2022-03", level="evidenced", led_to="logistics"),
            _tie("logistics", "partnership", introduced, {"楓市": "party", "株式会社つばめ運輸": "party"},
                 date="2022-04-01", precision="day", title="物流に関する協定", themes=("交通・モビリティ",))], published="2022-04-02"),
        _release("ordered", ordered, [
            _tie("ordered", "brokerage", ordered,
                 {"一般社団法人みなと案内所": "broker", "桐市": "connected", "株式会社しらさぎ薬品": "connected"},
                 date="2022-05", level="contracted")], published="2022-05-31"),
        _release("hoped", hoped, [
            _tie("hoped", "brokerage", hoped,
                 {"合同会社かささぎ": "broker", "葵市": "connected", "株式会社つばめ運輸": "connected"},
                 status="planned")], published="2022-06-01"),
        _release("council", council, [
            _tie("members", "membership", council,
                 {"みどり協議会": "collective", "葵市": "member", "千鳥大学": "member"}),
            _tie("office", "secretariat", council,
                 {"みどり協議会": "collective", "一般社団法人みなと案内所": "operator"}, date="2020-04")],
                 published="2020-04-05", collectives=(
                     Collective("みどり協議会", purpose="place", membership="open_diverse",
                                evidence=(_span(council, "みどり協議会には葵市と千鳥大学が加わり"),)),)),
        _simple("left", "membership", "桐市はみどり協議会を脱退しました。",
                {"みどり協議会": "collective", "桐市": "member"}, status="ended", date="2021-03"),
        _release("claimed", claimed, published="2021-04-01",
                 claims=(Claim("fifty", "count", "株式会社ひばり商会", count=50,
                               evidence=(_span(claimed, "50自治体"),)),)),
        _release("called", called, published="2021-05-01", claims=(
            Claim("bridge", "intermediary", "一般社団法人みなと案内所", level="claimed",
                  evidence=(_span(called, "橋渡し役"),)),
            Claim("order", "intermediary", "合同会社かささぎ", level="contracted",
                  evidence=(_span(called, "紹介を請け負い"),)))),
        _release("speaking", speaking, published="2021-06-01", persons=(
            NamedPerson("山田花子", "市長", "葵市", (_span(speaking, "山田花子"),)),
            NamedPerson("鈴木一郎", "代表取締役", "株式会社つばめ運輸", (_span(speaking, "鈴木一郎"),)))),
    ]


def build(driver: Driver, database: str) -> None:
    """Put the region into the graph, with the scores of the whole and those of one prefecture."""
    told = releases()
    report = load(driver, database, project(told, resolve(told, PLACES)))
    assert not report.refused, report.refused
    measure(driver, database, Slice(), "ledger-7")
    measure(driver, database, Slice(prefecture="大阪府"), "ledger-7")
