"""Who is who: resolution with all that is known on this machine — places, the registry's index, people's decisions."""
from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graph.decisions import Decisions
from graph.places import Places
from graph.registry import Registry
from graph.resolution import Resolution
from graph.resolution import resolve as resolve_all
from nlp.model import Extraction
from pipelines import decisions as deciding
from pipelines import reference
from pipelines.settings import Settings

if TYPE_CHECKING:
    from pipelines.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Known:
    """What resolution is told besides the extractions."""
    places: Places
    decisions: Decisions
    home: Path

    @classmethod
    def here(cls, settings: Settings | None = None) -> Known:
        """What this machine has. Raises ValueError that names file and line where the decisions are faulty."""
        now = settings or Settings.from_environment()
        places = reference.places(now.home)
        return cls(places, deciding.read(now.config, places), now.home)

    def kept(self, extractions: Sequence[Extraction]) -> list[Extraction]:
        """The extractions without what people have dropped."""
        return self.decisions.kept(extractions)

    def resolve(self, extractions: Sequence[Extraction]) -> Resolution:
        """Organisations, ties and persons of all extractions."""
        with ExitStack() as stack:
            index = reference.ReferenceIndex.of(self.home)
            registry: Registry | None = index
            if index is not None:
                stack.callback(index.close)
            return resolve_all(extractions, self.places, registry, self.decisions)


def mirror_decisions(ledger: Ledger, known: Known, found: Resolution) -> list[str]:
    """Note the decisions in the ledger; what each of those without effect suffers from, by file and line."""
    reasons = {refusal.item: refusal.reason for refusal in found.refused}
    ledger.mirror_decisions(known.decisions.every, {d.line: reasons[d.place] for d in known.decisions.every
                                                   if d.place in reasons})
    return [f"{item}: {reason}" for item, reason in reasons.items()]


def present_id(ledger: Ledger, one: str) -> str:
    """The id that stands now for an id that was given out once. Raises ValueError for an id that leads nowhere."""
    now = ledger.current_id(one)
    if now is None:
        raise ValueError(f"«{one}» is no id that was given out and still stands for something")
    return now
