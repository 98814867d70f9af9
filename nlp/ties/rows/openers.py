"""Openers: which lines introduce lists, and by which rule."""
from __future__ import annotations

import re

from nlp.ties.rows.lines import Line
from nlp.ties.rows.rules import Rule, rules
from nlp.ties.rows.sheet import Sheet
from nlp.ties.signs import SIGNS

#: A label is no longer than this; a head that holds names is shorter than that.
_LABEL, _HEAD = 40, 40
#: What stands between a label and the name behind it.
_NAMED = re.compile(rf"[ =:：]*[{SIGNS}]")
#: A sentence that goes on about the organisations it names introduces no others.
_TELLS = re.compile(f"[{SIGNS}](?:と|から|より|及び)")
#: So many lines below can hold what a rule asks of them.
_AFTER = 3


class Openers:
    """The rules by which the lines of a page introduce lists."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._known: dict[int, Rule | None] = {}

    def rule_of(self, line: Line) -> Rule | None:
        """The rule by which a line introduces a list, None where it does not."""
        if line.outside:
            return None
        if line.number not in self._known:
            self._known[line.number] = next((rule for rule in rules() if _opens(rule, line) and _fits(rule, self._sheet, line)), None)
        return self._known[line.number]


def opens_by_label(rule: Rule, line: Line) -> bool:
    """Whether a line is a label, or the head of columns, that a rule knows."""
    return not _is_dated_row(line) and (_by_cell(rule, line) or _by_label(rule, line))


def _opens(rule: Rule, line: Line) -> bool:
    """Whether the words of a line introduce a list by a rule."""
    if _is_dated_row(line):
        return False
    if _by_cell(rule, line) or _by_label(rule, line):
        return True
    if rule.head and line.kind != "prose" and (rule.head.search(line.text) or rule.head.search(line.bare)):
        return not line.parties or line.kind in ("title", "heading") or (len(line.text) < _HEAD and line.kind != "labelled")
    return _by_sentence(rule, line)


def _is_dated_row(line: Line) -> bool:
    """Whether a line is a row with a day."""
    return line.kind not in ("title", "heading", "prose") and line.is_dated


def _by_cell(rule: Rule, line: Line) -> bool:
    """Whether a line is the head of columns, one of which a rule knows."""
    return rule.cell is not None and any(rule.cell.fullmatch(cell) for cell in line.heads) and bool(line.columns)


def _by_label(rule: Rule, line: Line) -> bool:
    """Whether a line is, has or begins with a label that a rule knows."""
    if rule.label is None or len(line.bare) > _LABEL:
        return False
    if line.body or not line.parties:
        return any(rule.label.fullmatch(label) for label in (line.bare, *line.heads))
    match = rule.label.match(line.bare) if line.kind != "prose" else None
    return match is not None and _NAMED.match(line.bare, match.end()) is not None


def _by_sentence(rule: Rule, line: Line) -> bool:
    """Whether a line says what a rule asks of a sentence above a list."""
    told = rule.says is not None and line.kind in ("prose", "heading", "row", "item") and rule.says.search(line.text)
    return bool(told) and _TELLS.search(line.text) is None


def _fits(rule: Rule, sheet: Sheet, line: Line) -> bool:
    """Whether the publisher and the lines about a line are as a rule asks."""
    if rule.after and not any(rule.after.search(below.words) for below in sheet.between(line.number + 1, line.number + 1 + _AFTER)):
        return False
    if rule.home and (sheet.home is None or not sheet.view.of(sheet.home, rule.home)):
        return False
    if not rule.under and not rule.unless:
        return True
    above = [sheet.words(n) for n in (*sheet.above(line.number), line.number)]
    if rule.under and not any(rule.under.search(text) for text in above):
        return False
    near = above if rule.name == "counterpart" else above[-2:]
    return not (rule.unless and any(rule.unless.search(text) for text in near))
