"""Numbers, codes and seats that a text tells of its organisations."""
from __future__ import annotations

import pytest

from nlp.model import Document, NamedOrganization, Span
from nlp.names.identifiers import with_identifiers
from nlp.reader import Reader


def told(text: str, name: str, type_: str = "company") -> NamedOrganization:
    """What a text tells of a name, wherever it stands."""
    spans, start = [], text.find(name)
    while start >= 0:
        spans.append(Span(start, start + len(name)))
        start = text.find(name, start + 1)
    return with_identifiers(Document("d", text), [NamedOrganization(name, type_, mentions=tuple(spans))])[0]


@pytest.mark.parametrize(("text", "wanted"), [
    ("ひばり商会（証券コード：1234）は", ("1234", None)),
    ("ひばり商会（東証グロース：290A）は", ("290A", None)),
    ("ひばり商会（本社：大阪府四條畷市、代表取締役：佐藤一郎）は", (None, "大阪府")),
    ("ひばり商会（本社：四條畷市）は", (None, "大阪府")),
    ("ひばり商会（本社：府中市）は", (None, None)),  # there are two of them
    ("ひばり商会（以下「当社」）は、証券コード：1234の会社と", (None, None)),
    ("ひばり商会（コード番号 12345678）は", (None, None)),
])
def test_brackets_behind_a_name(text: str, wanted: tuple[str | None, str | None]) -> None:
    found = told(text, "ひばり商会")
    assert (found.security_code, found.prefecture) == wanted


def test_an_outline_tells_of_the_name_that_it_begins_with_and_no_further() -> None:
    text = ("【会社概要】\n会社名：ひばり商会\n所在地：〒100-0001 東京都千代田区1-1\n法人番号：8000-0120-50001\n"
            "会社名：つばめ運輸\nEDINETコード：E01234\n")
    first, second = told(text, "ひばり商会"), told(text, "つばめ運輸")
    assert (first.corporate_number, first.prefecture, first.edinet_code) == ("8000012050001", "東京都", None)
    assert (second.corporate_number, second.edinet_code) == (None, "E01234")


def test_what_is_told_in_two_ways_is_left_out() -> None:
    assert told("ひばり商会（証券コード：1234）とひばり商会（証券コード：5678）", "ひばり商会").security_code is None


def test_a_place_has_a_code_of_its_own() -> None:
    assert told("四條畷市（本部：東京都港区）", "四條畷市", "municipality").prefecture is None


def test_the_reader_says_them() -> None:
    text = "株式会社ひばり商会（本社：大阪府四條畷市、証券コード：1234）と四條畷市は、2024年4月1日、包括連携協定を締結しました。"
    (company,) = [o for o in Reader().extract(Document("d", text)).organizations if o.type == "company"]
    assert (company.security_code, company.prefecture) == ("1234", "大阪府")


def test_wards_and_towns_that_are_no_more_are_read_with_their_own_codes() -> None:
    text = "浜松市北区と福岡県那珂川町は、2017年4月1日、災害時の相互応援に関する協定を締結しました。"
    found = {o.name: o.code for o in Reader().extract(Document("d", text)).organizations}
    assert found == {"浜松市北区": "221350", "那珂川町": "403059"}
