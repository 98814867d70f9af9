"""Sentences as groups of organisations with the particle that follows them: «AとBは», «Cに», «Dから»."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.names.entities import Mention, Names
from nlp.patterns import pattern, words
from nlp.text import Page, Sentence

#: Before brackets that name those who were counted: «4つの大学(A、B、C、D)».
_COUNT = pattern("clauses", "count")
_BRACKETS = pattern("clauses", "bracketed")
_AND = pattern("clauses", "and")
_LOOSE = pattern("clauses", "loose")
_TAIL = pattern("clauses", "tail")
#: Case and particle, in the order they are tried.
_CASES: tuple[tuple[str, str], ...] = tuple((row["case"], row["particle"]) for row in words("clauses")["cases"])
_CASE = re.compile("|".join(f"(?P<c{i}>{particle})" for i, (_, particle) in enumerate(_CASES)))


@dataclass(frozen=True, slots=True)
class Group:
    """Organisations joined by «と», «、» and the like; `case` is what the particle behind the last of them says.

    case: subject, with, to, from, by, of, object, at, source, and, or "" (nothing follows). `after` is the text that
    follows the group, brackets left out, to the end of the sentence. `counted`: «…の3者».
    """
    mentions: tuple[Mention, ...]
    case: str
    after: str
    counted: bool = False

    @property
    def start(self) -> int:
        return self.mentions[0].start

    @property
    def end(self) -> int:
        return self.mentions[-1].end

    @property
    def entities(self) -> list[int]:
        """The organisations of the group, each once."""
        return list(dict.fromkeys(m.entity for m in self.mentions))


def unbracketed(text: str) -> str:
    """A stretch of text without what stands in round brackets."""
    return _BRACKETS.sub("", text)


def in_brackets(norm: str, sentence: Sentence, position: int) -> bool:
    """Whether a place of the sentence lies within round brackets."""
    start = norm.rfind("(", sentence.start, position)
    if start > 0 and _COUNT.search(norm, max(sentence.start, start - 12), start) and norm.find(")", start) > position:
        return False
    depth = -1 if norm[sentence.start:sentence.end].lstrip().startswith("(") and norm[sentence.start:sentence.end].rstrip("。 ").endswith(")") else 0
    for char in norm[sentence.start:position]:
        depth += (char == "(") - (char == ")" and depth > 0)
    return depth > 0


def groups_of(page: Page, names: Names, sentence: Sentence) -> list[Group]:
    """The groups of a sentence, in order; what stands in round brackets is left out."""
    norm = page.norm
    mentions = [m for m in names.between(sentence.start, sentence.end) if not in_brackets(norm, sentence, m.start)]
    groups: list[Group] = []
    open_: list[Mention] = []
    whole = norm[sentence.start:sentence.end].rstrip("。 ").endswith(")") and norm[sentence.start:sentence.end].lstrip().startswith("(")
    for index, mention in enumerate(mentions):
        open_.append(mention)
        following = mentions[index + 1] if index + 1 < len(mentions) else None
        between = unbracketed(norm[mention.end:following.start]) if following else None
        if between is not None and following is not None and joined(between) and following.entity != mention.entity:
            continue
        groups.append(_group(norm, Sentence(sentence.start, sentence.end - 2, sentence.line) if whole else sentence, open_))
        open_ = []
    return groups


def joined(between: str) -> bool:
    """Whether the words between two organisations only join them."""
    between = pattern("clauses", "unit_between").sub("", between)
    return _AND.fullmatch(between) is not None or _LOOSE.fullmatch(between) is not None


def _group(norm: str, sentence: Sentence, mentions: Sequence[Mention]) -> Group:
    after = unbracketed(norm[mentions[-1].end:sentence.end]).lstrip(" ")
    after = pattern("clauses", "unit_behind").sub("", after)
    after = pattern("clauses", "title_behind").sub("", after)
    tail = _TAIL.match(after)
    counted = bool(tail and pattern("clauses", "numeral").search(tail[0]))
    rest = after[tail.end():] if tail else after
    if counted and tail:
        rest = tail[0][-1] + rest
        rest = rest[1:] if rest[0] == "、" else rest
    found = _CASE.match(rest)
    case = ""
    if found:
        case = next(_CASES[int(k[1:])][0] for k, v in found.groupdict().items() if v is not None)
        if case == "of" and counted:
            case = "subject"
    return Group(tuple(mentions), case, after, counted)
