"""Strings of parties with words of their own between them: «海運のA、通信を営むB、それに地元のC»."""
from __future__ import annotations

import re

from nlp.patterns import pattern
from nlp.ties.clauses import Group
from nlp.ties.phrases.place import Signed
from nlp.ties.signs import SIGNS, sign_of

#: What stands in the place of a string before its sign, so that words keep their places.
_FILL = "々"


def strung(block: Signed) -> Signed | None:
    """A block with each string of parties as one sign, in the place of its last; None where it holds none."""
    groups = list(block.groups)

    def joined(match: re.Match[str]) -> str:
        parts = [block.group(sign) for sign in re.findall(f"[{SIGNS}]", match[0])]
        mentions = {m.entity: m for group in reversed(parts) for m in reversed(group.mentions)}
        last = parts[-1]
        groups.append(Group(tuple(sorted(mentions.values(), key=lambda m: m.start)), last.case, last.after, last.counted))
        return _FILL * (len(match[0]) - 1) + sign_of(len(groups) - 1)

    text = pattern("phrases", "string").sub(joined, block.text)
    return None if text == block.text else Signed(block.block, text, groups)
