"""The ledger's own records, and how a document gets its identity."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nlp.model import Document, digest

#: Bytes that a key can have: PostgreSQL indexes no longer ones than 2,704, some of which other columns take.
LONGEST_KEY = 2_000


@dataclass(frozen=True, slots=True, order=True)
class Reject:
    """Something that could not be used. `source` is the location it came from, `item` names the part that failed."""
    stage: str
    item: str
    reason: str
    source: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Fetch:
    """The newest bytes of a location, as the archive has them.

    What comes from the web has its `url` after redirects and the `headers` that change how bytes are read, names in
    small letters; `published`, `title` and `publisher` are what the feed or listing says where the bytes do not.
    """
    location: str
    source: str
    sha256: str
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    published: str | None = None
    title: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One version of one document: the document's id and the digest of what it holds."""
    document: str
    version: str

    @property
    def kept_id(self) -> str:
        """What an older version is called beside the one that took its place."""
        return f"{self.document}@{self.version}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as its bytes tell it, before it has an identity.

    `item` is its name within the file, "" where the file is one document.
    """
    text: str
    item: str = ""
    url: str | None = None
    title: str | None = None
    published: str | None = None
    publisher: str | None = None

    def document(self) -> Document:
        """The document with its id: by URL and item where there is a URL, else by what it says."""
        name = (digest(self.url, self.item) if self.url
                else digest(self.title, self.published, self.publisher, self.text))
        return Document(f"doc:{name}", self.text, self.url, self.title, self.published, self.publisher)

    def version(self) -> str:
        """Changes with the content."""
        return digest(self.title, self.published, self.publisher, self.text)

    def lineage(self, location: str) -> str:
        """What stays the same when the content changes: URL#item, or location#item; a digest of it where it is long."""
        name = f"{self.url or location}#{self.item}"
        return name if len(name.encode()) <= LONGEST_KEY else digest(name)
