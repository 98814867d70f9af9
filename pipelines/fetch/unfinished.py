"""A run that was killed goes on under its name: what is noted of it while it runs."""
from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its name; `resumed` where it began earlier and was stopped."""

    name: str
    resumed: bool


@contextmanager
def begun(home: Path, now: str, wanted: object) -> Iterator[Run]:
    """The run that asks for what is `wanted` (any JSON value), from `now` («2026-04-01T05:30:00+09:00») on.

    It is the one that asked for the same earlier that day and did not come to its end, if there is one. Raises
    RuntimeError where another process is at it.
    """
    home.mkdir(parents=True, exist_ok=True)
    note = home / "ingest.json"
    try:
        with FileLock(home / "ingest.lock", timeout=0):
            name = _unfinished(note, now, wanted)
            run = Run(name or f"ingest {now}", name is not None)
            note.write_text(json.dumps({"run": run.name, "wanted": wanted}, ensure_ascii=False) + "\n", encoding="utf-8")
            yield run
            note.unlink()
    except Timeout:
        raise RuntimeError(f"another `kakehashi ingest` is at work in {home}; wait for its end") from None


def _unfinished(note: Path, now: str, wanted: object) -> str | None:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
        name = str(told["run"])
        return name if told["wanted"] == wanted and name.startswith(f"ingest {now[:10]}") else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
