"""Forgetting: a release or a person leaves the archive and the ledger, and does not come back.

What is left is a hash, a reason and a day. The graph loses it with the next load.
"""
from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from nlp.model import digest
from pipelines import stages
from pipelines.fetch.archive import Archive, Away, Damaged
from pipelines.ledger import Ledger, Version, locations, revision, statements, tombstones, totals
from pipelines.ledger.documents import STANDING
from pipelines.ledger.forgotten import HOLDS_FORGOTTEN, Forgotten, address_hash, bytes_hash, name_hash, variants
from pipelines.ledger.rows import json_text
from pipelines.ledger.tables import (
    blobs,
    changes,
    documents,
    extractions,
    fetch_log,
    fetches,
    items,
    leases,
    metadata,
    names,
    rejects,
    withdrawals,
)
from pipelines.reading.words import words

#: Columns that lead out of the ledger: a name in an address is for its owner to change.
_ADDRESSES = {"location", "url", "final_url", "source", "item"}
#: Rows that are looked at at once.
_ROWS = 500
#: Characters that a name must have: shorter ones stand within too many words.
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Gone:
    """What went: releases taken out or masked, files of the archive, mentions of the person; and addresses that hold the
    name, which only their owner can change. `lost` are files that were given up: neither searched nor removed."""
    releases: int = 0
    files: int = 0
    mentions: int = 0
    addresses: tuple[str, ...] = ()
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Searched:
    """Bytes that no document shows, by their SHA-256: those that hold what is to be forgotten, and those of which nobody
    can tell, as they are missing or damaged."""
    hold: frozenset[str]
    unknown: frozenset[str]


def forget(ledger: Ledger, archive: Archive, what: str, reason: str, day: str | None = None, *,
           missing_are_lost: bool = False) -> Gone:
    """Forget a release by its address (URL or location), or a person by name or id.

    `day` (ISO) is noted beside the reason. Raises ValueError for what the ledger does not know, for a name that is too
    short to be told apart, and for an empty reason. Raises Away while the archive does not give a file that has to be
    searched or removed: then nothing is forgotten. With `missing_are_lost` such files are given up: noted as bytes that
    are not kept, and so removed by `archive sweep` should they be back. A store that does not answer is Away all the same.
    """
    if not reason.strip():
        raise ValueError("a reason is needed: it is all that will be left, so say who asked for it and why")
    if what.startswith("person:"):
        gone = _forget_person(ledger, archive, _name_of(ledger, what), reason, day, missing_are_lost)
    elif _is_address(ledger, what):
        gone = _forget_address(ledger, archive, what, reason, day, missing_are_lost)
    else:
        gone = _forget_person(ledger, archive, what, reason, day, missing_are_lost)
    # organisations and ties are made of what is left, and ids given out lead to those
    stages.resolve(ledger)
    stages.reprints(ledger)
    ledger.database.scrub()
    return gone


def written(config: Path, what: str) -> list[str]:
    """The lines of sources and decisions that hold an address or name, as «file:line»: people change those."""
    plain = "".join(unicodedata.normalize("NFKC", what).split()).casefold()
    found = []
    for file in sorted(config.rglob("*")) if config.is_dir() else ():
        if file.suffix in {".yaml", ".csv"} and file.is_file():
            for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if plain in "".join(unicodedata.normalize("NFKC", line).split()).casefold():
                    found.append(f"{file}:{number}")
    return found


def _is_address(ledger: Ledger, what: str) -> bool:
    if "://" in what:
        return True
    with ledger.reading() as c:
        return any(c.scalar(sa.select(sa.literal(1)).where(column == what).limit(1))
                   for column in (documents.c.location, fetches.c.location))


# --- files that are not there ---------------------------------------------------------------------------------------

def _given_up(c: sa.Connection, archive: Archive, gone: set[str], unknown: Iterable[str], missing_are_lost: bool) -> set[str]:
    """The files that can be neither searched nor removed. Raises Away for any, unless they are lost for good: they would be
    passed over, and be there again with their disk."""
    # another process may have forgotten some of them meanwhile
    lacking = {one for one in unknown if locations.is_known(c, one)}
    lacking |= {one for one in gone - lacking if locations.is_known(c, one) and not archive.has(one)}
    if lacking and not missing_are_lost:
        raise Away(f"nothing was forgotten: {len(lacking):,} files that have to be searched or removed are missing in the "
                   f"archive or damaged, such as {archive.path(min(lacking))}. Mount the archive's disk or bring back a backup of "
                   "it (`kakehashi archive verify` tells of each file), then forget again; if they are gone for good, "
                   "--missing-are-lost forgets without them")
    return lacking


def _data(archive: Archive, sha256: str) -> bytes | None:
    """Bytes of the archive; None where they are missing or damaged. Raises Away where the store does not answer."""
    try:
        return archive.get(sha256)
    except (FileNotFoundError, Damaged):
        return None
    except Exception as error:  # stores raise what their libraries do
        raise Away(f"nothing was forgotten: the archive does not give {archive.path(sha256)} ({type(error).__name__}: {error}). "
                   "See to it that its store is up and mounted and that this user may read it, then forget again") from error


# --- a release -------------------------------------------------------------------------------------------------------

def _forget_address(ledger: Ledger, archive: Archive, address: str, reason: str, day: str | None,
                    missing_are_lost: bool) -> Gone:
    """Take out what came from an address. Bytes go with it, even where they hold other releases beside it."""
    searched = _searched(ledger, archive, _Names(address))
    these = variants(address)
    with ledger.writing() as c:
        here = sa.or_(documents.c.url.in_(these), documents.c.location.in_(these))
        rows = c.execute(sa.select(documents.c.id, documents.c.version, documents.c.sha256, documents.c.status)
                         .where(here)).all()
        found = [(Version(r.id, r.version), r.sha256) for r in rows]
        came = set(c.scalars(sa.select(fetches.c.sha256).where(
            sa.or_(fetches.c.location.in_(these), fetches.c.url.in_(these)))))
        came |= set(c.scalars(sa.select(fetch_log.c.sha256).where(
            sa.or_(fetch_log.c.url.in_(these), fetch_log.c.final_url.in_(these)), fetch_log.c.sha256.is_not(None))))
        gone = {sha256 for _, sha256 in found} | came | searched.hold
        given_up = _given_up(c, archive, gone, searched.unknown, missing_are_lost)
        totals.move(c, totals.DOCUMENTS, -sum(r.status in STANDING for r in rows))
        tombstones.add(c, "url", address_hash(address), reason, day)
        for version, _ in found:
            statements.drop(c, version)
            for table in (items, leases, withdrawals, names, changes):
                c.execute(table.delete().where(table.c.document == version.document))
            c.execute(documents.delete().where(documents.c.id == version.document,
                                               documents.c.version == version.version))
        went = c.execute(fetches.delete().where(sa.or_(fetches.c.location.in_(these), fetches.c.url.in_(these)))).rowcount
        totals.move(c, totals.FETCHES, -went)
        c.execute(fetch_log.delete().where(sa.or_(fetch_log.c.url.in_(these), fetch_log.c.final_url.in_(these))))
        # «file, https://…»: what only begins with the address is another one
        c.execute(rejects.delete().where(sa.or_(rejects.c.source.in_(these), *(
            sa.or_(rejects.c.item == one, rejects.c.item.startswith(f"{one},", autoescape=True),
                   rejects.c.item.endswith(f" {one}", autoescape=True)) for one in these))))
        _let_bytes_go(c, gone, given_up, reason, day)
        revision.move(c)
    return Gone(len({v.document for v, _ in found}), _delete(archive, gone | given_up), lost=len(given_up))


def _let_bytes_go(c: sa.Connection, gone: set[str], given_up: set[str], reason: str, day: str | None) -> None:
    """Note that bytes are removed and must not come back, and which ones nobody could search."""
    for sha256 in sorted(given_up - gone):
        locations.lose(c, sha256)
    for sha256 in sorted(gone):
        locations.remove_bytes(c, sha256, HOLDS_FORGOTTEN)
        tombstones.add(c, "bytes", bytes_hash(sha256), reason, day)


def _searched(ledger: Ledger, archive: Archive, holds: Callable[[str], bool]) -> _Searched:
    """Bytes that no document shows: feeds, listings, and files in which nothing could be read.

    What waits for its first reading is left to that, which lets go of it, unless it is missing: it would be rejected then,
    and never be searched. Raises Away where the store does not answer.
    """
    waiting = sa.select(fetches.c.sha256).where(fetches.c.reader.is_(None))
    seen = sa.union_all(sa.select(documents.c.sha256), waiting)
    with ledger.reading() as c:
        found = list(c.scalars(sa.select(blobs.c.sha256).where(blobs.c.removed.is_(None), blobs.c.sha256.not_in(seen))))
        unread = list(c.scalars(sa.select(blobs.c.sha256).where(blobs.c.removed.is_(None), blobs.c.sha256.in_(waiting))))
        told = {row.sha256: json.loads(row.headers) for row in c.execute(
            sa.select(fetch_log.c.sha256, fetch_log.c.headers).where(fetch_log.c.sha256.is_not(None)))} if found else {}
    hold, unknown = set(), {sha256 for sha256 in unread if _data(archive, sha256) is None}
    for sha256 in found:
        data = _data(archive, sha256)
        if data is None:
            unknown.add(sha256)
        elif holds(words(data, told.get(sha256, {}))):
            hold.add(sha256)
    return _Searched(frozenset(hold), frozenset(unknown))


class _Names:
    """Whether a text names an address, whole or, as pages of its own site do, from the path on."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address) if "://" in address else None
        path = f"{parts.path}?{parts.query}".rstrip("?") if parts is not None else ""
        self._said = re.compile("|".join(rf"{re.escape(one)}(?![\w/.-])" for one in {address, path, unquote(path)}
                                         if one.strip("/")))

    def __call__(self, text: str) -> bool:
        return self._said.search(text) is not None


def _delete(archive: Archive, gone: Iterable[str]) -> int:
    return sum(archive.delete(sha256) for sha256 in sorted(gone))


# --- a person --------------------------------------------------------------------------------------------------------

def _name_of(ledger: Ledger, person: str) -> str:
    from graph.names import normalized

    with ledger.reading() as c:
        owners = {(r.document, r.name): r.organization for r in c.execute(sa.select(names))}
    for extraction in ledger.extractions():
        for one in extraction.persons:
            organization = owners.get((extraction.document.id, one.organization))
            if organization and "person:" + digest(normalized(one.name), organization) == person:
                return one.name
    raise ValueError(f"there is no {person} in the ledger; give the name instead")


def _forget_person(ledger: Ledger, archive: Archive, name: str, reason: str, day: str | None,
                   missing_are_lost: bool) -> Gone:
    """Mask a name wherever it stands; positions in texts stay what they were."""
    length, hashed = name_hash(name)
    if length < _SHORTEST_NAME:
        raise ValueError(f"«{name}» is too short for a person's name; give family and given name")
    masked = _Mask(name, Forgotten({}, {(length, hashed): reason}))
    searched = _searched(ledger, archive, lambda text: masked(text) != text)
    with ledger.writing() as c:
        releases, gone = _documents_with(c, masked)
        gone |= searched.hold
        given_up = _given_up(c, archive, gone, searched.unknown, missing_are_lost)
        mentions = _drop_mentions(c, masked)
        kept_in_addresses = _mask_everywhere(c, masked)
        tombstones.add(c, "person", hashed, reason, day, length)
        _let_bytes_go(c, gone, given_up, reason, day)
        if releases or mentions:
            revision.move(c)
    # where nobody of this name was known the tombstone stands all the same: none will come in
    return Gone(releases, _delete(archive, gone | given_up), mentions, tuple(kept_in_addresses), len(given_up))


class _Mask:
    """Masks texts; most of them are seen not to hold the name without a look at every place in them."""

    def __init__(self, name: str, forgotten: Forgotten) -> None:
        self._signs = set(unicodedata.normalize("NFKC", "".join(name.split())).casefold())
        self._forgotten = forgotten

    def __call__(self, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text).casefold()
        return self._forgotten.masked(text) if all(sign in plain for sign in self._signs) else text

    def names(self, person: str) -> bool:
        return self._forgotten.names_person(person)


def _documents_with(c: sa.Connection, masked: _Mask) -> tuple[int, set[str]]:
    """How many documents hold a name, and the bytes that they came from."""
    found = [(row.id, row.sha256) for row in c.execute(sa.select(documents), execution_options={"yield_per": _ROWS})
             if any(value and masked(value) != value for value in (row.text, row.title, row.publisher))]
    return len({document for document, _ in found}), {sha256 for _, sha256 in found}


def _drop_mentions(c: sa.Connection, masked: _Mask) -> int:
    """Take a person out of what extractions found; how many mentions that were."""
    went = 0
    for row in c.execute(sa.select(extractions).where(extractions.c.body.contains('"persons"'))).all():
        body = json.loads(row.body)
        left = [one for one in body["persons"] if not masked.names(one["name"])]
        if len(left) < len(body["persons"]):
            went += len(body["persons"]) - len(left)
            c.execute(extractions.update().where(extractions.c.document == row.document,
                                                 extractions.c.version == row.version)
                      .values(body=json_text({**body, "persons": left})))
    return went


def _rows(c: sa.Connection, table: sa.Table, keys: Sequence[sa.ColumnElement[Any]]) -> Iterator[sa.RowMapping]:
    """All rows, some at a time: the caller may change those it has."""
    names = [tuple(row) for row in c.execute(sa.select(*keys))]
    for begin in range(0, len(names), _ROWS):
        these = sa.tuple_(*keys).in_(names[begin:begin + _ROWS])
        yield from c.execute(sa.select(table).where(these)).mappings().all()


def _mask_everywhere(c: sa.Connection, masked: _Mask) -> list[str]:
    """Mask a name in every text of every table, JSON texts included: a name never goes across their marks.

    Addresses that hold it stay, as they lead to what lies outside the ledger; they are returned. What is told apart by
    the name itself is deleted: the next run makes it again without.
    """
    addresses: set[str] = set()
    for table in metadata.sorted_tables:
        keys = list(table.primary_key)
        texts = [column for column in table.columns if isinstance(column.type, sa.Text)]
        for row in _rows(c, table, keys):
            new = {column.name: masked(row[column]) for column in texts if row[column]}
            changed = {name: value for name, value in new.items() if value != row[name]}
            addresses |= {row[name] for name in changed if name in _ADDRESSES}
            changed = {name: value for name, value in changed.items() if name not in _ADDRESSES}
            if not changed:
                continue
            this = sa.and_(*(column == row[column] for column in keys))
            if any(column.name in changed for column in keys):
                c.execute(table.delete().where(this))
            else:
                c.execute(table.update().where(this).values(**changed))
    return sorted(addresses)
