"""What is wrong with sources and hosts, a line each: what `kakehashi status` shows."""
from __future__ import annotations

from dataclasses import dataclass

from pipelines.fetch.clock import stamp
from pipelines.fetch.failures import Failure, by_label
from pipelines.ledger import Ledger, fetches, hosts


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of failure in a source's last run. `count` addresses have it, `url` is the first, `detail` what was seen.

    `is_index`: it is (also) a feed, listing or sitemap that failed, so that releases may be missed.
    """

    source: str
    failure: Failure
    count: int
    url: str
    detail: str | None
    is_index: bool = False

    @property
    def line(self) -> str:
        """One line for a user."""
        more = f" and {self.count - 1:,} more" if self.count > 1 else ""
        seen = f" ({self.detail})" if self.detail else ""
        return f"{self.source}: {self.failure.label}: {self.failure.line}{seen}: {self.url}{more}"


def problems(ledger: Ledger) -> list[Problem]:
    """The failures of every source's last run, by source; those that stay first."""
    with ledger.reading() as c:
        sources = fetches.health(c)
    found = []
    for health in sources:
        failed: dict[str, list[fetches.Entry]] = {}
        for entry in health.outcomes:
            if entry.failure is not None:
                failed.setdefault(entry.failure, []).append(entry)
        for label, many in failed.items():
            first = min(many, key=lambda e: e.kind != "index")
            found.append(Problem(health.source, by_label(label), len(many), first.url, first.detail, first.kind == "index"))
    return sorted(found, key=lambda p: (p.source, p.failure.lasting, p.failure.label))


def resting(ledger: Ledger, now: float) -> list[str]:
    """A line for each host that is left alone until later, `now` in seconds since 1970."""
    with ledger.reading() as c:
        found = hosts.resting(c, now)
    return [f"{one.host} is left alone until {stamp(one.free_at)}: {one.reason}" for one in found]
