"""The managed server's graph as one file, by the server's own admin tool, and back.

Both need the server down for some seconds; it is up again after, if it was before. The file is Neo4j's own dump: every
other Neo4j 5 can load it. A restored graph is brought up to date by the next load, which compares fingerprints.
"""
from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from graph.server import manager
from graph.server.manager import DATABASE, ServerError

#: Where the graph lies within a server's folder.
_PARTS = (f"data/databases/{DATABASE}", f"data/transactions/{DATABASE}")


def dump(folder: Path, file: Path) -> int:
    """Write the graph of a server's folder into a file; its size in bytes. A file that is there stays until the new one
    is whole. Raises ServerError where the folder has no graph, or where the tool fails."""
    folder = folder.resolve()
    if not (folder / _PARTS[0]).is_dir():
        raise ServerError(f"{folder} holds no graph yet: run `kakehashi run` first")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".dump-") as aside, manager.stopped(folder):
        manager.admin(folder, "database", "dump", DATABASE, f"--to-path={Path(aside).resolve()}")
        made = Path(aside) / f"{DATABASE}.dump"
        size = made.stat().st_size
        os.replace(made, file)
    return size


def restore(folder: Path, file: Path) -> None:
    """Make a server's graph what a dump holds; its password stays. Raises FileNotFoundError where there is no such file,
    ServerError where it is no dump: then the graph is as it was."""
    folder = folder.resolve()
    if not file.is_file():
        raise FileNotFoundError(f"there is no {file}; `kakehashi graph dump FILE` makes one")
    if not (folder / _PARTS[0]).is_dir():  # the first start makes password and settings
        manager.up(folder)
        manager.down(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as aside, manager.stopped(folder):
        place = Path(aside)
        # the tool takes the name of the file for the name of the database
        (place / f"{DATABASE}.dump").symlink_to(file.resolve())
        for part in _PARTS:
            if (folder / part).exists():
                (place / part).parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / part, place / part)
        try:
            manager.admin(folder, "database", "load", DATABASE, f"--from-path={place}", "--overwrite-destination=true")
        except BaseException:
            for part in _PARTS:
                shutil.rmtree(folder / part, ignore_errors=True)
                if (place / part).exists():
                    os.replace(place / part, folder / part)
            raise
