"""Kakehashi from Python and Jupyter: answers as pandas frames.

    from graph.library import Kakehashi

    with Kakehashi() as kakehashi:
        kakehashi.query("partners", organization="四條畷市")
        kakehashi.brokers(prefecture="大阪府")
        kakehashi.evidence("tie:…")
"""
from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from graph import connection
from graph.reading import read
from queries import question

_EVIDENCE = """
MATCH (t:Tie {id: $tie})<-[s:STATES]-(r:Release)
UNWIND range(0, size(s.starts) - 1) AS i
RETURN r.id AS release, r.url AS url, r.title AS title, r.published AS published, s.statement AS statement,
       s.sentence AS sentence, s.fields[i] AS field, s.starts[i] AS start, s.ends[i] AS end,
       s.confidence AS confidence, s.extractor AS extractor
ORDER BY published, release, statement, i
"""


class Kakehashi:
    """An open graph. `home` is the folder of `kakehashi run` (default: KAKEHASHI_HOME, else ./.kakehashi)."""

    def __init__(self, home: str | Path | None = None) -> None:
        folder = Path(home or os.environ.get("KAKEHASHI_HOME", ".kakehashi"))
        self._target = connection.target(folder)
        self._driver = connection.driver(self._target)

    def query(self, name: str, **parameters: Any) -> pd.DataFrame:
        """The answer of one question of the catalogue. Raises queries.QuestionError where there is no such thing."""
        asked = question(name)
        return self.cypher(asked.cypher, **asked.values(parameters))

    def cypher(self, text: str, **parameters: Any) -> pd.DataFrame:
        """The answer of one reading Cypher statement. Raises graph.reading.ReadRefused where it would do more."""
        return read(self._driver, self._target.database, text, parameters)

    def evidence(self, tie: str) -> pd.DataFrame:
        """A row a span that states a tie: release, url, sentence, field, start and end in code points, confidence."""
        return self.cypher(_EVIDENCE, tie=tie)

    def brokers(self, prefecture: str | None = None, theme: str | None = None, since: str | None = None,
                until: str | None = None, loose: bool = False) -> pd.DataFrame:
        """The intermediaries of a slice, best first, with the columns that say why.

        `since` and `until` are dates as precise as you like («2020», «2020-04») or fiscal years («FY2020»); only ties
        that lie in the slice count, with `loose` those that overlap it. `frame.attrs["left_out"]` counts the others.
        """
        from graph.brokerage import rank_intermediaries
        from graph.frames import Slice, read_frames

        chosen = Slice(prefecture=prefecture, theme=theme, since=since, until=until, loose=loose)
        frames = read_frames(self._driver, self._target.database, chosen)
        ranked = rank_intermediaries(frames.organizations, frames.ties, frames.parties, frames.broker_acts)
        ranked.attrs["left_out"] = frames.left_out
        return ranked

    def close(self) -> None:
        """Close the connection; a managed server stays up for the next one."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()
