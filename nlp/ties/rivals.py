"""Other anchors of a sentence: of «Aに絵本を寄贈し、Bと協定を結んだ», each anchor has its own parties."""
from __future__ import annotations

from collections.abc import Sequence

from nlp.names.entities import Mention
from nlp.ties.anchors import Anchor
from nlp.ties.kinds import family

#: Farther than any anchor stands.
_FAR = 10_000


def rival_features(anchor: Anchor, others: Sequence[Anchor], mention: Mention) -> tuple[list[str], list[str]]:
    """Whether the other anchors of a sentence are nearer to an organisation: features, and what tells only with the tie's kind."""
    side = "<" if mention.end <= anchor.start else ">" if mention.start >= anchor.end else "="
    low, high = (mention.end, anchor.start) if side == "<" else (anchor.end, mention.start)
    within = [a for a in others if low <= a.start and a.end <= high] if side != "=" else []
    beyond = [a for a in others if (a.end <= mention.start if side == "<" else a.start >= mention.end)]
    nearest = min((min(abs(a.start - mention.end), abs(mention.start - a.end)) for a in others), default=_FAR)
    number = min(2, len(within))
    found = [f"rivals={number}|{side}", f"rivals={number}|{bool(beyond)}|{side}", f"nearer={nearest < abs(high - low)}|{side}"]
    families = set(map(family, anchor.kinds))
    found += [f"rivalsame={any(family(k) in families for k in a.kinds)}|{side}" for a in within]
    return found, [*(f"rival={a.kinds[0]}|{side}" for a in within), *(f"beyond={a.kinds[0]}|{side}" for a in beyond)]
