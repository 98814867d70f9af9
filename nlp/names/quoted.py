"""Names in quotes that end as an organisation does."""
from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.names.entities import Proposal
from nlp.names.vocabulary import endings, generic
from nlp.patterns import pattern
from nlp.text import Page

#: Common words of so many letters in quotes are a name's all the same.
_LONG = 8
QUOTED = re.compile("[「『\"“]([^「『」』\"”\n]{2,60})[」』\"”]")


def in_quotes(page: Page) -> Iterator[Proposal]:
    """Names in quotes that end as an organisation does: «「せとのしま共同企業体」», long names with の and っ in them."""
    for match in QUOTED.finditer(page.norm):
        inner = match[1].strip()
        for length in range(min(12, len(inner) - 1), 1, -1):
            suffix = inner[-length:]
            if suffix in endings():
                own = inner[:-length]
                if own and not _common(own) and not pattern("names", "no_name_in_quotes").search(own) \
                        and endings()[suffix] not in ("regional_bureau",) and not pattern("names", "no_ending_in_quotes").fullmatch(suffix):
                    yield Proposal(match.start(1), match.end(1), inner, endings()[suffix], rank=4, by="quoted")
                break


def _common(own: str) -> bool:
    """Whether what stands before an ending is made of common words alone, and no name for its length: «公民の連携の|デスク»."""
    return generic().fullmatch(own) is not None and (len(own) < _LONG or pattern("names", "possessive_end").search(own) is not None)
