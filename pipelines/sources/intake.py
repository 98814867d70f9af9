"""A source's day out of the ledger and the archive: everything but the clock can be asked again later."""
from __future__ import annotations

import datetime as dt

from pipelines.fetch.archive import Archive
from pipelines.ledger import Ledger, arrivals, fetches
from pipelines.sources.discovery import find
from pipelines.sources.expectations import Day
from pipelines.sources.index import UnreadableIndex
from pipelines.sources.source import Source


def day(ledger: Ledger, archive: Archive, source: Source, on: dt.date) -> tuple[Day, dt.date | None]:
    """What a day brought, and the last day before it that brought anything new: what `judge` wants."""
    with ledger.reading() as c:
        asked, new = arrivals.asked(c, source.name, on), arrivals.new(c, source.name, on)
        last = arrivals.last_new(c, source.name, on)
    return Day(on, asked, named(ledger, archive, source) if asked else 0, new), last


def named(ledger: Ledger, archive: Archive, source: Source) -> int:
    """Releases that the pages of its index name as they were last kept; 0 where there are none or they are unreadable."""
    with ledger.reading() as c:
        pages = fetches.newest_index(c, source.name)
    addresses: set[str] = set()
    for page in pages:
        try:
            body = archive.get(page.sha256 or "")
            found = find(source, page.final_url or page.url, body, page.headers)
        except (FileNotFoundError, UnreadableIndex, ValueError):
            continue
        addresses |= {one.url for one in found.releases}
    return len(addresses)
