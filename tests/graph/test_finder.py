"""Who introduced cities and firms to each other: found among hubs, wide firms and balanced institutions, and explained."""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import StringIO
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from bench.finder import fit, quality, textbook
from bench.planted import Growth, World, growing, hostile, moderate, regional
from graph.brokerage import find_intermediaries, network
from graph.brokerage.contacts import contacts
from graph.brokerage.encounters import WINDOWS, encounters
from graph.brokerage.explanation import STATES, explain, pairs_of
from graph.brokerage.finder import TERMS, bias, search, weights
from graph.brokerage.introductions import introductions
from graph.brokerage.picture import neighbourhood
from graph.tied_to import RULES, edges
from nlp.model import ORGANIZATION_TYPES, TIE_KINDS

DAY = date(2024, 5, 1)


def frames(types: dict[str, str], ties: list[tuple[str, str, date | None, dict[str, str]]]) -> tuple[pd.DataFrame, ...]:
    """organizations, ties and parties; a tie is (kind, status, day, roles)."""
    organizations = [(name, kind, ORGANIZATION_TYPES[kind][1]) for name, kind in types.items()]
    heads = [(f"t{i}", kind, status, day, day) for i, (kind, status, day, _) in enumerate(ties)]
    parties = [(f"t{i}", name, role) for i, (_, _, _, roles) in enumerate(ties) for name, role in roles.items()]
    return (pd.DataFrame(organizations, columns=["id", "type", "sector"]),
            pd.DataFrame(heads, columns=["id", "kind", "status", "earliest", "latest"], dtype=object),
            pd.DataFrame(parties, columns=["tie", "organization", "role"], dtype=object))


def deal(*names: str, day: date | None = DAY) -> tuple[str, str, date | None, dict[str, str]]:
    return ("partnership", "concluded", day, dict.fromkeys(names, "party"))


TYPES = {"city1": "municipality", "city2": "municipality", "firm1": "company", "firm2": "company", "desk": "platform"}


def test_a_planted_country_gives_its_intermediaries_away_and_no_textbook_measure_does() -> None:
    country = regional(replace(moderate(4), organizations=2_000, intermediaries=30, balanced=40, wide=20), 2_001)
    found = search(country.organizations, country.ties, country.parties, country.broker_acts.head(0))
    precision, _ = quality(found.ranked["organization"].tolist(), country.intermediaries)
    best = max(value for value, _ in textbook(found, country).values())
    assert precision >= 0.75 and precision >= 2 * best


def test_another_maker_of_countries_gives_them_away_too() -> None:
    country = growing(Growth(organizations=2_500, agreements=4_000, intermediaries=25), 2_002)
    ranked = find_intermediaries(country.organizations, country.ties, country.parties, country.broker_acts.head(0))
    assert quality(ranked["organization"].tolist(), country.intermediaries)[0] >= 0.75


def test_weights_are_fitted_for_every_term_and_none_is_negative() -> None:
    """What `python -m bench.finder --fit` writes has the shape of weights.json."""
    countries = [regional(World(organizations=800, intermediaries=20, hubs=2, wide=5, balanced=10), seed) for seed in (1, 2)]
    fitted = fit(countries, Console(file=StringIO()))
    assert list(fitted) == list(weights()) and list(fitted["weight"]) == list(fitted["usual"]) == list(TERMS[:-1])
    assert fitted["bias"] < 0 and min(fitted["weight"].values()) >= 0 < max(fitted["weight"].values())
    assert fit(countries, Console(file=StringIO())) == fitted


def test_few_deals_amid_many_ties_are_still_found() -> None:
    """Three to eight deals each, where others have as many ties and the regions' banks deal with both sides alike."""
    dense = World(organizations=2_000, intermediaries=30, ties_each=5, deals=(3, 8), later=.2, hubs=3, wide=20, balanced=60,
                  balanced_ties=(4, 80), clients="any")
    country = regional(dense, 2_004)
    found = search(country.organizations, country.ties, country.parties, country.broker_acts.head(0))
    precision, _ = quality(found.ranked["organization"].tolist(), country.intermediaries)
    assert precision >= 0.6 and precision >= 2.5 * max(value for value, _ in textbook(found, country).values())


def test_words_find_those_that_their_ties_do_not() -> None:
    country = regional(replace(hostile(6), organizations=2_000, intermediaries=30, consortia=60, told=.25), 2_003)
    given_ = (country.organizations, country.ties, country.parties)
    alone = quality(find_intermediaries(*given_, country.broker_acts.head(0))["organization"].tolist(), country.intermediaries)
    told = quality(find_intermediaries(*given_, country.broker_acts)["organization"].tolist(), country.intermediaries)
    assert alone[0] >= 0.30 and told[0] >= 0.50 and told[0] >= alone[0]


def test_the_frame_has_a_score_and_its_terms_and_they_make_the_score() -> None:
    found = find_intermediaries(*frames(TYPES, [deal("city1", "desk"), deal("desk", "firm1"), deal("firm2", "city2")]))
    assert list(found.columns) == ["organization", "score", *TERMS]
    assert found["organization"].tolist()[0] == "desk"
    assert set(found["organization"]) == {"desk", "firm1", "firm2"}
    for row in found.itertuples(index=False):
        odds = bias() + sum(getattr(row, term) for term in TERMS)
        assert log(row.score / (1 - row.score)) == pytest.approx(odds, abs=1e-6)


def test_cities_are_candidates_only_when_asked_for() -> None:
    given_ = frames({**TYPES, "bureau": "regional_bureau", "office": "agency"}, [deal("city1", "firm1")])
    assert {"bureau", "office"} <= set(find_intermediaries(*given_)["organization"])
    assert set(find_intermediaries(*given_, among=["municipality"])["organization"]) == {"city1", "city2"}


def test_a_pair_that_tied_after_the_desk_knew_both_counts_for_it_and_one_that_tied_before_does_not() -> None:
    def later_share(direct: date | None) -> pd.Series:
        found = search(*frames(TYPES, [deal("city1", "desk"), deal("desk", "firm1"), deal("city1", "firm1", day=direct)]))
        return found.counts.set_index("organization").loc["desk"]

    assert later_share(date(2025, 1, 1))["later"] == 1
    assert later_share(date(2023, 1, 1))["before"] == 1
    assert later_share(None)["unknown"] == 1
    found = search(*frames(TYPES, [deal("city1", "desk", "firm1")])).counts.set_index("organization")
    assert found.loc["desk", "with"] == 1


def test_who_was_brought_together_tied_through_it_though_both_have_one_day() -> None:
    """A brokerage has the day of the tie that it led to; on other ties of one day nobody knows what came first."""
    brought = ("brokerage", "concluded", DAY, {"desk": "broker", "city1": "connected", "firm1": "connected"})
    for ties, state in (([brought, deal("city1", "firm1")], "later"),
                        ([deal("city1", "desk"), deal("desk", "firm1"), deal("city1", "firm1")], "before"),
                        ([brought, deal("city1", "firm1", day=date(2024, 4, 30))], "before"),
                        ([("brokerage", "concluded", DAY, {"desk": "broker", "city1": "connected", "firm2": "connected"}),
                          deal("desk", "firm1"), deal("city1", "firm1")], "before")):
        found = search(*frames(TYPES, ties))
        pairs = explain(found, "desk").pairs.set_index(["public", "private"])
        assert pairs.loc[("city1", "firm1"), "state"] == state
        assert found.counts.set_index("organization").loc["desk", state] == 1


def test_who_met_both_sides_at_one_time_is_told_from_who_met_them_years_apart() -> None:
    types = {**TYPES, "old": "platform", "city3": "municipality", "firm3": "company"}
    ties = [deal("city1", "desk", day=date(2015, 3, 1)), deal("desk", "firm1", day=date(2015, 4, 1)),
            deal("city2", "old", day=date(2012, 1, 1)), deal("old", "firm2", day=date(2024, 1, 1)),
            *[deal("city3", "firm3", day=date(year, 7, 1)) for year in range(2010, 2026)]]
    found = search(*frames(types, ties))
    timing, counts = found.ranked.set_index("organization")["timing"], found.counts.set_index("organization")
    assert (counts.loc["desk", "near"], counts.loc["old", "near"]) == (2, 0)
    assert counts.loc["desk", "near_by_chance"] < 1 and timing["desk"] > timing["firm3"] > timing["old"]
    undated = search(*frames(types, [(*tie[:2], None, tie[3]) for tie in ties]))
    assert undated.ranked["timing"].nunique() == 1 and undated.counts["dated"].sum() == 0


def test_ties_among_partners_are_held_against_their_number_by_chance() -> None:
    """Two partners with many ties each have one with each other more easily than two with few."""
    cities = {f"c{i}": "municipality" for i in range(6)}
    closed = [deal("desk", "city1"), deal("desk", "firm1"), deal("city1", "firm1")]
    busy = [deal(name, one) for name in cities for one in ("city1", "firm1")]
    few, many = (search(*frames({**TYPES, **cities}, ties)) for ties in (closed, closed + busy))
    for found, by_chance in ((few, 1 / 6), (many, 49 / 30)):
        desk = found.counts.set_index("organization").loc["desk"]
        assert (desk["partner_ties"], desk["partner_ties_by_chance"]) == (1, pytest.approx(by_chance))
    apart = [found.ranked.set_index("organization").loc["desk", "apart"] for found in (few, many)]
    assert apart[0] < apart[1]


def test_one_exclusive_pair_says_less_than_many() -> None:
    """Of both nothing else ties any pair; who signed once with one city and one firm is nearer to anybody."""
    cities, firms = ([f"{side}{i}" for i in range(4)] for side in "cf")
    types = {**TYPES, **dict.fromkeys(cities, "municipality"), **dict.fromkeys(firms, "company"), "once": "platform"}
    ties = [deal("once", "city1", "firm1"), *[deal("desk", name) for name in cities + firms]]
    untied = search(*frames(types, ties)).ranked.set_index("organization")["untied"]
    assert untied["desk"] > untied["once"] > untied["firm2"]


def test_broker_acts_outweigh_structure_and_a_brokerage_among_the_ties_is_one() -> None:
    ties = [deal("city1", "firm2"), deal("firm2", "firm1"), deal("desk", "city2")]
    acts = pd.DataFrame([("desk", "evidenced", None)], columns=["organization", "level", "tie"])
    assert find_intermediaries(*frames(TYPES, ties))["organization"].tolist()[0] == "firm2"
    told = find_intermediaries(*frames(TYPES, ties), acts)
    assert told.loc[0, "organization"] == "desk" and told.loc[0, "told"] > 0
    brokered = ("brokerage", "concluded", DAY, {"desk": "broker", "city1": "connected", "firm1": "connected"})
    assert find_intermediaries(*frames(TYPES, [brokered])).set_index("organization").loc["desk", "told"] > 0
    planned = frames(TYPES, [("brokerage", "planned", *brokered[2:])])
    assert find_intermediaries(*planned)["told"].sum() == 0
    counts = search(*planned, statuses=["planned"]).counts.set_index("organization").loc["desk"]
    assert (counts["evidenced"], counts["claimed"]) == (0, 1)
    with pytest.raises(ValueError, match="rumoured"):
        find_intermediaries(*frames(TYPES, ties), acts.assign(level="rumoured"))


def test_the_order_of_rows_and_rows_that_stand_twice_change_nothing() -> None:
    country = regional(World(organizations=600, intermediaries=8, hubs=1, wide=3, balanced=6), 5)
    given_ = (country.organizations, country.ties, country.parties, country.broker_acts)
    first = find_intermediaries(*given_)
    shuffled = [pd.concat([frame, frame.head(50)]).sample(frac=1, random_state=7) for frame in given_[:3]]
    pd.testing.assert_frame_equal(find_intermediaries(*shuffled, country.broker_acts.sample(frac=1, random_state=3)), first)


def test_nothing_odd_breaks_it() -> None:
    empty = frames({}, [])
    assert list(find_intermediaries(*empty).columns) == ["organization", "score", *TERMS]
    crowd = {f"c{i}": "municipality" for i in range(100)} | {f"f{i}": "company" for i in range(100)}
    found = search(*frames(crowd, [deal(*crowd)]))
    assert found.contacts.too_large == 1 and len(found.ranked) == 100
    organizations, ties, parties = frames(TYPES, [deal("city1", "city1"), ("friendship", "concluded", None, {
        "desk": "party", "city1": "party"}), ("outsourcing", "concluded", None, {"desk": "party", "firm1": "party"})])
    organizations.loc[4, ["type", "sector"]] = ["guild", None]
    parties.loc[len(parties)] = ["t1", "stranger", "party"]
    odd = search(organizations, ties, parties)
    # an unknown kind, and roles that a kind does not have, join everybody; who is not listed is no candidate
    assert odd.counts.set_index("organization").loc["desk", "partners"] == 3
    assert "stranger" not in set(odd.ranked["organization"])


@pytest.mark.parametrize(("which", "column"), [(0, "sector"), (1, "latest"), (2, "role")])
def test_a_missing_column_is_named(which: int, column: str) -> None:
    given_ = list(frames(TYPES, [deal("city1", "firm1")]))
    given_[which] = given_[which].drop(columns=column)
    with pytest.raises(ValueError, match=f"lacks the column {column}"):
        find_intermediaries(*given_)


def test_what_is_no_date_is_said() -> None:
    organizations, ties, parties = frames(TYPES, [deal("city1", "firm1")])
    with pytest.raises(ValueError, match="«last year» is no date"):
        find_intermediaries(organizations, ties.assign(earliest="last year"), parties)


@st.composite
def small_countries(draw: st.DrawFn) -> tuple[pd.DataFrame, ...]:
    names = {**{f"c{i}": "municipality" for i in range(3)}, **{f"f{i}": "company" for i in range(3)},
             "desk": "platform", "school": "university"}
    drawn = []
    for _ in range(draw(st.integers(1, 9))):
        kind = draw(st.sampled_from(sorted(RULES)))
        roles = list(TIE_KINDS[kind])
        members = draw(st.lists(st.sampled_from(sorted(names)), min_size=2, max_size=4, unique=True))
        day = draw(st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 9)))
        drawn.append((kind, draw(st.sampled_from(["concluded", "ended", "planned"])), day,
                      {name: draw(st.sampled_from(roles)) for name in members}))
    return frames(names, drawn)


@pytest.mark.parametrize("roles", [{"bank": "investor", "fund": "investor", "firm": "investee"},
                                   {"bank": "investor", "fund": "investor"}, {"bank": "party", "firm": "investee"},
                                   {f"fund{i}": "investor" for i in range(20)} | {"firm": "investee"}])
def test_investors_of_one_alliance_are_no_contacts(roles: dict[str, str]) -> None:
    organizations, ties, parties = frames(dict.fromkeys(roles, "company"), [("capital_alliance", "concluded", DAY, roles)])
    found, expected = contacts(organizations, ties, parties), edges(ties, parties)
    net = found.network
    assert [(net.ids[a], net.ids[b]) for a, b in zip(net.low, net.high, strict=True)] == list(
        expected.frame[["a", "b"]].itertuples(index=False, name=None))
    assert found.too_large == expected.too_large


@settings(deadline=None, max_examples=60)
@given(small_countries())
def test_contacts_are_the_projection_and_counts_are_those_of_the_pairs_told_one_by_one(drawn: tuple[pd.DataFrame, ...]) -> None:
    organizations, ties, parties = drawn
    found = contacts(organizations, ties, parties)
    expected = edges(ties, parties).frame
    net = network(expected, organizations["id"])
    assert (found.network.ids, found.network.low.tolist(), found.network.high.tolist()) == (
        net.ids, net.low.tolist(), net.high.tolist())
    assert found.network.weight == pytest.approx(net.weight) and (found.network.ties == net.ties).all()
    side = np.array([{"c": 0, "f": 1}.get(name[0], 2) for name in found.network.ids])
    counts = introductions(found, side, np.ones(len(side), dtype=bool))
    for v, name in enumerate(found.network.ids):
        pairs = pairs_of(found, side, name)
        assert counts.loc[v, "pairs"] == len(pairs)
        for state in STATES:
            of = pairs[pairs["state"] == state]
            assert (counts.loc[v, state], counts.loc[v, state + "_share"]) == (len(of), pytest.approx(of["share"].sum()))
    met = encounters(found, side)
    days = found.tie_day[~np.isnan(found.tie_day)]
    for v in range(found.network.size):
        mine = slice(found.network.start[v], found.network.start[v + 1])
        first = [(side[x], found.edge_day[e]) for x, e in zip(found.network.neighbours[mine], found.network.arc_edge[mine], strict=True)
                 if side[x] < 2 and not np.isnan(found.edge_day[e])]
        near = by_chance = 0.0
        for one, day in first:
            across = [other for another, other in first if another != one]
            for window in WINDOWS:
                near += any(abs(day - other) <= window for other in across) / len(WINDOWS)
                by_chance += (1 - np.mean(np.abs(days - day) > window) ** len(across)) / len(WINDOWS)
        assert met.loc[v].tolist() == pytest.approx([len(first), near, by_chance])


def test_an_explanation_names_terms_pairs_and_days() -> None:
    found = search(*frames(TYPES, [deal("city1", "desk"), deal("desk", "firm1"), deal("desk", "firm2"),
                                   deal("city1", "firm1", day=date(2025, 2, 3))]))
    told = explain(found, "desk")
    assert (told.place, told.of) == (1, 2)
    # a firm with ties to one side has a score, but no place in the ranking and no pair
    other = explain(found, "firm2")
    assert other.place is None and other.pairs.empty and other.pairs["share"].dtype == float
    assert told.terms["term"].tolist() == list(TERMS)
    assert log(told.score / (1 - told.score)) == pytest.approx(told.terms["evidence"].sum() + told.bias, abs=1e-6)
    assert told.terms.loc[1, "words"].startswith("2 pairs of a public body and a company, 1 of them open: without a tie of their own")
    first = told.pairs.iloc[0]
    assert (first["public"], first["private"], first["state"], first["met"], first["tied"]) == (
        "city1", "firm1", "later", DAY, date(2025, 2, 3))
    with pytest.raises(KeyError):
        explain(found, "city1")


def test_an_open_pair_that_others_tie_too_is_said_to_be_shared() -> None:
    ties = [deal("city1", "desk"), deal("desk", "firm1"), deal("city1", "firm2"), deal("firm2", "firm1")]
    words = explain(search(*frames(TYPES, ties)), "desk").terms.set_index("term")["words"]
    assert "1 of them open" in words["untied"] and "Divided among all that are tied to both, 0.5 open pairs are its own" in words["untied"]


def test_the_figures_of_a_term_make_its_evidence() -> None:
    """Every summand stands there: of what was told too, what the other terms lack and is made up for."""
    acts = pd.DataFrame([("desk", "evidenced", None), ("desk", "claimed", None), ("firm2", "claimed", None)],
                        columns=["organization", "level", "tie"])
    found = search(*frames(TYPES, [deal("city1", "desk"), deal("desk", "city2"), deal("city1", "firm2"), deal("firm2", "firm1")]), acts)
    for name in ("desk", "firm1", "firm2"):
        for row in explain(found, name).terms.itertuples(index=False):
            figures = re.sub(r"\((evidenced|contracted|claimed)\)|that the other .*", "", row.made_of).replace("×", "*")
            reckoned = eval(re.sub(r"ln (\d+)", r"log(\1)", figures), {"log": log})
            assert reckoned == pytest.approx(row.evidence, abs=0.05), (name, row)
    desk = explain(found, "desk").terms.set_index("term")["made_of"]["told"]
    assert desk.startswith("10 (evidenced) + 0.7 × ln 2 + 0.9 × ") and desk.endswith("that the other terms and the bias lack to -4")
    assert explain(found, "firm1").terms.set_index("term")["made_of"]["told"] == "0"


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_neighbourhood_is_drawn_with_japanese_names_and_no_missing_glyph(tmp_path: Path, suffix: str,
                                                                           recwarn: pytest.WarningsRecorder) -> None:
    found = search(*frames(TYPES, [deal("city1", "desk"), deal("desk", "firm1"), deal("city1", "firm1", day=date(2025, 2, 3))]))
    names = {"city1": "葵市", "firm1": "株式会社ひばり髙商会", "desk": "一般社団法人かけはし窓口"}
    file = tmp_path / f"desk{suffix}"
    neighbourhood(found, explain(found, "desk"), names, file)
    assert file.stat().st_size > 5_000
    assert [str(w.message) for w in recwarn if "missing from" in str(w.message)] == []
    before = file.read_bytes()
    neighbourhood(found, explain(found, "desk"), names, file)
    assert file.read_bytes() == before
    with pytest.raises(ValueError, match=r"\.png or \.svg"):
        neighbourhood(found, explain(found, "desk"), names, tmp_path / "desk.pdf")


def test_a_name_without_a_glyph_would_be_noticed(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    found = search(*frames(TYPES, [deal("city1", "desk"), deal("desk", "firm1")]))
    names: dict[str, Any] = {"city1": "\U0001f3ef市", "firm1": "会社", "desk": "窓口"}
    neighbourhood(found, explain(found, "desk"), names, tmp_path / "desk.png")
    assert any("missing from" in str(w.message) for w in recwarn)
