"""Names taken apart: every entry of the data files does what it says."""
from __future__ import annotations

from importlib.resources import files

import pytest

from graph.names import NameKey, head_and_part, is_branch, legal_form, name_key, normalized


def rows(name: str) -> list[list[str]]:
    lines = files("graph").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


FORMS = [(family, full, written) for family, full, *short in rows("legal_forms.tsv") for written in (full, *short)]


@pytest.mark.parametrize(("family", "full", "written"), [form for form in FORMS if form[0] != "-"])
def test_every_legal_form_parts_a_name_on_either_side(family: str, full: str, written: str) -> None:
    assert name_key(f"{written}ひばり") == NameKey("ひばり", family, "前")
    assert name_key(f"ひばり {written}") == NameKey("ひばり", family, "後")
    assert legal_form(f"{written}ひばり") == full
    assert name_key(written).form == ""


@pytest.mark.parametrize("written", [written for family, _, written in FORMS if family == "-"])
def test_english_endings_tell_neither_form_nor_side(written: str) -> None:
    assert name_key(f"Hibari {written}") == NameKey("hibari")
    assert legal_form(f"Hibari {written}") is None


@pytest.mark.parametrize(("full", "short"), [(full, one) for full, *short in rows("endings.tsv") for one in short])
def test_every_short_ending_is_written_out(full: str, short: str) -> None:
    assert name_key(f"みなと{short}") == name_key(f"みなと{full}")
    assert name_key(short).stem == normalized(short)


@pytest.mark.parametrize(("common", "other"), [(common, one) for common, *others in rows("glyphs.tsv") for one in others])
def test_every_rare_character_is_the_common_one(common: str, other: str) -> None:
    assert other != common
    assert name_key(f"鈴{other}木") == name_key(f"鈴{common}木")


@pytest.mark.parametrize(("use", "word"), rows("part_names.tsv"))
def test_every_word_of_parts_tells_a_branch_or_another_body(use: str, word: str) -> None:
    assert is_branch(normalized(f"大阪{word}")) is (use == "part")
    assert (head_and_part(f"ひばり株式会社大阪{word}") is not None) is (use == "part")


@pytest.mark.parametrize(("one", "other"), [
    ("株式会社ひばり", "ひばり株式会社"), ("株式会社ひばり", "有限会社ひばり"), ("一般社団法人ひばり", "一般財団法人ひばり"),
    ("株式会社沢田", "株式会社澤田"),
    ("第一みなと信用金庫", "第二みなと信用金庫"), ("みなと信用金庫", "みなと信用組合"),
])
def test_what_parts_organisations_parts_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(("one", "other"), [
    ("一般社団法人ひばり", "公益社団法人ひばり"), ("医療法人ひばり", "医療法人社団ひばり"), ("独立行政法人ひばり", "国立研究開発法人ひばり"),
    ("認定NPO法人ひばり", "特定非営利活動法人ひばり"), ("㍿エス・エス", "（株）エスエス"), ("ひばりセンタ－", "ひばりセンター"),
    ("ﾋﾊﾞﾘ㈱", "ヒバリ株式会社"),
])
def test_what_one_body_is_called_over_time_and_in_print_is_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
