"""Each question of the catalogue, by name and as text to paste: a row that must be there and one that must not."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from graph.reading import read
from queries import as_plain, names, question
from queries.catalogue import literal
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
    ("timeline", {}, {"fiscal_year": 2019, "kind": "business_alliance", "agreements": 1}, {"kind": "joint_research"}),
    ("timeline", {"kind": "partnership"}, {"fiscal_year": 2020, "agreements": 1}, {"kind": "business_alliance"}),
    ("widest_companies", {}, {"company": "株式会社ひばり商会", "public_bodies": 2, "prefectures": 2},
     {"company": "株式会社しらさぎ薬品"}),
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
    assert len(names()) >= 12


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
