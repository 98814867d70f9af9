"""The frames that the measures read, from Neo4j, for a slice of the graph."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from neo4j import Driver

from graph.reading import read
from graph.tied_to import JOINING_STATUSES
from nlp.model import STATUSES, bounds, precision_of

#: Seconds and rows that one frame may take: the whole country is some 100,000 ties.
_TIMEOUT = 300.0
_ROWS = 10_000_000

_TIES = """
MATCH (t:Kakehashi:Tie)
WHERE ($prefecture IS NULL OR EXISTS {
        MATCH (o:Organization)-[:PARTY_TO]->(t)
        WHERE o.prefecture = $prefecture OR (o:Prefecture AND o.name = $prefecture) })
  AND ($theme IS NULL OR EXISTS { MATCH (t)-[:ABOUT]->(:Theme {name: $theme}) })
  AND ($since IS NULL OR t.latest IS NULL OR t.latest >= $since)
  AND ($until IS NULL OR t.earliest IS NULL OR t.earliest <= $until)
RETURN t.id AS id, t.kind AS kind, t.status AS status, t.earliest AS earliest, t.latest AS latest, t.level AS level,
       ($since IS NULL OR coalesce(t.earliest >= $since, false))
       AND ($until IS NULL OR coalesce(t.latest <= $until, false)) AS lies_within,
       [(o:Organization)-[p:PARTY_TO]->(t) | [o.id, p.role]] AS parties
ORDER BY id
"""
_ORGANIZATIONS = """
MATCH (o:Kakehashi:Organization) WHERE o.id IN $ids
RETURN o.id AS id, o.name AS name, o.type AS type, o.sector AS sector, o.prefecture AS prefecture
ORDER BY id
"""
_CLAIMS = """
MATCH (c:Kakehashi:Claim {kind: 'intermediary'})-[:CLAIMED_OF]->(o:Organization) WHERE o.id IN $ids
RETURN o.id AS organization, coalesce(c.level, 'claimed') AS level, c.id AS claim,
       COLLECT { MATCH (r:Release)-[:STATES]->(c)
                 WITH r, $prefecture IS NULL OR o.prefecture = $prefecture OR (o:Prefecture AND o.name = $prefecture) AS there
                 WHERE (there AND $theme IS NULL AND $statuses IS NULL)
                    OR EXISTS { MATCH (r)-[:STATES]->(t:Tie)
                                WHERE ($theme IS NULL OR EXISTS { MATCH (t)-[:ABOUT]->(:Theme {name: $theme}) })
                                  AND ($statuses IS NULL OR t.status IN $statuses)
                                  AND (there OR EXISTS {
                                        MATCH (p:Organization)-[:PARTY_TO]->(t)
                                        WHERE p.prefecture = $prefecture OR (p:Prefecture AND p.name = $prefecture) }) }
                 RETURN coalesce(toString(r.published), '') } AS published
ORDER BY organization, claim
"""


@dataclass(frozen=True)
class Slice:
    """A part of the graph: ties with a party in `prefecture`, about `theme`, between the days `since` and `until`.

    `since` and `until` are prefixes of ISO days («2020», «2020-04», «2020-04-01») or fiscal years («FY2020»: 1 April
    to 31 March), both included. A tie belongs to the slice where its interval [earliest, latest] lies in it, with
    `loose` where the two overlap; what is unknown of an interval overlaps and never lies within. Ties count whose
    status is one of `statuses`.
    Raises ValueError for a date that is none, and where `since` is after `until`.
    """

    prefecture: str | None = None
    theme: str | None = None
    since: str | None = None
    until: str | None = None
    loose: bool = False
    statuses: frozenset[str] = JOINING_STATUSES

    def __post_init__(self) -> None:
        if unknown := sorted(self.statuses - set(STATUSES)):
            raise ValueError(f"«{unknown[0]}» is no status of a tie; there are: {', '.join(STATUSES)}")
        first, last = self.first_day, self.last_day
        if first and last and first > last:
            raise ValueError(f"the slice ends on {last} before it begins on {first}: swap since and until")

    @property
    def first_day(self) -> date | None:
        """The first day of `since`."""
        return _days(self.since)[0] if self.since else None

    @property
    def last_day(self) -> date | None:
        """The last day of `until`."""
        return _days(self.until)[1] if self.until else None


@dataclass(frozen=True)
class Frames:
    """What `rank_intermediaries` takes, for one slice; days are ISO text.

    organizations[id, name, type, sector, prefecture], ties[id, kind, status, earliest, latest],
    parties[tie, organization, role], broker_acts[organization, level, tie] (tie None for a self-description).
    `self_descriptions` are the ids of the claims behind these, the repeated ones too. `left_out` ties overlap the slice
    without lying in it: `loose` would take them.
    """

    organizations: pd.DataFrame
    ties: pd.DataFrame
    parties: pd.DataFrame
    broker_acts: pd.DataFrame
    self_descriptions: frozenset[str]
    left_out: int


def read_frames(driver: Driver, database: str, chosen: Slice) -> Frames:
    """The frames of a slice. Organisations are the parties of its ties, broker acts its brokerages of the asked statuses and
    what those organisations say of themselves within the slice.

    A self-description has no date, theme, place or status of its own. It is dated by its release; it is about a theme where
    such a release also states a tie about it; it belongs to a prefecture where its organisation lies there or where such a
    release states a tie with a party of it; it stands as concluded, and counts among other statuses alone where such a
    release states a tie of one of them. One release, and one tie of it, must do for all that is asked.
    """
    found = _read(driver, database, _TIES, prefecture=chosen.prefecture, theme=chosen.theme,
                  since=chosen.first_day, until=chosen.last_day)
    within = found["lies_within"].astype(bool)
    taken = found if chosen.loose else found[within]
    parties = _frame(((tie, organization, role) for tie, members in zip(taken["id"], taken["parties"], strict=True)
                      for organization, role in sorted(members)), ["tie", "organization", "role"])
    ids = sorted(set(parties["organization"]))
    organizations = _read(driver, database, _ORGANIZATIONS, ids=ids)
    statuses = None if "concluded" in chosen.statuses else sorted(chosen.statuses)
    claims = _read(driver, database, _CLAIMS, ids=ids, theme=chosen.theme, prefecture=chosen.prefecture, statuses=statuses)
    claims = claims[np.array([_in_time(published, chosen) for published in claims["published"]], dtype=bool)]
    acts = _brokerages(taken, parties, chosen) + _self_descriptions(claims)
    return Frames(
        organizations=organizations,
        ties=taken[["id", "kind", "status", "earliest", "latest"]].reset_index(drop=True),
        parties=parties,
        broker_acts=_frame(acts, ["organization", "level", "tie"]),
        self_descriptions=frozenset(claims["claim"]),
        left_out=0 if chosen.loose else int((~within).sum()),
    )


def _read(driver: Driver, database: str, cypher: str, **parameters: Any) -> pd.DataFrame:
    return read(driver, database, cypher, parameters, timeout=_TIMEOUT, limit=_ROWS).astype(object)


def _frame(rows: Iterable[Sequence[Any]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns).astype(object)


def _brokerages(ties: pd.DataFrame, parties: pd.DataFrame, chosen: Slice) -> list[tuple[str, str | None, str | None]]:
    asked = ties[(ties["kind"] == "brokerage") & ties["status"].isin(list(chosen.statuses))]
    levels = {tie: _level(level, status) for tie, level, status in zip(asked["id"], asked["level"], asked["status"], strict=True)}
    brokers = parties[(parties["role"] == "broker") & parties["tie"].isin(list(levels))]
    return [(organization, levels[tie], tie) for tie, organization in zip(brokers["tie"], brokers["organization"], strict=True)]


def _level(level: str | None, status: str) -> str:
    """A brokerage that a release reports without saying how far it went did come about; of one that is only planned, or was
    called off, nothing came."""
    if status in JOINING_STATUSES:
        return level or "evidenced"
    return "contracted" if level == "contracted" else "claimed"


def _self_descriptions(claims: pd.DataFrame) -> list[tuple[str, str | None, str | None]]:
    rows: list[tuple[str, str | None, str | None]] = []
    praised: set[str] = set()
    for organization, level in zip(claims["organization"], claims["level"], strict=True):
        # the same self-praise at the foot of every release is said once; contracts and results are each their own
        if level == "claimed" and organization in praised:
            continue
        if level == "claimed":
            praised.add(organization)
        rows.append((organization, level, None))
    return rows


def _in_time(published: list[str], chosen: Slice) -> bool:
    """Whether one of the days of releases lies in a slice, with `loose` overlaps it; a day that is not known («») does so only
    with `loose`. In the whole graph every release does."""
    first, last = chosen.first_day, chosen.last_day
    if first is None and last is None:
        return bool(published)
    for day in published:
        if not day:
            if chosen.loose:
                return True
            continue
        begin, end = _days(day)
        begins, ends = (end, begin) if chosen.loose else (begin, end)
        if (first is None or begins >= first) and (last is None or ends <= last):
            return True
    return False


def _days(prefix: str) -> tuple[date, date]:
    """The first and last day of an ISO date prefix or a fiscal year."""
    fiscal = re.fullmatch(r"FY(\d{4})", prefix)
    parts = fiscal or re.fullmatch(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:T.*)?", prefix)
    try:
        if parts is None:
            raise ValueError("no date")
        first, last = bounds(parts[1], "fiscal_year" if fiscal else precision_of(parts[1]))
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise ValueError(f"«{prefix}» is no date: write 2020, 2020-04, 2020-04-01 or FY2020") from error
