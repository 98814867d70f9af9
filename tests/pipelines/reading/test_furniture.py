"""Every name, heading and line of data/page.yaml finds what it is for and leaves its counterexamples alone."""
from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.reading.about import bare_name
from pipelines.reading.furniture import data, is_furniture, is_furniture_name
from pipelines.reading.page import tree

NAMES: list[dict[str, Any]] = data()["names"]


def kebab(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()).strip("-")


@pytest.mark.parametrize("entry", NAMES, ids=[entry["name"] for entry in NAMES])
def test_a_name_finds_its_examples_and_nothing_finds_its_counterexamples(entry: dict[str, Any]) -> None:
    pattern = re.compile(entry["pattern"])
    for name in entry["examples"]:
        assert pattern.fullmatch(kebab(name)) or pattern.fullmatch(kebab(name).replace("-", "")), name
        assert is_furniture_name(name)
    assert entry["counterexamples"]
    assert [name for name in entry["counterexamples"] if is_furniture_name(name)] == []


@pytest.mark.parametrize("entry", data()["headings"], ids=lambda entry: entry["example"])
def test_a_heading_fits_its_example(entry: dict[str, Any]) -> None:
    assert re.match(entry["pattern"], entry["example"])


@pytest.mark.parametrize("entry", data()["lines"], ids=lambda entry: entry["example"])
def test_a_line_fits_its_example(entry: dict[str, Any]) -> None:
    assert re.fullmatch(entry["pattern"], entry["example"]) and is_furniture(entry["example"])


@pytest.mark.parametrize("line", [
    "青葉市は協定を締結しました。", "印刷会社と協定", "本文に書かれた目的", "ホームセンターと協定", "検索サービスの開始",
    "Xで情報を発信すること", "株式会社メニュー", "1 健康づくりに関すること", "シェアサイクルの実証実験"])
def test_a_line_of_a_release_is_none(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize("entry", data()["site_names"], ids=lambda entry: entry["example"])
def test_a_site_is_named_after_its_organisation(entry: dict[str, Any]) -> None:
    assert bare_name(entry["example"]) == entry["left"]


@pytest.mark.parametrize("tier", data()["main"])
def test_each_name_of_a_main_part_is_found(tier: str) -> None:
    from pipelines.reading.article import main_part

    text = "青葉市と株式会社かすみは、令和6年6月25日に連携協定を締結しました。市民の健康を支える取組を始めます。今後も連携を深めます。"
    for selector in tier.split(","):
        element = '<div id="none">{}</div>'
        for name in reversed(selector.split()):
            tag, attribute = "div", ""
            if name.startswith("#"):
                attribute = f' id="{name[1:]}"'
            elif name.startswith("."):
                attribute = f' class="{name[1:]}"'
            elif name.startswith("["):
                key, value = name[1:-1].split("=")
                attribute = f' {key}="{value}"'
            else:
                tag = name
            element = element.replace("{}", f"<{tag}{attribute}>{{}}</{tag}>") if "none" not in element else (
                f"<{tag}{attribute}>{{}}</{tag}>")
        page = f"<html><body><div class='frame'>{element.replace('{}', f'<p>{text}</p>')}</div></body></html>"
        assert main_part(tree(page)) is not None, selector
