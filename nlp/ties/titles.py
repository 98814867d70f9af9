"""The name of the agreement that stands at an anchor: in quotes or bare, on a labelled line, in the page's title."""
from __future__ import annotations

import re

from nlp.model import NOT_AGREED
from nlp.patterns import pattern
from nlp.text import Page, Sentence

#: Code points between the noun of an agreement and the verb that tells of it; from a sentence to its labelled lines.
_NEAR, _BELOW = 48, 1500
Place = tuple[int, int]
#: Kinds of ties whose agreement, where the sentence names one, is another tie.
_NAMELESS = NOT_AGREED | {"donation", "investment"}


def title_of(page: Page, sentence: Sentence, start: int, end: int, kind: str | None = None) -> Place | None:
    """The place of the name in `Page.norm`, for the anchor [start, end) of a sentence; None for plain generic words.

    Kinds that are no agreement have no name.
    """
    if kind in _NAMELESS:
        return None
    noun = _noun(page.norm, sentence, start, end)
    found = _at(page.norm, sentence, noun) if noun else None
    if found is None and (noun or pattern("titles", "signing").search(page.norm, sentence.start, sentence.end)):
        found = _labelled(page, sentence)
        if found is None and noun is not None and _alone(page.norm, sentence, noun):
            found = _in_title(page)
    return found


def _noun(norm: str, sentence: Sentence, start: int, end: int) -> re.Match[str] | None:
    """The noun of an agreement that an anchor is, ends, or speaks of: the nearest before it, else the nearest behind."""
    nouns = list(pattern("titles", "noun").finditer(norm, sentence.start, sentence.end))
    over = [m for m in nouns if m.start() < end and start < m.end()]
    if over:
        return over[-1]
    before = [m for m in nouns if m.end() <= start and start - m.end() <= _NEAR]
    behind = [m for m in nouns if m.start() >= end and m.start() - end <= _NEAR // 2]
    return before[-1] if before else behind[0] if behind else None


def _at(norm: str, sentence: Sentence, noun: re.Match[str]) -> Place | None:
    quote = _quote(norm, sentence, noun)
    if quote:
        inside = norm[quote[0]:quote[1]]
        if pattern("titles", "whole").fullmatch(inside) and not pattern("titles", "alias").fullmatch(inside):
            return quote
        if pattern("titles", "alias").fullmatch(inside):
            # «…に関する協定(以下「本協定」という。)»: the name stands before the bracket
            earlier = list(pattern("titles", "noun").finditer(norm, sentence.start, quote[0]))
            return _bare(norm, sentence.start, earlier[-1]) if earlier else None
        return _bare(norm, quote[0], noun)
    return _bare(norm, sentence.start, noun)


def _quote(norm: str, sentence: Sentence, noun: re.Match[str]) -> Place | None:
    """What stands in the quotes around a noun, quotes inside left alone."""
    for open_, close in ("「」", "『』"):
        first = norm.rfind(open_, sentence.start, noun.start() + 1)
        depth_closed = norm.find(close, first, noun.start()) if first >= 0 else -1
        last = norm.find(close, noun.end(), sentence.end)
        if first >= 0 and depth_closed < 0 and last >= 0 and norm.find(open_, noun.end(), last) < 0:
            return first + 1, last
    return None


def _bare(norm: str, least: int, noun: re.Match[str]) -> Place | None:
    """A name without quotes, from the noun back to where its words begin."""
    end = noun.end()
    before = norm[least:noun.start()]
    head = pattern("titles", "compound").search(before)
    if not head and pattern("titles", "paper").match(noun[0]):
        head = pattern("titles", "memo").search(before)
    start = least + head.start() if head else noun.start()
    matter = pattern("titles", "matter").search(norm[least:start])
    if matter:
        stops = list(pattern("titles", "stop").finditer(norm, least, least + matter.start()))
        start = stops[-1].end() if stops else least
    elif end >= len(norm) or norm[end] in " \n|":
        stops = list(pattern("titles", "stop").finditer(norm, least, noun.start()))
        cell = stops[-1].end() if stops else least
        if pattern("titles", "cell").fullmatch(norm, cell, noun.start()):
            start = cell
    text = norm[start:end]
    lead = pattern("titles", "lead").match(text)
    start += lead.end() if lead else 0
    text = norm[start:end]
    if pattern("titles", "generic").fullmatch(text) or len(text) > 90:
        return None
    if not matter and pattern("titles", "contract").search(text) and not pattern("titles", "named_contract").search(text):
        return None
    return start, end


def _alone(norm: str, sentence: Sentence, noun: re.Match[str]) -> bool:
    """Whether a noun stands without a name and is not told as another one («同様の協定», «別の協定»)."""
    return not pattern("titles", "other").search(norm, max(sentence.start, noun.start() - 8), noun.end())


def _labelled(page: Page, sentence: Sentence) -> Place | None:
    """The value of a line «協定名» under a sentence."""
    label = pattern("titles", "label").search(page.norm, sentence.end, sentence.end + _BELOW)
    if not label:
        return None
    start, end = label.span("name")
    while end > start and page.norm[end - 1] in " 」』":
        end -= 1
    while start < end and page.norm[start] in " 「『":
        start += 1
    return (start, end) if pattern("titles", "noun").search(page.norm, start, end) else None


def _in_title(page: Page) -> Place | None:
    """The one name with its matter in the title of a page."""
    found: set[Place] = set()
    whole = Sentence(0, page.head, 0)
    for noun in pattern("titles", "noun").finditer(page.norm, 0, page.head):
        name = _at(page.norm, whole, noun)
        if name and pattern("titles", "matter_inside").search(page.norm, *name):
            found.add(name)
    return found.pop() if len(found) == 1 else None
