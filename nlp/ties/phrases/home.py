"""Whose a page is: its publisher, or who stands at its head or foot."""
from __future__ import annotations

from collections.abc import Sequence

from nlp.patterns import pattern
from nlp.ties.view import View

#: So many first and last blocks can tell whose a page is.
_EDGE = 4


def home_of(view: View) -> tuple[int, ...]:
    """The publisher, but a newspaper; of a page that never names it, whom the title is about; for a council the place whose it is."""
    names = view.names
    if names.publisher is None:
        return _masthead(view)
    if pattern("phrases", "medium").search(view.entity(names.publisher).name):
        return ()
    if names.publisher in view.often:
        return (names.publisher,)
    home = view.entity(names.publisher)
    if home.type == "unit":
        return (next((n for n, e in enumerate(names.entities) if e is not home and home.name.startswith(e.name)), names.publisher),)
    head = names.between(0, view.layout.page.head)
    about = [m.entity for m in head if pattern("phrases", "about").match(view.norm, m.end)]
    return (about[0] if about and not home.public else names.publisher,)


def _masthead(view: View) -> tuple[int, ...]:
    """Whose the page is by its first lines («青山銀行の取組状況») or its last ones («発行:青山銀行»)."""
    end = len(view.blocks)
    return _told_by(view, "masthead", range(min(_EDGE, end))) or _told_by(view, "signature", range(max(0, end - _EDGE), end))


def _told_by(view: View, key: str, blocks: Sequence[int]) -> tuple[int, ...]:
    """The only organisation of the first of some blocks that says in the words of a pattern that it is the speaker."""
    for block in blocks:
        groups = view.groups(block)
        if len(groups) == 1 and len(groups[0].entities) == 1 and pattern("phrases", key).match(view.signed(block)):
            return (groups[0].entities[0],)
    return ()
