"""Every fetch ever made: rows are added, never changed."""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import sqlalchemy as sa

from pipelines.ledger.rows import json_text
from pipelines.ledger.tables import blobs, fetch_log

#: So many failures of one address are counted at most, from the newest.
_LOOK_BACK = 100
# made once: a fetcher asks for these with every document, and making them takes longer than running them
_OF_URL = (sa.select(fetch_log).where(fetch_log.c.url == sa.bindparam("address")).order_by(fetch_log.c.id.desc())
           .limit(_LOOK_BACK))
_GOOD = (sa.select(fetch_log).where(fetch_log.c.url == sa.bindparam("address"), fetch_log.c.outcome != "failed")
         .order_by(fetch_log.c.id.desc()).limit(1))
_BLOB = sa.select(blobs.c.sha256).where(blobs.c.sha256 == sa.bindparam("name"))
_ADD, _ADD_BLOB = fetch_log.insert(), blobs.insert()


@dataclass(frozen=True, slots=True)
class Entry:
    """One fetch. `outcome` is new, unchanged or failed; `failure` a label of `pipelines.fetch.failures`.

    `size` in bytes, `seconds` of all attempts together, `fetched_at` in Japan («2026-04-01T05:30:00+09:00»), `run` what
    the run calls itself.
    """

    url: str
    source: str
    kind: str
    outcome: str
    fetched_at: str
    run: str
    failure: str | None = None
    detail: str | None = None
    final_url: str | None = None
    status: int | None = None
    sha256: str | None = None
    size: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    attempts: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one address.

    `newest` is its last fetch that gave bytes or said that they are the same, `last` the last of all, and
    `failures` how many permanent failures there were since `newest`. `settled` tells whether this run has already got
    its answer: bytes, or a failure that asking again does not mend.
    """

    newest: Entry | None = None
    last: Entry | None = None
    failures: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """How a source's last run went, and when it last gave anything.

    `outcomes` are the last answers of the addresses of that run, one an address: the better one where it was asked
    twice. `last_success` and `last_new` are times as in `Entry`, None where there never was one.
    """

    source: str
    run: str
    outcomes: tuple[Entry, ...]
    last_success: str | None
    last_new: str | None


def append(c: sa.Connection, entry: Entry) -> None:
    """Add a fetch; its bytes are known from then on, whatever they are."""
    if entry.sha256 is not None and entry.size is not None and c.scalar(_BLOB, {"name": entry.sha256}) is None:
        c.execute(_ADD_BLOB, {"sha256": entry.sha256, "size": entry.size})
    row = {one.name: getattr(entry, one.name) for one in fields(entry)}
    c.execute(_ADD, {**row, "headers": json_text(dict(entry.headers))})


def history(c: sa.Connection, url: str, run: str, permanent: frozenset[str]) -> History:
    """What is known of an address; `permanent` are the labels of failures that stay."""
    rows = c.execute(_OF_URL, {"address": url}).all()
    newest, failures, settled = None, 0, False
    for row in rows:
        final = row.outcome != "failed" or row.failure in permanent
        settled = settled or (row.run == run and final)
        if row.outcome != "failed":
            newest = _entry(row)
            break
        failures += final
    if newest is None and len(rows) == _LOOK_BACK:
        good = c.execute(_GOOD, {"address": url}).first()
        newest = _entry(good) if good is not None else None
    return History(newest, _entry(rows[0]) if rows else None, failures, settled)


def newest_index(c: sa.Connection, source: str) -> list[Entry]:
    """The last good fetch of each feed, listing and sitemap of a source, by address."""
    last = (sa.select(sa.func.max(fetch_log.c.id)).where(fetch_log.c.source == source, fetch_log.c.kind == "index",
                                                         fetch_log.c.outcome != "failed").group_by(fetch_log.c.url))
    return [_entry(r) for r in c.execute(sa.select(fetch_log).where(fetch_log.c.id.in_(last)).order_by(fetch_log.c.url))]


def of_run(c: sa.Connection, run: str) -> list[Entry]:
    """The fetches of a run, in their order."""
    return [_entry(r) for r in c.execute(sa.select(fetch_log).where(fetch_log.c.run == run).order_by(fetch_log.c.id))]


def health(c: sa.Connection) -> list[Health]:
    """Every source that was ever asked, by name."""
    ok = fetch_log.c.outcome != "failed"
    times = {r.source: r for r in c.execute(
        sa.select(fetch_log.c.source, sa.func.max(fetch_log.c.id).label("last"),
                  sa.func.max(sa.case((ok, fetch_log.c.fetched_at))).label("success"),
                  sa.func.max(sa.case(((fetch_log.c.outcome == "new") & (fetch_log.c.kind != "index"),
                                       fetch_log.c.fetched_at))).label("new")).group_by(fetch_log.c.source))}
    return [_health(c, source, times[source]) for source in sorted(times)]


def _health(c: sa.Connection, source: str, times: sa.Row[tuple[str, int, str | None, str | None]]) -> Health:
    run = str(c.scalar(sa.select(fetch_log.c.run).where(fetch_log.c.id == times.last)))
    last: dict[str, Entry] = {}
    for row in c.execute(sa.select(fetch_log).where(fetch_log.c.source == source, fetch_log.c.run == run)
                         .order_by(fetch_log.c.id)):
        if row.url not in last or last[row.url].outcome == "failed":
            last[row.url] = _entry(row)
    return Health(source, run, tuple(last[url] for url in sorted(last)), times.success, times.new)


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    values = dict(row._mapping)
    values.pop("id")
    return Entry(**{**values, "headers": json.loads(str(values["headers"]))})
