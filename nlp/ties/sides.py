"""Which sides of a tie the sentence of an anchor names already, and whether an organisation that it does not name fits the rest."""
from __future__ import annotations

from dataclasses import dataclass

from nlp.patterns import pattern, words
from nlp.ties.sentences import Sentences

#: Fewer or more organisations than these are no parties of one tie.
_FEWEST, _MOST = 2, 40


@dataclass(frozen=True, slots=True)
class Sides:
    """What the sentence of an anchor names.

    `named` are its organisations, `public` and `private` how many of them are (at most 2), `subject` whether one of them is
    its subject, `cases` their particles, `types` what they are (up to two); `counts` how many organisations it counts.
    """
    named: frozenset[int]
    public: int
    private: int
    subject: bool
    cases: str
    types: str
    counts: tuple[int, ...]

    @property
    def number(self) -> int:
        """How many organisations the sentence names, at most 3."""
        return min(3, len(self.named))

    @property
    def sectors(self) -> str:
        """How many of each sector."""
        return f"{self.public}{self.private}"


def sides_of(sentences: Sentences, block: int) -> Sides:
    """What a sentence names."""
    named = sentences.named[block]
    groups = sentences.groups(block)
    public = sum(sentences.public(e) for e in named)
    types = sorted({sentences.names.entities[e].type for e in named}) if len(named) < 3 else ["many"]
    return Sides(named, min(2, public), min(2, len(named) - public), any(g.case == "subject" for g in groups),
                 "+".join(sorted({g.case for g in groups})), "+".join(types), tuple(counts_of(sentences.text(block))))


def counts_of(text: str) -> list[int]:
    """The numbers of organisations that a sentence counts, in order: «両市» are two."""
    numbers = words("parties")["numbers"]
    found = (2 if m[1] == "両" else int(m[1]) if m[1].isdigit() else numbers.index(m[1]) for m in pattern("parties", "counted").finditer(text))
    return [n for n in found if _FEWEST <= n <= _MOST]


def open_features(sentences: Sentences, sides: Sides, entity: int, place: str) -> tuple[list[str], list[str]]:
    """Whether an organisation that stands elsewhere can have a side that is still open: features, and what tells only with the
    tie's kind."""
    one = sentences.names.entities[entity]
    publisher = sentences.names.publisher == entity
    return ([f"open={sides.cases}|{place[:4]}|pub={publisher}"],
            [f"open={one.type}|{sides.types}", f"open={one.public}|{sides.sectors}|{place[:4]}", f"open={sides.sectors}|pub={publisher}|{place[:2]}"])
