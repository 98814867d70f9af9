"""Whom a tie joins, as a reader of the graph would expect it."""
from __future__ import annotations

from itertools import combinations, product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.tied_to import (
    MOST_PARTIES,
    RULES,
    Edges,
    edges,
    edges_between,
    frames_of,
    is_symmetric,
    joined_pairs,
    pairs_of,
)
from nlp.model import STATUSES, TIE_KINDS, Tie, TieParty


def tie(name: str, kind: str, *parties: tuple[str, str], status: str = "concluded", earliest: str | None = None,
        latest: str | None = None) -> Tie:
    return Tie(id=f"tie:{name}", kind=kind, status=status, earliest=earliest, latest=latest, statements=(),
               parties=tuple(TieParty(organization, role) for organization, role in parties))


def project(*ties: Tie, large: bool = False) -> Edges:
    return edges(*frames_of(ties), large=large)


def pairs(result: Edges) -> set[tuple[str, str]]:
    return set(zip(result.frame["a"], result.frame["b"], strict=True))


def test_the_table_knows_every_kind_and_only_roles_the_kind_has() -> None:
    assert set(RULES) == set(TIE_KINDS)
    for kind, rule in RULES.items():
        assert {role for pair in rule for role in pair} <= set(TIE_KINDS[kind])


def test_a_partnership_of_three_joins_each_pair_with_half_a_tie() -> None:
    result = project(tie("1", "partnership", ("city", "party"), ("bank", "party"), ("firm", "party")))
    assert pairs(result) == {("bank", "city"), ("bank", "firm"), ("city", "firm")}
    assert list(result.frame["weight"]) == [0.5, 0.5, 0.5]


def test_members_meet_the_council_and_never_each_other() -> None:
    result = project(tie("1", "membership", ("a", "member"), ("b", "member"), ("council", "collective")))
    assert pairs(result) == {("a", "council"), ("b", "council")}


def test_a_broker_is_joined_with_those_it_connected_and_they_stay_apart() -> None:
    result = project(tie("1", "brokerage", ("city", "connected"), ("firm", "connected"), ("desk", "broker")))
    assert pairs(result) == {("city", "desk"), ("desk", "firm")}


def test_founders_of_a_project_company_meet_the_authority_only_while_there_is_no_company() -> None:
    with_company = [("city", "authority"), ("spc", "operator"), ("f1", "founder"), ("f2", "founder")]
    assert joined_pairs("pfi", with_company) == [("city", "spc"), ("f1", "spc"), ("f2", "spc")]
    assert joined_pairs("pfi", [p for p in with_company if p[1] != "operator"]) == [("city", "f1"), ("city", "f2")]


def test_investors_of_one_alliance_are_not_joined() -> None:
    assert joined_pairs("capital_alliance", [("i1", "investor"), ("i2", "investor"), ("firm", "investee")]) == [
        ("firm", "i1"), ("firm", "i2")]


def test_what_has_not_come_about_joins_nobody_and_is_counted() -> None:
    all_statuses = [tie(s, "partnership", ("city", "party"), ("firm", "party"), status=s) for s in STATUSES]
    result = project(*all_statuses)
    assert result.other_status == 3
    assert list(result.frame["ties"]) == [3]
    asked = edges(*frames_of(all_statuses), statuses=["planned"])
    assert list(asked.frame["ties"]) == [1]


def test_a_very_large_agreement_joins_only_when_asked_and_a_large_council_always() -> None:
    many = [(f"o{i:02}", "party") for i in range(MOST_PARTIES + 1)]
    agreement = tie("1", "partnership", *many)
    council = tie("2", "membership", *((o, "member") for o, _ in many), ("council", "collective"))
    result = project(agreement, council)
    assert result.too_large == 1
    assert pairs(result) == {("council", o) for o, _ in many}
    assert len(project(agreement, large=True).frame) == 21 * 20 / 2
    assert project(tie("3", "partnership", *many[:MOST_PARTIES])).too_large == 0


def test_first_and_last_are_the_outer_days_of_the_pairs_ties() -> None:
    result = project(
        tie("1", "partnership", ("city", "party"), ("firm", "party"), earliest="2020-04-01", latest="2021-03-31"),
        tie("2", "donation", ("city", "recipient"), ("firm", "donor"), earliest="2019-06-03", latest="2019-06-03"),
        tie("3", "support", ("city", "supported"), ("firm", "supporter"), latest="2022-01-01"))
    assert result.frame.iloc[0].to_dict() == {"a": "city", "b": "firm", "weight": 3.0, "ties": 3,
                                              "first": "2019-06-03", "last": "2022-01-01"}
    undated = project(tie("1", "partnership", ("city", "party"), ("firm", "party")))
    assert undated.frame.iloc[0]["first"] is None


def test_an_organisation_with_two_roles_is_one_party_and_is_not_joined_with_itself() -> None:
    result = project(tie("1", "secretariat", ("npo", "operator"), ("npo", "collective"), ("council", "collective")))
    assert pairs(result) == {("council", "npo")}
    assert list(result.frame["weight"]) == [1.0]


def test_no_ties_give_an_empty_frame_with_its_columns() -> None:
    assert list(project().frame.columns) == ["a", "b", "weight", "ties", "first", "last"]


def test_an_unknown_kind_says_where_its_rule_belongs() -> None:
    with pytest.raises(ValueError, match="tied_to"):
        joined_pairs("marriage", [("a", "party"), ("b", "party")])


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=2), max_size=12), st.randoms())
def test_the_strength_of_a_party_is_its_number_of_symmetric_ties_in_any_order(
        groups: list[set[str]], random: object) -> None:
    ties = [tie(str(i), "partnership", *((o, "party") for o in sorted(group))) for i, group in enumerate(groups)]
    frame = project(*ties).frame
    for organization in "abcdefgh":
        touching = frame[(frame["a"] == organization) | (frame["b"] == organization)]
        assert touching["weight"].sum() == pytest.approx(sum(organization in group for group in groups))
    shuffled = list(ties)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(project(*shuffled).frame, frame)


@given(st.sampled_from(sorted(TIE_KINDS)), st.data())
def test_directed_kinds_never_join_two_parties_of_one_role(kind: str, data: st.DataObject) -> None:
    role = st.sampled_from(TIE_KINDS[kind])
    members = [(o, data.draw(role)) for o in "abcde"]
    roles = dict(members)
    for a, b in joined_pairs(kind, members):
        assert a < b
        assert is_symmetric(kind) or roles[a] != roles[b]
    if not is_symmetric(kind):
        assert all(roles[a] != roles[b] or (a, b) not in joined_pairs(kind, members)
                   for a, b in combinations("abcde", 2))


@given(st.sampled_from(sorted(TIE_KINDS)), st.data())
def test_a_kind_joins_who_is_in_two_roles_of_its_rule_and_nobody_else(kind: str, data: st.DataObject) -> None:
    parties = data.draw(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(TIE_KINDS[kind])), max_size=8))
    rule = RULES[kind]
    if kind == "pfi" and any(role == "operator" for _, role in parties):
        rule = tuple(pair for pair in rule if pair != ("authority", "founder"))
    assert joined_pairs(kind, parties) == sorted({
        (a, b) for (a, ra), (b, rb) in product(parties, parties) if a < b and ((ra, rb) in rule or (rb, ra) in rule)})


def test_a_council_of_all_municipalities_joins_each_with_itself_alone() -> None:
    members = [(f"city {number:04}", "member") for number in range(1_741)]
    assert joined_pairs("membership", [*members, ("a council", "collective")]) == [("a council", one) for one, _ in members]


@st.composite
def ties(draw: st.DrawFn) -> list[Tie]:
    days = st.sampled_from([None, "2019-06-03", "2020-04-01", "2021-03-31"])
    made = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["partnership", "donation", "membership", "brokerage"]))
        parties = draw(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(TIE_KINDS[kind])), max_size=6))
        if draw(st.booleans()):
            parties += [(f"o{one}", TIE_KINDS[kind][0]) for one in range(MOST_PARTIES)]
        made.append(tie(str(number), kind, *parties, status=draw(st.sampled_from(STATUSES)), earliest=draw(days), latest=draw(days)))
    return made


@given(ties(), st.sets(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdefo")).filter(lambda p: p[0] < p[1])), st.randoms())
def test_some_pairs_alone_have_the_rows_that_they_have_among_all(given_ties: list[Tie], some: set[tuple[str, str]], random: object) -> None:
    frame = project(*given_ties).frame
    every = [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False, name=None)]
    assert {row[:2] for row in every} == {pair for one in given_ties for pair in pairs_of(one)}
    shared = [one for one in given_ties if any(pair <= {p.organization for p in one.parties} for pair in map(set, some))]
    random.shuffle(shared)  # type: ignore[attr-defined]
    assert edges_between(some, shared) == [row for row in every if row[:2] in some]
