"""Which part of a page each block belongs to: its own text, or what stands around that.

A page has lost its markup; what remains are the words that sites use for their parts. A heading of a profile rules what
follows up to the next heading, one of where to ask the lines under it, one of other stories all up to the page's end.
"""
from __future__ import annotations

from collections.abc import Sequence

from nlp.patterns import pattern

#: The page's own text; breadcrumbs and buttons; words with a picture; what a body says of itself; where to ask; other stories.
ZONES = ("body", "navigation", "caption", "profile", "contact", "related")
#: So many labelled lines of a profile in a row are one, without a heading.
_LABELS = 2
#: A line longer than this is no button, caption or heading.
_SHORT = 60


def zones_of(lines: Sequence[tuple[str, str, str]]) -> list[str]:
    """The zone of every block of a page, given as (kind, label, words) in the page's order."""
    found: list[str] = []
    ruling = "body"
    for number, (kind, label, text) in enumerate(lines):
        bare = text.strip()
        if kind in ("title", "heading") or (kind == "row" and len(bare) <= _SHORT):
            ruling = _ruled_by(bare, kind, ruling)
        elif ruling == "contact" and kind != "labelled":
            ruling = "body"
        found.append(_zone(lines, number, kind, label, bare, ruling))
    return found


def _ruled_by(bare: str, kind: str, ruling: str) -> str:
    """What a heading makes of the blocks under it; a row that is none of the known headings changes nothing."""
    if kind != "title":
        for zone in ("related", "profile", "contact"):
            if pattern("zones", zone).search(bare):
                return zone
    return ruling if kind == "row" or ruling == "related" else "body"


def _zone(lines: Sequence[tuple[str, str, str]], number: int, kind: str, label: str, bare: str, ruling: str) -> str:
    if kind == "title":
        return "body"
    if len(bare) <= _SHORT:
        if pattern("zones", "navigation").search(bare):
            return "navigation"
        # a label may be a picture's («写真:…»); what stands behind another label is its value
        if pattern("zones", "caption").match(bare) if kind == "labelled" else pattern("zones", "caption").search(bare):
            return "caption"
    if ruling == "body" and kind == "labelled":
        if pattern("zones", "contact_label").match(label):
            return "contact"
        if pattern("zones", "profile_label").match(label) and _labels(lines, number) >= _LABELS:
            return "profile"
    return ruling


def _labels(lines: Sequence[tuple[str, str, str]], number: int) -> int:
    """How many labelled lines of a profile stand in a row around one."""
    count = 1
    for step in (-1, 1):
        at = number + step
        while 0 <= at < len(lines) and lines[at][0] == "labelled" and pattern("zones", "profile_label").match(lines[at][1]):
            count, at = count + 1, at + step
    return count
