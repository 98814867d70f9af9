"""Short forms: «以下「X」», names without their legal form, shorter spellings."""
from __future__ import annotations

import re

from nlp import gazetteer
from nlp.names.entities import Entity, Mention, Names, drop, inside_brackets
from nlp.names.letters import KANA, LATIN
from nlp.names.units import unit_behind
from nlp.names.vocabulary import form_pattern, generic
from nlp.patterns import pattern
from nlp.text import Page

_ALIAS = pattern("names", "alias")


def folded(names: Names, page: Page) -> None:
    """Mentions of a shorter spelling join the organisation whose name they abbreviate."""
    into: dict[int, int] = {}
    for number, entity in enumerate(names.entities):
        if entity.code or entity.form:
            continue
        longer = [k for k, other in enumerate(names.entities) if k != number and other.stem != entity.stem
                  and _abbreviates(entity, other)]
        if len(longer) == 1:
            into[number] = longer[0]
    if not into:
        return
    for number in list(into):
        while into[number] in into and into[into[number]] != number:
            into[number] = into[into[number]]
    names.mentions = [Mention(m.start, m.end, into.get(m.entity, m.entity), "alias" if m.entity in into else m.how, m.via)
                      for m in names.mentions]
    if names.publisher is not None:
        names.publisher = into.get(names.publisher, names.publisher)
    drop(names, set(into))


def _abbreviates(entity: Entity, other: Entity) -> bool:
    if entity.type != other.type or other.code:
        return False
    short, long = entity.stem, other.stem
    if entity.type in ("council", "platform", "consortium") and len(short) >= 4:
        return long.endswith(short) or long.startswith(short)
    return False


def add_aliases(page: Page, names: Names) -> None:
    """Short forms («以下「X」»), and names without their legal form, wherever else they stand."""
    norm = page.norm
    words: dict[str, int] = {}
    used = bytearray(len(norm) + 1)
    for m in names.mentions:
        used[m.start:m.end] = b"\x01" * (m.end - m.start)
    for match in _ALIAS.finditer(norm):
        short = match[1].strip()
        before = [m for m in names.mentions if m.end <= match.start() and match.start() - m.end < 90]
        between = norm[before[-1].end:match.start()] if before else ""
        if not before or "。" in between:
            continue
        nested = [m for m in before if norm.rfind("(", 0, match.start() + 1) <= m.start]
        outer = [m for m in before if not inside_brackets(norm, m.start)]
        target = (outer or nested or before)[-1].entity
        if short in ("甲", "乙", "丙", "本協定", "協定", "当社", "本市", "当行", "同社") or re.search("協定|事業|計画|制度", short):
            if short in ("甲", "乙", "丙"):
                words.setdefault(short, target)
            continue
        words.setdefault(short, target)
    for number, entity in enumerate(names.entities):
        if not entity.sure and len(entity.name) >= 3:
            words.setdefault(entity.name, number)
        if entity.form:
            bare = form_pattern().sub("", entity.name).strip()
            if len(bare) >= 2 and not generic().fullmatch(bare) and bare not in gazetteer.by_name():
                words.setdefault(bare, number)
    if names.publisher is not None and len(names.entities[names.publisher].name) >= 3:
        words.setdefault(names.entities[names.publisher].name, names.publisher)
    for short in sorted(words, key=lambda w: (-len(w), w)):
        pattern = re.compile(f"(?<![{KANA}{LATIN}]){re.escape(short)}" if re.match(f"[{KANA}{LATIN}]", short)
                             else re.escape(short))
        for match in pattern.finditer(norm):
            start, end = match.span()
            if any(used[start:end]) or not _free(norm, start, end, short):
                continue
            used[start:end] = b"\x01" * (end - start)
            names.mentions.append(Mention(start, end, words[short], "alias", via=unit_behind(norm, end)))


def _free(norm: str, start: int, end: int, short: str) -> bool:
    """A short form stands free: no letter of its own kind runs on at either side."""
    before, after = norm[start - 1:start], norm[end:end + 1]
    if short in ("甲", "乙", "丙"):
        return not re.match("[一-龥ァ-ヴ]", before) and re.match("[はがとのにをへ、及]", after) is not None
    if re.match(f"[{KANA}]", short[-1]) and re.match(f"[{KANA}]", after):
        return False
    if re.match("[A-Za-z]", short[-1]) and re.match("[A-Za-z]", after):
        return False
    if re.match("[一-龥]", short[0]) and re.match("[一-龥]", before) and len(short) < 5:
        return False
    return not (re.match("[一-龥]", short[-1]) and re.match("[一-龥]", after) and len(short) < 3)
