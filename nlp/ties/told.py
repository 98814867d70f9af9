"""A tie as a hand-written rule tells it: evidence for the choice among proposals, no verdict."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """A tie that a rule tells: its kind, (entity, role) of its parties, the rule («file:number» or «reader:name»), the block
    of the page that tells it."""
    kind: str
    parties: tuple[tuple[int, str], ...]
    phrase: str
    block: int

    @property
    def entities(self) -> frozenset[int]:
        """The organisations it ties."""
        return frozenset(e for e, _ in self.parties)
