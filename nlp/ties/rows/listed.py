"""Lists as they were found, and the parties that a line adds to one."""
from __future__ import annotations

from dataclasses import dataclass

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.ties.rows.lines import Line
from nlp.ties.rows.rules import FILE, Rule
from nlp.ties.rows.sheet import Sheet

#: A row of members holds little besides their names.
_LITTLE = 24


@dataclass(frozen=True, slots=True)
class Row:
    """The parties of one row, where it stands, and the texts that may name its agreement, the nearest first.

    `celled`: a column of a table names them.
    """
    block: int
    entities: tuple[int, ...]
    texts: tuple[str, ...]
    celled: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its rule, the block that introduces it, its rows."""
    rule: Rule
    opener: int
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The name of its rule in what is told."""
        return f"rows:{self.rule.name}"

    @property
    def entities(self) -> list[int]:
        """The organisations of all rows, each once."""
        return list(dict.fromkeys(e for row in self.rows for e in row.entities))

    @property
    def is_label(self) -> bool:
        """Whether its first row is the line that introduces it."""
        return self.rows[0].block == self.opener


def parties_of(sheet: Sheet, rule: Rule, opener: int, line: Line, columns: tuple[int, ...]) -> tuple[int, ...]:
    """The parties that a line adds to a list, whose table has names in some columns; none where it is no row of it."""
    if not _is_row(sheet, rule, line, bool(columns)):
        return ()
    mentions = _mentions(sheet, rule, opener, line, columns)
    entities = tuple(dict.fromkeys(m.entity for m in mentions if not rule.of or sheet.view.of(m.entity, rule.of)))
    wordy = len(line.rest.replace("〃", "")) - len(line.body) > _LITTLE
    return () if rule.whole and rule.kind != "investment" and wordy else entities


def _is_row(sheet: Sheet, rule: Rule, line: Line, celled: bool) -> bool:
    """Whether a line can be a row of a list."""
    if pattern(FILE, "no_row").search(line.text) or line.is_sentence:
        return False
    if sheet.view.blocks[line.number].zone == "profile" and rule.kind not in ("investment", "membership"):
        return False
    if line.words.strip() in sheet.title:
        return False
    return celled or not (pattern(FILE, "people").search(line.text) or (rule.row and not rule.row.search(line.text)))


def _mentions(sheet: Sheet, rule: Rule, opener: int, line: Line, columns: tuple[int, ...]) -> list[Mention]:
    """Where a row names its parties: in the columns of names, of a page that speaks in its first group."""
    if rule.kind == "secretariat" and line.number == opener:
        return [m for g in line.groups for m in g.mentions][-1:]
    found = _in_columns(sheet, line, columns) or list(line.parties)
    if columns:
        whole = rule.kind == "agreement" and sheet.home is None and len(line.parties) > len(found)
        return list(line.parties) if whole else found
    if rule.whole or sheet.home is None or line.number == opener:
        return found
    first = next((g for g in line.groups if found and found[0] in g.mentions), None)
    return [m for m in found if first is None or m in first.mentions]


def _in_columns(sheet: Sheet, line: Line, columns: tuple[int, ...]) -> list[Mention]:
    """The organisations in some columns of a row."""
    start = sheet.view.blocks[line.number].sentence.start
    lead = len(line.words) - len(line.words.lstrip())
    cuts = [m.span() for m in pattern(FILE, "cells").finditer(line.words) if m.start() >= lead] if columns else []
    spans = list(zip([0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(line.words)], strict=True))
    wanted = [spans[n] for n in columns if n < len(spans)]
    return [m for g in line.groups for m in g.mentions if any(low <= m.start - start < high for low, high in wanted)]
