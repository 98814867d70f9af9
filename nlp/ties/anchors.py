"""Where a page may tell a tie: every place of a word that can tell one, with what the words around it say.

An anchor is scored twice: whether it tells a tie at all, and of which kind (nlp.ties.readings). Its features are plain
strings; nothing here decides.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import ahocorasick_rs

from nlp import gazetteer
from nlp.blocks import Layout
from nlp.patterns import pattern
from nlp.words import Words


@dataclass(frozen=True, slots=True)
class Anchor:
    """A word that can tell a tie: [start, end) of `Page.norm`, the block that holds it, the kinds it can tell."""
    start: int
    end: int
    block: int
    word: str
    kinds: tuple[str, ...]


@cache
def _triggers() -> dict[str, tuple[str, ...]]:
    return {r["word"]: tuple(r["kinds"].split()) for r in gazetteer.rows("triggers.csv")}


@cache
def _finder() -> tuple[ahocorasick_rs.AhoCorasick, list[str]]:
    words = sorted(_triggers())
    return ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest), words


def find_anchors(layout: Layout) -> list[Anchor]:
    """All anchors of a page, in order."""
    finder, words = _finder()
    found: list[Anchor] = []
    block = 0
    for index, start, end in finder.find_matches_as_indexes(layout.page.norm):
        while block + 1 < len(layout.blocks) and layout.blocks[block + 1].sentence.start <= start:
            block += 1
        if not layout.blocks or not layout.blocks[block].sentence.start <= start < layout.blocks[block].sentence.end:
            continue
        if pattern("events", "talks").match(layout.page.norm[end:end + 40]):
            continue
        if _triggers()[words[index]][0] != "donation" or not _no_gift(layout, block, start, end):
            found.append(Anchor(start, end, block, words[index], _triggers()[words[index]]))
    return found


def _no_gift(layout: Layout, block: int, start: int, end: int) -> bool:
    """Whether a word for giving tells of a prize, or stands where giving is forbidden."""
    norm = layout.page.norm
    if pattern("events", "prize").search(norm, max(0, start - 12), start) or pattern("events", "prize_behind").match(norm[end:end + 14]):
        return True
    above = layout.blocks[block].above
    said = [layout.text(block), *([layout.text(above)] if above is not None else [])]
    return any(pattern("events", "ban").search(words) for words in said)


#: States and moods that the words of a sentence tell, as patterns of events.yaml.
_MOODS = ("done", "coming", "ended", "cancelled", "renewed", "preliminary", "wish", "call", "definition", "condition", "negated",
          "passive", "told", "past", "future", "anaphoric", "law", "ceremony", "award", "ban", "venue", "gratitude", "name_of_tie")


@lru_cache(8192)
def moods(text: str) -> tuple[str, ...]:
    """Which of the patterns of events.yaml a stretch of text holds."""
    return tuple(m for m in _MOODS if pattern("events", m).search(text))


def anchor_features(layout: Layout, words: Words, anchor: Anchor, here: Sequence[str], listed: int, dated: bool) -> list[str]:
    """What the place of an anchor looks like.

    `here` are the types of the organisations in its sentence, `listed` the number of those in the list under it.
    """
    norm = layout.page.norm
    block = layout.blocks[anchor.block]
    sentence = block.sentence
    text = norm[sentence.start:sentence.end]
    w = anchor.word
    tail = norm[anchor.end:sentence.end]
    clause = re.split("[、。]", tail, maxsplit=1)[0]
    found = ["bias", f"w={w}", f"b={block.kind}", f"w={w}|b={block.kind}"]
    kind = anchor.kinds[0]
    for m in moods(text):
        found += [f"m={m}", f"m={m}|k={kind}"]
    for m in moods(tail):
        found += [f"tail={m}", f"tail={m}|w={w}"]
    for m in moods(clause):
        found += [f"cl={m}"]
    before = words.before(anchor.start, sentence.start, 3)
    after = words.after(anchor.end, sentence.end, 5)
    for n, word in enumerate(reversed(before)):
        found += [f"pre{n}={word.lemma}", f"pre{n}={word.lemma}|w={w}"] if n < 2 else [f"pre{n}={word.pos}"]
    for n, word in enumerate(after):
        found.append(f"post{n}={word.lemma}" if n < 3 else f"post={word.lemma}")
        if n == 0:
            found.append(f"post0={word.lemma}|w={w}")
    for word in words.after(anchor.end, sentence.end, 40):
        if word.pos in ("VERB", "NOUN", "AUX", "PART"):
            found.append(f"aft={word.lemma}")
    for word in words.before(anchor.start, sentence.start, 40):
        if word.pos in ("VERB", "NOUN"):
            found.append(f"bef={word.lemma}")
    predicate = words.before(sentence.end, anchor.start, 4)
    found.append("end=" + "+".join(x.lemma for x in predicate if x.pos != "PUNCT"))
    found += [f"endw={x.lemma}" for x in predicate]
    number = min(len(here), 4)
    found += [f"n={number}", f"n={number}|w={w}", f"n={number}|b={block.kind}", f"listed={min(listed, 4)}",
              f"listed={min(listed, 3)}|w={w}", f"dated={dated}"]
    for t in set(here):
        found += [f"t={t}", f"t={t}|w={w}"]
    if block.above is not None:
        head = layout.text(block.above)
        found += [f"hm={m}" for m in moods(head)]
        found += [f"hw={t}" for t in pattern("events", "topics").findall(head)[:6]]
    if block.label:
        found += [f"label={block.label}", f"label={block.label}|w={w}"]
    if block.zone != "body":
        found += [f"zone={block.zone}", f"zone={block.zone}|w={w}"]
    title = norm[:layout.page.head]
    found += [f"title={t}" for t in set(pattern("events", "topics").findall(title))]
    found.append(f"intitle={w in title}|n={number}")
    quote = _quote(norm, sentence.start, sentence.end, anchor.start)
    if quote:
        found += ["quoted", f"quoted|w={w}"]
        found += [f"qw={t}" for t in set(pattern("events", "topics").findall(quote))]
        after_quote = norm[sentence.start:sentence.end].split(quote, 1)[-1][1:9]
        found += [f"qa={m}" for m in moods(after_quote)]
    for t in set(pattern("events", "topics").findall(text)):
        found += [f"topic={t}", f"topic={t}|w={w}"]
    found.append(f"pos={min(5, anchor.block // 3)}")
    if _bracketed(norm, sentence.start, anchor.start):
        found += ["bracketed", f"bracketed|w={w}"]
    return found


def _quote(norm: str, start: int, end: int, position: int) -> str | None:
    open_ = max(norm.rfind("「", start, position), norm.rfind("『", start, position))
    if open_ < 0 or any(c in "」』" for c in norm[open_:position]):
        return None
    closes = [i for i in (norm.find("」", position, end), norm.find("』", position, end)) if i > 0]
    return norm[open_ + 1:min(closes)] if closes else None


def _bracketed(norm: str, start: int, position: int) -> bool:
    return norm.count("(", start, position) > norm.count(")", start, position)
