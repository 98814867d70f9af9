"""Whom a page is about where a sentence leaves out its subject.

Japanese leaves out what was spoken of last. A sentence that names fewer parties than its tie has means those that are still
in mind: subjects before others, what «は» sets as topic first, what was said of late before what was said long ago (the
ranking of forward-looking centers of Walker, Iida and Cote 1994, over several sentences instead of one).
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nlp.ties.sentences import Sentences
from nlp.ties.sides import Sides

#: How much a mention counts as topic, subject, in a title or heading, otherwise.
_TOPIC, _SUBJECT, _HEAD, _OTHER = 3.0, 2.0, 1.5, 1.0
#: What is left of it after each sentence, in another paragraph, in another section.
_FADES, _PARAGRAPH, _SECTION = 0.75, 0.8, 0.8
#: The share of mentions besides the weightiest.
_AGAIN = 0.1
#: How many sentences a reader looks back.
_REACH = 60


@dataclass(frozen=True, slots=True)
class Before:
    """What stands before a sentence, of each organisation named there: how many sentences ago it was named last, how many
    others were named and how many were subjects since; all from what is most in mind to the least; and who plays a part.

    The parts: the last topic, the last subject, the first subject of the paragraph, the subject of the sentence before.
    """
    ago: Mapping[int, int]
    others: Mapping[int, int]
    subjects: Mapping[int, int]
    ranked: tuple[int, ...]
    parts: Mapping[str, int | None]


class Topics:
    """Whom a page is about at each of its sentences."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._before: dict[int, Before] = {}
        self._heads: dict[int, frozenset[int]] = {}

    def before(self, block: int) -> Before:
        """What stands before a block."""
        if block not in self._before:
            self._before[block] = _look_back(self._sentences, block)
        return self._before[block]

    def features(self, block: int, entity: int, sides: Sides) -> tuple[list[str], list[str]]:
        """How much an organisation is in mind that an anchor's sentence (`block`) does not name: features, and what tells only
        with the tie's kind."""
        names = self._sentences.names
        public = self._sentences.public(entity)
        before = self.before(block)
        parts = [part for part, whose in before.parts.items() if whose == entity]
        if entity in self._heading(block):
            parts.append("heading")
        said = f"sub={sides.subject}|n={sides.number}"
        found, kinded = [f"parts={'+'.join(parts)}|{sides.subject}"], [f"part={part}|{public}" for part in parts]
        for part in parts:
            found += [f"part={part}|{said}", f"part={part}|cs={sides.cases}"]
        if entity in before.ago:
            away = [e for e in before.ranked if e not in sides.named]
            rank = min(3, away.index(entity))
            likes = min(3, [e for e in away if self._sentences.public(e) == public].index(entity))
            found += [f"mind={rank}|{said}", f"mind={rank}|cs={sides.cases}", f"mind={rank}|pub={names.publisher == entity}|{sides.number}",
                      f"mindlike={likes}|{public}|{said}", f"mindlike={likes}|{public}|{sides.sectors}",
                      f"others={min(4, before.others[entity])}|{said}", f"subjects={min(3, before.subjects[entity])}|{sides.subject}",
                      f"ago={min(5, before.ago[entity])}|{said}"]
            kinded += [f"mindlike={likes}|{public}", f"mindlike={likes}|{public}|{sides.sectors}"]
        else:
            found += [f"notyet|{said}", f"notyet|{public}|{sides.sectors}"]
        if names.publisher is not None and names.publisher != entity:
            found.append(f"pubaway={names.publisher not in sides.named}|{bool(parts)}|{said}")
        return found, kinded

    def _heading(self, block: int) -> frozenset[int]:
        """The organisations of the nearest heading above a block."""
        if block not in self._heads:
            blocks = self._sentences.blocks
            at = next((n for n in range(block - 1, -1, -1) if blocks[n].kind == "heading"), None)
            self._heads[block] = self._sentences.named[at] if at is not None else frozenset()
        return self._heads[block]


def _look_back(sentences: Sentences, block: int) -> Before:
    blocks = sentences.blocks
    own = blocks[block]
    ago: dict[int, int] = {}
    others: dict[int, int] = {}
    subjects: dict[int, int] = {}
    mind: dict[int, float] = {}
    parts: dict[str, int | None] = dict.fromkeys(("topic", "subject", "paragraph", "before"))
    seen: set[int] = set()
    far = 0
    for n in range(block - 1, max(-1, block - 1 - _REACH), -1):
        other = blocks[n]
        if other.zone != "body" and own.zone == "body":
            continue
        far += 1
        if not sentences.named[n]:
            continue
        told = sentences.subjects(n)
        topics, acting = {e for e, topic in told if topic}, {e for e, _ in told}
        paragraph = other.sentence.line == own.sentence.line
        near = _FADES ** (far - 1) * (1 if paragraph else _PARAGRAPH) * (1 if other.section == own.section else _SECTION)
        plain = _HEAD if other.kind in ("title", "heading") else _OTHER
        for e in dict.fromkeys(m.entity for m in reversed(sentences.mentions[n])):
            weight = near * (_TOPIC if e in topics else _SUBJECT if e in acting else plain)
            most = mind.get(e, 0.0)
            mind[e] = max(most, weight) + _AGAIN * min(most, weight)
            if e not in ago:
                ago[e], others[e], subjects[e] = far, len(ago), len(seen - {e})
        seen |= acting
        if told:
            parts["topic"] = next((e for e, topic in told if topic), None) if parts["topic"] is None else parts["topic"]
            parts["subject"] = told[0][0] if parts["subject"] is None else parts["subject"]
            parts["paragraph"] = told[0][0] if paragraph else parts["paragraph"]
            parts["before"] = told[0][0] if far == 1 else parts["before"]
    return Before(ago, others, subjects, tuple(sorted(mind, key=lambda e: (-mind[e], e))), parts)
