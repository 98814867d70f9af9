"""Lines of a CSV file as a registry publishes it: alone or in a zip, in UTF-8 or Shift_JIS."""
from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: Bytes that are looked at to tell the encoding.
_SAMPLE = 1 << 20
#: Bytes between two reports.
_STEP = 1 << 22


@contextmanager
def opened(file: Path, report: Callable[[int, int], None]) -> Iterator[Iterator[tuple[int, list[str]]]]:
    """(line, cells) of the file's rows. `report` is told bytes done and bytes in all.

    Raises ValueError for a zip that holds no CSV file or several.
    """
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            inside = [i for i in packed.infolist() if i.filename.lower().endswith(".csv")]
            if len(inside) != 1:
                raise ValueError(f"{file} holds {len(inside)} CSV files; give a zip with one, or the CSV file itself")
            with packed.open(inside[0]) as raw:
                sample = raw.read(_SAMPLE)
            with packed.open(inside[0]) as raw:
                yield _rows(raw, _encoding(sample), inside[0].file_size, report)
        return
    with file.open("rb") as raw:
        sample = raw.read(_SAMPLE)
        raw.seek(0)
        yield _rows(raw, _encoding(sample), file.stat().st_size, report)


def _encoding(sample: bytes) -> str:
    try:
        sample[:sample.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp932"
    return "utf-8-sig"


def _rows(raw: IO[bytes], encoding: str, size: int, report: Callable[[int, int], None]) -> Iterator[tuple[int, list[str]]]:
    counted = _Counted(raw, size, report)
    text = io.TextIOWrapper(io.BufferedReader(counted, 1 << 20), encoding=encoding, errors="replace", newline="")
    rows = csv.reader(text)
    for row in rows:
        yield rows.line_num, row
    report(size, size)


class _Counted(io.RawIOBase):
    """Bytes that tell how many of them were read."""

    def __init__(self, raw: IO[bytes], size: int, report: Callable[[int, int], None]) -> None:
        self._raw, self._size, self._report = raw, size, report
        self._done = self._told = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._raw.read(len(buffer))
        buffer[:len(data)] = data
        self._done += len(data)
        if self._done - self._told >= _STEP:
            self._told = self._done
            self._report(self._done, self._size)
        return len(data)
