"""Reading pages of a municipal site into documents, beside the extraction of text alone.

The peer gets what is hardest to get right for nothing: the decoded page. It returns text; a document has title, day,
publisher, address and rows of tables as well.
"""
from __future__ import annotations

import statistics
import time

import trafilatura

from bench.pages import pages
from bench.row import Measured, Row
from pipelines.ledger import Draft
from pipelines.reading import read

PAGES = 300
#: The least that a page of a municipal site has in the middle, in bytes.
MEDIAN = 40_000
HEADERS = {"Content-Type": "text/html"}


def measure() -> Measured:
    """Documents per CPU second of the reader, beside trafilatura; both read each page after the other."""
    made = list(pages(PAGES))
    assert statistics.median(map(len, made)) >= MEDIAN
    ours = theirs = 0.0
    unread, failure = 0, None
    # what is loaded once is no page's
    read("page.html", made[0], HEADERS, "https://www.city.example/0.html")
    trafilatura.extract(made[0].decode(), favor_recall=True)
    for number, data in enumerate(made):
        begin = time.process_time()
        found = read("page.html", data, HEADERS, f"https://www.city.example/{number}.html")
        middle = time.process_time()
        trafilatura.extract(data.decode(), favor_recall=True)
        theirs += time.process_time() - middle
        ours += middle - begin
        if not isinstance(found[0], Draft):
            unread, failure = unread + 1, found[0].reason
    return Measured((PAGES - unread) / ours, PAGES / theirs, unread=unread, failure=failure)


ROW = Row("read-html", "documents/s", "trafilatura", measure)
