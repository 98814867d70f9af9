"""What an export holds: frames of the whole graph, or of the part of it that an answer is about."""
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from neo4j import Driver

from graph.export.fields import Field, tables
from graph.reading import read
from queries.catalogue import NAMES_OF_ORGANIZATIONS

#: Seconds and rows that one table may take.
_TIMEOUT, _ROWS = 600.0, 20_000_000
#: An id of the graph, whole.
_ID = re.compile(r"(?:org|tie|release|person|claim|theme):\S.*")

_IN_TIES = "($ties IS NULL OR t.id IN $ties)"
_IN_ORGANIZATIONS = "($organizations IS NULL OR o.id IN $organizations)"
_IN_RELEASES = "($releases IS NULL OR r.id IN $releases)"
#: Table → what reads it; every row once, in one order.
_QUESTIONS = {
    "organizations": f"""MATCH (o:Kakehashi:Organization) WHERE {_IN_ORGANIZATIONS}
        RETURN o {{.*, latitude: o.location.latitude, longitude: o.location.longitude, location: null}} AS row
        ORDER BY o.id""",
    "ties": f"MATCH (t:Kakehashi:Tie) WHERE {_IN_TIES} RETURN t {{.*}} AS row ORDER BY t.id",
    "parties": f"""MATCH (o:Kakehashi:Organization)-[p:PARTY_TO]->(t:Kakehashi:Tie) WHERE {_IN_TIES}
        RETURN p {{.*, tie: t.id, organization: o.id}} AS row ORDER BY t.id, o.id, p.role""",
    "tie_themes": f"""MATCH (t:Kakehashi:Tie)-[:ABOUT]->(h:Kakehashi:Theme) WHERE {_IN_TIES}
        RETURN {{tie: t.id, theme: h.name}} AS row ORDER BY t.id, h.name""",
    "tie_links": f"""MATCH (t:Kakehashi:Tie)-[l:LED_TO|RENEWS|ENDS]->(u:Kakehashi:Tie)
        WHERE {_IN_TIES} AND ($ties IS NULL OR u.id IN $ties)
        RETURN {{type: type(l), tie: t.id, other: u.id}} AS row ORDER BY type(l), t.id, u.id""",
    "releases": f"""MATCH (r:Kakehashi:Release) WHERE {_IN_RELEASES}
        RETURN r {{.*, organization: COLLECT {{ MATCH (r)-[:PUBLISHED_BY]->(o:Organization) WHERE {_IN_ORGANIZATIONS}
                                             RETURN o.id ORDER BY o.id }}[0]}} AS row ORDER BY r.id""",
    "statements": f"""CALL () {{
          MATCH (r:Kakehashi:Release)-[s:STATES]->(t:Kakehashi:Tie) WHERE {_IN_TIES}
          RETURN s {{.*, release: r.id, tie: t.id}} AS row
          UNION ALL
          MATCH (r:Kakehashi:Release)-[s:STATES]->(c:Kakehashi:Claim) WHERE ($claims IS NULL OR c.id IN $claims)
          RETURN s {{.*, release: r.id, claim: c.id}} AS row
        }} RETURN row ORDER BY row.release, row.statement""",
    "claims": """MATCH (c:Kakehashi:Claim)-[:CLAIMED_OF]->(o:Kakehashi:Organization)
        WHERE ($claims IS NULL OR c.id IN $claims)
        RETURN c {.*, organization: o.id} AS row ORDER BY c.id""",
    "persons": """MATCH (p:Kakehashi:Person) WHERE ($persons IS NULL OR p.id IN $persons)
        RETURN p {.*} AS row ORDER BY p.id""",
    "offices": f"""MATCH (p:Kakehashi:Person)-[h:HOLDS]->(o:Kakehashi:Organization)
        WHERE ($persons IS NULL OR p.id IN $persons) AND {_IN_ORGANIZATIONS}
        RETURN h {{.*, person: p.id, organization: o.id}} AS row ORDER BY p.id, o.id, h.title""",
    "organization_links": f"""MATCH (o:Kakehashi:Organization)-[l:PART_OF|SUCCEEDED_BY|LOCATED_IN]->(p:Kakehashi:Organization)
        WHERE {_IN_ORGANIZATIONS} AND ($organizations IS NULL OR p.id IN $organizations)
        RETURN l {{.*, type: type(l), organization: o.id, other: p.id}} AS row ORDER BY type(l), o.id, p.id""",
    "collectives": f"""MATCH (r:Kakehashi:Release)-[d:DESCRIBES]->(o:Kakehashi:Organization)
        WHERE {_IN_RELEASES} AND {_IN_ORGANIZATIONS}
        RETURN d {{.*, release: r.id, organization: o.id}} AS row ORDER BY r.id, o.id""",
    "mentions": f"""CALL () {{
          MATCH (r:Kakehashi:Release)-[n:NAMES]->(o:Kakehashi:Organization) WHERE {_IN_RELEASES} AND {_IN_ORGANIZATIONS}
          RETURN {{release: r.id, organization: o.id, field: n.field, start: n.start, end: n.end}} AS row
          UNION ALL
          MATCH (r:Kakehashi:Release)-[n:NAMES]->(p:Kakehashi:Person)
          WHERE {_IN_RELEASES} AND ($persons IS NULL OR p.id IN $persons)
          RETURN {{release: r.id, person: p.id, field: n.field, start: n.start, end: n.end}} AS row
        }} RETURN row ORDER BY row.release, row.field, row.start, row.end, coalesce(row.organization, row.person)""",
    "reprints": f"""MATCH (r:Kakehashi:Release)-[:REPRINT_OF]->(q:Kakehashi:Release)
        WHERE {_IN_RELEASES} AND ($releases IS NULL OR q.id IN $releases)
        RETURN {{release: r.id, original: q.id}} AS row ORDER BY r.id, q.id""",
    "tied_to": f"""MATCH (o:Kakehashi:Organization)-[l:TIED_TO]->(p:Kakehashi:Organization)
        WHERE {_IN_ORGANIZATIONS} AND ($organizations IS NULL OR p.id IN $organizations)
        RETURN l {{.*, organization: o.id, other: p.id}} AS row ORDER BY o.id, p.id""",
}
_NEWEST = "MATCH (r:Kakehashi:Release) RETURN toString(max(r.latest)) AS day"
_SEEN = """
UNWIND $ids AS id MATCH (n:Kakehashi {id: id})
RETURN id, CASE WHEN n:Organization THEN 'organizations' WHEN n:Tie THEN 'ties' WHEN n:Release THEN 'releases'
           WHEN n:Person THEN 'persons' WHEN n:Claim THEN 'claims' WHEN n:Theme THEN 'themes' END AS sort ORDER BY id
"""
_ABOUT_THEMES = "UNWIND $ids AS id MATCH (:Theme {id: id})<-[:ABOUT]-(t:Tie) RETURN DISTINCT t.id AS id ORDER BY id"
_ABOUT_THEMES_OF = """
UNWIND $themes AS theme MATCH (:Theme {id: theme})<-[:ABOUT]-(t:Tie)
WHERE EXISTS { MATCH (t)<-[:PARTY_TO]-(o:Organization) WHERE o.id IN $ids }
RETURN DISTINCT t.id AS id ORDER BY id
"""
_AMONG = """
UNWIND $ids AS id MATCH (:Kakehashi:Organization {id: id})-[:PARTY_TO]->(t:Kakehashi:Tie)
WITH t, count(DISTINCT id) AS parties WHERE parties > 1 RETURN t.id AS id ORDER BY id
"""
_STATED_BY = "UNWIND $ids AS id MATCH (:Kakehashi:Release {id: id})-[:STATES]->(n) RETURN DISTINCT n.id AS id ORDER BY id"
_PARTIES = "UNWIND $ids AS id MATCH (:Kakehashi:Tie {id: id})<-[:PARTY_TO]-(o) RETURN DISTINCT o.id AS id ORDER BY id"
_CLAIMED = "UNWIND $ids AS id MATCH (:Kakehashi:Claim {id: id})-[:CLAIMED_OF]->(o) RETURN DISTINCT o.id AS id ORDER BY id"
_HELD = "UNWIND $ids AS id MATCH (:Kakehashi:Person {id: id})-[:HOLDS]->(o) RETURN DISTINCT o.id AS id ORDER BY id"
_NAMING = "UNWIND $ids AS id MATCH (n:Kakehashi {id: id})<-[:NAMES]-(r:Release) RETURN DISTINCT r.id AS id ORDER BY id"
_TELLING = "UNWIND $ids AS id MATCH (n:Kakehashi {id: id})<-[:STATES]-(r) RETURN DISTINCT r.id AS id ORDER BY id"
_ASKED_ORGANIZATIONS = """
MATCH (o:Kakehashi:Organization) WHERE o.name IN $names OR any(name IN o.names WHERE name IN $names)
RETURN DISTINCT o.id AS id ORDER BY id
"""
_ASKED_THEMES = "MATCH (h:Kakehashi:Theme) WHERE h.name IN $names RETURN h.id AS id ORDER BY id"
_ALL_RELEASES = "MATCH (r:Kakehashi:Release) RETURN r.id AS id, r.url AS url, r.publisher AS publisher ORDER BY id"


@dataclass(frozen=True)
class Contents:
    """The frames of an export by the names of `fields.tables()`, in their order and columns; lists are lists, days ISO
    text, what is unknown None. `newest` is the last day on which a release of the whole graph was published. `answer` is the
    answer whose part of the graph this is, `question` what was asked. `read` (id, url, publisher) are the releases that it was
    read from: those of the export, of a part without any all."""
    frames: dict[str, pd.DataFrame]
    read: pd.DataFrame
    newest: str | None = None
    answer: pd.DataFrame | None = None
    question: str | None = None


def contents_of(driver: Driver, database: str, ids: dict[str, list[str]] | None = None,
                progress: Callable[[int, int], None] | None = None) -> Contents:
    """Everything in the graph, or what stands under `ids` (organizations, ties, releases, persons, claims → ids)."""
    chosen = {sort: None if ids is None else ids.get(sort, []) for sort in
              ("organizations", "ties", "releases", "persons", "claims")}
    frames = {}
    for done, (name, columns) in enumerate(tables().items(), 1):
        rows = read(driver, database, _QUESTIONS[name], chosen, timeout=_TIMEOUT, limit=_ROWS)["row"]
        frames[name] = _frame(rows, columns)
        if progress is not None:
            progress(done, len(tables()))
    newest = read(driver, database, _NEWEST)["day"].iloc[0]
    releases = frames["releases"][["id", "url", "publisher"]]
    if releases.empty:
        releases = read(driver, database, _ALL_RELEASES, timeout=_TIMEOUT, limit=_ROWS)
    return Contents(frames, releases, newest)


def part_of(driver: Driver, database: str, answer: pd.DataFrame, question: str, asked: Mapping[str, Any],
            progress: Callable[[int, int], None] | None = None) -> Contents:
    """The part of the graph that an answer is about, `asked` being the values of the question's parameters.

    That is whatever the answer names by id; the ties that a named release states, that are about a named theme where nothing
    else is named, or that hold between two organisations which the answer or a parameter names; where organisations are named,
    their ties about a theme that is named or asked about; of every tie and claim all parties and the releases that state it;
    and the releases that name an organisation or person of the answer.

    Raises ValueError where the answer names nothing by id.
    """
    def ask(cypher: str, some: Iterable[str], **more: list[str]) -> set[str]:
        return set(read(driver, database, cypher, {"ids": sorted(some), **more}, timeout=_TIMEOUT, limit=_ROWS)["id"])

    named: dict[str, set[str]] = {sort: set() for sort in
                                  ("organizations", "ties", "releases", "persons", "claims", "themes")}
    seen = read(driver, database, _SEEN, {"ids": sorted(_ids(answer))}, timeout=_TIMEOUT, limit=_ROWS)
    for one, sort in zip(seen["id"], seen["sort"], strict=True):
        named[sort].add(one)
    if not any(named.values()):
        why = "has no row" if answer.empty else "has no row that names an organisation, tie or release by its id"
        raise ValueError(f"nothing to export: the answer {why}; `kakehashi query {question} --csv` or `--excel FILE` writes an "
                         "answer alone")
    only_themes = not any(several for sort, several in named.items() if sort != "themes")
    theme = asked.get("theme")
    about = named["themes"] | ask(_ASKED_THEMES, [], names=[theme] if isinstance(theme, str) else [])
    names = [value for name, value in asked.items() if name in NAMES_OF_ORGANIZATIONS and isinstance(value, str)]
    asked_about = ask(_ASKED_ORGANIZATIONS, [], names=names) if named["organizations"] else set()
    stated = ask(_STATED_BY, named["releases"])
    ties = named["ties"] | {one for one in stated if one.startswith("tie:")}
    ties |= ask(_AMONG, named["organizations"] | asked_about)
    ties |= ask(_ABOUT_THEMES_OF, named["organizations"], themes=sorted(about))
    if only_themes:
        ties |= ask(_ABOUT_THEMES, named["themes"])
    claims = named["claims"] | {one for one in stated if one.startswith("claim:")}
    held = ask(_HELD, named["persons"])
    organizations = named["organizations"] | asked_about | ask(_PARTIES, ties) | ask(_CLAIMED, claims) | held
    releases = named["releases"] | ask(_TELLING, ties | claims) | ask(_NAMING, named["organizations"] | named["persons"])
    ids = {"organizations": organizations, "ties": ties, "releases": releases, "persons": named["persons"], "claims": claims}
    found = contents_of(driver, database, {sort: sorted(several) for sort, several in ids.items()}, progress)
    return replace(found, answer=answer, question=question)


def _ids(answer: pd.DataFrame) -> Iterator[str]:
    """Every text of an answer that has the shape of an id."""
    for column in answer.columns:
        for value in answer[column]:
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, str) and _ID.fullmatch(one):
                    yield one


def _frame(rows: pd.Series[Any], columns: tuple[Field, ...]) -> pd.DataFrame:
    data = {field.name: pd.Series([row.get(field.name) for row in rows], dtype=object) for field in columns}
    return pd.DataFrame(data, columns=[field.name for field in columns])
