"""Plain text."""
from __future__ import annotations

from collections.abc import Mapping

from pipelines.ledger.records import Draft
from pipelines.reading import Told, Unreadable
from pipelines.reading.charset import decode
from pipelines.reading.publishers import publisher_of

#: Characters that a headline has at most.
_HEADLINE = 100
#: Lines that a headline has at most with its date and publisher.
_HEAD = 3


def read(data: bytes, headers: Mapping[str, str], url: str | None, told: Told) -> list[Draft | Unreadable]:
    """The whole text. A short first line is the title as well where an empty line follows it, at once or after one or
    two short lines (a date, a publisher); it stays in the text."""
    decoded = decode(data, headers)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip() for line in text.strip().split("\n")]
    head = lines[:lines.index("")] if "" in lines else []
    is_head = 1 <= len(head) <= _HEAD and all(len(line) <= _HEADLINE for line in head)
    found: list[Draft | Unreadable] = [Draft(
        text, url=url, title=head[0] if is_head else told.title, published=told.published,
        publisher=publisher_of(url) or told.publisher)]
    return [*found, Unreadable("", decoded.damage)] if decoded.damage else found
