"""The questions that are worth asking people."""
from __future__ import annotations

from graph.links import Link
from graph.review import questions
from nlp.model import Organization, Tie, TieParty


def organization(id_: str, name: str, type_: str = "company", **more: object) -> Organization:
    return Organization(f"org:{id_}", name, type_, names=(name,), **more)  # type: ignore[arg-type]


def ties(*parties: str) -> list[Tie]:
    """One tie each with a city."""
    return [Tie(f"tie:{n}", "partnership", "concluded", (TieParty(f"org:{one}", "party"), TieParty("org:code:1", "party")), ())
            for n, one in enumerate(parties)]


A = organization("name:a", "株式会社ひばり商会")
B = organization("name:b", "ひばり商会株式会社")
C = organization("name:c", "株式会社ひばり商合")
D = organization("name:d", "第一みなと信用金庫", "bank")
E = organization("name:e", "第二みなと信用金庫", "bank")


def test_the_most_valuable_question_comes_first() -> None:
    found = questions([A, B, C, D, E], ties(*["name:a"] * 5, *["name:b"] * 4, *["name:c"], *["name:d"] * 3, *["name:e"] * 3))
    assert [(q.one.id, q.other.id, q.degree) for q in found[:2]] == [
        ("org:name:b", "org:name:a", 4), ("org:name:e", "org:name:d", 3)]
    assert found[0].reason == "one stem, other form"
    assert [q.value for q in found] == sorted((q.value for q in found), reverse=True)


def test_numbers_within_a_name_make_a_question_doubtful() -> None:
    (numbered,) = questions([D, E], ties("name:d", "name:e"))
    assert numbered.score < 0.4


def test_a_name_left_open_is_asked_with_its_candidates() -> None:
    open_ = organization("unresolved:u", "ひばり商会", candidates=("org:name:a", "org:name:b"))
    found = questions([A, B, open_], ties("name:a", "name:b", "unresolved:u"))
    assert {(q.one.id, q.other.id) for q in found if q.reason == "left open"} == {
        ("org:unresolved:u", "org:name:a"), ("org:unresolved:u", "org:name:b")}


def test_two_bodies_a_part_and_what_is_decided_are_not_asked() -> None:
    first, second = organization("number:1", "株式会社あけぼの"), organization("number:2", "株式会社あけぼの")
    told = ties("number:1", "number:2", "name:a", "name:b")
    assert questions([first, second], told) == []
    assert questions([A, B], told, [Link("PART_OF", A.id, B.id, "name")]) == []
    assert questions([A, B], told, decided=[frozenset((A.id, B.id))]) == []


def test_who_is_in_no_tie_is_not_asked_about() -> None:
    assert questions([A, B], ties("name:a")) == []


def test_the_order_of_organisations_does_not_matter() -> None:
    told = ties("name:a", "name:b", "name:c", "name:d", "name:e")
    assert questions([A, B, C, D, E], told) == questions([E, D, C, B, A], told)
