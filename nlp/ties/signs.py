"""Signs: each group of organisations of a sentence as one letter of a private range, «①は、②に…»."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.patterns import pattern
from nlp.ties.clauses import unbracketed

#: The first sign; the next groups of a sentence have those that follow.
_FIRST = 0xE000
#: All signs, as a range within a class of letters.
SIGNS = "\ue000-\uf8ff"
#: What stands in angular brackets at the start of a line is its label or heading.
_LABEL = re.compile(r"^(\s*)(?:【(?=[^】]*】)|[(<〈《](?=[^\d()<>〈〉《》]{2,12}[)>〉》]))([^】()<>〉》]*)[】)>〉》]")


def sign_of(number: int) -> str:
    """The sign of a group of a sentence, by its number."""
    return chr(_FIRST + number)


def is_sign(letter: str) -> bool:
    """Whether a letter is a sign."""
    return SIGNS[0] <= letter <= SIGNS[-1]


def number_of(sign: str) -> int:
    """The number of the group that a sign stands for."""
    return ord(sign) - _FIRST


def classed(text: str) -> str:
    """A pattern with the class of signs for each «§», within a class of its own too."""
    return re.sub(r"(?<=[。、)])§(?=\])", SIGNS, text).replace("§", f"[{SIGNS}]")


def signed(text: str, groups: Sequence[tuple[int, int]]) -> str:
    """A text with one sign for each group of organisations, at [start, end); brackets, titles, counts behind are left out."""
    parts: list[str] = []
    at = 0
    for number, (start, end) in enumerate(groups):
        parts += [_between(text[at:start], bool(number)), sign_of(number)]
        at = end
    parts.append(_between(text[at:], bool(groups)))
    return "".join(parts)


def _between(text: str, behind: bool) -> str:
    """The words beside signs; `behind` one, without what belongs to it."""
    if not behind:
        return unbracketed(_LABEL.sub(r"\1\2 ", text))
    text = unbracketed(text)
    for key in ("unit_behind", "title_behind"):
        text = pattern("clauses", key).sub("", text)
    return pattern("phrases", "behind").sub("", text)
