"""Kinds of agreements by the words that name them."""
from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.patterns import pattern
from nlp.ties.kinds import AGREED
from nlp.ties.phrases.above import nearest_texts
from nlp.ties.phrases.entries import Phrase
from nlp.ties.told import Told
from nlp.ties.view import View
from nlp.ties.wording import first_named

#: The kind of a phrase whose words tell the kind by the file's key `kinds`.
NAMED = "agreement"


def kind_of(view: View, phrase: Phrase, texts: Sequence[str], block: int, told: Sequence[Told]) -> str:
    """The kind of what a phrase tells: its own, else as the first text or title names it; "" of ties that are not told so."""
    if phrase.kind != NAMED:
        return phrase.kind
    before = next((t.kind for t in reversed(told) if t.kind in AGREED and t.phrase.startswith(phrase.file)), None)
    if before and any(pattern("phrases", "same").search(text) for text in texts):
        return before
    titles = (view.text(n) for n, b in enumerate(view.blocks) if b.kind == "title")
    for text in (*texts, *titles):
        row = first_named(phrase.file, "kinds", text)
        if row is not None:
            near = "\n".join([*nearest_texts(view, block), view.text(block)])
            if "near" in row and re.search(row["near"]["words"], near):
                return str(row["near"]["kind"])
            return "" if "unless" in row and re.search(row["unless"], view.norm) else str(row["kind"])
    return before or "partnership"
