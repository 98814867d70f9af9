"""Somebody who labelled documents wants to know how much was found; the numbers here are computed by hand."""
from __future__ import annotations

from typing import Any

import pytest

from nlp.evaluation import (
    calibration,
    calibration_error,
    calibration_lines,
    comparable,
    error_lines,
    score,
    summary_lines,
)


def tie(kind: str, *names: str, role: str = "party", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "status": "concluded", "date": None, "themes": [],
            "parties": [{"name": name, "role": role} for name in names], **more}


GOLD: dict[str, Any] = {
    "a": {"organizations": [{"name": "青葉市", "type": "municipality", "code": "019999"},
                            {"name": "株式会社みなも", "type": "company"}, {"name": "若葉大学", "type": "university"}],
          "relations": [tie("partnership", "青葉市", "株式会社みなも", "若葉大学", date="2024-06",
                        themes=["防災・災害", "教育・学び"])],
          "persons": [{"name": "山田 花子", "title": "市長", "organization": "青葉市"}]},
    "b": {"organizations": [{"name": "若葉町", "type": "municipality"}], "relations": [], "persons": []},
}
FOUND: dict[str, Any] = {
    "a": {"organizations": [{"name": "埼玉県青葉市", "type": "municipality", "code": "019999"},
                            {"name": "みなも", "type": "other"}],
          "relations": [tie("memorandum", "青葉市", "（株）みなも", date="2024-06", themes=["防災・災害"],
                        confidence=0.95)],
          "persons": [{"name": "山田花子", "title": "市長", "organization": "青葉市役所"}]},
    "b": {"organizations": [{"name": "若葉町", "type": "municipality"}],
          "relations": [tie("donation", "若葉町", "株式会社みなも", confidence=0.4)], "persons": []},
}


@pytest.mark.parametrize(("one", "other"), [
    ("株式会社みなも", "㈱みなも"), ("みなも株式会社", "みなも"), ("埼玉県青葉市", "青葉市"), ("東郡若葉町", "若葉町"),
    ("青葉市役所", "青葉市"),
    ("Ｍｉｎａｍｏ", "minamo"), ("ミナモ・ラボ", "ミナモラボ"),
])
def test_names_that_a_reader_takes_for_one_are_equal(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_an_association_of_a_prefecture_keeps_its_place() -> None:
    assert comparable("埼玉県市長会") != comparable("市長会")


def test_the_figures_are_those_computed_by_hand() -> None:
    result, _ = score(GOLD, FOUND)
    assert result["documents"] == 2
    # found 青葉市, みなも, 若葉町: 3 of 3 right, 3 of 4 labelled.
    assert result["organizations"] == {"precision": 1.0, "recall": 0.75, "f1": pytest.approx(6 / 7), "gold": 4}
    # three labelled pairs; found 青葉市–みなも (right) and 若葉町–みなも (wrong).
    assert result["pairs"] == {"precision": 0.5, "recall": pytest.approx(1 / 3), "f1": pytest.approx(0.4), "gold": 3}
    assert result["relations_strict"]["f1"] == 0.0
    # 2 of 3 parties and one family: a lenient match.
    assert result["relations_lenient"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3), "gold": 1}
    assert result["persons"]["f1"] == 1.0
    assert result["themes"] == {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "gold": 2}
    assert result["codes"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "gold": 1}
    assert result["accuracy"] == {"code": 1.0, "date": 1.0, "kind": 0.0, "org_type": pytest.approx(2 / 3),
                                  "role": pytest.approx(2 / 3), "sector": pytest.approx(2 / 3), "status": 1.0, "status_macro": 1.0}
    assert result["false_alarms"] == {"documents": 1, "with_relation": 1}


def test_a_rare_status_counts_as_much_as_a_frequent_one() -> None:
    partners = [f"株式会社みなも{n}号" for n in range(4)]
    gold = {"a": {"relations": [tie("partnership", "青葉市", p, status="planned" if p == partners[0] else "concluded") for p in partners]}}
    found = {"a": {"relations": [tie("partnership", "青葉市", p) for p in partners]}}
    accuracy = score(gold, found)[0]["accuracy"]
    assert (accuracy["status"], accuracy["status_macro"]) == (0.75, 0.5)


def test_each_document_with_an_error_is_told_once() -> None:
    _, errors = score(GOLD, FOUND)
    assert errors == [
        {"id": "a", "missed_pairs": [("みなも", "若葉大学"), ("若葉大学", "青葉市")], "missed_orgs": ["若葉大学"],
         "relations": [{"parties": ["みなも", "若葉大学", "青葉市"], "kind": ("partnership", "memorandum"),
                        "themes": (["教育・学び", "防災・災害"], ["防災・災害"])}],
         "organizations": [{"name": "みなも", "type": ("company", "other")}]},
        {"id": "b", "wrong_pairs": [("みなも", "若葉町")]}]
    assert error_lines(errors)[1] == '{"id": "b", "wrong_pairs": [["みなも", "若葉町"]]}'


@pytest.mark.parametrize(("key", "value", "told"), [
    ("kind", "memorandum", {"kind": ("partnership", "memorandum")}),
    ("status", "planned", {"status": ("concluded", "planned")}),
    ("date", None, {"date": ("2024-06", None)}),
    ("themes", ["防災・災害"], {"themes": (["教育・学び", "防災・災害"], ["防災・災害"])}),
])
def test_a_document_whose_ties_differ_in_one_thing_only_is_told(key: str, value: Any, told: dict[str, Any]) -> None:
    found = {**GOLD["a"], "relations": [{**GOLD["a"]["relations"][0], key: value}]}
    _, errors = score({"a": GOLD["a"]}, {"a": found})
    assert errors == [{"id": "a", "relations": [{"parties": ["みなも", "若葉大学", "青葉市"], **told}]}]


def test_a_document_with_a_wrong_person_only_is_told() -> None:
    found = {**GOLD["a"], "persons": [{"name": "山田花", "title": "市長", "organization": "青葉市"}]}
    _, errors = score({"a": GOLD["a"]}, {"a": found})
    assert errors == [{"id": "a", "missed_persons": [("山田花子", "青葉市")], "wrong_persons": [("山田花", "青葉市")]}]


def test_the_labels_themselves_are_without_error() -> None:
    result, errors = score(GOLD, GOLD)
    assert errors == []
    assert result["pairs"]["f1"] == result["relations_strict"]["f1"] == 1.0


def test_a_document_that_was_not_read_counts_as_empty() -> None:
    result, errors = score(GOLD, {})
    assert result["organizations"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "gold": 4}
    assert len(errors) == 2


def test_one_relation_answers_one_label_and_the_better_fit_goes_first() -> None:
    gold = {"a": {"relations": [tie("partnership", "青葉市", "みなも"),
                                tie("partnership", "青葉市", "みなも", "若葉町")]}}
    found = {"a": {"relations": [tie("partnership", "青葉市", "みなも", "若葉町")]}}
    result, _ = score(gold, found)
    assert result["relations_lenient"]["recall"] == 0.5
    assert result["relations_strict"]["precision"] == 1.0


def test_the_summary_prints_one_line_a_figure() -> None:
    lines = summary_lines(score(GOLD, FOUND)[0])
    assert lines[0] == "2 documents"
    assert lines[1] == "organizations        P 1.000  R 0.750  F1 0.857  (gold 4)"
    assert lines[-2] == ("accuracy             code 1.000  date 1.000  kind 0.000  org_type 0.667  "
                         "role 0.667  sector 0.667  status 1.000  status_macro 1.000")
    assert lines[-1] == "false alarms         1 of 1 documents without a relation"


def test_calibration_tells_how_often_a_confidence_was_right() -> None:
    exact = {**FOUND["a"], "relations": [{**GOLD["a"]["relations"][0], "confidence": 0.95}]}
    bands = calibration(GOLD, {**FOUND, "a": exact})
    assert len(bands) == 5
    assert [(b.low, b.relations, b.right, b.confidence) for b in bands if b.relations] == [(0.0, 1, 0, 0.4),
                                                                                         (0.9, 1, 1, 0.95)]
    # two of three parties are not right
    assert [b.right for b in calibration(GOLD, FOUND) if b.relations] == [0, 0]
    # half of the relations are 0.4 off, half 0.05.
    assert calibration_error(bands) == pytest.approx(0.225)
    lines = calibration_lines(bands)
    assert len(lines) == 7
    assert lines[-2].split() == ["0.9", "to", "1.0", "1", "1", "1.000", "0.950"]
    assert lines[2].split()[-2:] == ["–", "–"]
    assert lines[-1] == "expected calibration error 0.225"


def test_the_mean_confidence_of_a_band_is_that_of_its_relations() -> None:
    found = {"b": {"relations": [tie("donation", "若葉町", "みなも", confidence=c) for c in (0.9, 0.94, 1.0, 1.0)]}}
    assert calibration(GOLD, found)[-1].confidence == pytest.approx(0.96)


def test_without_a_relation_there_is_no_calibration_error() -> None:
    bands = calibration(GOLD, {})
    assert calibration_error(bands) is None
    assert calibration_lines(bands)[-1] == "expected calibration error –"
