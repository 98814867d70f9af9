"""What a site's robots.txt allows (RFC 9309), and how fast it wants to be asked."""
from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

from protego import Protego

from pipelines.fetch.failures import Failed, Failure
from pipelines.fetch.identity import PRODUCT

#: `rules`: the text decides. `allow`: there is none. `deny`: the site refuses it. `unreachable`: a no for the time being.
Verdict = Literal["rules", "allow", "deny", "unreachable"]
#: How much of the file is read (RFC 9309 §2.5 asks for 500 KiB at least).
MAX_BYTES = 512 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site's robots.txt says to this program. `delay` in seconds between requests."""

    verdict: Verdict
    delay: float = 0.0
    detail: str = ""
    _parsed: Protego | None = None

    def check(self, url: str) -> None:
        """Raises Failed where the address must not be asked."""
        if self.verdict == "unreachable":
            raise Failed(Failure.ROBOTS_UNREACHABLE, self.detail)
        if self.verdict == "deny":
            raise Failed(Failure.ROBOTS_DENIED, self.detail)
        if self._parsed is not None and not self._parsed.can_fetch(url, PRODUCT):
            raise Failed(Failure.ROBOTS_DENIED)


def rules(verdict: Verdict, text: str, origin: str, longest_delay: float, detail: str = "") -> Rules:
    """The rules of an origin. Crawl-delay and Request-rate both count, the slower one, up to `longest_delay`."""
    if verdict != "rules":
        return Rules(verdict, detail=detail)
    parsed = Protego.parse(text.removeprefix("\ufeff"))
    asked = parsed.crawl_delay(PRODUCT) or 0.0
    rate = parsed.request_rate(PRODUCT)
    if rate is not None and rate.requests > 0:
        asked = max(asked, rate.seconds / rate.requests)
    if asked > longest_delay:
        detail = f"asks for {asked:g} seconds between requests; {longest_delay:g} are kept"
        _log.warning("%s %s", origin, detail)
    return Rules("rules", min(max(asked, 0.0), longest_delay), detail, parsed)


def verdict_of(failure: Failure | None, status: int | None) -> Verdict:
    """What it means that /robots.txt could or could not be had.

    RFC 9309 §2.3.1: found = its rules, 4xx = no rules, 5xx or unreachable = everything is disallowed. Stricter here:
    401 and 403 are a no, and so is 429.
    """
    if failure is None:
        return "rules"
    if status in (401, 403):
        return "deny"
    if status is not None and 400 <= status < 500 and status not in (408, 429):
        return "allow"
    return "unreachable"
