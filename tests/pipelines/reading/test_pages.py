"""Pages in the shapes of the systems that offices, firms and wires publish with, and what is read of each.

Each page of `pages/` is of our own making; the JSON beside it has the address and headers it comes with and what is
expected: title, day, publisher, lasting address, lines that must stand in the text, words that must not, attachments.
"""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.ledger import Draft
from pipelines.reading import links_to_attachments, read

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.html"))


def page(name: str) -> tuple[bytes, dict[str, Any]]:
    return (PAGES / f"{name}.html").read_bytes(), json.loads((PAGES / f"{name}.json").read_text("utf-8"))


def draft(name: str) -> tuple[Draft, dict[str, Any]]:
    data, known = page(name)
    [found] = read(name, data, known["headers"], known["url"])
    assert isinstance(found, Draft), found
    return found, known["expected"]


@pytest.mark.parametrize("name", NAMES)
def test_the_release_is_read_whole(name: str) -> None:
    found, expected = draft(name)
    lines = found.text.split("\n")
    assert [line for line in expected["lines"] if line not in lines] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_beside_it_is_left_out(name: str) -> None:
    found, expected = draft(name)
    assert [words for words in expected["absent"] if words in found.text] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_says_of_itself(name: str) -> None:
    found, expected = draft(name)
    assert {key: expected[key] for key in ("title", "published", "publisher", "address")} == {
        "title": found.title, "published": found.published, "publisher": found.publisher, "address": found.url}


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_the_release_and_no_others(name: str) -> None:
    data, known = page(name)
    found = links_to_attachments(data, known["headers"], known["url"])
    assert [[link.url, link.words] for link in found] == known["expected"]["attachments"]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_give_the_same_document(name: str) -> None:
    assert draft(name) == draft(name)
