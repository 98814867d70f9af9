"""Kakehashi from Python and Jupyter: answers as pandas frames.

    from graph.library import Kakehashi

    with Kakehashi() as kakehashi:
        kakehashi.query("partners", organization="四條畷市")
        kakehashi.brokers(prefecture="大阪府")
        kakehashi.evidence("tie:…")
"""
from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from graph import connection, reading
from graph.names import name_key
from graph.reading import EMPTY, read
from graph.server import manager
from queries import question
from queries.catalogue import NAMES_OF_ORGANIZATIONS

if TYPE_CHECKING:
    from graph.brokerage.explanation import Explanation
    from graph.brokerage.finder import Search
    from graph.frames import Frames, Slice

_EVIDENCE = """
MATCH (t:Kakehashi:Tie {id: $tie})<-[s:STATES]-(r:Release)
UNWIND range(0, size(s.starts) - 1) AS i
RETURN r.id AS release, r.url AS url, r.title AS title, r.published AS published, s.statement AS statement,
       s.sentence AS sentence, s.fields[i] AS field, s.starts[i] AS start, s.ends[i] AS end,
       s.confidence AS confidence, s.extractor AS extractor
ORDER BY published, release, statement, i
"""
_NAMED = """
MATCH (o:Kakehashi:Organization) WHERE o.id = $name OR o.name = $name OR $name IN o.names
RETURN DISTINCT o.id AS id ORDER BY id
"""
_NEAR = """
CALL db.index.fulltext.queryNodes('kakehashi_organization_names', '"' + replace(replace($name, '"', ' '), '\\\\', ' ') + '"')
YIELD node AS o, score
RETURN o.name AS name ORDER BY score DESC, name LIMIT 3
"""
_WORDS = """
MATCH (o:Kakehashi:Organization {id: $id})
CALL (o) {
    MATCH (o)-[:PARTY_TO {role: 'broker'}]->(t:Tie {kind: 'brokerage'})<-[s:STATES]-(r:Release)
    RETURN coalesce(t.level, 'evidenced') AS level, s.sentence AS sentence, r, t.id AS act
  UNION
    MATCH (o)<-[:CLAIMED_OF]-(c:Claim {kind: 'intermediary'})<-[s:STATES]-(r:Release)
    RETURN coalesce(c.level, 'claimed') AS level, s.sentence AS sentence, r, c.id AS act
}
RETURN level, sentence, r.title AS title, r.published AS published, r.url AS url, act
ORDER BY published, title, sentence, act
"""


@dataclass(frozen=True)
class Told:
    """An explanation with what people read beside it: `names` by organisation id, and `words`, a row a sentence that
    tells of a broker act: level, sentence, title, published, url. `search` is what it was explained from; `left_out` ties only overlap the slice."""

    explanation: Explanation
    names: dict[str, str]
    words: pd.DataFrame
    search: Search
    left_out: int

    def named_pairs(self) -> pd.DataFrame:
        """The pairs with names instead of ids: public, private, state, share, met, tied."""
        pairs = self.explanation.pairs
        return pairs.assign(public=pairs["public"].map(self.names), private=pairs["private"].map(self.names),
                            share=pairs["share"].round(3))


def _slice(prefecture: str | None, theme: str | None, since: str | None, until: str | None, loose: bool,
           statuses: Iterable[str] | None) -> Slice:
    from graph.frames import Slice
    from graph.tied_to import JOINING_STATUSES

    return Slice(prefecture=prefecture, theme=theme, since=since, until=until, loose=loose,
                 statuses=JOINING_STATUSES if statuses is None else frozenset(statuses))


class Kakehashi:
    """An open graph. `home` is the folder of `kakehashi run` (default: KAKEHASHI_HOME, else ./.kakehashi)."""

    def __init__(self, home: str | Path | None = None) -> None:
        self._home = Path(home or os.environ.get("KAKEHASHI_HOME", ".kakehashi"))
        self._target = connection.target(self._home)
        self._driver = connection.driver(self._target)

    def query(self, name: str, **parameters: Any) -> pd.DataFrame:
        """The answer of one question of the catalogue. Raises queries.QuestionError where there is no such thing."""
        asked = question(name)
        return self.cypher(asked.cypher, **asked.values(parameters))

    def cypher(self, text: str, **parameters: Any) -> pd.DataFrame:
        """The answer of one reading Cypher statement. Raises graph.reading.ReadRefused where it would do more.

        A question that the managed server does not stop in its time is ended with the server, which is started again.
        """
        try:
            return read(self._driver, self._target.database, text, parameters, reading.TIMEOUT, patience=reading.PATIENCE)
        except reading.NotStopped:
            if self._target.managed:
                manager.kill(self._home / "neo4j")
                self._target = connection.target(self._home)
                self._driver = connection.driver(self._target)
            raise

    def export(self, folder: str | Path, formats: Collection[str] = ("csv",), query: str | None = None, *,
               excel: bool = False, licence: str = "CC-BY-4.0", progress: Callable[[str, int, int], None] | None = None,
               **parameters: Any) -> list[Path]:
        """Write the whole graph, or the answer of a question with the part of the graph that it is about, into a folder;
        the files. `formats` are some of csv, parquet, graphml, gexf; `licence` is an SPDX name. Raises ValueError for an
        unknown format or licence name, an empty graph and an answer that names nothing by id, FileExistsError for a folder with other files.
        """
        from graph.export import check, check_licence, contents_of, part_of, provenance_of, write

        check(Path(folder), formats)
        check_licence(licence)

        def step(stage: str) -> Callable[[int, int], None]:
            return lambda done, total: progress(stage, done, total) if progress else None

        if self.empty():
            raise ValueError(f"nothing to export: {EMPTY}")
        if query is None:
            contents = contents_of(self._driver, self._target.database, progress=step("reading"))
        else:
            asked, answer = question(query).values(parameters), self.query(query, **parameters)
            if answer.empty:
                self._known(asked)
            contents = part_of(self._driver, self._target.database, answer, query, asked, step("reading"))
        provenance = provenance_of(contents, f"Kakehashi {version('kakehashi')}", licence)
        return write(contents, provenance, Path(folder), formats, excel=excel, progress=step("writing"))

    def evidence(self, tie: str) -> pd.DataFrame:
        """A row a span that states a tie: release, url, sentence, field, start and end in code points, confidence."""
        return self.cypher(_EVIDENCE, tie=tie)

    def brokers(self, prefecture: str | None = None, theme: str | None = None, since: str | None = None,
                until: str | None = None, loose: bool = False, statuses: Iterable[str] | None = None) -> pd.DataFrame:
        """The intermediaries of a slice, best first, with the columns that say why and every textbook measure.

        `since` and `until` are dates as precise as you like («2020», «2020-04») or fiscal years («FY2020»); only ties
        that lie in the slice count, with `loose` those that overlap it; `statuses` are those of the ties that count
        (left out: what came about). `frame.attrs["left_out"]` counts the ties that only overlap.
        """
        from graph.brokerage import rank_intermediaries

        chosen = _slice(prefecture, theme, since, until, loose, statuses)
        frames = self._frames(chosen)
        ranked = rank_intermediaries(frames.organizations, frames.ties, frames.parties, frames.broker_acts,
                                     chosen.statuses)
        ranked.attrs["left_out"] = frames.left_out
        return ranked

    def explain_broker(self, organization: str, prefecture: str | None = None, theme: str | None = None,
                       since: str | None = None, until: str | None = None, loose: bool = False,
                       statuses: Iterable[str] | None = None) -> Told:
        """Why an organisation (its id or name) ranks where it does in a slice: its terms, pairs and the words behind.

        The legal form may be left out of a name. Raises ValueError for what is no candidate in the slice, with the names
        that are near.
        """
        from graph.brokerage.explanation import explain
        from graph.brokerage.finder import search

        chosen = _slice(prefecture, theme, since, until, loose, statuses)
        frames = self._frames(chosen)
        found = search(frames.organizations, frames.ties, frames.parties, frames.broker_acts, statuses=chosen.statuses)
        names = dict(zip(frames.organizations["id"], frames.organizations["name"], strict=True))
        one = self._candidate(organization, names, found.ranked["organization"].tolist())
        return Told(explain(found, one), names, self._words(one, frames), found, frames.left_out)

    def _words(self, organization: str, frames: Frames) -> pd.DataFrame:
        """The sentences behind the broker acts that the slice counts, with the level that each has there."""
        acts = frames.broker_acts[frames.broker_acts["organization"] == organization].dropna(subset=["tie"])
        levels = dict(zip(acts["tie"], acts["level"], strict=True))
        found = self.cypher(_WORDS, id=organization)
        found["level"] = found["act"].map(levels).fillna(found["level"])
        return found[found["act"].isin([*levels, *frames.self_descriptions])].drop(columns="act").reset_index(drop=True)

    def _frames(self, chosen: Slice) -> Frames:
        from graph.frames import read_frames

        return read_frames(self._driver, self._target.database, chosen)

    def empty(self) -> bool:
        """Whether there is no organisation in the graph."""
        return self.cypher("MATCH (o:Kakehashi:Organization) RETURN o.id AS id LIMIT 1").empty

    def unknown_name(self, name: str) -> str | None:
        """That no organisation has a name, with the names that are near; None where one has it."""
        if not self.cypher(_NAMED, name=name).empty:
            return None
        near = self.cypher(_NEAR, name=name)["name"].tolist()
        return f"no organisation is called «{name}»" + (f"; perhaps {', '.join(map(str, near))}" if near else "")

    def _known(self, asked: Mapping[str, Any]) -> None:
        """Raises ValueError for an organisation that was asked about and that nobody knows, with the names that are near."""
        for key in NAMES_OF_ORGANIZATIONS:
            if asked.get(key) and (why := self.unknown_name(str(asked[key]))):
                raise ValueError(f"nothing to export: {why} (--{key})")

    def _candidate(self, organization: str, names: dict[str, str], candidates: list[str]) -> str:
        if not candidates and self.empty():
            raise ValueError(EMPTY)
        known = self.cypher(_NAMED, name=organization)["id"].tolist()
        among = [one for one in known if one in set(candidates)]
        if len(among) == 1:
            return str(among[0])
        if among:
            raise ValueError(f"«{organization}» is the name of {len(among)} organisations: give one of the ids "
                             f"{', '.join(map(str, among))}")
        no_candidate = (f"«{organization}» is no candidate here: it has no tie in this slice, or is of a type that is tied to "
                        "everybody by its office")
        if known:
            raise ValueError(no_candidate)
        stem = name_key(organization).stem
        if alike := [one for one in candidates if name_key(names[one]).stem == stem]:
            if len(alike) == 1:
                return alike[0]
            raise ValueError(f"«{organization}» may mean " + " or ".join(f"{names[one]} ({one})" for one in sorted(alike))
                             + ": give the whole name or the id")
        elsewhere = [str(one) for one in self.cypher(_NEAR, name=organization)["name"]]
        if any(name_key(one).stem == stem for one in elsewhere):
            raise ValueError(no_candidate)
        near = get_close_matches(organization, sorted({names[one] for one in candidates}), 3, 0.3) or elsewhere
        raise ValueError(f"no organisation is called «{organization}»" + (f"; perhaps {', '.join(near)}" if near else ""))

    def close(self) -> None:
        """Close the connection; a managed server stays up for the next one."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
