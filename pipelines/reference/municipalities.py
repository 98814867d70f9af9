"""The public bodies as resolution wants them: the gazetteer of today, and what became of earlier ones."""
from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from graph.places import Place, Places
from graph.reference import changes
from graph.reference.changes import Change, Unread
from nlp import gazetteer


def at(home: Path) -> Path:
    """Where the changes are that a user has brought."""
    return home / "reference" / "municipal_changes.csv"


def places(home: Path | None = None) -> Places:
    """All coded bodies, with the changes that ship and those that were brought to a home."""
    brought: tuple[Change, ...] = ()
    if home is not None and at(home).is_file():
        brought = changes.read(at(home).read_text(encoding="utf-8"))
    return _places(brought)


@cache
def _places(brought: tuple[Change, ...]) -> Places:
    # what ships says the same as e-Stat's file of the same day, with its own source
    known = {(c.day, c.before_code, c.after_code) for c in changes.shipped()}
    every = [*changes.shipped(), *(c for c in brought if (c.day, c.before_code, c.after_code) not in known)]
    variants = {row["written"]: row["official"] for row in gazetteer.rows("place_variants.csv")}
    return Places({code: Place(one.name, one.type, one.prefecture, one.lat, one.lng)
                   for code, one in gazetteer.by_code().items()}, variants, every)


def today() -> Places:
    """The bodies without what anybody has brought."""
    return places(None)


def update_changes(home: Path, file: Path) -> tuple[Sequence[Change], Sequence[Unread]]:
    """Take e-Stat's file of 廃置分合等情報 into the home; the changes in it and the lines that were not understood.

    Raises ValueError for a file of another shape; what was there then stays.
    """
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp932", errors="replace")
    found, unread = changes.from_estat(text)
    target = at(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    draft.write_text(changes.written(found), encoding="utf-8")
    draft.replace(target)
    return found, unread
