"""Which releases say again what another said, and what was computed of texts to find them."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sqlalchemy as sa

from pipelines.ledger import revision
from pipelines.ledger.rows import insert
from pipelines.ledger.tables import COUNTS, documents, names, overlaps, reprints, signatures
from pipelines.reprints import SCHEME, Reprint, Signature

#: A database takes so many values in one question.
_MOST = 500


def organization_of(c: sa.Connection) -> dict[tuple[str, str], str]:
    """(document, name) → the organisation it was last resolved to."""
    return {(r.document, r.name): r.organization for r in c.execute(sa.select(names))}


def known_signatures(c: sa.Connection) -> dict[str, Signature]:
    """Signatures of this scheme by the names of their texts."""
    rows = c.execute(sa.select(signatures).where(signatures.c.scheme == SCHEME))
    return {r.text: Signature(r.size, np.frombuffer(r.hashes, dtype="<u4")) for r in rows}


def drop_other_schemes(c: sa.Connection) -> None:
    """Let go of signatures that another version made."""
    c.execute(signatures.delete().where(signatures.c.scheme != SCHEME))


def keep_signatures(c: sa.Connection, found: Mapping[str, Signature]) -> None:
    """Add signatures of texts that have none of this scheme."""
    known = _among(c, signatures.c.text, found, signatures.c.scheme == SCHEME)
    insert(c, signatures, [{"text": text, "scheme": SCHEME, "size": one.size, "hashes": one.hashes.astype("<u4").tobytes()}
                           for text, one in sorted(found.items()) if text not in known])


def known_overlaps(c: sa.Connection) -> dict[tuple[str, str], float]:
    """Containment of pairs of texts, their names sorted."""
    return {(r.one, r.other): r.containment for r in c.execute(sa.select(overlaps))}


def keep_overlaps(c: sa.Connection, found: Mapping[tuple[str, str], float]) -> None:
    """Add what pairs of texts have in common of which that is not known."""
    known = {pair for text in {one for one, _ in found} for pair in
             c.execute(sa.select(overlaps.c.one, overlaps.c.other).where(overlaps.c.one == text)).tuples()}
    insert(c, overlaps, [{"one": one, "other": other, "containment": share}
                         for (one, other), share in sorted(found.items()) if (one, other) not in known])


def drop_texts(c: sa.Connection, gone: Iterable[str]) -> None:
    """Let go of what was computed of texts that no document has any more. Of those of which evidence is kept it stays: it
    cannot be computed again."""
    names = sorted(gone)
    reduced = _among(c, documents.c.text_sha256, names, COUNTS) if names else set[str]()
    if rows := [{"gone": text} for text in names if text not in reduced]:
        text: sa.BindParameter[str] = sa.bindparam("gone")
        c.execute(signatures.delete().where(signatures.c.text == text), rows)
        c.execute(overlaps.delete().where(sa.or_(overlaps.c.one == text, overlaps.c.other == text)), rows)


def _among(c: sa.Connection, column: sa.ColumnElement[Any], wanted: Iterable[str], *where: sa.ColumnElement[bool]) -> set[str]:
    """Those of the values that a column has."""
    names, found = sorted(wanted), set[str]()
    for begin in range(0, len(names), _MOST):
        found.update(c.scalars(sa.select(column).where(column.in_(names[begin:begin + _MOST]), *where)))
    return found


def store(c: sa.Connection, found: Iterable[Reprint]) -> int:
    """Make the table what these are; how many are new or changed."""
    before = {one.document: one for one in stored(c)}
    now = {one.document: one for one in found}
    stale = [{"gone": one} for one in sorted(before) if before[one] != now.get(one)]
    if stale:
        c.execute(reprints.delete().where(reprints.c.document == sa.bindparam("gone")), stale)
    fresh = [now[one] for one in sorted(now) if before.get(one) != now[one]]
    insert(c, reprints, [{"document": one.document, "original": one.original, "containment": one.containment}
                         for one in fresh])
    if stale or fresh:
        revision.take_turn(c)
    return len(fresh)


def store_some(c: sa.Connection, found: Mapping[str, Reprint | None]) -> None:
    """Take in what became of a few documents, None where they say nothing again."""
    c.execute(reprints.delete().where(reprints.c.document == sa.bindparam("gone")), [{"gone": one} for one in sorted(found)])
    insert(c, reprints, [{"document": one.document, "original": one.original, "containment": one.containment}
                         for _, one in sorted(found.items()) if one is not None])


def stored(c: sa.Connection) -> list[Reprint]:
    """All reprints by document."""
    return [Reprint(r.document, r.original, r.containment)
            for r in c.execute(sa.select(reprints).order_by(reprints.c.document))]
