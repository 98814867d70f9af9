"""A prompt for Cypher over the driver: it may write, as the graph is the user's own.

A statement ends with `;` and may run over lines. Input from a pipe is read to its end and stops at the first error.
"""
from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from neo4j import Driver, ResultSummary, Session
from neo4j.exceptions import DriverError, Neo4jError
from neo4j.graph import Node, Path, Relationship
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: Rows that are printed of an answer; the rest is counted.
ROWS = 1_000
#: Signs in a line of a table that goes into a pipe.
_WIDEST = 10_000
_HELP = """A statement ends with ; and may run over several lines.
:help   this text
:exit   leave (also :quit, or Ctrl-D)
EXPLAIN or PROFILE before a statement shows its plan."""
_EXITS = (":exit", ":quit")
#: Comments and quotations, in which ; does not end a statement: opening → closing.
_CLOSING = {"//": "\n", "/*": "*/", "'": "'", '"': '"', "`": "`"}


def split(text: str) -> tuple[list[str], str]:
    """The statements of a text that their `;` ends, without it, and what follows the last one."""
    statements: list[str] = []
    start = at = 0
    while at < len(text):
        opening = text[at:at + 2] if text[at:at + 2] in _CLOSING else text[at]
        if opening in _CLOSING:
            at = _end(text, at + len(opening), _CLOSING[opening])
            continue
        if opening == ";":
            statements.append(text[start:at].strip())
            start = at + 1
        at += 1
    return [s for s in statements if s], text[start:]


def _end(text: str, at: int, closing: str) -> int:
    """The place behind `closing`, or the end of the text; a backslash keeps the next sign of a quotation."""
    while at < len(text):
        if text[at] == "\\" and closing in "'\"":
            at += 2
        elif text.startswith(closing, at):
            return at + len(closing)
        else:
            at += 1
    return len(text)


def shell(driver: Driver, database: str, source: TextIO | None = None, console: Console | None = None) -> int:
    """Read statements from `source` (default: standard input) and print their answers.

    Returns 0, or 1 after an error in a pipe. On a terminal an error is printed and the prompt comes back; there
    Ctrl-C drops the line.
    """
    given = source or sys.stdin
    out = console or Console(highlight=False)
    talks = given.isatty()
    if talks:
        out.print(f"Cypher on {database}; :help for help, :exit to leave.", markup=False)
    with driver.session(database=database) as session:
        for statement in _statements(_prompted(out) if talks else given, out):
            try:
                _answer(session, statement, out)
            except (Neo4jError, DriverError) as error:
                out.print(Text(_clean(getattr(error, "message", None) or str(error)), style="red"))
                if not talks:
                    return 1
    return 0


def _prompted(out: Console) -> Iterator[str]:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - gives input() its history and editing
    while True:
        try:
            yield input("kakehashi> ") + "\n"
        except KeyboardInterrupt:
            out.print()
            yield ":drop\n"
        except EOFError:
            out.print()
            return


def _statements(lines: Iterable[str], out: Console) -> Iterator[str]:
    """The statements in the order of input; commands are obeyed on the way. The last one needs no `;`."""
    waiting = ""
    for line in lines:
        word = line.strip()
        if word == ":drop":
            waiting = ""
        elif word.startswith(":") and not waiting.strip():
            if word in _EXITS:
                return
            out.print(_HELP if word == ":help" else f"there is no command {_clean(word)}; :help lists them",
                      markup=False)
        else:
            complete, waiting = split(waiting + line)
            yield from complete
    if waiting.strip():
        yield waiting.strip()


def _answer(session: Session, statement: str, out: Console) -> None:
    result = session.run(statement)
    columns, rows, more = list(result.keys()), list[list[Any]](), 0
    for record in result:
        if len(rows) < ROWS:
            rows.append(record.values())
        else:
            more += 1
    summary = result.consume()
    if columns:
        _print_table(columns, rows, out)
        out.print(f"{len(rows) + more:,} row{'' if len(rows) + more == 1 else 's'}"
                  + (f", of which {ROWS:,} are shown" if more else ""), markup=False)
    _print_summary(summary, out)


def _print_table(columns: list[str], rows: list[list[Any]], out: Console) -> None:
    table = Table()
    for name in columns:
        table.add_column(Text(_clean(name)), overflow="fold")
    for row in rows:
        table.add_row(*(Text(written(value)) for value in row))
    # a pipe has no width of its own: lines there are as long as they need to be
    page = out if out.is_terminal else Console(file=out.file, width=_WIDEST, highlight=False)
    page.print(table)


def _print_summary(summary: ResultSummary, out: Console) -> None:
    counters = summary.counters
    changes = {name.replace("_", " "): value for name, value in sorted(vars(counters).items())
               if isinstance(value, int) and not isinstance(value, bool) and value and not name.startswith("_")}
    if changes:
        out.print(", ".join(f"{name}: {value:,}" for name, value in changes.items()), markup=False)
    plan = summary.profile or summary.plan
    if plan:
        out.print(str(plan["args"].get("string-representation", plan["operatorType"])), markup=False)


def written(value: Any) -> str:
    """A value as one reads it in Cypher: (:Label {…}), [:TYPE {…}], lists and maps; dates in ISO form."""
    if isinstance(value, Node):
        labels = "".join(f":{label}" for label in sorted(value.labels))
        return f"({labels} {written(dict(value))})"
    if isinstance(value, Relationship):
        return f"[:{_clean(value.type)} {written(dict(value))}]"
    if isinstance(value, Path):
        return " ".join(written(part) for pair in zip(value.nodes, (*value.relationships, None), strict=True)
                        for part in pair if part is not None)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_clean(str(k))}: {written(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _clean(value.iso_format() if hasattr(value, "iso_format") else str(value))


def _clean(text: str) -> str:
    """Without signs that a terminal would obey."""
    return "".join(sign if sign.isprintable() or sign in "\n\t　" else "\ufffd" for sign in text)
