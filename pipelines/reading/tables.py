"""Tables and lists of terms: a row a line, whose cells stand beside each other."""
from __future__ import annotations

import re
from typing import Any

from pipelines.reading import blocks

#: A row with a longer cell is layout, not data; characters.
CELL = 300
#: Columns and rows that one cell spans at most, whatever it says.
_SPAN = 50
#: A term that stands before what it means: characters.
_TERM = 30
_CELLS = ("td", "th")


def as_lines(tree: Any) -> None:
    """Put the cells of each data row, and each term with its meaning, into one element, parted by tabs.

    A cell that spans rows is told in each of them, so that every line says whole what it says. Items of a list in a
    cell are parted by «、».
    """
    for table in list(tree.iter("table")):
        _table(table)
    for terms in list(tree.iter("dl")):
        _terms(terms)


def unlaid(tree: Any) -> None:
    """Turn tables into plain blocks: those that only place things, and those whose rows are lines already."""
    for row in list(tree.iter("tr")):
        cells = [cell for cell in row if cell.tag in _CELLS]
        is_line = len(cells) == 1 and not len(cells[0])
        for cell in cells:
            if is_line:
                cell.drop_tag()
            else:
                cell.tag = "div"
        row.tag = "p" if is_line else "div"
    for one in tree.iter("table", "tbody", "thead", "tfoot"):
        one.tag = "div"


def _table(table: Any) -> None:
    if table.find(".//table") is not None:
        return
    spanning: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in _CELLS]
        told = [_words(cell) for cell in cells]
        if any(len(one) > CELL for one in told):
            spanning = {}
            continue
        line = _with_spanning(cells, told, spanning)
        if len(line) > 1:
            _fill(row, cells, blocks.TAB.join(line))


def _with_spanning(cells: list[Any], told: list[str], spanning: dict[int, tuple[int, str]]) -> list[str]:
    """The words of a row with those of cells from rows above that reach into it; `spanning` moves on by a row."""
    line: list[str] = []
    begun: dict[int, tuple[int, str]] = {}
    column = 0
    for cell, words in zip(cells, told, strict=True):
        column = _told_above(line, spanning, column)
        line.append(words)
        if (rows := _number(cell.get("rowspan"))) > 1 and words:
            begun[column] = (rows - 1, words)
        column += _number(cell.get("colspan"))
    _told_above(line, spanning, column)
    for place, (left, words) in list(spanning.items()):
        if left > 1:
            spanning[place] = (left - 1, words)
        else:
            del spanning[place]
    spanning |= begun
    return line


def _told_above(line: list[str], spanning: dict[int, tuple[int, str]], column: int) -> int:
    while column in spanning:
        line.append(spanning[column][1])
        column += 1
    return column


def _number(written: str | None) -> int:
    found = re.match(r"\s*(\d{1,4})", written or "")
    return min(max(int(found[1]), 1), _SPAN) if found else 1


def _words(cell: Any) -> str:
    items = [words for item in cell.iter("li") if (words := blocks.words(item))]
    if len(items) > 1 and len(blocks.words(cell)) - sum(map(len, items)) <= len(items):
        return "、".join(item.strip("・、,") for item in items)
    return blocks.words(cell)


def _fill(row: Any, cells: list[Any], line: str) -> None:
    first = cells[0] if cells else None
    if first is None:
        return
    for cell in cells[1:]:
        row.remove(cell)
    for child in list(first):
        first.remove(child)
    first.text = line


def _terms(terms: Any) -> None:
    """A short term with one short meaning as a row; others stay below each other."""
    found = [one for one in terms.iter("dt", "dd") if one.getparent() is not None]
    for term, meaning, after in zip(found, found[1:], [*found[2:], None], strict=False):
        if term.tag != "dt" or meaning.tag != "dd" or (after is not None and after.tag == "dd"):
            continue
        if term.getparent() is not meaning.getparent():
            continue
        name, told = blocks.words(term), _words(meaning)
        if 0 < len(name) <= _TERM and 0 < len(told) <= CELL:
            _fill(term.getparent(), [term, meaning], f"{name}{blocks.TAB}{told}")
