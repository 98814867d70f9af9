"""What stands above a block: the title, headings, the last sentences and lines without names."""
from __future__ import annotations

from nlp.ties.phrases.entries import Phrase
from nlp.ties.view import View

#: So many sentences and headings above a block, and lines that name nobody, count as what it stands under.
_TOLD, _BARE = 4, 2
#: Lines that name nobody are looked for in so many blocks above.
_BARE_WITHIN = 12
#: A labelled line that heads others is no longer than this.
_SHORT = 24
#: A line of a list that is a heading has no more words than this.
_FEW = 10
#: The nearest of what stands above.
_NEAREST = 2


def above(view: View, block: int) -> list[int]:
    """The title, and the last sentences and headings above a block."""
    bare = [n for n in range(max(0, block - _BARE_WITHIN), block) if view.blocks[n].kind in ("row", "item") and not view.mentions(n)]
    title = [n for n in range(min(block, 3)) if view.blocks[n].kind in ("title", "labelled")]
    return title + view.told_above(block, _TOLD) + bare[-_BARE:] + _label(view, block)


def _label(view: View, block: int) -> list[int]:
    """Of a line of a list, the nearest labelled line above that names nobody and has few words."""
    if view.blocks[block].kind not in ("row", "item", "labelled"):
        return []
    near = range(block - 1, max(0, block - _BARE_WITHIN), -1)
    return [n for n in near if view.blocks[n].kind == "labelled" and not view.mentions(n) and len(view.text(n)) <= _SHORT][:1]


def _heading(view: View, block: int) -> str:
    """The nearest heading above a block, or line of a list that names nobody and has few words; "" where there is none."""
    heads = (n for n in range(block - 1, -1, -1) if view.blocks[n].kind in ("heading", "title") or _is_label(view, n))
    return next((view.text(n).strip() for n in heads), "")


def _is_label(view: View, block: int) -> bool:
    """Whether a block is a line of a list that names nobody and has few words."""
    return view.blocks[block].kind in ("row", "item", "labelled") and not view.mentions(block) and len(view.text(block)) <= _FEW


def nearest_texts(view: View, block: int) -> list[str]:
    """The last texts above a block."""
    return [view.text(n) for n in above(view, block)[-_NEAREST:]]


def fits(view: View, phrase: Phrase, block: int) -> bool:
    """Whether the sentence, the title, the headings and the sentences above hold what they must and not what they must not."""
    if phrase.within and not phrase.within.search(view.text(block)):
        return False
    if phrase.head and not phrase.head.search(_heading(view, block)):
        return False
    if phrase.below and not (block + 1 < len(view.blocks) and phrase.below.match(view.text(block + 1))):
        return False
    if phrase.under is None and phrase.unless is None:
        return True
    texts = [view.text(n) for n in above(view, block)]
    if phrase.under and not any(phrase.under.search(text) for text in texts):
        return False
    return phrase.unless is None or not any(phrase.unless.search(text) for text in [*texts, view.text(block)])
