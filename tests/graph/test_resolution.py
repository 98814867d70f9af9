"""Which names are one organisation, and which statements are one tie."""
from __future__ import annotations

import random
from dataclasses import replace

import pytest

from graph.resolution import NameKey, Resolution, name_key, resolve
from nlp.model import ORGANIZATION_TYPES, Extraction
from tests.graph.releases import PLACES, agreement, release, town


def companies(*names: str, publishers: tuple[str | None, ...] = ()) -> Resolution:
    """A release a name."""
    return resolve([release(f"n{i}", name, {name: "company"},
                            publisher=publishers[i] if i < len(publishers) else None)
                    for i, name in enumerate(names)], PLACES)


def told(*statements: tuple[str, str | None, str | None, str | None]) -> Resolution:
    """A release each about A社 and B社: (status, date, published, title)."""
    found = []
    for number, (status, date, published, title) in enumerate(statements):
        text = "甲株式会社と乙株式会社"
        found.append(release(f"t{number}", text, {"甲株式会社": "company", "乙株式会社": "company"}, (
            agreement(f"s{number}", text, ("甲株式会社", "乙株式会社"), status=status, date=date, title=title),),
            published=published))
    return resolve(found, PLACES)


@pytest.mark.parametrize(("name", "key"), [
    ("株式会社ひばり商会", NameKey("ひばり商会", "株式会社", "前")),
    ("㈱ひばり商会", NameKey("ひばり商会", "株式会社", "前")),
    ("ひばり商会（株）", NameKey("ひばり商会", "株式会社", "後")),
    ("NPO法人 きずな文庫", NameKey("きずな文庫", "特定非営利活動法人", "前")),
    ("一般社団法人ＳＯＬＡ", NameKey("sola", "社団法人", "前")),
    ("株式会社", NameKey("株式会社")),
    ("四條畷市", NameKey("四條畷市")),
])
def test_a_name_is_stem_form_and_side(name: str, key: NameKey) -> None:
    assert name_key(name) == key


def test_spellings_of_a_form_are_one_company_with_its_fullest_name() -> None:
    found = companies("㈱ひばり商会", "株式会社ひばり商会", "(株)ひばり商会", "ひばり商会")
    (one,) = found.organizations
    assert one.name == "株式会社ひばり商会"
    assert set(one.names) == {"(株)ひばり商会", "ひばり商会", "株式会社ひばり商会", "㈱ひばり商会"}
    assert (one.legal_form, one.sector) == ("株式会社", "private")


def test_the_side_of_the_form_parts_companies_and_leaves_the_bare_name_open() -> None:
    found = companies("株式会社あけぼの", "あけぼの株式会社", "あけぼの", publishers=(None, None, "四條畷市"))
    unresolved = [o for o in found.organizations if o.candidates]
    assert len(found.organizations) == 4  # the publisher is the fourth
    assert [o.name for o in unresolved] == ["あけぼの"]
    assert unresolved[0].candidates == tuple(sorted(
        o.id for o in found.organizations if o.legal_form == "株式会社"))


def test_an_ambiguous_name_is_one_node_a_prefecture_of_the_publisher() -> None:
    found = companies("株式会社あけぼの", "あけぼの株式会社", "あけぼの", "あけぼの", "あけぼの",
                      publishers=(None, None, "四條畷市", "大阪府四條畷市", "東京都府中市"))
    assert len([o for o in found.organizations if o.candidates]) == 2
    assert found.organization_of["doc:n2", "あけぼの"] == found.organization_of["doc:n3", "あけぼの"]


def test_a_council_never_means_the_company_of_the_same_stem() -> None:
    found = resolve([release("a", "株式会社みらい", {"株式会社みらい": "company"}),
                     release("b", "みらい", {"みらい": "council"})], PLACES)
    assert len(found.organizations) == 2


def test_a_code_decides_and_brings_the_place() -> None:
    (city,) = resolve([release("a", "四條畷市", {"四條畷市": "municipality"}),
                       release("b", "大阪府四條畷市", {"大阪府四條畷市": "municipality"},
                               codes={"大阪府四條畷市": "272299"})], PLACES).organizations
    assert (city.id, city.name, city.prefecture, city.latitude) == ("org:code:272299", "四條畷市", "大阪府", 34.74)


def test_a_municipality_that_may_be_two_stays_open() -> None:
    (city,) = resolve([release("a", "府中市", {"府中市": "municipality"})], PLACES).organizations
    assert city.id.startswith("org:unresolved:")
    assert city.candidates == ("org:code:132063", "org:code:342084")


def test_a_unit_has_a_node_of_its_own_under_its_parent() -> None:
    found = resolve(town(), PLACES)
    unit = found.organization_of["doc:c", "四條畷市産業振興課"]
    assert found.part_of == {unit: "org:code:272299"}
    assert next(o for o in found.organizations if o.id == unit).sector == "public"


def test_planned_and_then_concluded_is_one_tie_as_the_latest_release_has_it() -> None:
    found = resolve(town(), PLACES)
    tie = next(t for t in found.ties if "s1" in t.statements)
    assert tie.statements == ("s1", "s2")
    assert (tie.status, tie.date, tie.precision) == ("concluded", "2019-06", "month")
    assert (tie.earliest, tie.latest) == ("2019-06-01", "2019-06-30")
    brokerage = next(t for t in found.ties if t.kind == "brokerage")
    assert brokerage.led_to == tie.id == found.tie_of["s1"] == found.tie_of["s2"]


@pytest.mark.parametrize(("statements", "ties"), [
    ([("concluded", "2020", "2021-01-01", None), ("concluded", "2021", "2021-02-01", None)], 2),
    ([("concluded", "2020", "2021-01-01", None), ("concluded", None, "2021-02-01", None)], 1),
    ([("concluded", "2020", "2021-01-01", None), ("ended", "2020", "2021-02-01", None)], 2),
    ([("planned", None, "2021-01-01", "甲の協定"), ("concluded", None, "2021-02-01", "乙の協定")], 2),
    ([("concluded", "2020", None, None), ("concluded", "2021", None, None), ("concluded", None, None, None)], 3),
])
def test_what_is_one_event(statements: list[tuple[str, str | None, str | None, str | None]], ties: int) -> None:
    assert len(told(*statements).ties) == ties


def test_an_undated_event_that_came_about_lies_before_its_first_report() -> None:
    (tie,) = told(("concluded", None, "2021-03", None), ("concluded", None, "2022-01-01", None)).ties
    assert (tie.earliest, tie.latest) == (None, "2021-03-31")
    (planned,) = told(("planned", None, "2021-03-05", None)).ties
    assert (planned.earliest, planned.latest) == (None, None)


def test_what_is_no_date_bounds_nothing() -> None:
    (tie,) = told(("concluded", "令和三年", "2021-03-05", None)).ties
    assert (tie.date, tie.earliest, tie.latest) == ("令和三年", None, None)


@pytest.mark.parametrize(("date", "precision", "wanted"), [
    ("2019", "day", ("year", "2019-01-01", "2019-12-31")), ("2019-06", "fiscal_year", ("month", "2019-06-01", "2019-06-30")),
    ("2019", "fiscal_year", ("fiscal_year", "2019-04-01", "2020-03-31")), ("2019-00", "month", ("month", None, None))])
def test_a_date_is_as_precise_as_it_is_written(date: str, precision: str, wanted: tuple[str | None, ...]) -> None:
    text = "甲株式会社と乙株式会社"
    said = replace(agreement("s", text, ("甲株式会社", "乙株式会社"), date=date), precision=precision)
    (tie,) = resolve([release("a", text, {"甲株式会社": "company", "乙株式会社": "company"}, (said,))], PLACES).ties
    assert (tie.precision, tie.earliest, tie.latest) == wanted


def test_a_person_is_a_name_in_an_organisation() -> None:
    (person,) = resolve(town(), PLACES).persons
    assert (person.name, person.title, person.organization) == ("北野一郎", "市長", "org:code:272299")
    assert (person.first_seen, person.last_seen) == ("2019-06-20", "2019-06-20")


def test_the_order_of_arrival_does_not_matter() -> None:
    extractions: list[Extraction] = town()
    wanted = resolve(extractions, PLACES)
    for seed in range(5):
        random.Random(seed).shuffle(extractions)
        assert resolve(extractions, PLACES) == wanted


def test_every_organisation_has_a_type_of_the_table() -> None:
    odd = release("a", "謎の会", {"謎の会": "sect"})
    assert {o.type for o in resolve([odd, *town()], PLACES).organizations} <= set(ORGANIZATION_TYPES)
