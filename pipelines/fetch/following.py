"""What an address leads to: releases and further pages from a source's index, PDF files from a release."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from threading import Lock

from pipelines import reading
from pipelines.fetch.ingest import Follow, Page
from pipelines.fetch.wanted import Wanted
from pipelines.sources.discovery import MAX_PAGES, find
from pipelines.sources.source import Source


def following(sources: Mapping[str, Source]) -> Follow:
    """For one run over these sources, by name. An address of another source is followed for attachments alone.

    A listing is followed for its `pages`, any index for MAX_PAGES. What it gives raises ValueError for an index that is
    not what its source says.
    """
    walked: Counter[str] = Counter()
    lock = Lock()

    def follow(wanted: Wanted, page: Page) -> Iterable[Wanted]:
        if wanted.kind == "attachment":
            return []
        if wanted.kind == "page":
            return _attachments(wanted, page)
        source = sources.get(wanted.source)
        if source is None:
            raise ValueError(f"there is no source {wanted.source!r} any more; name one that is configured")
        found = find(source, page.url, page.data, page.headers)
        if source.listing is not None and page.depth >= source.listing.pages:
            return found.releases
        with lock:
            further = found.further[:max(0, MAX_PAGES - 1 - walked[source.name])]
            walked[source.name] += len(further)
        return [*found.releases, *further]

    return follow


def _attachments(wanted: Wanted, page: Page) -> list[Wanted]:
    """The files of a release, with what is known of the release; their own words are their title."""
    return [Wanted(link.url, wanted.source, wanted.published, link.words or wanted.title, wanted.publisher, "attachment")
            for link in reading.links_to_attachments(page.data, page.headers, page.url)]
