"""Who is named as an intermediary, and in what order."""
from __future__ import annotations

import json
import re
from itertools import count
from pathlib import Path

import pandas as pd
import pytest

from graph.brokerage import rank_intermediaries
from graph.brokerage.finder import TERMS
from graph.brokerage.ranking import DESCRIPTION, POINTS, SCORES
from nlp.model import ORGANIZATION_TYPES

TOY = json.loads((Path(__file__).parent / "data" / "graph_reference_values.json")
                 .read_text(encoding="utf-8"))["public_private_toy"]


class Scene:
    """The four frames of a small country, told tie by tie. Types are given once, as name=type."""

    def __init__(self, **types: str) -> None:
        self.types = types
        self.ties: list[tuple[str, str, str, None, None]] = []
        self.parties: list[tuple[str, str, str]] = []
        self.acts: list[tuple[str, str | None, str | None]] = []
        self._numbers = count(1)

    def tie(self, kind: str, status: str = "concluded", **roles: str) -> str:
        """One tie; roles as name=role."""
        name = f"tie:{next(self._numbers):03}"
        self.ties.append((name, kind, status, None, None))
        self.parties.extend((name, organization, role) for organization, role in roles.items())
        return name

    def partners(self, *names: str) -> str:
        return self.tie("partnership", **dict.fromkeys(names, "party"))

    def introduced(self, broker: str, *others: str, level: str | None = None) -> None:
        tie = self.tie("brokerage", **{broker: "broker"}, **dict.fromkeys(others, "connected"))
        self.acts.append((broker, level, tie))

    def ranked(self) -> pd.DataFrame:
        organizations = [(n, n.upper(), t, ORGANIZATION_TYPES[t][1], None) for n, t in self.types.items()]
        return rank_intermediaries(
            pd.DataFrame(organizations, columns=["id", "name", "type", "sector", "prefecture"]),
            pd.DataFrame(self.ties, columns=["id", "kind", "status", "earliest", "latest"]),
            pd.DataFrame(self.parties, columns=["tie", "organization", "role"]),
            pd.DataFrame(self.acts, columns=["organization", "level", "tie"], dtype=object))


def country() -> Scene:
    cities = {f"city{i}": "municipality" for i in range(1, 8)}
    firms = {f"firm{i}": "company" for i in range(1, 8)}
    return Scene(**cities, **firms, desk="platform", bank="bank", hub="company", council="council", pref="prefecture")


def test_an_evidenced_broker_precedes_a_hub_with_many_open_pairs() -> None:
    scene = country()
    scene.introduced("desk", "city1", "firm1", level="evidenced")
    scene.partners("city1", "firm1")
    for i in range(1, 8):
        scene.partners("hub", f"city{i}")
    scene.partners("hub", "firm2")
    ranked = scene.ranked()
    assert list(ranked["id"])[:2] == ["desk", "hub"]
    assert list(ranked["rank"]) == list(range(1, len(ranked) + 1))
    desk, hub = ranked.iloc[0], ranked.iloc[1]
    assert (desk["acts"], desk["evidenced"], desk["open_pairs"]) == (3, 1, 0)
    assert (hub["acts"], hub["open_pairs"], hub["public_ties"], hub["other_ties"]) == (0, 7, 7, 1)


def test_acts_count_three_two_and_one_and_a_brokerage_without_a_level_came_about() -> None:
    scene = country()
    for broker in ("desk", "bank", "hub"):
        scene.partners(broker, "city1")
        scene.partners(broker, "firm1")
    scene.introduced("desk", "city2", "firm2")
    scene.acts += [("bank", "contracted", None), ("hub", "claimed", None), ("hub", None, None)]
    ranked = scene.ranked().set_index("id")
    assert ranked.loc[["desk", "bank", "hub"], "acts"].tolist() == [3, 2, 2]
    assert ranked.loc["desk", "evidenced"] == 1
    assert (ranked.loc["bank", "contracted"], ranked.loc["hub", "claimed"]) == (1, 2)


def test_an_open_pair_is_shared_among_all_that_are_tied_to_both() -> None:
    scene = country()
    for broker in ("desk", "bank"):
        scene.partners(broker, "city1")
        scene.partners(broker, "firm1")
    scene.partners("bank", "firm2")
    scene.partners("bank", "firm3")
    scene.partners("city1", "firm3")
    ranked = scene.ranked().set_index("id")
    assert ranked.loc["desk", "open_pairs"] == 0.5
    # half of city1–firm1, the whole of city1–firm2, nothing of city1–firm3 who have a tie
    assert ranked.loc["bank", "open_pairs"] == 1.5


def test_who_has_ties_to_one_side_only_or_holds_a_public_office_is_no_candidate() -> None:
    scene = country()
    scene.partners("bank", "city1")
    scene.partners("hub", "firm1")
    scene.partners("pref", "city2")
    scene.partners("pref", "firm2")
    assert scene.ranked().empty
    scene.partners("bank", "firm1")
    assert list(scene.ranked()["id"]) == ["bank"]


def test_whom_releases_call_an_intermediary_is_ranked_with_ties_to_one_side_too() -> None:
    scene = country()
    scene.introduced("desk", "city1", "city2")
    scene.partners("bank", "city1")
    scene.partners("hub", "firm1")
    scene.acts += [("council", "claimed", None), ("hub", "claimed", None)]
    ranked = scene.ranked()  # not the council, which has no tie, nor the hub, which has none to the public
    assert list(ranked["id"]) == ["desk"] and ranked.loc[0, "other_ties"] == 0


def test_the_order_is_the_finders_where_scores_are_too_small_to_tell_apart() -> None:
    scene = country()
    scene.types |= dict.fromkeys(("school1", "school2", "college"), "university")
    for school, cities in (("school1", 5), ("school2", 1)):
        scene.partners(school, "college")
        for i in range(1, cities + 1):
            scene.partners(school, f"city{i}")
    ranked = scene.ranked()
    assert ranked["score"].tolist() == [0, 0] and list(ranked["id"]) == ["school2", "school1"]
    assert ranked[list(TERMS)].sum(axis=1).is_monotonic_decreasing


def test_desks_of_the_public_are_candidates_as_banks_are() -> None:
    scene = Scene(city="municipality", firm="company", bureau="regional_bureau", agency="agency")
    for body in ("bureau", "agency"):
        scene.partners(body, "city")
        scene.partners(body, "firm")
    assert list(scene.ranked()["id"]) == ["agency", "bureau"]


def test_members_of_a_passive_council_gain_nothing_from_each_other() -> None:
    scene = country()
    members = {f"city{i}": "member" for i in range(1, 7)} | {f"firm{i}": "member" for i in range(1, 7)}
    scene.tie("membership", council="collective", **members)
    scene.introduced("desk", "city1", "firm1")
    ranked = scene.ranked()
    assert ranked.loc[0, "id"] == "desk"
    assert not set(members) & set(ranked["id"])


def test_what_is_only_planned_makes_no_intermediary() -> None:
    scene = country()
    scene.partners("bank", "city1")
    scene.tie("partnership", status="planned", bank="party", firm1="party")
    assert scene.ranked().empty


def test_the_columns_that_say_why_are_those_of_the_reference() -> None:
    names = {name: f"o{i}" for i, name in enumerate(TOY["groups"])}
    types = {"public": "municipality", "private": "company", "hybrid": "platform", "academic": "university"}
    scene = Scene(**{names[n]: types[g] for n, g in TOY["groups"].items()})
    for a, b in TOY["edges"]:
        scene.partners(names[a], names[b])
    ranked = scene.ranked().set_index("id")
    for name in ("官民研", "X社"):
        found, expected = ranked.loc[names[name]], TOY["nodes"][name]
        for column, key in (("betweenness", "betweenness"), ("constraint", "constraint"),
                            ("effective_size", "effective_size"), ("coordinator", "w_I"), ("itinerant", "w_O"),
                            ("representative", "b_IO"), ("gatekeeper", "b_OI"), ("liaison", "b_O"),
                            ("brokerage", "t")):
            assert found[column] == pytest.approx(expected[key], rel=1e-6), (name, column)


def test_the_docs_say_what_every_column_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "brokerage.md").read_text(encoding="utf-8")
    table = page.partition("| column | what it is |")[2]
    named = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")]
    assert {"rank", *SCORES} - set(named) == set(POINTS) and set(named) <= {"rank", *SCORES}
    assert all(f"`{level}`" in table for level in POINTS)


def test_the_order_does_not_depend_on_the_order_of_the_rows() -> None:
    scene = country()
    for broker in ("hub", "bank", "desk"):
        scene.partners(broker, "city1", "firm1")
        scene.partners(broker, "city2", "firm3", "firm4")
    first = scene.ranked()
    for rows in (scene.ties, scene.parties):
        rows.reverse()
    pd.testing.assert_frame_equal(scene.ranked(), first)


def test_nothing_in_nothing_out_with_the_columns_in_place() -> None:
    assert list(Scene().ranked().columns) == ["rank", *DESCRIPTION, *SCORES]


def test_a_level_that_does_not_exist_is_refused() -> None:
    scene = country()
    scene.acts.append(("desk", "rumoured", None))
    with pytest.raises(ValueError, match="rumoured"):
        scene.ranked()
