"""The folder source: files on this machine."""
from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def files(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """(file, path it was found under) for files and folders of them, recursive, without repetition, sorted.

    Hidden files and folders are left out. Raises FileNotFoundError for a path that does not exist.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is no {path}; give a file or a folder of releases")
        whole = path.resolve()
        for file in _below(whole) if whole.is_dir() else (whole,):
            found.setdefault(file, whole)
    return sorted(found.items())


def _below(folder: Path) -> Iterable[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(place, name) for name in names if not name.startswith("."))


def location(file: Path) -> str:
    """A file's address as text; bytes of its name that are no UTF-8 are written out."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


#: Of each file that is there: its path, its size in bytes, when it was changed last in nanoseconds.
Fingerprint = tuple[tuple[str, int, int], ...]


def fingerprint(files: Iterable[Path]) -> Fingerprint:
    """Changes when one of the files does, comes or goes."""
    found = []
    for file in files:
        try:
            told = file.stat()
        except OSError:  # it is not there, or went meanwhile
            continue
        found.append((str(file), told.st_size, told.st_mtime_ns))
    return tuple(found)
