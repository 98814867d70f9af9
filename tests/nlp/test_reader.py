"""What a reader of releases gets: for every way a text tells a tie, the tie with its parties, state, day and words."""
from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.model import TIE_KINDS, Document, Extraction, Span, from_json, to_json
from nlp.reader import EXTRACTOR, Reader

READER = Reader()

Told = tuple[str, str, str | None, frozenset[tuple[str, str]]]


def extract(text: str, published: str | None = "2024-06-27", publisher: str | None = None, title: str | None = None) -> Extraction:
    return READER.extract(Document("d", text, title=title, published=published, publisher=publisher))


def told(extraction: Extraction) -> set[Told]:
    return {(s.kind, s.status, s.date, frozenset((p.name, p.role) for p in s.parties)) for s in extraction.statements}


def party(*names: str) -> frozenset[tuple[str, str]]:
    return frozenset((name, "party") for name in names)


def roles(**names: str | list[str]) -> frozenset[tuple[str, str]]:
    return frozenset((n, role) for role, given in names.items() for n in ([given] if isinstance(given, str) else given))


#: text, publisher, what it tells
FRAMES: list[tuple[str, str | None, set[Told]]] = [
    ("茅野市と株式会社すずかけ通信は、令和6年5月20日、「移住の促進に関する包括連携協定」を締結しました。", None,
     {("comprehensive_partnership", "concluded", "2024-05-20", party("茅野市", "株式会社すずかけ通信"))}),
    ("本市は6月3日、すずかけ通信株式会社と「通学路の安全に関する連携協定」を結びました。", "茅野市",
     {("partnership", "concluded", "2024-06-03", party("茅野市", "すずかけ通信株式会社"))}),
    ("当社は、長野県茅野市と「災害時における飲料水の供給に関する協定」を6月20日に締結いたしました。", "株式会社すずかけ飲料",
     {("disaster_support", "concluded", "2024-06-20", party("株式会社すずかけ飲料", "茅野市"))}),
    ("茅野市、株式会社すずかけ通信及び国立大学法人やつがね大学の3者は、6月12日に「農業の担い手に関する連携協定」を締結しました。", None,
     {("partnership", "concluded", "2024-06-12", party("茅野市", "株式会社すずかけ通信", "国立大学法人やつがね大学"))}),
    ("株式会社すずかけ通信は、茅野市、諏訪市とそれぞれ包括連携協定を締結しました。", None,
     {("comprehensive_partnership", "concluded", None, party("株式会社すずかけ通信", "茅野市")),
      ("comprehensive_partnership", "concluded", None, party("株式会社すずかけ通信", "諏訪市"))}),
    ("株式会社すずかけ通信は、茅野市(市長：原 一郎)と2024年5月1日に、諏訪市(市長：岡 二郎)と2024年6月1日に、"
     "それぞれ子育て支援に関する連携協定を締結しました。", None,
     {("partnership", "concluded", "2024-05-01", party("株式会社すずかけ通信", "茅野市")),
      ("partnership", "concluded", "2024-06-01", party("株式会社すずかけ通信", "諏訪市"))}),
    ("株式会社すずかけ通信と株式会社つゆくさ保険は、5月8日に販売に関する業務提携契約を締結しました。", None,
     {("business_alliance", "concluded", "2024-05-08", party("株式会社すずかけ通信", "株式会社つゆくさ保険"))}),
    ("株式会社すずかけ通信と株式会社つゆくさ保険は、5月8日に資本業務提携契約を締結しました。", None,
     {("capital_alliance", "concluded", "2024-05-08", party("株式会社すずかけ通信", "株式会社つゆくさ保険"))}),
    ("株式会社つゆくさ保険は、4月2日に株式会社すずかけ通信に出資しました。", None,
     {("investment", "concluded", "2024-04-02", roles(investor="株式会社つゆくさ保険", investee="株式会社すずかけ通信"))}),
    ("茅野市と株式会社すずかけ通信は、6月5日に「空き家の活用に関する覚書」を取り交わしました。", None,
     {("memorandum", "concluded", "2024-06-05", party("茅野市", "株式会社すずかけ通信"))}),
    ("茅野市は、株式会社すずかけ開発と6月6日に「駅前の整備に関する基本協定」を締結しました。", None,
     {("basic_agreement", "concluded", "2024-06-06", party("茅野市", "株式会社すずかけ開発"))}),
    ("すわぎん信用組合とつゆくさ信用組合は、6月7日に経営統合に関する基本合意書を締結しました。", None,
     {("basic_agreement", "preliminary", "2024-06-07", party("すわぎん信用組合", "つゆくさ信用組合"))}),
    ("やつがね大学と株式会社すずかけ精機は、2024年4月から、きのこの栽培の共同研究を開始しました。", None,
     {("joint_research", "concluded", "2024-04", party("やつがね大学", "株式会社すずかけ精機"))}),
    ("茅野市と株式会社すずかけ交通は、7月1日から自動運転バスの実証実験を行う予定です。", None,
     {("field_trial", "planned", "2024-07-01", party("茅野市", "株式会社すずかけ交通"))}),
    ("茅野市は、4月1日から、ごみの収集業務を株式会社すずかけ清掃に委託しています。", None,
     {("outsourcing", "concluded", "2024-04-01", roles(client="茅野市", contractor="株式会社すずかけ清掃"))}),
    ("茅野市は、新しい体育館の運営事業について、株式会社すずかけ体育を優先交渉権者に、本日、決定しました。", None,
     {("outsourcing", "preliminary", "2024-06-27", roles(client="茅野市", contractor="株式会社すずかけ体育"))}),
    ("茅野市は、6月20日の市議会の議決を経て、市民会館の指定管理者に株式会社すずかけ文化を指定しました。", None,
     {("designated_manager", "concluded", "2024-06-20", roles(authority="茅野市", operator="株式会社すずかけ文化"))}),
    ("茅野市は、給食センター整備事業(PFI方式)について、6月11日、株式会社すずかけ給食パートナーズと事業契約を締結しました。", None,
     {("pfi", "concluded", "2024-06-11", roles(authority="茅野市", operator="株式会社すずかけ給食パートナーズ"))}),
    ("茅野市は、5月10日、株式会社すずかけ楽器様から電子ピアノの寄贈を受けました。", None,
     {("donation", "concluded", "2024-05-10", roles(recipient="茅野市", donor="株式会社すずかけ楽器"))}),
    ("茅野市は、市民球場のネーミングライツについて、6月2日に株式会社すずかけ飲料と契約を締結しました。", None,
     {("naming_rights", "concluded", "2024-06-02", roles(owner="茅野市", sponsor="株式会社すずかけ飲料"))}),
    ("茅野市は、地域活性化起業人の制度により、4月1日に株式会社すずかけ通信から社員の派遣を受け入れました。", None,
     {("secondment", "concluded", "2024-04-01", roles(receiver="茅野市", sender="株式会社すずかけ通信"))}),
    ("特定非営利活動法人つゆくさ案内所は、2024年5月から、茅野市の移住相談についてアドバイザーとして伴走支援を始めました。", None,
     {("support", "concluded", "2024-05", roles(supported="茅野市", supporter="特定非営利活動法人つゆくさ案内所"))}),
    ("株式会社すずかけ通信は、6月1日付で、八ヶ岳観光推進協議会に加入しました。", None,
     {("membership", "concluded", "2024-06-01", roles(member="株式会社すずかけ通信", collective="八ヶ岳観光推進協議会"))}),
    ("八ヶ岳観光推進協議会には、茅野市、富士見町、株式会社すずかけ交通が参加しています。", None,
     {("membership", "concluded", None, roles(member=["茅野市", "富士見町", "株式会社すずかけ交通"], collective="八ヶ岳観光推進協議会"))}),
    ("八ヶ岳観光推進協議会の事務局は、一般社団法人つゆくさ観光局が務めています。", None,
     {("secretariat", "concluded", None, roles(operator="一般社団法人つゆくさ観光局", collective="八ヶ岳観光推進協議会"))}),
    ("茅野市と富士見町は、6月10日、「八ヶ岳観光推進協議会」を設立しました。", None,
     {("founding", "concluded", "2024-06-10", roles(founder=["茅野市", "富士見町"], collective="八ヶ岳観光推進協議会"))}),
    ("株式会社つなぎ手の紹介により、茅野市と株式会社すずかけ通信は、6月4日に「防犯に関する連携協定」を締結しました。", None,
     {("partnership", "concluded", "2024-06-04", party("茅野市", "株式会社すずかけ通信")),
      ("brokerage", "concluded", "2024-06-04", roles(broker="株式会社つなぎ手", connected=["茅野市", "株式会社すずかけ通信"]))}),
    ("茅野市と株式会社すずかけ通信は、令和3年4月15日に締結した「健康づくりに関する連携協定」を、令和6年3月31日をもって終了しました。", None,
     {("partnership", "concluded", "2021-04-15", party("茅野市", "株式会社すずかけ通信")),
      ("partnership", "ended", "2024-03-31", party("茅野市", "株式会社すずかけ通信"))}),
    ("茅野市と株式会社すずかけ交通が7月に予定していた自動運転バスの実証実験は、中止することになりました。", None,
     {("field_trial", "cancelled", "2024-07", party("茅野市", "株式会社すずかけ交通"))}),
    ("茅野市は、株式会社すずかけ通信と「見守りに関する連携協定」を締結する予定です。\n締結式は、令和6年7月10日に市役所で行います。", None,
     {("partnership", "planned", "2024-07-10", party("茅野市", "株式会社すずかけ通信"))}),
]


@pytest.mark.parametrize(("text", "publisher", "ties"), FRAMES, ids=[f"{n}" for n in range(len(FRAMES))])
def test_a_sentence_tells_its_ties(text: str, publisher: str | None, ties: set[Told]) -> None:
    assert told(extract(text, publisher=publisher)) == ties


def test_every_kind_has_a_sentence_above() -> None:
    assert {kind for _, _, ties in FRAMES for kind, *_ in ties} == set(TIE_KINDS)


@pytest.mark.parametrize("text", [
    "包括連携協定とは、自治体と企業が分野を限らずに協力することを約束するものです。",
    "茅野市では、公民連携の提案を募集しています。採用された提案については、協定を締結する場合があります。",
    "茅野市は株式会社すずかけ通信と、協定の締結に向けた協議を進めています。",
    "株式会社すずかけ通信の教材が優秀賞を受賞しました。主催は茅野市です。",
    "茅野市と株式会社すずかけ通信の協定は、締結には至りませんでした。",
])
def test_definitions_calls_and_wishes_tell_nothing(text: str) -> None:
    assert told(extract(text)) == set()


def test_a_table_of_days_and_counterparts_is_one_tie_a_row() -> None:
    text = ("株式会社すずかけ通信は、各地の自治体と、それぞれ「地域活性化に関する包括連携協定」を締結しています。\n\n"
            "締結日\t締結先\n令和5年8月20日\t茅野市\n令和6年1月18日\t諏訪市\n")
    assert told(extract(text, publisher="株式会社すずかけ通信")) == {
        ("comprehensive_partnership", "concluded", "2023-08-20", party("株式会社すずかけ通信", "茅野市")),
        ("comprehensive_partnership", "concluded", "2024-01-18", party("株式会社すずかけ通信", "諏訪市"))}


def test_labelled_lines_give_the_counterpart_and_the_day() -> None:
    text = "連携協定を結びました\n\n協定名称　見守りに関する連携協定\n締結先　　株式会社すずかけ通信\n締結日　　令和6年6月3日\n"
    assert told(extract(text, publisher="茅野市")) == {
        ("partnership", "concluded", "2024-06-03", party("茅野市", "株式会社すずかけ通信"))}


def test_members_stand_one_a_line_under_their_heading() -> None:
    text = ("八ヶ岳観光推進協議会について\n\n構成団体(4団体)\n茅野市\n富士見町\n株式会社すずかけ交通\nつゆくさ商工会\n\n"
            "事務局は、茅野市に置いています。\n")
    members = roles(member=["茅野市", "富士見町", "株式会社すずかけ交通", "つゆくさ商工会"], collective="八ヶ岳観光推進協議会")
    assert ("membership", "concluded", None, members) in told(extract(text))


def test_a_headline_and_its_sentence_are_one_tie() -> None:
    found = extract("茅野市は6月3日、株式会社すずかけ通信と「見守りに関する連携協定」を締結しました。", publisher="茅野市",
                    title="すずかけ通信と連携協定を締結しました")
    assert told(found) == {("partnership", "concluded", "2024-06-03", party("茅野市", "株式会社すずかけ通信"))}


def test_a_planned_signing_is_concluded_once_its_day_has_come() -> None:
    text = "茅野市は、株式会社すずかけ通信と6月20日に連携協定を締結します。"
    assert [s.status for s in extract(text, published="2024-06-10").statements] == ["planned"]
    assert [s.status for s in extract(text, published="2024-06-20").statements] == ["concluded"]


def test_a_brokerage_leads_to_its_tie() -> None:
    found = extract("すわこ信用金庫の仲介により、茅野市と株式会社すずかけ通信が6月4日に「防犯に関する連携協定」を締結しました。")
    brokerage = next(s for s in found.statements if s.kind == "brokerage")
    tie = next(s for s in found.statements if s.kind == "partnership")
    assert (brokerage.led_to, brokerage.level, brokerage.date) == (tie.id, "evidenced", "2024-06-04")


def test_evidence_holds_every_party_the_day_and_the_trigger_first() -> None:
    text = ("株式会社すずかけ通信(以下「すずかけ」)は、長野県茅野市と連携協定を締結しました。\n\n締結日　令和6年6月3日\n")
    found = extract(text)
    statement = found.statements[0]
    words = [found.document.words(span) for span in statement.evidence]
    assert "締結しました" in words[0]
    assert any("令和6年6月3日" in w for w in words)
    assert all(p.span is not None and found.document.words(p.span) for p in statement.parties)
    assert statement.precision == "day"


def test_spans_point_at_the_words_as_written_in_wide_letters_and_in_the_title() -> None:
    found = extract("市は、㈱Ａ＆Ｂ製作所と「ﾈｰﾐﾝｸﾞﾗｲﾂに関する契約」を締結しました。", publisher="茅野市", title="㈱Ａ＆Ｂ製作所と契約")
    firm = next(o for o in found.organizations if o.type == "company")
    assert {found.document.words(span) for span in firm.mentions} == {"㈱Ａ＆Ｂ製作所"}
    assert {span.field for span in firm.mentions} == {"title", "text"}


def test_the_same_document_gives_the_same_ids_and_gold_is_ignored() -> None:
    text = "茅野市と株式会社すずかけ通信は、連携協定を締結しました。茅野市は諏訪市とも連携協定を締結しました。"
    one, two = extract(text), Reader().extract(Document("d", text, published="2024-06-27"))
    assert one == two and one.extractor == EXTRACTOR
    assert len({s.id for s in one.statements}) == len(one.statements) == 2
    assert from_json(Extraction, json.loads(json.dumps(to_json(one)))) == one


def test_a_page_that_speaks_of_itself_names_its_publisher() -> None:
    ours = "株式会社すずかけ通信は、茅野市と連携協定を締結しました。当社は倉庫を貸します。"
    assert extract(ours).document.publisher == "株式会社すずかけ通信"
    assert extract(ours, publisher="茅野市").document.publisher == "茅野市"
    assert extract("茅野市は20日、株式会社すずかけ通信と連携協定を結んだ。市によると初めて。").document.publisher is None


def test_a_paper_that_tells_of_others_is_no_organization_of_its_page() -> None:
    text = "茅野市は6月3日、すずかけ通信株式会社と連携協定を結んだ。"
    assert {o.name for o in extract(text, publisher="月刊みなせ経営").organizations} == {"茅野市", "すずかけ通信株式会社"}
    assert "月刊みなせ経営" in {o.name for o in extract(text + "月刊みなせ経営が仲立ちした。", publisher="月刊みなせ経営").organizations}


def test_documents_come_out_in_their_order() -> None:
    documents = [Document(str(n), "茅野市") for n in range(3)]
    assert [e.document.id for e in READER.extract_all(documents)] == ["0", "1", "2"]


def test_a_sum_of_money_is_read_in_yen() -> None:
    found = extract("茅野市は、6月2日に株式会社すずかけ飲料から企業版ふるさと納税として1,500万円の寄附をいただきました。")
    assert [s.amount_yen for s in found.statements if s.kind == "donation"] == [15_000_000]


def test_the_sample_yields_every_kind_but_one_and_its_spans_hold() -> None:
    gold = Path(__file__).parents[2] / "sample" / "gold.jsonl"
    kinds: set[str] = set()
    for line in gold.read_text(encoding="utf-8").splitlines():
        found = READER.extract(from_json(Document, json.loads(line)))
        kinds |= {s.kind for s in found.statements}
        for statement in found.statements:
            assert all(found.document.words(span).strip() for span in statement.evidence)
            assert {p.name for p in statement.parties} <= {o.name for o in found.organizations}
    # the one contract of a PFI is told with the founding of its operator, which the reader takes for all that is said
    assert set(TIE_KINDS) - kinds <= {"pfi"}


def test_long_input_without_breaks_is_read() -> None:
    found = extract("あ" * 60_000 + "\n茅野市と株式会社すずかけ通信は、連携協定を締結しました。")
    assert [s.kind for s in found.statements] == ["partnership"]
    assert found.statements[0].evidence[0].start >= 60_000
    assert isinstance(found.statements[0].evidence[0], Span)


def test_words_far_into_a_line_without_breaks_are_known() -> None:
    tail = "茅野市と株式会社すずかけ通信は、連携協定を締結しました。"
    found = extract("町の話です。" * 5_000 + tail)
    assert [o.name for o in found.organizations] == [o.name for o in extract(tail).organizations]


def test_a_term_and_its_renewal_belong_to_the_one_agreement() -> None:
    text = ("茅野市と株式会社すずかけ通信は、6月3日に連携協定を締結しました。\n有効期間は、令和6年6月3日から令和7年3月31日まで。")
    statement, = extract(text).statements
    assert (statement.valid_from, statement.valid_to, statement.auto_renew) == ("2024-06-03", "2025-03-31", None)
    renewed, = extract(text + "申出がないときは、自動的に1年間更新します。").statements
    assert (renewed.valid_from, renewed.valid_to, renewed.auto_renew) == ("2024-06-03", None, True)


def test_a_pfi_contract_told_by_itself_is_one() -> None:
    found = extract("【結果】給食センター整備運営事業（PFI方式）\n茅野市は、令和5年4月10日、株式会社すずかけ給食パートナーズと"
                    "給食センター整備運営事業（PFI方式）の事業契約を締結しました。")
    assert [(s.kind, {p.name: p.role for p in s.parties}) for s in found.statements] == [
        ("pfi", {"茅野市": "authority", "株式会社すずかけ給食パートナーズ": "operator"})]
