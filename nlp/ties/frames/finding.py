"""A tie as a frame, a list or a table tells it."""
from __future__ import annotations

from dataclasses import dataclass, field

from nlp.dates import DateMention
from nlp.names.entities import Mention
from nlp.text import Sentence


@dataclass(slots=True)
class Finding:
    """A tie as it was found. `parties` are (entity, role); `mentions` where they stand; `sentence` tells it.

    `title` is the place of the agreement's name in `Page.norm` and `named` its words; `more` are places [start, end) of
    other sentences that tell it; `led_to` is the number of the finding that a brokerage led to; `heading`: told by a
    heading; `listed`: by a list or table.
    """
    kind: str
    status: str
    parties: tuple[tuple[int, str], ...]
    sentence: Sentence
    mentions: tuple[Mention, ...] = ()
    date: DateMention | None = None
    title: tuple[int, int] | None = None
    confidence: float = 0.8
    more: list[tuple[int, int]] = field(default_factory=list)
    led_to: int | None = None
    level: str | None = None
    heading: bool = False
    named: str | None = None
    listed: bool = False

    @property
    def entities(self) -> frozenset[int]:
        """The organisations it ties."""
        return frozenset(e for e, _ in self.parties)
