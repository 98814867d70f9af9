"""Gathering: the rows of a list, from the line that introduces it on to where something else begins."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlp.patterns import pattern
from nlp.ties.rows.lines import Line
from nlp.ties.rows.listed import Listed, Row, parties_of
from nlp.ties.rows.named_kinds import kind_named
from nlp.ties.rows.openers import Openers, opens_by_label
from nlp.ties.rows.rules import FILE, Rule
from nlp.ties.rows.sheet import Sheet

#: A list is no longer than this, and its first row no further from what introduces it; so many lines may stand between rows.
_LONGEST, AHEAD, _GAP = 160, 10, 9
#: The office of a collective stands right below its label.
_OFFICE_GAP = 2
#: A row without names that parts a list is no longer than this.
_PART = 24
#: The name of an agreement stands in one of so many lines beside its parties.
_NAME_NEAR = 2
#: Rules whose label may head another column of a list's table.
_BESIDE = ("counterpart", "winner")
#: What a line that goes on with names ends with.
_GOES_ON = ("、", ",")


def lists_of(sheet: Sheet) -> Iterator[Listed]:
    """All lists of a page that have rows."""
    openers = Openers(sheet)
    for line in sheet.lines:
        rule = openers.rule_of(line)
        if rule is not None:
            rows = Gathering(sheet, openers, rule, line).rows()
            if rows:
                yield Listed(rule, line.number, tuple(rows))


class Gathering:
    """A list while its lines are read."""

    def __init__(self, sheet: Sheet, openers: Openers, rule: Rule, opener: Line) -> None:
        self._sheet, self._openers, self._rule, self._opener = sheet, openers, rule, opener
        self._rows: list[Row] = []
        #: The columns of the table that hold names.
        self._columns = opener.columns
        #: The line that the next row must not be far from.
        self._last = opener.number
        #: What the part of the list says that is read; whether it began behind rows.
        self._part, self._crossed = "", False
        #: The name of the agreement of the next row, and its line; whether that stood before the first row.
        self._name, self._named_at, self._named_before = "", opener.number, False
        #: Whether the first row begins with an organisation.
        self._leads: bool | None = None
        named = bool(opener.parties or (opener.groups and rule.kind == "secretariat"))
        self._labelled = named and bool(opener.body or (rule.label and rule.label.match(opener.bare)))
        self._by_label = rule.label is not None and opens_by_label(rule, opener)

    def rows(self) -> list[Row]:
        """The rows of the list."""
        if self._labelled:
            entities = parties_of(self._sheet, self._rule, self._opener.number, self._opener, ())
            if entities:
                self._rows.append(Row(self._opener.number, entities, (self._opener.words,)))
            if not self._opener.text.rstrip().endswith(_GOES_ON) and not self._goes_on():
                return self._rows
        for line in self._sheet.between(self._opener.number + 1, self._opener.number + _LONGEST):
            if self._is_far(line) or not self._read(line):
                break
        return self._rows

    def _goes_on(self) -> bool:
        """Whether the names behind the label go on in lines of their own."""
        below = self._sheet.between(self._opener.number + 1, self._opener.number + 2)
        return any(line.kind in ("row", "item") and line.groups and line.only_names for line in below)

    def _is_far(self, line: Line) -> bool:
        """Whether a line is too far from the list to be of it."""
        gap = _OFFICE_GAP if self._rule.kind == "secretariat" else _GAP if self._rows else AHEAD
        return line.number - self._last > gap

    def _read(self, line: Line) -> bool:
        """Reads the next line; False where the list ends before it."""
        if line.outside and not line.groups:
            return True
        if line.columns:
            return self._read_columns(line)
        if self._is_another(line):
            return False
        if not line.parties and (line.kind == "heading" or (line.kind == "row" and len(line.bare) <= _PART)):
            if pattern(FILE, "ends" if line.kind == "heading" else "ends_rows").search(line.bare):
                return False
            if line.kind == "heading" or kind_named(line.bare, "categories"):
                self._begin_part(line)
                return True
        if line.kind in ("prose", "heading"):
            if pattern(FILE, "remark").search(line.text):
                return True
            if not line.only_names and not line.is_item:
                return not self._rows and not line.parties
        return self._read_row(line) if line.parties else self._read_name(line)

    def _read_columns(self, line: Line) -> bool:
        """Reads the head of a table; False of one with ties of another kind."""
        other = self._openers.rule_of(line)
        if other is not None and other.kind != self._rule.kind and other.name not in _BESIDE:
            return False
        self._columns, self._last = line.columns, line.number
        return True

    def _is_another(self, line: Line) -> bool:
        """Whether a line introduces another list."""
        rule, other = self._rule, self._openers.rule_of(line)
        if other is None or (rule.kind == "membership" and other.name in ("counterpart", "supporter")):
            return False
        return other.kind != rule.kind or not (line.heads or (rule.whole and line.parties))

    def _begin_part(self, line: Line) -> None:
        """Notes what a line says that parts the list."""
        self._part, self._name, self._crossed = line.bare, "", bool(self._rows)
        if not self._rows:
            self._last = line.number

    def _read_name(self, line: Line) -> bool:
        """Reads a line without parties, which may name the agreement of the row above or below it."""
        if pattern(FILE, "name_label").fullmatch(line.bare) or pattern(FILE, "names_tie").search(line.text):
            if self._rows and not self._named_before and line.number <= self._last + _NAME_NEAR:
                self._rows[-1] = replace(self._rows[-1], texts=(line.words, *self._rows[-1].texts))
            else:
                self._name, self._named_at = line.words, line.number
        return True

    def _read_row(self, line: Line) -> bool:
        """Reads a line with parties; False where it is of another list."""
        if line.names_no_party:
            return not self._labelled
        if self._is_unlike(line):
            return False
        if self._rows and self._wraps(line):
            before = self._rows[-1].entities
            more = (m.entity for m in line.parties if m.entity not in before)
            self._rows[-1] = replace(self._rows[-1], entities=(*before, *more))
            self._last = line.number
            return True
        return self._add(line) or not self._labelled

    def _is_unlike(self, line: Line) -> bool:
        """Whether a row looks unlike those above it, so that a list of labels or of names has ended."""
        if not self._by_label or self._columns:
            return False
        if self._rows and line.body and not self._rule.whole and not self._sheet.lines[self._rows[0].block].body:
            return True
        return self._crossed and self._leads is not None and self._leads != line.leads

    def _wraps(self, line: Line) -> bool:
        """Whether a line goes on with the names of the row above it."""
        above = self._sheet.lines[line.number - 1]
        return above.number >= self._rows[-1].block and bool(above.parties) and not line.body and line.only_names \
            and above.text.rstrip().endswith((*_GOES_ON, "・"))

    def _add(self, line: Line) -> bool:
        """Adds a row to the list; False where the line holds none."""
        if self._named_at < line.number - _NAME_NEAR:
            self._name = ""
        entities = parties_of(self._sheet, self._rule, self._opener.number, line, self._columns)
        if not entities:
            return False
        self._named_before = self._named_before or (not self._rows and bool(self._name))
        self._rows.append(Row(line.number, entities, tuple(filter(None, (line.words, self._name, self._part))), bool(self._columns)))
        self._last, self._crossed = line.number, False
        self._leads = line.leads if self._leads is None else self._leads
        return True
