"""Codes and their check digits: official examples, and every public body of the list."""
from __future__ import annotations

import pytest

from graph.codes import (
    corporate_number,
    edinet_code,
    is_area_code,
    is_corporate_number,
    number_of_local_government,
    security_code,
    with_check_digit,
)
from graph.reference.bodies import registered_name, state_bodies, state_body
from nlp import gazetteer


@pytest.mark.parametrize("code", ["011002", "232025", "272299", "141003", "130001", "131016", "132063", "342084",
                                  "012335", "072133", "103829", "011011", "012050"])
def test_area_codes_have_their_check_digit(code: str) -> None:
    assert with_check_digit(code[:5]) == code and is_area_code(code)
    assert not is_area_code(code[:5] + str((int(code[5]) + 1) % 10))


@pytest.mark.parametrize("number", ["4011001098993", "7123456789012", "5111101000006", "7000012050002"])
def test_corporate_numbers_have_their_check_digit(number: str) -> None:
    assert corporate_number(number[1:]) == number and is_corporate_number(number)
    assert not is_corporate_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(("code", "number"), [
    ("130001", "8000020130001"), ("011002", "9000020011002"), ("141003", "3000020141003"), ("270008", "4000020270008"),
    ("232025", "3000020232025"), ("272299", "6000020272299"),
])
def test_a_local_governments_number_follows_from_its_code(code: str, number: str) -> None:
    assert number_of_local_government(code) == number


def test_all_47_prefectures_1741_municipalities_and_their_numbers() -> None:
    bodies = [p for p in gazetteer.places() if p.type != "ward"]
    assert sum(p.type == "prefecture" for p in bodies) == 47
    assert sum(p.type == "municipality" for p in bodies) == 1741
    numbers = {number_of_local_government(p.code) for p in bodies}
    assert len(numbers) == 1788 and all(map(is_corporate_number, numbers))


@pytest.mark.parametrize(("written", "code"), [("7203", "7203"), ("７２０３", "7203"), ("285A0", "285A"), ("285a", "285A"),
                                               ("130I", None), ("0123", None), ("12345", None)])
def test_security_codes_since_2024_have_letters_too(written: str, code: str | None) -> None:
    assert security_code(written) == code


def test_edinet_codes() -> None:
    assert (edinet_code("ｅ01234"), edinet_code("E1234")) == ("E01234", None)


@pytest.mark.parametrize("wrong", ["", "1234", "12345a", "١٢٣٤٥"])
def test_what_is_no_code_is_said(wrong: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        with_check_digit(wrong)


def test_ministries_and_bureaus_hang_together() -> None:
    bodies = state_bodies()
    assert all(body.parent is None or body.parent in bodies for body in bodies.values())
    assert all(body.number is None or is_corporate_number(body.number) for body in bodies.values())
    assert sum(name.endswith("労働局") for name in bodies) == 47


@pytest.mark.parametrize(("name", "official"), [
    ("経産省", "経済産業省"), ("関東経済産業局", "関東経済産業局"), ("経済産業省関東経済産業局", "関東経済産業局"),
    ("総務省消防庁", "消防庁"), ("農林水産省関東経済産業局", None), ("経済産業省関東支部", None), ("経済産業", None),
])
def test_a_bureau_is_known_alone_and_behind_its_own_ministry(name: str, official: str | None) -> None:
    body = state_body(name)
    assert (body.name if body else None) == official


def test_short_names_of_public_corporations() -> None:
    assert registered_name("ジェトロ") == "独立行政法人日本貿易振興機構"
    assert registered_name("ひばり商会") == "ひばり商会"
