"""Questions to the graph that can only read.

A READ session stops writes, but not LOAD CSV, procedures or SHOW commands; so the plan of every statement is looked
at first, and only plans made of the operators in `plan_operators.txt` run, always with a time limit and never retried.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
from neo4j import READ_ACCESS, Driver, NotificationMinimumSeverity, Query, Record
from neo4j.exceptions import Neo4jError

from queries import as_plain

#: Seconds that a question may take.
TIMEOUT = 60.0
#: Rows that a question may answer with.
MAX_ROWS = 100_000
#: Where the server sees an error in a text.
_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")


class ReadRefused(ValueError):
    """A statement that would do more than read the graph, or that the server cannot run; the message says why."""


@cache
def _allowed() -> tuple[frozenset[str], frozenset[str]]:
    lines = files("graph").joinpath("plan_operators.txt").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    procedures = frozenset(e.removeprefix("procedure ") for e in entries if e.startswith("procedure "))
    return frozenset(e for e in entries if not e.startswith("procedure ")), procedures


def _steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _steps(child)


def refusal(plan: Mapping[str, Any]) -> str | None:
    """Why a plan may not run, or None when it only reads."""
    operators, procedures = _allowed()
    for step in _steps(plan):
        operator = re.split(r"[@(]", str(step["operatorType"]))[0]
        if operator not in operators:
            return f"«{operator}» is not among the operations that only read the graph"
        if operator == "ProcedureCall":
            called = str(step.get("args", {}).get("Details", "")).split("(")[0].strip("` ")
            if called not in procedures:
                return f"the procedure «{called}» is not one of {', '.join(sorted(procedures))}"
    return None


def read(driver: Driver, database: str, cypher: str, parameters: Mapping[str, Any] | None = None,
         timeout: float = TIMEOUT, limit: int = MAX_ROWS) -> pd.DataFrame:
    """The answer of one reading statement, a column each for what it returns.

    Raises ReadRefused where the statement would write, load files or call out, is not valid Cypher, takes longer than
    `timeout` seconds (> 0) or answers with more than `limit` rows; ValueError for a timeout that is none.
    """
    if timeout <= 0:
        raise ValueError("timeout must be above 0 seconds: without a limit a question can run for ever")
    text = cypher.strip().rstrip(";").strip()
    given = dict(parameters or {})
    try:
        with driver.session(database=database, default_access_mode=READ_ACCESS,
                            notifications_min_severity=NotificationMinimumSeverity.OFF) as session:
            _refuse_unless_reading(session, text, given, timeout)
            result = session.run(Query(text, timeout=timeout), given)
            columns = list(result.keys())
            rows = _rows(result, limit)
    except Neo4jError as error:
        raise ReadRefused(_said(error)) from error
    return _frame(rows, columns)


def _frame(rows: list[list[Any]], columns: list[str]) -> pd.DataFrame:
    """Whole numbers with some unknown ones among them are of type Int64: 50 beside nothing stays 50, not 50.0."""
    frame = pd.DataFrame(rows, columns=columns)
    for at, name in enumerate(columns):
        known = [row[at] for row in rows if row[at] is not None]
        if known and len(known) < len(rows) and all(type(value) is int for value in known):
            frame[name] = pd.array([row[at] for row in rows], dtype="Int64")
    return frame


def _refuse_unless_reading(session: Any, text: str, given: dict[str, Any], timeout: float) -> None:
    if re.match(r"\s*(EXPLAIN|PROFILE)\b", text, re.IGNORECASE):
        raise ReadRefused("leave out EXPLAIN and PROFILE: `kakehashi graph shell` shows plans")
    try:
        summary = session.run(Query("EXPLAIN\n" + text, timeout=timeout), given).consume()
    except Neo4jError as error:
        raise ReadRefused(_PLACE.sub(_one_line_up, _said(error))) from error
    if summary.query_type not in ("r", None) or summary.plan is None:
        raise ReadRefused("only statements that read are answered here; to change the graph use `kakehashi run`")
    if why := refusal(summary.plan):
        raise ReadRefused(why)


def _one_line_up(place: re.Match[str]) -> str:
    """A place in the text as the user wrote it, without our line above it."""
    return f"(line {int(place[1]) - 1}, column {place[2]})"


def _rows(result: Iterator[Record], limit: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for record in result:
        if len(rows) == limit:
            raise ReadRefused(f"more than {limit:,} rows; add a LIMIT or a narrower WHERE")
        rows.append([as_plain(value) for value in record.values()])
    return rows


def _said(error: Neo4jError) -> str:
    message = (error.message or str(error)).strip()
    if "Timeout" in (error.code or "") or "TimedOut" in (error.code or ""):
        return "the question took too long and was stopped; narrow it with WHERE or LIMIT"
    return message
