"""What must not come back, known by hashes alone: addresses, bytes, and names of people. Pure.

Whoever knows an address or a name can ask whether it was forgotten; nobody can read it here.
"""
from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

from pipelines.ledger.records import Draft, Fetch

#: Stands for each character of a name, so that all positions in a text stay what they were.
MASK = "■"
#: Stands in the ledger for bytes that were let go.
HOLDS_FORGOTTEN = "held what was to be forgotten"
#: Stands in the ledger for bytes that somebody gave up: they may hold it too. Those that come anew are kept again.
LOST = "lost when something was forgotten, and not searched"


def address_hash(address: str) -> str:
    """The hash of a URL or location; its fragment and the case of its host make no difference."""
    if "://" in address:
        try:
            parts = urlsplit(address)
            address = urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))
        except ValueError:  # e.g. «http://[»: what is no address can be forgotten too
            pass
    return _hash("url", address)


def variants(address: str) -> tuple[str, ...]:
    """A URL or location and what else leads to the same page: http or https, with a slash at the end or without."""
    scheme, mark, rest = address.partition("#")[0].partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        return (address,)
    ends = [rest] if "?" in rest else [rest.rstrip("/"), rest.rstrip("/") + "/"]
    return tuple(dict.fromkeys([address, *(f"{one}://{end}" for one in ("http", "https") for end in ends)]))


def bytes_hash(sha256: str) -> str:
    """The hash that stands for bytes of this SHA-256."""
    return _hash("bytes", sha256)


def name_hash(name: str) -> tuple[int, str]:
    """How many characters a person's name has, and its hash; spaces, widths and case make no difference."""
    plain = "".join(sign for sign, _ in _signs(name))
    return len(plain), _hash("person", plain)


def _hash(kind: str, what: str) -> str:
    return hashlib.sha256(f"kakehashi {kind} {what}".encode("utf-8", "surrogatepass")).hexdigest()


def _signs(text: str) -> Iterator[tuple[str, int]]:
    """The characters that tell names apart, each with the place in the text that it comes from."""
    for place, sign in enumerate(text):
        for plain in unicodedata.normalize("NFKC", sign).casefold():
            if not plain.isspace():
                yield plain, place


@dataclass(frozen=True)
class Forgotten:
    """`others` are reasons by the hash of an address or of bytes, `names` reasons by a name's length and hash."""
    others: Mapping[str, str]
    names: Mapping[tuple[int, str], str]

    @cached_property
    def _by_length(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for (length, one), reason in self.names.items():
            found[length][one] = reason
        return dict(found)

    def address(self, address: str | None) -> str | None:
        """Why nothing is kept of an address; None where it may be."""
        if not address or not self.others:
            return None
        return next((why for one in variants(address) if (why := self.others.get(address_hash(one)))), None)

    def bytes(self, sha256: str) -> str | None:
        """Why bytes are not kept; None where they may be."""
        return self.others.get(bytes_hash(sha256)) if self.others else None

    def draft(self, draft: Draft) -> Draft | None:
        """A document without the names that were forgotten; None where nothing is kept of its address."""
        if self.address(draft.url) is not None:
            return None
        if not self.names:
            return draft
        return replace(draft, text=self.masked(draft.text), item=self.masked(draft.item),
                       title=draft.title and self.masked(draft.title),
                       publisher=draft.publisher and self.masked(draft.publisher))

    def drafts(self, fetch: Fetch, drafts: Iterable[Draft]) -> list[Draft]:
        """What is kept of the documents of a file: none where its own address was forgotten."""
        if self.address(fetch.location) is not None or self.address(fetch.url) is not None:
            return []
        return [one for draft in drafts if (one := self.draft(draft)) is not None]

    def masked(self, text: str) -> str:
        """A text of the same length, with a mark for each character of a name that was forgotten."""
        hidden = self._hidden(text) if self.names else set()
        if not hidden:
            return text
        return "".join(MASK if place in hidden else sign for place, sign in enumerate(text))

    def holds(self, text: str) -> bool:
        """Whether a text has a name in it that was forgotten."""
        return bool(self.names) and bool(self._hidden(text))

    def names_person(self, name: str) -> bool:
        """Whether a person of this name was forgotten, or the name is one that was masked."""
        return MASK in name or name_hash(name) in self.names

    def _hidden(self, text: str) -> set[int]:
        signs = list(_signs(text))
        plain = "".join(sign for sign, _ in signs)
        hidden: set[int] = set()
        for length, wanted in self._by_length.items():
            for begin in range(len(plain) - length + 1):
                if _hash("person", plain[begin:begin + length]) in wanted:
                    hidden |= set(range(signs[begin][1], signs[begin + length - 1][1] + 1))
        return hidden
