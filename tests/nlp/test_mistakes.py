"""Somebody who wants a better reader asks what goes wrong most: each error has one class, a count and an example."""
from __future__ import annotations

from typing import Any

import pytest

from nlp.mistakes import class_lines, classes, mistakes

TEXT = "若葉町は、株式会社みなも商事とひだまり工房とともに協定を結んだ。以下「みなも」。山田花子町長が署名した。"


def organization(name: str, type_: str = "company", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


def tie(*names: str, **more: Any) -> dict[str, Any]:
    return {"kind": "partnership", "status": "concluded", "date": "2024-06-27", "themes": ["防災・災害"],
            "parties": [{"name": name, "role": "party"} for name in names], **more}


TOWN, FIRM, SHOP = organization("若葉町", "municipality", code="019999"), organization("株式会社みなも商事"), organization("ひだまり工房")
MAYOR = {"name": "山田花子", "title": "町長", "organization": "若葉町"}
GOLD: dict[str, Any] = {"id": "a", "text": TEXT, "organizations": [TOWN, FIRM, SHOP],
                        "relations": [tie("若葉町", "株式会社みなも商事")], "persons": [MAYOR]}


def sorts(**found: Any) -> list[str]:
    """The classes of the errors of an answer that differs from the labels in the given keys."""
    return [m.sort for m in mistakes({"a": GOLD}, {"a": {**GOLD, **found}})]


def test_a_right_answer_has_no_mistake() -> None:
    assert sorts() == []


@pytest.mark.parametrize(("organizations", "sort"), [
    ([TOWN, FIRM], "organisation missed: without a legal form, company"),
    ([TOWN, SHOP], "organisation missed: with a legal form, company"),
    ([TOWN, FIRM, organization("ひだまり工房ととも")], "organisation missed: wrong boundary"),
    ([TOWN, FIRM, SHOP, organization("みなも")], "organisation wrong: part or short form of one that is found"),
    ([TOWN, FIRM, SHOP, organization("署名", "other")], "organisation wrong: other"),
    ([TOWN, {**FIRM, "mentions": [{"start": 0, "end": len(TEXT)}]}], "organisation missed: taken for a mention of another"),
    ([TOWN, FIRM, organization("ひだまり工房", "nonprofit")], "type wrong: nonprofit for company"),
    ([organization("若葉町", "municipality", code="019998"), FIRM, SHOP], "code wrong"),
    ([organization("若葉町", "municipality"), FIRM, SHOP], "code missed"),
])
def test_what_is_wrong_with_an_organisation(organizations: list[Any], sort: str) -> None:
    assert sorts(organizations=organizations) == [sort]


def test_a_name_that_is_completed_by_the_label_is_told_apart() -> None:
    gold = {**GOLD, "organizations": [TOWN, FIRM, SHOP, organization("若葉町商工会", "chamber")]}
    assert [m.sort for m in mistakes({"a": gold}, {"a": GOLD})] == [
        "organisation missed: its name does not stand in the text as labelled"]


@pytest.mark.parametrize(("relations", "expected"), [
    ([], ["pair missed: both recognised, no tie between them"]),
    ([tie("若葉町", "株式会社みなも商事", "ひだまり工房")], ["tie wrong: extra party"]),
    ([tie("若葉町", "みなも商事", kind="memorandum")], ["tie wrong: memorandum for partnership"]),
    ([tie("若葉町", "みなも商事", kind="donation")], ["tie wrong: kind of another family, or told twice"]),
    ([tie("若葉町", "みなも商事"), tie("若葉町", "ひだまり工房")], ["tie wrong: not asserted"]),
    ([tie("若葉町", "みなも商事", status="planned")], ["status wrong: planned for concluded"]),
    ([tie("若葉町", "みなも商事", date=None)], ["date wrong: none found"]),
    ([tie("若葉町", "みなも商事", date="2024-06")], ["date wrong: precision"]),
    ([tie("若葉町", "みなも商事", date="2023-06-27")], ["date wrong: another"]),
    ([tie("若葉町", "みなも商事", themes=["教育・学び"])], ["theme wrong", "theme missed"]),
])
def test_what_is_wrong_with_a_tie(relations: list[Any], expected: list[str]) -> None:
    assert sorts(relations=relations) == expected


def test_a_lacking_party_counts_once_and_not_as_pairs_besides() -> None:
    gold = {**GOLD, "relations": [tie("若葉町", "株式会社みなも商事", "ひだまり工房")]}
    assert [m.sort for m in mistakes({"a": gold}, {"a": GOLD})] == ["tie wrong: missing party"]


def test_a_tie_whose_party_was_not_recognised_says_so() -> None:
    found = {**GOLD, "organizations": [TOWN, SHOP], "relations": []}
    last = list(mistakes({"a": GOLD}, {"a": found}))[-1]
    assert last.sort == "pair missed: a party is not recognised"
    assert last.detail == "みなも商事 – 若葉町 (partnership; unknown: みなも商事)"


def test_a_tie_in_a_document_without_any() -> None:
    gold = {**GOLD, "relations": []}
    assert [m.sort for m in mistakes({"a": gold}, {"a": GOLD})] == ["tie wrong: not asserted, in a document without any"]


@pytest.mark.parametrize(("persons", "sort"), [
    ([], "person: missed"),
    ([{**MAYOR, "organization": "ひだまり工房"}], "person: another organisation"),
    ([{**MAYOR, "name": "山田花"}], "person: wrong boundary of the name"),
    ([MAYOR, {**MAYOR, "name": "若葉町は"}], "person: none labelled"),
])
def test_what_is_wrong_with_a_person(persons: list[Any], sort: str) -> None:
    assert sorts(persons=persons) == [sort]


def test_the_most_frequent_class_comes_first_with_an_example_of_its_text() -> None:
    gold = {"a": GOLD, "b": {**GOLD, "id": "b"}}
    found = {"a": {**GOLD, "organizations": [TOWN, FIRM]}, "b": {**GOLD, "organizations": [TOWN, FIRM], "persons": []}}
    first, second = classes(gold, found)
    assert (first.sort, first.count, first.example.document) == (
        "organisation missed: without a legal form, company", 2, "a")
    assert "…若葉町は、株式会社みなも商事と[ひだまり工房]とともに" in first.example.detail
    assert class_lines([first, second], 1) == [
        "errors  class", f"     2  {first.sort}", f"        e.g. a: {first.example.detail}", "     1  in 1 other classes"]
    assert class_lines([first, second], 0) == []
