"""The sources that come with Kakehashi: each is whole, safe until somebody has read its terms, and reads its page."""
from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nlp.gazetteer import by_code
from pipelines import sources
from pipelines.sources import Source, address

PAGES = Path(__file__).parent / "pages"
NOWHERE = Path("/nonexistent")
SHIPPED = sources.sources(NOWHERE)


def _cases() -> Iterator[Any]:
    for name in SHIPPED:
        for case in json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8")):
            yield pytest.param(SHIPPED[name], case, id=case["file"])


@pytest.mark.parametrize(("source", "case"), list(_cases()))
def test_each_source_reads_a_page_of_its_shape(source: Source, case: dict[str, Any]) -> None:
    found = sources.find(source, case["url"], (PAGES / case["file"]).read_bytes(), case["headers"])
    assert [{"url": w.url, "published": w.published, "title": w.title, "publisher": w.publisher}
            for w in found.releases] == case["releases"]
    assert [w.url for w in found.further] == case["further"]
    assert dict(found.left_out) == case["left_out"] and found.problem is None
    assert {w.source for w in found.releases} <= {source.name}
    assert {w.kind for w in found.releases} <= {"page"} and {w.kind for w in found.further} <= {"index"}


def test_there_are_sources_of_every_sort() -> None:
    assert len(SHIPPED) >= 25
    assert {s.kind for s in SHIPPED.values()} == {"feed", "listing", "sitemap"}
    for sort, least in (("gov", 10), ("pref", 10), ("city", 10), ("ward", 4), ("wire", 2)):
        assert sum(name.startswith(f"{sort}-") for name in SHIPPED) >= least, sort


@pytest.mark.parametrize("source", list(SHIPPED.values()), ids=list(SHIPPED))
def test_nothing_is_asked_before_somebody_has_read_the_terms(source: Source) -> None:
    assert not source.enabled and not source.is_open
    assert source.rights.terms_checked_on is None and source.rights.allowed is None
    assert source.seen and source.title and source.url


@pytest.mark.parametrize("source", [s for s in SHIPPED.values() if s.publisher and s.publisher.code],
                         ids=lambda s: s.name)
def test_the_publisher_of_a_public_body_is_the_one_of_its_code_and_its_site(source: Source) -> None:
    assert source.publisher and source.publisher.code and source.url
    body = by_code()[source.publisher.code]
    assert body.name == source.publisher.name


def test_all_but_the_wires_say_who_speaks() -> None:
    assert {name for name, s in SHIPPED.items() if s.publisher is None} == {n for n in SHIPPED if n.startswith("wire-")}


def test_every_page_belongs_to_a_source_and_no_two_share_an_hour_and_a_site() -> None:
    told = {case["file"] for name in SHIPPED for case in json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))}
    assert {p.name for p in PAGES.iterdir()} == told | {f"{name}.json" for name in SHIPPED}
    asked = [(s.schedule, address.site(s.url[0])) for s in SHIPPED.values() if s.url]
    assert len(set(asked)) == len(asked)
