"""The registry of corporations as resolution asks it. Who holds it (an index on disk, a test) is not known here."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graph.names import NameKey
from nlp.model import bounds, precision_of


@dataclass(frozen=True, slots=True)
class Corporation:
    """A corporation of the registry, by 法人番号. Days are ISO; `until` is the day from which it no longer bore the name
    asked for (None for its present name); `successor` the number of the one that took it over; `source` where it stands.
    """
    number: str
    name: str
    prefecture: str | None = None
    city: str | None = None
    closed_on: str | None = None
    successor: str | None = None
    edinet_code: str | None = None
    security_code: str | None = None
    until: str | None = None
    source: str = "国税庁 法人番号公表サイト"

    def there(self, on: str | None) -> bool:
        """Whether it was there under that name on a day (or month, or year); a day that is not known, or none, is today."""
        try:
            first, _ = bounds(on, precision_of(on)) if on else ("9999", "")
        except ValueError:
            first = "9999"
        return not any(end and end < first for end in (self.closed_on, self.until))


class Registry(Protocol):
    """Look-ups, each a millisecond at most. `complete` where every corporation of the country is in it."""

    @property
    def complete(self) -> bool:
        """Whether a name that is in it once is the country's only one."""

    def corporation(self, number: str) -> Corporation | None:
        """The corporation with that 法人番号."""

    def listed(self, code: str) -> Corporation | None:
        """The corporation with that 証券コード (four characters) or EDINETコード."""

    def named(self, key: NameKey) -> Sequence[Corporation]:
        """Those that bear or bore a name with this key, by number."""

    def with_stem(self, stem: str) -> Sequence[Corporation]:
        """Those that bear or bore a name with this stem, whatever its form, by number."""


class NoRegistry:
    """Nothing is known from outside the releases."""

    complete = False

    def corporation(self, number: str) -> Corporation | None:
        """None."""

    def listed(self, code: str) -> Corporation | None:
        """None."""

    def named(self, key: NameKey) -> Sequence[Corporation]:
        """None of them."""
        return ()

    def with_stem(self, stem: str) -> Sequence[Corporation]:
        """None of them."""
        return ()
