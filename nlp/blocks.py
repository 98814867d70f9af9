"""What each sentence of a page is in the page's layout: title, heading, prose, labelled line, list item, row.

A line has no markup, so its looks decide: bullets and numbers, a label before a colon, a full stop at its end. Lists
and tables go with the nearest heading or introducing sentence above them.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from nlp.patterns import pattern
from nlp.text import Page, Sentence
from nlp.zones import zones_of


@dataclass(frozen=True, slots=True)
class Block:
    """One sentence in its layout.

    `kind`: title, heading, prose, labelled, item, row. `label` is what stands before a colon or gap (or alone above its
    value), `body` where the rest begins in `Page.norm`, `above` the index of the block that heads it, `section` grows at
    every heading, `zone` is the part of the page (nlp.zones).
    """
    sentence: Sentence
    kind: str
    label: str
    body: int
    above: int | None
    section: int
    zone: str = "body"


class Layout:
    """The blocks of a page, one a sentence."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks = _blocks(page)

    @cached_property
    def starts(self) -> list[int]:
        """Where the blocks start."""
        return [b.sentence.start for b in self.blocks]

    def text(self, index: int) -> str:
        """The words of a block."""
        sentence = self.blocks[index].sentence
        return self.page.norm[sentence.start:sentence.end]

    def run(self, index: int) -> range:
        """The blocks that follow `index` as its list: items, rows and labelled lines up to the next prose or heading."""
        end = index + 1
        while end < len(self.blocks) and self.blocks[end].kind in ("item", "row", "labelled"):
            end += 1
        return range(index + 1, end)


def _blocks(page: Page) -> list[Block]:
    found: list[Block] = []
    section, head = 0, None
    sentences = page.sentences
    seen_lines: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        text = page.norm[sentence.start:sentence.end]
        first = seen_lines.get(sentence.line) is None
        kind, label, body = _kind(page, sentence, text, first, index + 1 < len(sentences) and sentences[index + 1].line == sentence.line)
        seen_lines[sentence.line] = index
        if kind == "heading":
            section += 1
            head = index
        above = head if head is not None and head != index else None
        if kind in ("item", "row", "labelled") and found and found[-1].kind == "prose":
            above = len(found) - 1
        elif kind in ("item", "row", "labelled") and found and found[-1].kind in ("item", "row", "labelled"):
            above = found[-1].above
        found.append(Block(sentence, kind, label, sentence.start + body, above, section))
    zones = zones_of([(b.kind, b.label, page.norm[b.sentence.start:b.sentence.end]) for b in found])
    return [replace(b, zone=zone) for b, zone in zip(found, zones, strict=True)]


def _kind(page: Page, sentence: Sentence, text: str, first: bool, continued: bool) -> tuple[str, str, int]:
    if sentence.end <= page.head:
        return "title", "", 0
    bare = text.strip()
    bullet = pattern("blocks", "bullet").match(text)
    at = bullet.end() if bullet else 0
    if not first or continued or pattern("blocks", "predicate").search(bare):
        return "prose", "", at
    rest = text[at:]
    spaced = pattern("blocks", "spaced_label").match(rest)
    label = pattern("blocks", "label").match(rest)
    if pattern("blocks", "heading").match(bare) and len(bare) <= 48:
        return "heading", "", at
    if spaced and spaced.end() < len(rest.rstrip()):
        return "labelled", re.sub(r"[\s【】\[\]<>〈〉・:：]", "", spaced[0]), at + spaced.end()
    if label and label.end() < len(rest.rstrip()):
        return "labelled", re.sub(r"[\s【】\[\]<>〈〉・]", "", label["label"]), at + label.end()
    if bullet and bullet[0].strip():
        return "item", "", at
    if len(bare) > 60:
        return "prose", "", at
    return "row", "", at
