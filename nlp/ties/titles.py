"""The name of the agreement that stands at an anchor."""
from __future__ import annotations

from nlp.text import Page, Sentence


def title_of(page: Page, sentence: Sentence, start: int, end: int) -> tuple[int, int] | None:
    """The place of the name, in `Page.norm`."""
    open_ = page.norm.rfind("「", sentence.start, start + 1)
    close = page.norm.find("」", end - 1, sentence.end)
    return (open_ + 1, close) if 0 <= open_ < close and "」" not in page.norm[open_:start] else None
