"""The index: a SQLite file that answers by number, by name and by code, each in well under a millisecond.

Names are found by hashes of their keys (graph.names): 5,000,000 corporations with their names need some 700 MB on disk
and little memory. An update works on a copy that takes the file's place when it is whole: whoever is killed leaves the
index as it was.
"""
from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from graph.names import NameKey, split_name
from graph.registry import Corporation
from nlp import gazetteer
from pipelines.reference import rows
from pipelines.reference.files import opened
from pipelines.reference.municipalities import today
from pipelines.reference.rows import Registered, Unusable

Report = Callable[[int, int], None]
#: Rows that are written at once.
_BATCH = 20_000
#: Rows that are looked at before a file is refused that gives fewer than half of them.
_TRIAL = 1_000
#: The stronger registry tells what a number is called; its place is its strength.
_SOURCES = ("国税庁 法人番号公表サイト", "gBizINFO", "EDINETコードリスト")
_NTA, _GBIZINFO, _EDINET = range(3)
_PREFECTURES = 47
#: Homonyms that a look-up gives at most; the country's commonest name has some 800.
_MOST = 1_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS corporations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, prefecture INTEGER NOT NULL, city INTEGER NOT NULL,
    closed TEXT NOT NULL, successor INTEGER NOT NULL, source INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS names (
    stem INTEGER NOT NULL, key INTEGER NOT NULL, number INTEGER NOT NULL, source INTEGER NOT NULL,
    former TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS listed (
    edinet TEXT PRIMARY KEY, security TEXT NOT NULL, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unusable (source INTEGER NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_INDEXES = {"names_stem": "names (stem)", "names_key": "names (key)", "names_number": "names (number)",
            "listed_security": "listed (security)", "listed_number": "listed (number)"}
_FOUND = """
SELECT c.number, c.name, c.prefecture, c.city, c.closed, c.successor, c.source, n.former, n.until,
       (SELECT min(l.edinet) FROM listed l WHERE l.number = c.number),
       (SELECT max(l.security) FROM listed l WHERE l.number = c.number)
FROM {names} JOIN corporations c ON c.number = n.number WHERE {where} ORDER BY c.number, n.until LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What an update did: corporations and former names taken, rows that could not be used, by reason of the first few."""
    corporations: int = 0
    former_names: int = 0
    unusable: int = 0
    examples: tuple[str, ...] = field(default_factory=tuple)


def at(home: Path) -> Path:
    """Where the index of a home is."""
    return home / "reference" / "corporations.sqlite"


class ReferenceIndex:
    """The registry of corporations (graph.registry.Registry) out of the index; also for several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._db = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._complete = bool(self._db.execute("SELECT 1 FROM meta WHERE key = 'complete' AND value = 'yes'").fetchone())

    @classmethod
    def of(cls, home: Path) -> ReferenceIndex | None:
        """The index of a home; None where there is none."""
        return cls(at(home)) if at(home).is_file() else None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def complete(self) -> bool:
        """Whether the NTA's file of the whole country is in it."""
        return self._complete

    def corporation(self, number: str) -> Corporation | None:
        """The corporation with that 法人番号."""
        found = self._ask("(SELECT ? AS number, '' AS former, '' AS until) n", "1", int(number)) if number.isdecimal() else ()
        return found[0] if found else None

    def listed(self, code: str) -> Corporation | None:
        """The corporation with that 証券コード (four characters) or EDINETコード."""
        column = "edinet" if code.startswith("E") else "security"
        row = self._db.execute(f"SELECT number FROM listed WHERE {column} = ? ORDER BY edinet LIMIT 1", (code,)).fetchone()
        return self.corporation(f"{row[0]:013}") if row else None

    def named(self, key: NameKey) -> Sequence[Corporation]:
        """Those that bear or bore a name with this key, by number."""
        return self._ask("names n", "n.key = ?", _hash(key.stem, key.form, key.side), key=key)

    def with_stem(self, stem: str) -> Sequence[Corporation]:
        """Those that bear or bore a name with this stem, whatever its form, by number."""
        return self._ask("names n", "n.stem = ?", _hash(stem), stem=stem)

    def counts(self) -> list[tuple[str, int, int]]:
        """(registry, corporations whose name it tells, rows of its files that could not be used) of each that was brought."""
        known = dict(self._db.execute("SELECT source, count(*) FROM corporations GROUP BY source"))
        bad = dict(self._db.execute("SELECT source, count(*) FROM unusable GROUP BY source"))
        return [(name, known.get(n, 0), bad.get(n, 0)) for n, name in enumerate(_SOURCES) if n in known or n in bad]

    def unusable(self) -> list[tuple[str, str, int, str]]:
        """(registry, file, line, reason) of every row that could not be used, in the files' order."""
        return [(_SOURCES[source], file, line, reason) for source, file, line, reason in self._db.execute(
            "SELECT source, file, line, reason FROM unusable ORDER BY source, file, line")]

    def _ask(self, names: str, where: str, value: int, *, key: NameKey | None = None,
             stem: str | None = None) -> tuple[Corporation, ...]:
        found: dict[str, Corporation] = {}
        for row in self._db.execute(_FOUND.format(names=names, where=where), (value, _MOST)):
            number, name, prefecture, city, closed, successor, source, former, until, edinet, security = row
            asked = split_name(former or name) if key is not None or stem is not None else None
            # hashes may meet; an English name is not the corporation's name and is not checked
            if asked is not None and former != "" and ((key is not None and asked != key)
                                                       or (stem is not None and asked.stem != stem)):
                continue
            one = Corporation(f"{number:013}", name, _prefecture(prefecture), f"{city:05}" if city else None,
                              closed or None, f"{successor:013}" if successor else None, edinet, security,
                              until or None, _SOURCES[source])
            if one.number not in found or found[one.number].until is not None:
                found[one.number] = one
        return tuple(found.values())


def update(home: Path, *, nta: Sequence[Path] = (), nta_diff: Sequence[Path] = (), edinet: Path | None = None,
           gbizinfo: Sequence[Path] = (), report: Report = lambda done, total: None) -> Built:
    """Take registries' files into the home's index. `nta`, `edinet` and `gbizinfo` replace what was known from each,
    `nta_diff` adds a day's changes. Raises ValueError for a file of another shape; the index then stays as it was.
    """
    file = at(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    if file.is_file():
        shutil.copyfile(file, draft)
    else:
        draft.unlink(missing_ok=True)
    try:
        built = _update(draft, nta, nta_diff, edinet, gbizinfo, report)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return built


def _update(draft: Path, nta: Sequence[Path], nta_diff: Sequence[Path], edinet: Path | None, gbizinfo: Sequence[Path],
            report: Report) -> Built:
    db = sqlite3.connect(draft)
    try:
        for line in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "temp_store = FILE"):
            db.execute(f"PRAGMA {line}")
        db.executescript(_SCHEMA)
        work = _Work(db, report)
        if nta:
            work.replace(_NTA, nta, rows.nta)
            prefectures = db.execute("SELECT count(DISTINCT prefecture) FROM corporations WHERE source = 0 "
                                     "AND prefecture BETWEEN 1 AND 47").fetchone()[0]
            work.note("complete", "yes" if prefectures == _PREFECTURES else "no")
        if gbizinfo:
            work.replace(_GBIZINFO, gbizinfo, lambda told: rows.gbizinfo(told, prefecture_number))
        if edinet is not None:
            work.replace(_EDINET, [edinet], lambda told: rows.edinet(told, prefecture_number))
        if nta_diff:
            work.index()
            for one in nta_diff:
                work.change(one)
        work.index()
        work.end_former_names()
        db.execute("ANALYZE")
        db.commit()
        return work.built
    finally:
        db.close()


class _Work:
    """One update's writing."""

    def __init__(self, db: sqlite3.Connection, report: Report) -> None:
        self._db, self._report = db, report
        self.built = Built()

    def note(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def index(self) -> None:
        for name, on in _INDEXES.items():
            self._db.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")

    def replace(self, source: int, files: Sequence[Path],
                parse: Callable[[rows.Rows], Iterator[Registered | Unusable]]) -> None:
        """What one registry says, anew. Written without indexes, which are made at the end."""
        for name in _INDEXES:
            self._db.execute(f"DROP INDEX IF EXISTS {name}")
        for table in ("corporations", "names", "unusable"):
            self._db.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
        if source == _EDINET:
            self._db.execute("DELETE FROM listed")
        for file in files:
            with opened(file, self._report) as told:
                for batch in _batches(self._usable(source, file, parse(told)), _BATCH):
                    self._write(source, [r for r in batch if not r.withdrawn])

    def _usable(self, source: int, file: Path, told: Iterator[Registered | Unusable]) -> Iterator[Registered]:
        seen = bad = 0
        for one in told:
            seen += 1
            if isinstance(one, Unusable):
                bad += 1
                self._reject(source, file, one)
                if bad * 2 > seen and seen >= _TRIAL:
                    raise ValueError(f"{file}: more than half of the first rows cannot be used ({one.reason}); "
                                     "is it another registry's file?")
            else:
                yield one
        if bad and bad == seen:
            raise ValueError(f"{file}: no row can be used ({one.reason if isinstance(one, Unusable) else ''})")

    def _reject(self, source: int, file: Path, one: Unusable) -> None:
        self._db.execute("INSERT INTO unusable VALUES (?, ?, ?, ?)", (source, file.name, one.line, one.reason))
        examples = self.built.examples
        if len(examples) < 5:
            examples = (*examples, f"{file.name}, line {one.line}: {one.reason}")
        self.built = Built(self.built.corporations, self.built.former_names, self.built.unusable + 1, examples)

    def _write(self, source: int, batch: Sequence[Registered]) -> None:
        now = [r for r in batch if r.latest]
        self._db.executemany(
            "INSERT INTO corporations VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET name = excluded.name, "
            "prefecture = excluded.prefecture, city = excluded.city, closed = excluded.closed, "
            "successor = excluded.successor, source = excluded.source WHERE excluded.source <= source",
            [(int(r.number), r.name, r.prefecture, r.city, r.closed, int(r.successor or 0), source) for r in now])
        self._db.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, '')", _name_rows(source, batch))
        self._db.executemany("INSERT OR REPLACE INTO listed VALUES (?, ?, ?)",
                             [(r.edinet, r.security, int(r.number)) for r in now if r.edinet])
        self.built = Built(self.built.corporations + len(now), self.built.former_names + len(batch) - len(now),
                           self.built.unusable, self.built.examples)

    def change(self, file: Path) -> None:
        """A day's changes: a corporation's former name stays, with its end."""
        with opened(file, self._report) as told:
            for one in self._usable(_NTA, file, rows.nta(told)):
                number = int(one.number)
                before = self._db.execute("SELECT name FROM corporations WHERE number = ?", (number,)).fetchone()
                if one.latest:
                    self._db.execute("DELETE FROM names WHERE number = ? AND source = ? AND former = ''", (number, _NTA))
                    if one.withdrawn:
                        self._db.execute("DELETE FROM corporations WHERE number = ?", (number,))
                        continue
                    if before and before[0] != one.name:
                        self._db.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?, ?, ?)", [
                            (*r[:4], before[0], "", one.changed) for r in _name_rows(_NTA, [
                                Registered(one.number, before[0])])])
                self._write(_NTA, [one])

    def end_former_names(self) -> None:
        """A former name ends where the corporation's next one begins; what is its present name again is none."""
        self._db.execute(
            "UPDATE names SET until = coalesce((SELECT min(later.since) FROM names later WHERE later.number = names.number "
            "AND later.since > names.since), '0000') WHERE former <> '' AND until = ''")
        self._db.execute("DELETE FROM names WHERE former <> '' AND former = (SELECT name FROM corporations c "
                         "WHERE c.number = names.number)")


def _batches(many: Iterator[Registered], size: int) -> Iterator[list[Registered]]:
    while batch := list(islice(many, size)):
        yield batch


def _name_rows(source: int, batch: Iterable[Registered]) -> Iterator[tuple[int, int, int, int, str, str]]:
    for r in batch:
        for name in (r.name, r.english) if r.english and r.latest else (r.name,):
            key = split_name(name)
            yield (_hash(key.stem), _hash(key.stem, key.form, key.side), int(r.number), source,
                   "" if r.latest else name, r.changed)


def _hash(*parts: str) -> int:
    """Eight bytes of BLAKE2b as the signed number that SQLite stores."""
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big", signed=True)


def _prefecture(number: int) -> str | None:
    return gazetteer.prefectures()[number - 1] if 1 <= number <= _PREFECTURES else None


def prefecture_number(address: str) -> int:
    """The number (1 to 47) of an address's prefecture; 0 where the address does not tell it."""
    found = today().prefecture_of(address)
    return gazetteer.prefectures().index(found) + 1 if found else 0
