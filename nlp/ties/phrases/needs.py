"""What a text must hold for a pattern to match at all: told by its letters, which is far sooner than by searching it."""
from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from nlp.ties.signs import SIGNS

_FIRST, _LAST = ord(SIGNS[0]), ord(SIGNS[-1])
#: A class of letters with more of them than this tells no texts apart.
_MANY = 8
#: So many sets are asked for, the rarest first.
_ASKED = 3


def needs(pattern: str) -> tuple[tuple[frozenset[str], ...], int]:
    """Sets of letters, of each of which a text that the pattern matches holds one, and how many signs it holds at least."""
    tree = parser.parse(pattern)
    sets = sorted(set(_sets(tree)), key=lambda one: (any(_common(letter) for letter in one), len(one), sorted(one)))
    return tuple(sets[:_ASKED]), _signs(tree)


def _common(letter: str) -> bool:
    """Whether nearly every sentence holds a letter."""
    return re.match(r"[ぁ-ん、。 ]", letter) is not None


def _sets(tree: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    for op, given in tree:
        if op is codes.LITERAL:
            found.append(frozenset({chr(given)}))
        elif op is codes.IN:
            found += _of_class(given)
        elif op is codes.SUBPATTERN:
            found += _sets(given[3])
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT) and given[0] > 0:
            found += _sets(given[2])
        elif op is codes.BRANCH:
            found += _of_branches([_sets(branch) for branch in given[1]])
    return found


def _of_class(given: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    letters: set[str] = set()
    for op, value in given:
        if op is codes.LITERAL:
            letters.add(chr(value))
        elif op is codes.RANGE and value[1] - value[0] < _MANY:
            letters |= {chr(code) for code in range(value[0], value[1] + 1)}
        else:
            return []
    return [frozenset(letters)]


def _of_branches(branches: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    """One of the rarest letters of each branch, where every branch has some."""
    if not all(branches):
        return []
    rarest = (min(sets, key=lambda one: (any(_common(letter) for letter in one), len(one), sorted(one))) for sets in branches)
    return [frozenset().union(*rarest)]


def _signs(tree: Iterable[tuple[Any, Any]]) -> int:
    count = 0
    for op, given in tree:
        if op is codes.IN:
            count += given == [(codes.RANGE, (_FIRST, _LAST))]
        elif op is codes.SUBPATTERN:
            count += _signs(given[3])
        elif op in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            count += given[0] * _signs(given[2])
        elif op is codes.BRANCH:
            count += min(_signs(branch) for branch in given[1])
    return count
