"""Plain text."""
from __future__ import annotations

from pipelines.ledger.records import Draft
from pipelines.reading.charset import decode

#: Characters that a headline has at most.
_HEADLINE = 100


def read(data: bytes) -> Draft:
    """The whole text; a short first line with an empty line after it is the title as well, and stays in the text."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.strip().partition("\n")
    after = rest.partition("\n")[0]
    title = first.strip() if len(first) <= _HEADLINE and rest and not after.strip() else None
    return Draft(text, title=title)
