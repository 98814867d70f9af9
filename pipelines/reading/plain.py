"""Plain text."""
from __future__ import annotations

from pipelines.ledger.records import Draft
from pipelines.reading.charset import decode

#: Characters that a headline has at most.
_HEADLINE = 100
#: Lines that a headline has at most with its date and publisher.
_HEAD = 3


def read(data: bytes) -> Draft:
    """The whole text. A short first line is the title as well where an empty line follows it, at once or after one or
    two short lines (a date, a publisher); it stays in the text."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line.strip() for line in text.strip().split("\n")]
    head = lines[:lines.index("")] if "" in lines else []
    is_head = 1 <= len(head) <= _HEAD and all(len(line) <= _HEADLINE for line in head)
    return Draft(text, title=head[0] if is_head else None)
