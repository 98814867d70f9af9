"""Other places of a page that may tell the same: a title and the sentence under it, a sentence and the list that it introduces."""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from nlp.ties.anchors import Anchor
from nlp.ties.kinds import family
from nlp.ties.sentences import Sentences
from nlp.ties.sides import Sides


@dataclass(frozen=True, slots=True)
class Echo:
    """Where a page speaks of one family of kinds: the blocks of each organisation, and those that name two or more."""
    blocks: Mapping[int, list[int]]
    several: list[int]


class Echoes:
    """The places of a page that may tell the same as an anchor does."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._echoes: dict[frozenset[str], Echo] = {}
        self._families: dict[tuple[str, ...], frozenset[str]] = {}
        self._words: Counter[tuple[int, str]] | None = None

    def features(self, anchor: Anchor, entity: int, place: str, sides: Sides) -> tuple[list[str], list[str]]:
        """Whether an organisation stands at such places: features, and what tells only with the tie's kind."""
        sentences, block = self._sentences, anchor.block
        echo = self._of(anchor.kinds)
        kind, where = sentences.blocks[block].kind, place[:4]
        own = entity in sides.named
        theirs = [b for b in echo.blocks.get(entity, ()) if b != block]
        rest = sides.named - {entity}
        shared = sum(1 for b in theirs if rest & sentences.named[b])
        same = self._said(anchor.word, entity) - own
        found = [f"echo={min(2, same)}|{where}", f"echoed={min(2, shared)}|{where}|n={sides.number}",
                 f"echoes={min(2, len(theirs))}|{where}|b={kind}|n={sides.number}"]
        if not own:
            after = bisect_right(echo.several, block)
            at = bisect_left(echo.several, block)
            found += self._side("next", echo.several[after] if after < len(echo.several) else None, anchor, entity, sides, where)
            found += self._side("last", echo.several[at - 1] if at else None, anchor, entity, sides, where)
        return found, [f"echoes={min(2, len(theirs))}|{own}"]

    def _side(self, name: str, block: int | None, anchor: Anchor, entity: int, sides: Sides, where: str) -> list[str]:
        kind, number = self._sentences.blocks[anchor.block].kind, min(2, sides.number)
        if block is None:
            return [f"{name}echo=none|b={kind}|n={number}|{where}"]
        named = self._sentences.named[block]
        common = f"{name}echo={entity in named}|ov={min(2, len(named & sides.named))}"
        return [f"{common}|b={kind}", f"{common}|n={number}|gap={min(3, abs(block - anchor.block))}"]

    def _said(self, word: str, entity: int) -> int:
        """How many sentences with an organisation hold a word that can tell a tie."""
        if self._words is None:
            told = {(a.word, a.block) for a in self._sentences.anchors}
            self._words = Counter((e, said) for said, block in told for e in self._sentences.named[block])
        return self._words[entity, word]

    def _of(self, kinds: tuple[str, ...]) -> Echo:
        if kinds not in self._families:
            self._families[kinds] = frozenset(map(family, kinds))
        families = self._families[kinds]
        if families not in self._echoes:
            sentences = self._sentences
            blocks = sorted({a.block for a in sentences.anchors if any(family(k) in families for k in a.kinds)})
            of: dict[int, list[int]] = defaultdict(list)
            for b in blocks:
                for e in sentences.named[b]:
                    of[e].append(b)
            self._echoes[families] = Echo(dict(of), [b for b in blocks if len(sentences.named[b]) >= 2])
        return self._echoes[families]
