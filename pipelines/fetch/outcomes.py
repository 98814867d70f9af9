"""What a run did, source by source, as the ledger has it: runs that were killed and went on are told as one."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipelines.fetch.failures import Failure, by_label
from pipelines.ledger import Ledger, fetches


@dataclass(frozen=True, slots=True)
class Told:
    """One source's part of a run, in addresses. `failed` counts by the failure's label; `index_failure` is why none of
    its indexes could be had, None where one could."""

    source: str
    new: int = 0
    unchanged: int = 0
    failed: Mapping[str, int] = field(default_factory=dict, hash=False)
    index_failure: str | None = None

    @property
    def robots_denied(self) -> int:
        """Addresses that robots.txt does not allow; they were not asked."""
        return self.failed.get("robots_denied", 0)

    @property
    def words(self) -> str:
        """The failures in one line: «2 timeout, 1 not_found»."""
        return ", ".join(f"{number} {label}" for label, number in sorted(self.failed.items()))

    @property
    def may_pass_soon(self) -> bool:
        """Whether the failure of the index may pass within minutes; a host that rests does so for longer."""
        if self.index_failure is None:
            return False
        failure = by_label(self.index_failure)
        return failure.lasting == "transient" and failure not in (Failure.HOST_RESTS, Failure.ROBOTS_UNREACHABLE)


def of_run(ledger: Ledger, run: str, sources: Iterable[str]) -> list[Told]:
    """What a run did with each of the sources, in their order; those that it did not ask are empty."""
    with ledger.reading() as c:
        entries = fetches.of_run(c, run)
    last: dict[str, dict[str, fetches.Entry]] = {name: {} for name in sources}
    for entry in entries:
        of_source = last.get(entry.source)
        if of_source is not None and (entry.url not in of_source or of_source[entry.url].outcome == "failed"):
            of_source[entry.url] = entry
    return [_told(name, list(found.values())) for name, found in last.items()]


def _told(source: str, entries: list[fetches.Entry]) -> Told:
    releases = Counter(e.outcome for e in entries if e.kind != "index")
    failed = Counter(e.failure for e in entries if e.failure is not None)
    indexes = [e for e in entries if e.kind == "index"]
    lost = all(e.failure for e in indexes) and indexes
    return Told(source, releases["new"], releases["unchanged"], dict(failed), indexes[0].failure if lost else None)
