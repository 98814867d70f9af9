"""Sentences that tell joint work without the word of an agreement."""
from __future__ import annotations

import re

from nlp.names.entities import Mention
from nlp.patterns import pattern
from nlp.text import Sentence
from nlp.ties.clauses import Group
from nlp.ties.frames.finding import Finding
from nlp.ties.frames.reading import Reading
from nlp.ties.frames.states import status_of


def _pattern(key: str) -> re.Pattern[str]:
    return pattern("frames", f"cooperations.{key}")


def read_cooperation(reading: Reading, sentence: Sentence, text: str, groups: list[Group], before: int) -> None:
    """Joint work without the word of an agreement: «AとBが共同で…を開発し», «AだけでなくBも協力し、…を制作»."""
    if len(reading.found) > before:
        return
    match = _pattern("together").search(text)
    if not match:
        return
    used: list[Mention] = []
    for group in groups:
        near = group.end <= sentence.start + match.start() + 2
        if near and group.case in ("subject", "with") and not reading.quoted(sentence, group.start):
            used += group.mentions
    numbers = list(dict.fromkeys(m.entity for m in used))
    if len(numbers) < 2 or (status_of(text[match.start():], False) is None and not _pattern("made").search(match[0])):
        return
    kind = "joint_research" if match["make"] else "partnership"
    date = reading.date_in(sentence.start, sentence.end, sentence.start + match.start())
    reading.found.append(Finding(kind, "concluded", tuple((e, "party") for e in numbers), sentence, tuple(used), date, None,
                                 0.65))
