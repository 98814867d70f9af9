"""How many parties a sentence counts («12市町と», «3者で»), and whether as many stand together where an organisation is named."""
from __future__ import annotations

from collections.abc import Sequence

from nlp.ties.sentences import Sentences
from nlp.ties.sides import Sides


def counted_features(sentences: Sentences, entity: int, place: str, nearest: int | None, sides: Sides) -> list[str]:
    """How an organisation fits the numbers that an anchor's sentence counts; `nearest` is the block that names it, where that
    is another one."""
    where, counts = place[:4], sides.counts
    if not counts:
        return [f"count=none|{where}"]
    missing = max(-3, min(3, max(counts) - len(sides.named)))
    found = [f"count={missing}|{where}", f"count={missing}|{where}|n={sides.number}", f"count={missing}|{where}|{sentences.public(entity)}"]
    if nearest is not None:
        sizes = sentences.together(nearest, entity)
        number = min(2, sides.number)
        # «ほか4社»: one of those that are counted stands elsewhere
        found.append(f"fits={any(n in sizes for n in counts)}|{any(n - 1 in sizes for n in counts)}|{where}|n={number}")
        found += [f"fit={part}|{where}|n={number}" for part, size in zip(("group", "sentence", "list"), sizes, strict=True) if size in counts]
    return found


def company_features(sentences: Sentences, block: int, entity: int, place: str, places: Sequence[int], nearest: int, sides: Sides) -> list[str]:
    """With how many others, and whether with those of an anchor's sentence (`block`), an organisation stands where it is named;
    `places` are its blocks, `nearest` the one nearest to the anchor."""
    where = place[:4]
    group, _, listed = sentences.together(nearest, entity)
    mates = len((sentences.named[nearest] - {entity}) & sides.named)
    kind = sentences.blocks[nearest].kind
    named = [sentences.named[b] for b in places]
    return [f"mates={min(3, group)}|{min(5, listed)}|{where}", f"met={min(2, mates)}|{where}|n={sides.number}",
            f"listed={min(5, listed)}|{kind}|b={sentences.blocks[block].kind}",
            f"metall={any(sides.named <= others for others in named)}|n={sides.number}|{where}",
            f"metany={any(sides.named & others for others in named)}|n={sides.number}|{where}"]
