"""Questions to the graph that can only read.

A READ session stops writes, but not LOAD CSV, procedures or SHOW commands; so the plan of every statement is looked
at first, and only plans made of the operators in `plan_operators.txt` run, always with a time limit and never retried.
Functions are no operators of a plan: those that a server's plugins add may do anything, so only Neo4j's own are called.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from functools import cache
from importlib.resources import files
from threading import Thread
from typing import Any

import pandas as pd
from neo4j import READ_ACCESS, Driver, NotificationMinimumSeverity, Query, Record
from neo4j.exceptions import Neo4jError

from queries import as_plain

#: Seconds that a question may take.
TIMEOUT = 60.0
#: Rows that a question may answer with.
MAX_ROWS = 100_000
#: Seconds after its time in which a question is still stopped by the server.
PATIENCE = 15.0
#: What there is to do where nothing was read yet.
EMPTY = "the graph is empty: `kakehashi run PATH…` reads releases into it, `make demo` the sample into .kakehashi-demo"
#: Where the server sees an error in a text.
_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")
#: Where Neo4j's own functions with a dot in their name begin (Cypher manual, «Functions»).
_OWN_FUNCTIONS = frozenset({"date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector"})
_CALLED = re.compile(r"(?P<call>\bCALL\s+)?(?<![\w.$])(?P<name>[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)+)\s*\(", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u+([0-9A-Fa-f]{4})")
#: Texts, comments, and names in backticks: the first to begin holds what looks like the others.
_APART = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*|/\*.*?\*/|`(?P<quoted>(?:``|[^`])*)`", re.DOTALL)
#: The word by which a refused operator is asked for, where it has one of its own.
_WORDS = {"LoadCSV": r"LOAD\s+CSV", "TransactionForeach": r"IN\s+(?:\d+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS",
          "TransactionApply": r"IN\s+(?:\d+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS", "ShowSettings": r"SHOW",
          "ShowTransactions": r"SHOW", "TerminateTransactions": r"TERMINATE", "ShowProcedures": r"SHOW",
          "ShowFunctions": r"SHOW", "ShowIndexes": r"SHOW", "ShowConstraints": r"SHOW"}
_WRITES = r"CREATE|INSERT|MERGE|SET|DELETE|REMOVE|FOREACH|DROP|ALTER|GRANT|DENY|REVOKE|RENAME|START|STOP|SHOW|USE"


class ReadRefused(ValueError):
    """A statement that would do more than read the graph, or that the server cannot run; the message says why."""


class NotStopped(ReadRefused):
    """A statement that its server still works on after its time."""


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


def refusal(plan: Mapping[str, Any], text: str = "") -> str | None:
    """Why a plan may not run, with the place in the statement's `text` where that can be seen, or None when it only
    reads."""
    operators, procedures = _allowed()
    for step in _steps(plan):
        operator = re.split(r"[@(]", str(step["operatorType"]))[0]
        if operator not in operators:
            return f"«{operator}» is not among the operations that only read the graph{_place(text, _WORDS.get(operator))}"
        if operator == "ProcedureCall":
            called = str(step.get("args", {}).get("Details", "")).split("(")[0].strip("` ")
            if called not in procedures:
                where = _place(text, r"\s*\.\s*".join(map(re.escape, called.replace("`", "").split("."))))
                return f"the procedure «{called}» is not one of {', '.join(sorted(procedures))}{where}"
    return None


def foreign_function(text: str) -> str | None:
    """Why a statement's functions may not be called, or None where all are Neo4j's own.

    Escapes (\\u0061 for a) are looked at both as they stand and as what they mean.
    """
    for seen in (text, _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)):
        for called in _CALLED.finditer(_bare(seen)):
            name = re.sub(r"\s", "", called["name"])
            if called["call"] is None and name.partition(".")[0].lower() not in _OWN_FUNCTIONS:
                place = _line_and_column(seen, called.start("name"))
                return f"the function «{name}» is not Neo4j's own; only those are called here {place}"
    return None


def _bare(text: str) -> str:
    """A statement with its texts and comments blanked and names out of their backticks; places stay the same."""
    def blank(match: re.Match[str]) -> str:
        quoted = match["quoted"]
        if quoted is None:
            return re.sub(r"[^\n]", " ", match[0])
        plain = re.fullmatch(r"[\w.]*", quoted)
        return f" {quoted if plain else '_' * len(quoted)} "

    return _APART.sub(blank, text)


def _place(text: str, pattern: str | None) -> str:
    """« (line 2, column 5)», where the pattern stands outside texts and comments; nothing where it does not."""
    found = re.search(rf"(?<![\w.])(?:{pattern})(?!\w)", _bare(text), re.IGNORECASE) if pattern else None
    return f" {_line_and_column(text, found.start())}" if found else ""


def _line_and_column(text: str, at: int) -> str:
    return f"(line {text.count(chr(10), 0, at) + 1}, column {at - text.rfind(chr(10), 0, at)})"


def read(driver: Driver, database: str, cypher: str, parameters: Mapping[str, Any] | None = None,
         timeout: float = TIMEOUT, limit: int = MAX_ROWS, patience: float = PATIENCE) -> pd.DataFrame:
    """The answer of one reading statement, a column each for what it returns.

    Raises ReadRefused where the statement would write, load files or call out, is not valid Cypher, takes longer than
    `timeout` seconds (> 0) or answers with more than `limit` rows; NotStopped where the server has not stopped it
    `patience` seconds after its time; ValueError for a timeout that is none.
    """
    if timeout <= 0:
        raise ValueError("timeout must be above 0 seconds: without a limit a question can run for ever")
    text = cypher.rstrip().rstrip(";").rstrip()  # not what stands before: errors say where they are in the text as given
    answer: Future[pd.DataFrame] = Future()

    def ask() -> None:
        try:
            answer.set_result(_read(driver, database, text, dict(parameters or {}), timeout, limit))
        except BaseException as error:
            answer.set_exception(error)

    # a thread of its own, which nobody waits for: within one expression the server does not look at the time
    Thread(target=ask, name="question", daemon=True).start()
    try:
        return answer.result(timeout=2 * timeout + patience)
    except FutureTimeout as error:
        if answer.done():
            raise
        raise NotStopped("the question took too long and its server did not stop it; loops within an expression (reduce, "
                         "[x IN range(…) | …]) must be short: let UNWIND make rows instead") from error


def _read(driver: Driver, database: str, text: str, given: dict[str, Any], timeout: float, limit: int) -> pd.DataFrame:
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
    bare = _bare(text)
    if not bare.strip():
        raise ReadRefused("there is no statement: write one that reads, such as MATCH (t:Tie) RETURN t.kind, count(*)")
    if asks := re.match(r"\s*(?:CYPHER\b(?:\s+(?:\d\S*|\w+\s*=\s*\w+))*\s+)?(EXPLAIN|PROFILE)\b", bare, re.IGNORECASE):
        raise ReadRefused("leave out EXPLAIN and PROFILE: `kakehashi graph shell` shows plans "
                          + _line_and_column(text, asks.start(1)))
    if why := foreign_function(text):
        raise ReadRefused(why)
    try:
        summary = session.run(Query("EXPLAIN\n" + text, timeout=timeout), given).consume()
    except Neo4jError as error:
        raise ReadRefused(_PLACE.sub(_one_line_up, _said(error))) from error
    if summary.query_type not in ("r", None) or summary.plan is None:
        raise ReadRefused("only statements that read are answered here; to change the graph use `kakehashi run`"
                          + (_place(text, _WRITES) or _place(text, "CALL")))
    if why := refusal(summary.plan, text):
        raise ReadRefused(why)


def _one_line_up(place: re.Match[str]) -> str:
    """A place in the text as the user wrote it, without our line above it."""
    return f"(line {int(place[1]) - 1}, column {place[2]})" if int(place[1]) > 1 else "(line 1, column 1)"


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
    if "no such fulltext schema index: kakehashi_" in message.lower():
        return EMPTY
    if "MemoryPoolOutOfMemory" in (error.code or "") or "TransactionOutOfMemory" in (error.code or ""):
        return "the question needs more memory than one may take and was stopped; narrow it with WHERE or LIMIT"
    return message
