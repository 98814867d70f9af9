"""The process that reads one PDF: bytes on standard input, JSON on standard output. Run by its path; see pdf.py.

{"pages": [{"text": "…", "picture": false}, …], "left": 0} or {"error": "locked" | "broken", "message": "…"}. A ruled
table's rows come as lines of cells parted by tabs, where the table stands.
"""
from __future__ import annotations

import ctypes
import io
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

#: Pages that are read; pages on which tables are searched; paths of a page beyond which it is a drawing.
PAGES, TABLED, PATHS = 400, 60, 1_500
#: Characters of all pages together.
CHARACTERS = 10_000_000
#: Characters of one page up to which its table's cells are filled.
_ON_PAGE = 20_000
Box = tuple[float, float, float, float]


def main(seconds: int, memory: int) -> None:
    """Read within limits: seconds of processor time and bytes of address space."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # a library's complaints must not end in the answer
    json.dump(_read(sys.stdin.buffer.read()), sys.stdout)


def _read(data: bytes) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        message = str(error)
        locked = "password" in message.lower() or "security" in message.lower()
        return {"error": "locked" if locked else "broken", "message": message}
    pages: list[dict[str, Any]] = []
    characters = 0
    tables = _Tables(data)
    for number in range(min(count, PAGES)):
        try:
            pages.append(_page(document[number], number, tables))
        except (pypdfium2.PdfiumError, ValueError) as error:
            pages.append({"text": "", "broken": str(error)})
        characters += len(pages[-1]["text"])
        if characters > CHARACTERS:
            break
    return {"pages": pages, "left": count - len(pages)}


def _page(page: Any, number: int, tables: _Tables) -> dict[str, Any]:
    from pypdfium2 import raw

    text_page = page.get_textpage()
    text = text_page.get_text_range()
    kinds = [one.type for one in _objects(page)]
    if number < TABLED and 4 <= kinds.count(raw.FPDF_PAGEOBJ_PATH) <= PATHS and len(text) <= _ON_PAGE:
        found = tables.of(number, page)
        if found:
            text = _with_tables(text_page, found)
    return {"text": text, "picture": not text.strip() and raw.FPDF_PAGEOBJ_IMAGE in kinds}


def _objects(page: Any) -> Iterator[Any]:
    for number, one in enumerate(page.get_objects(max_depth=3)):
        if number > 4 * PATHS:
            return
        yield one


class _Tables:
    """Where the ruled tables of a file's pages stand, as pdfplumber finds them; opened when the first is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: Any = None

    def of(self, number: int, page: Any) -> list[list[list[Box | None]]]:
        """Tables of a page as rows of cells (left, bottom, right, top in points); none where the page is turned."""
        if page.get_rotation():
            return []
        import pdfplumber

        try:
            if self._open is None:
                self._open = pdfplumber.open(io.BytesIO(self._data))
            there = self._open.pages[number]
            left, bottom, _, _ = page.get_mediabox()
            height = float(there.height)
            return [rows for table in there.find_tables()
                    if _is_table(rows := [[_box(cell, left, bottom, height) for cell in row.cells] for row in table.rows])]
        except MemoryError:
            raise
        except Exception:  # a second parser refuses many a file that the first reads: then there are no tables
            return []


def _box(cell: Any, left: float, bottom: float, height: float) -> Box | None:
    if cell is None:
        return None
    x0, top, x1, low = map(float, cell)
    return (x0 + left, height - low + bottom, x1 + left, height - top + bottom)


def _is_table(rows: Sequence[Sequence[Box | None]]) -> bool:
    """Two rows of two cells at least; anything less is a frame."""
    return sum(sum(cell is not None for cell in row) >= 2 for row in rows) >= 2


def _with_tables(text_page: Any, tables: list[list[list[Box | None]]]) -> str:
    """A page's characters in their order, those within a table gathered into its cells where the table begins."""
    from pypdfium2 import raw

    cells = [(t, r, c, box) for t, rows in enumerate(tables) for r, row in enumerate(rows)
             for c, box in enumerate(row) if box is not None]
    told: dict[tuple[int, int, int], list[str]] = {(t, r, c): [] for t, r, c, _ in cells}
    parts: list[str | int] = []
    begun: set[int] = set()
    inside: tuple[int, int, int] | None = None
    left, right = ctypes.c_double(), ctypes.c_double()
    low, top = ctypes.c_double(), ctypes.c_double()
    for index in range(text_page.count_chars()):
        character = chr(min(raw.FPDFText_GetUnicode(text_page, index), 0x10FFFF))
        if character not in "\r\n" and not raw.FPDFText_IsGenerated(text_page, index):
            raw.FPDFText_GetCharBox(text_page, index, left, right, low, top)
            inside = _cell(cells, (left.value + right.value) / 2, (low.value + top.value) / 2)
        if inside is None:
            parts.append(character)
            continue
        if inside[0] not in begun:
            begun.add(inside[0])
            parts.append(inside[0])
        told[inside].append(character)
    whole = "".join(one if isinstance(one, str) else _drawn(tables[one], one, told) for one in parts)
    return "\n".join(line for line in whole.splitlines() if line.strip())


def _cell(cells: Sequence[tuple[int, int, int, Box]], x: float, y: float) -> tuple[int, int, int] | None:
    return next(((t, r, c) for t, r, c, (x0, y0, x1, y1) in cells if x0 <= x <= x1 and y0 <= y <= y1), None)


def _drawn(rows: list[list[Box | None]], number: int, told: dict[tuple[int, int, int], list[str]]) -> str:
    lines = ["\t".join(_in_a_line("".join(told[number, r, c])) for c, box in enumerate(row) if box is not None)
             for r, row in enumerate(rows)]
    return "\n" + "\n".join(line for line in lines if line.strip()) + "\n"


def _in_a_line(words: str) -> str:
    """A cell's lines as one: those of wide characters follow each other without a space."""
    whole = ""
    for line in (one.strip() for one in words.splitlines()):
        parted = whole and line and not (ord(whole[-1]) > 0x2FFF and ord(line[0]) > 0x2FFF)
        whole += (" " if parted else "") + line
    return whole


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
