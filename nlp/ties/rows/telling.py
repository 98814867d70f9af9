"""What the lists, teams, records and chronicle of a page tell, each tie once."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from nlp.blocks import Layout
from nlp.names.entities import Names
from nlp.ties.rows.chronicle import chronicle
from nlp.ties.rows.gathering import AHEAD, lists_of
from nlp.ties.rows.list_ties import list_ties
from nlp.ties.rows.listed import Listed
from nlp.ties.rows.records import records
from nlp.ties.rows.rules import FILE
from nlp.ties.rows.sheet import Sheet
from nlp.ties.rows.teams import NAME, Team, founded_for, team_ties, teams_of
from nlp.ties.rows.voices import voices
from nlp.ties.told import Told
from nlp.ties.view import View


def row_ties(layout: Layout, names: Names) -> list[Told]:
    """The ties that lists, tables and labelled lines tell, in the order of the page."""
    sheet = Sheet(View(layout, names, FILE))
    teams = list(teams_of(sheet))
    lists = _without_teams(lists_of(sheet), teams)
    winners = {tie.block: tie for one in lists if one.rule.kind in ("award", "designated_manager") for tie in list_ties(sheet, one, lists)}
    founders = {one: matter for one in lists if (matter := _founded(one, winners)) is not None}
    lists = [one for one in lists if one not in founders]
    founded = [founded_for(matter, one.entities) for one, matter in founders.items()]
    won = _once([*chain.from_iterable(team_ties(sheet, team, winners) for team in teams), *founded])
    gone = {winners[tie.block] for tie in won if tie.kind == "pfi" and tie.block in winners}
    told = [tie for one in lists for tie in list_ties(sheet, one, lists) if tie not in gone]
    used = {row.block for one in lists for row in one.rows}
    more = [tie for tie in (*told, *records(sheet, used), *chronicle(sheet), *voices(sheet)) if len(tie.entities) > 1]
    return _united(_once([*won, *more]))


def _without_teams(lists: Iterable[Listed], teams: Sequence[Team]) -> list[Listed]:
    """Lists without the rows that are of teams."""
    in_teams = {block for team in teams for block in range(team.start, team.end + 1)}
    rest = (replace(one, rows=tuple(row for row in one.rows if row.block not in in_teams)) for one in lists)
    return [one for one in rest if one.rows]


def _founded(one: Listed, winners: Mapping[int, Told]) -> Told | None:
    """The matter above a list of investors that these founded a firm for."""
    before = [tie for block, tie in winners.items() if 0 < one.opener - block <= AHEAD and tie.kind == "pfi"]
    return before[-1] if before and one.rule.name == "investors" else None


def _once(told: Iterable[Told]) -> list[Told]:
    """The first tie of each kind and parties."""
    found: dict[tuple[str, frozenset[int]], Told] = {}
    for tie in told:
        found.setdefault((tie.kind, tie.entities), tie)
    return list(found.values())


def _united(told: Sequence[Told]) -> list[Told]:
    """Ties, the lists of one collective's members as one."""
    found: dict[tuple[object, ...], Told] = {}
    for number, tie in enumerate(told):
        members = tie.kind == "membership" and tie.phrase != NAME and tie.parties[-1][1] == "collective"
        key = ("members", tie.parties[-1]) if members else ("alone", number)
        one = found.get(key)
        found[key] = tie if one is None else replace(one, parties=(*dict.fromkeys((*one.parties[:-1], *tie.parties[:-1])), one.parties[-1]))
    return list(found.values())
