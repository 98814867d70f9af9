"""The graph as rows."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

from graph.projection import RELATIONSHIP_KEYS, RelationshipRow, Rows, project
from graph.resolution import resolve
from nlp.model import Extraction, Span
from tests.graph.releases import PLACES, town


def rows_of(extractions: list[Extraction]) -> Rows:
    return project(extractions, resolve(extractions, PLACES))


def of_type(rows: Rows, kind: str) -> list[RelationshipRow]:
    return [row for row in rows.relationships if row.type == kind]


def test_the_order_of_arrival_does_not_matter() -> None:
    assert rows_of(town()) == rows_of(town()[::-1])


def test_every_relationship_has_its_ends_and_is_there_once() -> None:
    rows = rows_of(town())
    ids = {node.id for node in rows.nodes}
    assert all(row.start in ids and row.end in ids for row in rows.relationships)
    assert len({row.identity for row in rows.relationships}) == len(rows.relationships)
    assert {row.type for row in rows.relationships} == set(RELATIONSHIP_KEYS) - {
        "OPERATES", "FOUNDED", "RENEWS", "ENDS", "REPRINT_OF", "DESCRIBES", "SUCCEEDED_BY"}
    assert rows.refused == ()


def test_labels_follow_type_and_kind() -> None:
    rows = rows_of(town())
    labels = {node.id: node.labels for node in rows.nodes}
    assert labels["org:code:272299"] == ("Organization", "Municipality")
    kinds = {node.properties["kind"]: node.labels for node in rows.nodes if node.labels[0] == "Tie"}
    assert kinds == {"partnership": ("Tie", "Agreement"), "brokerage": ("Tie",), "membership": ("Tie",)}


def test_days_are_dates_and_unknown_ones_absent() -> None:
    rows = rows_of(town())
    tie = next(n for n in rows.nodes if n.properties.get("kind") == "partnership")
    assert (tie.properties["date"], tie.properties["latest"]) == ("2019-06", date(2019, 6, 30))
    council = next(n for n in rows.nodes if n.properties.get("kind") == "membership")
    assert not {"date", "earliest", "latest", "title"} & set(council.properties)
    city = next(n for n in rows.nodes if n.id == "org:code:272299")
    assert tuple(city.properties["location"]) == (135.64, 34.74)


def test_two_releases_state_one_tie_in_their_own_words() -> None:
    rows = rows_of(town())
    tie = next(n.id for n in rows.nodes if n.properties.get("kind") == "partnership")
    stated = [row for row in of_type(rows, "STATES") if row.end == tie]
    assert [row.start for row in stated] == ["release:a", "release:b"]
    assert stated[0].properties["sentence"] == town()[0].document.text
    assert stated[0].properties["starts"] == [0, 0]
    assert stated[0].properties["fields"] == ["text", "text"]


def test_the_publisher_is_known_with_or_without_prefecture_and_form() -> None:
    rows = rows_of(town())
    published = {row.start: row.end for row in of_type(rows, "PUBLISHED_BY")}
    company = next(n.id for n in rows.nodes if "株式会社ひばり商会" in n.properties.get("names", ()))
    assert published == {"release:a": "org:code:272299", "release:b": company}


def test_shortcuts_carry_their_tie() -> None:
    rows = rows_of(town())
    (brokered,) = of_type(rows, "BROKERED")
    (led,) = of_type(rows, "LED_TO")
    assert (brokered.key["tie"], brokered.end) == (led.start, led.end)
    assert brokered.properties == {"level": "evidenced"}
    assert len(of_type(rows, "MEMBER_OF")) == 2


def test_the_broker_is_tied_to_both_and_members_not_to_each_other() -> None:
    pairs = {frozenset((row.start, row.end)): row.properties for row in of_type(rows_of(town()), "TIED_TO")}
    assert len(pairs) == 5  # the agreement, two of the brokerage, two of the council
    assert all(properties["weight"] > 0 for properties in pairs.values())


def test_a_statement_without_its_words_is_refused_with_its_tie() -> None:
    extractions = town()
    broken = replace(extractions[2].statements[0], evidence=(Span(0, 10_000),))
    extractions[2] = replace(extractions[2], statements=(broken,))
    rows = rows_of(extractions)
    assert [r.item for r in rows.refused] == ["s4"]
    assert "outside the text" in rows.refused[0].reason
    assert not of_type(rows, "MEMBER_OF")
    assert all(n.properties.get("kind") != "membership" for n in rows.nodes)
