"""decisions.csv in the folder that people write: reading it, and adding a decision to it."""
from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from filelock import FileLock

from graph import decisions
from graph.decisions import COLUMNS, Decision, Decisions
from graph.organizations import decided_by
from graph.places import Places

NAME = "decisions.csv"


def file_of(config: Path) -> Path:
    """Where people's decisions are."""
    return config / NAME


def listed(config: Path) -> tuple[Decision, ...]:
    """The decisions of a configuration as they are written; none where there is no file.

    Raises ValueError that names every faulty line.
    """
    file = file_of(config)
    if not file.is_file():
        return ()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file} is not in UTF-8: save it as UTF-8 ({error})") from error
    return decisions.read(text, str(file))


def read(config: Path, places: Places) -> Decisions:
    """The decisions of a configuration. Raises ValueError for faulty lines and for those that contradict each other."""
    return _checked(listed(config), places)


def add(config: Path, decision: Decision, places: Places) -> bool:
    """Write a decision behind the others; False where the same stands there already.

    Raises ValueError for one that is faulty or contradicts another; the file is then left as it was.
    """
    file = file_of(config)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        before = listed(config)
        if any((d.kind, d.subject, d.object) == (decision.kind, decision.subject, decision.object) for d in before):
            return False
        faulty = decisions.read(_header() + decisions.written([decision]), "the new decision")
        _checked([*before, *(_unwritten(d) for d in faulty)], places)
        old = file.read_bytes() if file.is_file() else b""
        if not old.strip():
            old = _header().encode()
        elif not old.endswith(b"\n"):
            old += b"\n"
        draft = file.with_suffix(".draft")
        draft.write_bytes(old + _row(decision, old).encode())
        draft.replace(file)
    return True


def _checked(every: tuple[Decision, ...] | list[Decision], places: Places) -> Decisions:
    return Decisions.of(every, lambda name: decided_by(name, places))


def _header() -> str:
    return ",".join(COLUMNS) + "\n"


def _row(decision: Decision, old: bytes) -> str:
    """The line, in the order of the file's own columns."""
    header = next(csv.reader(StringIO(old.decode("utf-8-sig").splitlines()[0])))
    told = dict(zip(COLUMNS, next(csv.reader(StringIO(decisions.written([decision])))), strict=True))
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow([told.get(name.strip(), "") for name in header])
    return out.getvalue()


def _unwritten(decision: Decision) -> Decision:
    return Decision(decision.kind, decision.subject, decision.object, decision.who, decision.when, decision.why,
                    decision.subject_name, decision.object_name)
