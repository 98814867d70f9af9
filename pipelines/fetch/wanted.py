"""What is to be fetched: an address, and what is known of it before its bytes are here."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

#: `index` is a feed, listing or sitemap, which is asked again every run; `page` a release; `attachment` a file that a
#: page links to.
Kind = Literal["index", "page", "attachment"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One address to fetch for one source.

    `url` is absolute, http or https, without fragment. `published` is a date prefix («2019-06-24») in Japanese time,
    `title` and `publisher` are as the feed or listing gives them; None where it gives none.

    Raises ValueError for a kind that does not exist and for an address that is not http or https.
    """

    url: str
    source: str
    published: str | None = None
    title: str | None = None
    publisher: str | None = None
    kind: Kind = "page"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.url}: {self.kind!r} is no kind; it must be one of {', '.join(KINDS)}")
        if not self.url.lower().startswith(("http://", "https://")):
            raise ValueError(f"{self.url!r} cannot be fetched; an address begins with http:// or https://")
