"""Versions that move by themselves: what a package's code and data are, as a short digest."""
from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def version_of(package: str) -> str:
    """Twelve hexadecimal digits over the names and bytes of a package's code and data files, subfolders included.

    What was computed with another version is stale; nobody has to remember to raise a number.
    """
    found = hashlib.sha256()
    for name, content in sorted(_contents(files(package), "")):
        found.update(f"{name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()[:12]


def _contents(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    contents: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = prefix + entry.name
        if entry.is_dir():
            if entry.name != "__pycache__":
                contents += _contents(entry, name + "/")
        elif not entry.name.endswith((".pyc", ".nbi", ".nbc")):
            contents.append((name, entry.read_bytes()))
    return contents
