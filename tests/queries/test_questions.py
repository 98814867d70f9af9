"""Each question of the catalogue, by name and as text to paste: a row that must be there and one that must not."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest

from graph.frames import Slice
from graph.reading import read
from graph.scores import measure
from queries import GROUPS, QuestionError, as_plain, names, question, questions
from queries.catalogue import NAMES_OF_ORGANIZATIONS, literal
from tests.queries.region import build

Row = dict[str, Any]
#: question, parameters, what a row must have, what no row may have
ASKED: list[tuple[str, dict[str, str], Row, Row]] = [
    ("added_by_release", {"release": "https://exchange.example/"},
     {"what": "tie", "name": "研究交流に関する覚書", "new": True, "status": "concluded", "others": 1}, {"new": False}),
    ("added_by_release", {"release": "https://exchange-other.example/"},
     {"what": "tie", "new": False, "first_told": "2015-04-02"}, {"new": True}),
    ("changed_between", {"since": "2015-04-01", "until": "2016-03-31"},
     {"date": "2015-04-01", "change": "concluded", "parties": ["千鳥大学", "桐市"]}, {"date": "2016-06-01"}),
    ("changed_between", {"since": "2022-01-01", "until": "2022-03-31", "organization": "桐市"},
     {"date": "2022-03-31", "change": "ended", "before": "2018-04-01"}, {"change": "concluded"}),
    ("conflicts", {}, {"agreement": "図書の寄贈", "conflicts": ["amount_yen"],
                       "said": ["2016-06-02: donation, 2016-06-01, 100000 yen",
                                "2016-06-03: donation, 2016-06-01, 1000000 yen"]}, {"kind": "memorandum"}),
    ("conflicts", {"field": "amount_yen"}, {"kind": "donation"}, {"conflicts": ["date"]}),
    ("in_force_on", {"on": "2016-01-01"}, {"agreement": "研究交流に関する覚書", "date": "2015-04-01"},
     {"agreement": "図書の寄贈"}),
    ("in_force_on", {"on": "2016-04-30", "organization": "葵市"}, {"agreement": "一年限りの覚書", "valid_to": "2016-04"},
     {"agreement": "研究交流に関する覚書"}),
    ("in_force_on", {"on": "2019-07-01"}, {"agreement": "研究交流に関する覚書", "status": "renewed"},
     {"date": "2015-04-01"}),
    ("in_force_on", {"on": "2022-04-01"}, {"agreement": "観光に関する協定"},
     {"agreement": "研究交流に関する覚書"}),
    ("renewals", {}, {"agreement": "研究交流に関する覚書", "signed": "2015-04-01", "renewed": ["2018-04-01"],
                      "ended": ["2022-03-31"]}, {"agreement": "一年限りの覚書"}),
    ("counts_claimed", {}, {"organization": "株式会社ひばり商会", "claimed": 50, "known": 2, "sentence": "50自治体"},
     {"organization": "一般社団法人みなと案内所"}),
    ("evidence", {"organization": "葵市"},
     {"kind": "comprehensive_partnership", "sentence": "葵市と株式会社ひばり商会は包括連携協定を結びました。",
      "fields": ["text"], "starts": [0], "ends": [26], "confidence": 0.9, "url": "https://aoi.example/"},
     {"release": "kaedeのお知らせ"}),
    ("heads_of_organizations", {"organization": "葵市"},
     {"person": "山田花子", "title": "市長", "first_seen": "2021-06-01", "last_seen": "2021-06-01"},
     {"person": "鈴木一郎"}),
    ("heads_of_organizations", {}, {"person": "鈴木一郎", "organization": "株式会社つばめ運輸"},
     {"organization": "楓市"}),
    ("intermediaries", {}, {"broker": "一般社団法人みなと案内所", "level": "evidenced", "led_to": "partnership",
                            "connected": ["株式会社つばめ運輸", "楓市"], "date": "2022-04-01"},
     {"broker": "合同会社かささぎ"}),
    ("intermediaries", {"theme": "交通・モビリティ"}, {"level": "evidenced"}, {"level": "contracted"}),
    ("joint_agreements", {},
     {"agreement": "健康の共同研究", "parties": 3, "sectors": ["academic", "private", "public"]},
     {"agreement": "三社の業務提携"}),
    ("joint_agreements", {"parties": "2"}, {"agreement": "観光に関する協定"}, {"agreement": "見守りに関する協定"}),
    ("members", {"collective": "みどり協議会"},
     {"organization": "千鳥大学", "part": "MEMBER_OF", "type": "council", "sector": "academic"},
     {"organization": "桐市"}),
    ("members", {}, {"organization": "一般社団法人みなと案内所", "part": "OPERATES"}, {"collective": "葵市"}),
    ("municipalities_of_a_company", {"organization": "株式会社ひばり商会"},
     {"public_body": "葵市", "code": "229997", "kinds": ["comprehensive_partnership", "joint_research"],
      "first": "2019-06-27"}, {"public_body": "桐市"}),
    ("not_yet_concluded", {},
     {"status": "planned", "agreement": "輸送に関する協定", "parties": ["株式会社つばめ運輸", "葵市"]},
     {"status": "concluded"}),
    ("not_yet_concluded", {"status": "cancelled"}, {"agreement": "見守りに関する協定"}, {"status": "planned"}),
    ("open_pairs", {},
     {"intermediary": "一般社団法人みなと案内所", "public": "桐市", "private": "株式会社しらさぎ薬品"},
     {"public": "楓市", "private": "株式会社つばめ運輸"}),
    ("open_pairs", {"intermediary": "一般社団法人みなと案内所"}, {"public": "楓市", "private": "株式会社しらさぎ薬品"},
     {"intermediary": "株式会社ひばり商会"}),
    ("partners", {"organization": "葵市"}, {"agreement": "輸送に関する協定", "status": "planned",
                                          "partners": ["株式会社つばめ運輸"]}, {"agreement": "観光に関する協定"}),
    ("scored_intermediaries", {},
     {"organization": "一般社団法人みなと案内所", "type": "association", "rank": 1, "acts": 6,
      "ledger_version": "ledger-7"}, {"organization": "葵市"}),
    ("self_described_intermediaries", {}, {"organization": "一般社団法人みなと案内所", "level": "claimed",
                                           "sentence": "橋渡し役"}, {"organization": "株式会社ひばり商会"}),
    ("self_described_intermediaries", {"level": "contracted"}, {"organization": "合同会社かささぎ"},
     {"level": "claimed"}),
    ("solved_for_a_theme", {}, {"agreement": "包括連携に関する協定", "status": "concluded", "public_side": ["葵市"],
                                "other_side": ["株式会社ひばり商会"]}, {"agreement": "観光に関する協定"}),
    ("themes", {}, {"theme": "防災・災害", "agreements": 1, "public_bodies": 1, "private_organizations": 1},
     {"theme": "安全・安心"}),
    ("themes", {"prefecture": "大阪府"}, {"theme": "観光・交流"}, {"theme": "防災・災害"}),
    ("timeline", {}, {"fiscal_year": 2019, "kind": "business_alliance", "concluded": 1, "renewed": 0, "ended": 0},
     {"kind": "joint_research"}),
    ("timeline", {"kind": "partnership"}, {"fiscal_year": 2020, "concluded": 1}, {"kind": "business_alliance"}),
    ("timeline", {"kind": "memorandum"}, {"fiscal_year": 2018, "concluded": 0, "renewed": 1, "ended": 0}, {"fiscal_year": 2022}),
    ("timeline", {"kind": "memorandum"}, {"fiscal_year": 2021, "concluded": 1, "renewed": 0, "ended": 1}, {"fiscal_year": 2016}),
    ("widest_companies", {}, {"company": "株式会社ひばり商会", "public_bodies": 2, "prefectures": 2},
     {"company": "株式会社しらさぎ薬品"}),
    ("after_field_trials", {}, {"public_body": "葵市", "partner": "合同会社かささぎ", "date": "2020-06-01",
                                "afterwards": ["partnership 2021-06-01"]}, {"public_body": "楓市"}),
    ("between_two", {"organization": "楓市", "other": "株式会社つばめ運輸"},
     {"kind": "outsourcing", "roles": "client – contractor", "sentence": "楓市は株式会社つばめ運輸に配送を委託しました。",
      "confidence": 0.9, "published": "2023-04-03"}, {"kind": "comprehensive_partnership"}),
    ("chain_between", {"organization": "桐市", "other": "葵市"},
     {"steps": 2, "chain": ["桐市", "千鳥大学", "葵市"], "ties": [3, 3]}, {"steps": 3}),
    ("claims_without_introductions", {}, {"organization": "合同会社かささぎ", "level": "contracted", "releases": 1,
                                          "sentence": "紹介を請け負い"}, {"organization": "一般社団法人みなと案内所"}),
    ("companies_side_by_side", {"organization": "株式会社ひばり商会"},
     {"organization": "株式会社つばめ運輸", "shared_public_bodies": 1, "share": 0.5, "tied_themselves": True,
      "public_bodies": ["楓市"]}, {"organization": "株式会社しらさぎ薬品"}),
    ("completeness", {}, {"kind": "donation", "ties": 2, "dated": 2, "with_amount": 1, "told_again": 1}, {"kind": "pfi"}),
    ("composition", {}, {"collective": "みどり協議会", "members": 2, "public": 1, "academic": 1, "private": 0,
                         "run_by": ["一般社団法人みなと案内所"]}, {"members": 3}),
    ("features_of_collectives", {}, {"collective": "みどり協議会", "purpose": "place", "membership": "open_diverse",
                                     "sentence": "みどり協議会には葵市と千鳥大学が加わり"}, {"membership": "closed_expert"}),
    ("former_bodies", {}, {"organization": "杉村", "successor": "桐市", "day": "2019-04-01", "how": "absorbed", "ties": 1,
                           "source": "県の告示"}, {"organization": "桐市"}),
    ("from_handshake_to_contract", {},
     {"public_body": "楓市", "partner": "株式会社つばめ運輸", "came_first": "handshake", "agreement": "partnership",
      "contract": "outsourcing", "days": 365, "agreements": 1, "contracts": 1, "contracts_after": 1}, {"public_body": "葵市"}),
    ("from_membership_to_agreement", {},
     {"collective": "みどり協議会", "public_body": "葵市", "partner": "千鳥大学", "agreement": "joint_research",
      "after_joining": False}, {"public_body": "桐市"}),
    ("from_plan_to_signing", {}, {"announced": "2022-01-10", "concluded": "2022-02-01", "days": 22,
                                  "agreement": "人材に関する覚書"}, {"agreement": "物流に関する協定"}),
    ("from_plan_to_signing", {"open": "false"}, {"agreement": "人材に関する覚書"}, {"agreement": "輸送に関する協定"}),
    ("from_plan_to_signing", {"open": "true"}, {"agreement": "輸送に関する協定", "concluded": None, "announced": "2023-01-10"},
     {"agreement": "見守りに関する協定"}),
    ("gifts", {}, {"donors": ["千鳥大学"], "recipients": ["葵市"], "date": "2016-06-01"}, {"donors": ["株式会社ひばり商会"]}),
    ("introductions_without_a_tie", {}, {"intermediary": "一般社団法人みなと案内所", "level": "contracted",
                                         "connected": ["株式会社しらさぎ薬品", "桐市"]}, {"level": "evidenced"}),
    ("kinds", {}, {"kind": "donation", "came_about": 1, "announced": 0, "called_off": 1, "parties": 2.0,
                   "first_year": 2016}, {"kind": "pfi"}),
    ("least_sure", {}, {"confidence": 0.5, "kind": "field_trial", "parties": ["合同会社かささぎ", "葵市"],
                        "sentence": "葵市と合同会社かささぎは見守りの実証実験をしました。"}, {"confidence": 0.9}),
    ("named_but_no_party", {}, {"organization": "株式会社おしどり", "releases": 1,
                                "sentence": "株式会社おしどりが新しい工場を建てました。"}, {"organization": "葵市"}),
    ("only_one_source", {}, {"status": "gone", "agreement": "三社の業務提携", "url": "https://firms.example/"},
     {"kind": "partnership"}),
    ("peers", {"organization": "葵市"}, {"public_body": "楓市", "shared": 2, "partners": ["千鳥大学", "株式会社ひばり商会"]},
     {"public_body": "葵市"}),
    ("pioneers", {}, {"theme": "防災・災害", "date": "2019-06-27", "public_side": ["葵市"],
                      "other_side": ["株式会社ひばり商会"], "other_agreements": 0}, {"theme": "安全・安心"}),
    ("pioneers", {"prefecture": "大阪府"}, {"theme": "観光・交流"}, {"theme": "防災・災害"}),
    ("prefectures", {}, {"prefecture": "大阪府", "public_bodies": 1, "partners": 4, "shared_partners": 3, "pairs": 4},
     {"prefecture": None}),
    ("publishers", {}, {"publisher": "葵市", "type": "municipality", "releases": 1, "with_ties": 1, "ties": 1,
                        "first": "2019-06-28"}, {"publisher": "桐市"}),
    ("repeat_partners", {}, {"public_body": "楓市", "partner": "株式会社つばめ運輸", "ties": 2,
                             "kinds": ["outsourcing", "partnership"]},
     {"public_body": "楓市", "partner": "株式会社ひばり商会"}),
    ("repeat_partners", {"organization": "桐市", "at_least": "3"}, {"partner": "千鳥大学", "ties": 3},
     {"public_body": "楓市"}),
    ("rising_themes", {"fiscal_year": "2022", "years": "2"}, {"theme": "交通・モビリティ", "before": 0, "now": 1},
     {"theme": "防災・災害", "now": 1}),
    ("roles", {"organization": "一般社団法人みなと案内所"}, {"kind": "brokerage", "role": "broker", "ties": 2, "partners": 4},
     {"role": "member"}),
    ("running_out", {"since": "2016-04-01", "until": "2016-04-30"},
     {"valid_to": "2016-04", "agreement": "一年限りの覚書", "parties": ["千鳥大学", "葵市"]},
     {"agreement": "包括連携に関する協定"}),
    ("secretariats", {}, {"organization": "一般社団法人みなと案内所", "runs": 1, "founded": 0, "members_met": 2,
                          "public_members": 1, "collectives": ["みどり協議会"]}, {"organization": "葵市"}),
    ("sectors", {}, {"sector": "private", "other_sector": "private", "pairs": 3, "ties_of_a_pair": 1.0},
     {"sector": "public", "other_sector": "public"}),
    ("shared_names", {}, {"name": "桜町", "organizations": ["桜町", "桜町"], "types": ["municipality"],
                          "prefectures": ["大阪府", "静岡県"]}, {"name": "葵市"}),
    ("solved_for_a_town_like", {"theme": "交通・モビリティ", "organization": "葵市"},
     {"public_body": "楓市", "agreement": "物流に関する協定", "partners": ["株式会社つばめ運輸"],
      "through": ["一般社団法人みなと案内所"]}, {"public_body": "葵市"}),
    ("solved_for_a_town_like", {"theme": "高齢・障がい福祉", "organization": "桐市", "km": "20"},
     {"public_body": "葵市", "km": 14.4, "through": []}, {"public_body": "楓市"}),
    ("solved_through_intermediaries", {}, {"theme": "交通・モビリティ", "agreements": 1, "introduced": 1, "share": 1.0,
                                           "intermediaries": ["一般社団法人みなと案内所"]}, {"theme": "観光・交流"}),
    ("specialists", {"theme": "観光・交流"}, {"organization": "株式会社ひばり商会", "agreements": 1, "of_all": 3,
                                          "quotient": 1.67, "public_bodies": 1}, {"organization": "株式会社つばめ運輸"}),
    ("spread_of_a_company", {"organization": "株式会社ひばり商会"},
     {"fiscal_year": 2020, "new": 1, "reached": 2, "prefectures": 2, "public_bodies": ["楓市"]}, {"fiscal_year": 2021}),
    ("theme_gaps", {"prefecture": "大阪府"}, {"theme": "防災・災害", "share_elsewhere": 0.333, "agreements_elsewhere": 1,
                                           "public_bodies_elsewhere": 1, "partners": ["株式会社ひばり商会"]},
     {"theme": "観光・交流"}),
    ("themes_of_neighbours", {"organization": "桐市", "km": "50"},
     {"theme": "防災・災害", "neighbours": 1, "nearest": "葵市", "km": 14.4, "partners": ["株式会社ひばり商会"]},
     {"theme": "観光・交流"}),
    ("themes_together", {"at_least": "1"}, {"theme": "デジタル・DX", "other_theme": "高齢・障がい福祉", "agreements": 1,
                                            "lift": 5.0}, {"theme": "観光・交流"}),
    ("told_by_whom", {}, {"kind": "comprehensive_partnership", "agreements": 1, "public_side_only": 1, "neither": 0},
     {"kind": "membership"}),
    ("told_by_whom", {}, {"kind": "partnership", "other_side_only": 1, "both_sides": 0}, {"kind": "brokerage"}),
    ("track_record", {}, {"intermediary": "一般社団法人みなと案内所", "introductions": 2, "led_to_ties": 1,
                          "public_bodies": 2, "others": 2, "first": "2022-03", "last": "2022-05"},
     {"intermediary": "合同会社かささぎ"}),
    ("unresolved_names", {}, {"name": "おしどり", "ties": 1, "candidates": ["合同会社おしどり", "株式会社おしどり"]},
     {"name": "株式会社おしどり"}),
    ("ways_to_a_partner", {"theme": "交通・モビリティ", "organization": "葵市"},
     {"intermediary": "株式会社ひばり商会", "partner": "株式会社つばめ運輸", "solved_for": ["楓市"], "agreements": 1},
     {"intermediary": "一般社団法人みなと案内所"}),
    ("who_can_introduce", {"organization": "桐市", "other": "楓市"},
     {"contact": "一般社団法人みなと案内所", "introductions": 2}, {"contact": "株式会社ひばり商会"}),
    ("whom_to_ask", {"theme": "交通・モビリティ", "organization": "葵市"},
     {"partner": "株式会社つばめ運輸", "public_bodies": 1, "nearest": "楓市",
      "common_contacts": ["合同会社かささぎ", "株式会社ひばり商会"]}, {"partner": "株式会社ひばり商会"}),
]
#: Values that would change the statement if they were not kept as text.
HOSTILE = ["' OR 1=1 //", "'}) DETACH DELETE o //", "\\' RETURN 1 //", "\\", "\\\\'", "\\u0027 RETURN 1 //",
           "\\\\u0027 RETURN 1 //", "$organization", "\n// 市", "\r\nRETURN 1", "`", "\"", "*/ /*", "𠮷野家", "%s {0}",
           ";"]


@pytest.fixture(scope="module")
def region(neo4j_server: Any) -> Iterator[Any]:
    """The session's server with the region in it."""
    driver, database = neo4j_server.driver, neo4j_server.target.database
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)
    build(driver, database)
    yield neo4j_server
    driver.execute_query("MATCH (n) DETACH DELETE n", database_=database)


def _ask(region: Any, name: str, given: dict[str, str]) -> pd.DataFrame:
    asked = question(name)
    return read(region.driver, region.target.database, asked.cypher, asked.values(given))


def _write(region: Any, cypher: str) -> None:
    region.driver.execute_query(cypher, database_=region.target.database)


def _pasted(region: Any, text: str) -> list[dict[str, Any]]:
    """What a plain session answers to the text that `--print` gives."""
    with region.driver.session(database=region.target.database) as session:
        return [{key: as_plain(value) for key, value in record.items()} for record in session.run(text)]


def _has(rows: list[dict[str, Any]], part: Row) -> bool:
    return any(all(row[key] == value for key, value in part.items()) for row in rows)


def _rows(answer: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): None if value is pd.NA else value for key, value in row.items()}
            for row in answer.astype(object).where(answer.notna(), None).to_dict("records")]


def test_every_question_is_asked_here() -> None:
    assert sorted({name for name, *_ in ASKED}) == names()
    assert len(names()) >= 40
    assert {one.group for one in questions()} == set(GROUPS)


def test_no_question_differs_from_another_only_in_a_constant() -> None:
    """Statements without their literals, and without the names of parameters and variables."""
    shapes = defaultdict(list)
    for one in questions():
        bare = re.sub(r"'[^']*'|\$\w+|\b\d+(\.\d+)?\b", "?", one.cypher)
        bare = re.sub(r"\bAS \w+|\b[a-z]\w*(?=[.,:)\] ]|$)", "_", bare, flags=re.MULTILINE)
        shapes[re.sub(r"\s+", " ", bare)].append(one.name)
    assert [several for several in shapes.values() if len(several) > 1] == []


@pytest.mark.parametrize(("name", "given", "there", "absent"), ASKED)
def test_the_planted_row_is_there_and_the_other_is_not(region: Any, name: str, given: dict[str, str], there: Row,
                                                       absent: Row) -> None:
    answer = _ask(region, name, given)
    assert tuple(answer.columns) == question(name).columns
    assert _has(_rows(answer), there), answer.to_string()
    assert not _has(_rows(answer), absent), answer.to_string()


@pytest.mark.parametrize(("name", "given"), [(name, given) for name, given, *_ in ASKED])
def test_the_printed_text_answers_the_same_in_any_shell(region: Any, name: str, given: dict[str, str]) -> None:
    asked = question(name)
    text = asked.text(given)
    assert "$" not in text and text.startswith(f"// {asked.title}\n") and text.endswith(";\n")
    assert _pasted(region, text) == _rows(_ask(region, name, given))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_a_value(region: Any, value: str) -> None:
    asked = question("partners")
    assert _rows(_ask(region, "partners", {"organization": value})) == []
    assert _pasted(region, asked.text({"organization": value})) == []
    assert _pasted(region, f"RETURN {literal(value)} AS it") == [{"it": value}]


def test_answers_come_in_one_order(region: Any) -> None:
    for name in names():
        assert _ask(region, name, {}).equals(_ask(region, name, {})), name


def test_scores_of_what_is_only_planned_are_not_those_of_the_whole(region: Any) -> None:
    before = _ask(region, "scored_intermediaries", {})
    try:
        planned = measure(region.driver, region.target.database, Slice(statuses=frozenset({"planned"})), "ledger-7")
        assert planned["rank"].notna().any()
        assert _ask(region, "scored_intermediaries", {}).equals(before)
    finally:
        _write(region, "MATCH (a:Analysis {statuses: ['planned']}) DETACH DELETE a")


def _sign(region: Any, tie: str, kind: str, day: str | None, roles: dict[str, str], until: str | None = None) -> None:
    """One more agreement, for the length of a test: concluded on a day, or at some time until one."""
    region.driver.execute_query(
        "CREATE (t:Kakehashi:Tie:Agreement:Passing {id: 'tie:' + $tie, kind: $kind, status: 'concluded', date: $day, "
        "precision: CASE WHEN $day IS NULL THEN null ELSE 'day' END, earliest: date($day), latest: date(coalesce($day, $until))}) "
        "WITH t UNWIND keys($roles) AS name MERGE (o:Organization {name: name}) "
        "ON CREATE SET o:Passing, o.id = 'org:' + name, o.sector = 'private', o.names = [name] "
        "CREATE (o)-[:PARTY_TO {role: $roles[name]}]->(t)",
        tie=tie, kind=kind, day=day, until=until, roles=roles, database_=region.target.database)


@pytest.fixture
def passing(region: Any) -> Iterator[Any]:
    """The region, without what a test adds to it."""
    yield region
    _write(region, "MATCH (n:Passing) DETACH DELETE n")


def test_no_pair_is_lost_on_the_way_from_the_handshake_to_the_contract(passing: Any) -> None:
    """Whatever else the two have, and however many others signed: a pair with an agreement and a contract is a row."""
    crowd = dict.fromkeys(["葵市", "株式会社あ", *(f"会社{i}" for i in range(30))], "party")
    _sign(passing, "crowd", "partnership", "2018-05-01", crowd)
    _sign(passing, "bus", "outsourcing", "2019-05-01", {"葵市": "client", "株式会社あ": "contractor"})
    # a founder of the project company has the contract through it alone
    _sign(passing, "hall-talks", "memorandum", "2018-05-01", {"葵市": "party", "株式会社い": "party"})
    _sign(passing, "hall", "pfi", "2018-05-31", {"葵市": "authority", "株式会社い": "founder", "株式会社ホール": "operator"})
    for number in range(1, 4):
        _sign(passing, f"talks-{number}", "partnership", f"2017-0{number}-01", {"葵市": "party", "株式会社う": "party"})
        _sign(passing, f"work-{number}", "outsourcing", f"2016-0{2 * number}-01", {"葵市": "client", "株式会社う": "contractor"})
    _sign(passing, "work-4", "outsourcing", "2017-01-02", {"葵市": "client", "株式会社う": "contractor"})
    answer = _ask(passing, "from_handshake_to_contract", {"organization": "葵市"}).set_index("partner")
    assert answer.index.tolist() == ["株式会社あ", "株式会社い", "株式会社う"]
    assert answer["came_first"].tolist() == ["handshake", "handshake", "contract"]
    assert answer["days"].tolist() == [365, 30, -335]
    several = answer.loc["株式会社う"]
    assert (several["agreements"], several["contracts"], several["contracts_after"]) == (3, 4, 1)
    assert several["agreement_ids"] == [f"tie:talks-{i}" for i in (1, 2, 3)]
    assert several["contract_ids"] == ["tie:work-1", "tie:work-2", "tie:work-3", "tie:work-4"]
    # the limit is one of pairs, none of which takes the place of another
    assert len(_ask(passing, "from_handshake_to_contract", {"limit": "3"})) == 3


def test_what_came_first_is_said_only_where_the_days_tell(passing: Any) -> None:
    for name, agreed, contracted, until in (("か", "2020-01-01", None, "2021-01-01"), ("き", "2022-01-01", None, "2021-01-01"),
                                            ("く", "2020-01-01", "2020-01-01", None)):
        _sign(passing, f"talks-{name}", "partnership", agreed, {"桐市": "party", f"株式会社{name}": "party"})
        _sign(passing, f"work-{name}", "outsourcing", contracted, {"桐市": "client", f"株式会社{name}": "contractor"}, until)
    answer = _ask(passing, "from_handshake_to_contract", {"organization": "桐市"})
    assert answer[["partner", "came_first"]].to_numpy().tolist() == [
        ["株式会社か", "unknown"], ["株式会社き", "contract"], ["株式会社く", "same day"]]


def test_what_has_no_date_is_not_the_latest(passing: Any) -> None:
    """In Cypher nothing comes before everything where the order is descending."""
    descending = [(one.name, by) for one in questions() if one.name != "in_force_on"  # all there have a day
                  for by in re.findall(r"(?<![\w.])((?:\w+\.)?(?:latest|last|date)) DESC", one.cypher)
                  if f"{by} IS NULL, {by} DESC" not in one.cypher]
    assert descending == []
    first = _ask(passing, "after_field_trials", {"limit": "1"})
    _sign(passing, "some-day", "field_trial", None, {"桐市": "party", "株式会社ひばり商会": "party"})
    assert _ask(passing, "after_field_trials", {"limit": "1"}).equals(first) and len(first) == 1


def test_only_a_later_day_is_afterwards(passing: Any) -> None:
    roles = {"葵市": "party", "合同会社かささぎ": "party"}
    _sign(passing, "that-day", "memorandum", "2020-06-01", roles)
    _sign(passing, "told-later", "support", None, roles, until="2024-01-01")
    _sign(passing, "next-day", "donation", "2020-06-02", roles)
    row = next(row for row in _rows(_ask(passing, "after_field_trials", {})) if row["public_body"] == "葵市")
    assert row["afterwards"] == ["donation 2020-06-02", "partnership 2021-06-01"]


def test_gaps_are_ordered_by_the_share_of_the_public_bodies_elsewhere(passing: Any) -> None:
    before = _ask(passing, "theme_gaps", {"prefecture": "大阪府"})
    assert before["share_elsewhere"].is_monotonic_decreasing
    assert (before["share_elsewhere"] == (before["public_bodies_elsewhere"] / 3).round(3)).all()
    # a body of which nobody knows where it is belongs to no prefecture, not to all the others
    _sign(passing, "nowhere", "partnership", "2020-01-01", {"どこかの町": "party", "株式会社ひばり商会": "party"})
    _write(passing, "MATCH (o:Organization {name: 'どこかの町'}), (t:Passing {id: 'tie:nowhere'}), (h:Theme {name: '防災・災害'}) "
                    "SET o.sector = 'public' CREATE (t)-[:ABOUT]->(h)")
    assert _ask(passing, "theme_gaps", {"prefecture": "大阪府"}).equals(before)


def test_what_is_planned_and_who_has_no_place_are_counted_nowhere(region: Any) -> None:
    try:
        _write(region, "MATCH (o:Organization {name: '株式会社ひばり商会'}), (p:Organization {name: '桐市'}), (h:Theme {name: '観光・交流'}) "
                       "CREATE (o)-[:PARTY_TO]->(t:Passing:Agreement {status: 'planned'})<-[:PARTY_TO]-(p), (t)-[:ABOUT]->(h)")
        assert _has(_rows(_ask(region, "specialists", {"theme": "観光・交流"})),
                    {"organization": "株式会社ひばり商会", "public_bodies": 1})
        _write(region, "MATCH (o:Organization {name: '楓市'}) SET o.prefecture = null")
        assert _has(_rows(_ask(region, "spread_of_a_company", {"organization": "株式会社ひばり商会"})),
                    {"fiscal_year": 2020, "reached": 2, "prefectures": 1})
        _write(region, "MATCH (c:Claim {kind: 'intermediary', level: 'claimed'}) SET c.level = null")
        assert _has(_rows(_ask(region, "self_described_intermediaries", {"level": "claimed"})),
                    {"organization": "一般社団法人みなと案内所", "level": "claimed"})
    finally:
        _write(region, "MATCH (t:Passing) DETACH DELETE t")
        _write(region, "MATCH (o:Organization {name: '楓市'}) SET o.prefecture = '大阪府'")
        _write(region, "MATCH (c:Claim {kind: 'intermediary'}) WHERE c.level IS NULL SET c.level = 'claimed'")


def test_names_of_organizations_are_known_by_their_parameters() -> None:
    """A name that nobody has is said to be unknown, and an export holds what was asked about."""
    named = {p.name for one in questions() for p in one.parameters if "name as any release writes it" in p.meaning
             or "'s name" in p.meaning}
    assert named == set(NAMES_OF_ORGANIZATIONS)


def test_a_parameter_is_what_its_default_is() -> None:
    assert question("least_sure").values({"below": "0.6"})["below"] == 0.6
    assert question("from_plan_to_signing").values({"open": "False"})["open"] is False
    for name, given, wanted in (("least_sure", {"below": "much"}, "a number"),
                                ("widest_companies", {"limit": "1.5"}, "a whole number"),
                                ("from_plan_to_signing", {"open": "perhaps"}, "true or false"),
                                ("in_force_on", {"on": "2024"}, "--on takes a day"),
                                ("running_out", {"until": "2031-02-30"}, "--until takes a day")):
        with pytest.raises(QuestionError, match=wanted):
            question(name).values(given)


def test_whatever_a_date_is_made_of_is_checked_before_the_server_is_asked() -> None:
    """In every question: a day is given to date(…) as a text, a year within date({…})."""
    checked = []
    for one in questions():
        used = set(re.findall(r"\bdate\(\$(\w+)\)", one.cypher))
        used |= {name for within in re.findall(r"\bdate\(\{([^}]*)\}\)", one.cypher) for name in re.findall(r"\$(\w+)", within)}
        for name in sorted(used):
            checked.append((one.name, name))
            for wrong in ("2024-13-01", "2024-02-30", "yesterday", "２０２４-04-01", "99999999999", 99999999999, 2.5):
                with pytest.raises(QuestionError, match=f"--{name} takes a (day such as 2024-04-01|whole number)"):
                    one.values({name: wrong})
    assert {("in_force_on", "on"), ("changed_between", "since"), ("rising_themes", "fiscal_year"),
            ("rising_themes", "years")} <= set(checked)


def test_a_day_may_be_a_date_of_python() -> None:
    asked = question("in_force_on")
    assert asked.values({"on": date(2024, 4, 1)})["on"] == "2024-04-01"
    assert "date('2024-04-01')" in asked.text({"on": date(2024, 4, 1)})
    with pytest.raises(QuestionError, match="--organization takes no day, but a name"):
        asked.values({"organization": date(2024, 4, 1)})
