"""Owners: whom the rows of a list are tied with."""
from __future__ import annotations

from collections.abc import Sequence, Set

from nlp.ties.rows.gathering import AHEAD
from nlp.ties.rows.listed import Listed
from nlp.ties.rows.sheet import Sheet

#: Rules of the two sides of one tie.
_SIDES = (("winner", "client"), ("donor", "recipient"), ("sender", "receiver"), ("supporter", "supported"))
_OTHER_SIDE = {**dict(_SIDES), **{other: one for one, other in _SIDES}}
#: Classes of owners that only those named near a list can be → those of them who are likeliest.
_MADE = {"group": "collective", "firm": "firm"}


def beside(one: Listed, lists: Sequence[Listed]) -> list[int]:
    """Those of the other role whom a list beside this one names."""
    others = [other for other in lists if other.rule.name == _OTHER_SIDE.get(one.rule.name)]
    near = min(others, key=lambda other: abs(other.opener - one.opener), default=None)
    return near.entities if near is not None and abs(near.opener - one.opener) <= AHEAD else []


def owner_of(sheet: Sheet, one: Listed, wanted: str) -> list[int]:
    """Whom the rows of a list are tied with: whom its opener is about, the publisher, else whom the page names most."""
    taken = set(one.entities)
    opener = sheet.lines[one.opener]
    groups = () if one.is_label else opener.groups
    named = [e for g in groups for e in g.entities]
    if wanted in _MADE:
        return _made(sheet, one, named, taken, wanted)
    subject = [e for g in groups if g.case == "subject" for e in g.entities]
    home = _speaker(sheet, one, taken, wanted)
    first = _fitting(sheet, [*subject, *home], taken, wanted)
    if first or not taken.isdisjoint(home):
        return first or home
    return _fitting(sheet, [*named, *_about(sheet, wanted)], taken, wanted)


def _fitting(sheet: Sheet, entities: Sequence[int], taken: Set[int], wanted: str) -> list[int]:
    """The first of some organisations that is not taken, and of a class."""
    return [e for e in entities if e not in taken and (not wanted or sheet.view.of(e, wanted))][:1]


def _made(sheet: Sheet, one: Listed, named: Sequence[int], taken: Set[int], wanted: str) -> list[int]:
    """The collective or firm that a list is of: whom its opener or the title names, the publisher, or whom it stands under."""
    start = sheet.view.blocks[one.rows[0].block].sentence.start
    before = [m.entity for m in reversed(sheet.view.names.mentions) if m.start < start]
    likeliest = _fitting(sheet, [*named, *sheet.titled(), *sheet.homes, *before], taken, _MADE[wanted])
    return likeliest or _fitting(sheet, [*named, *sheet.homes], taken, wanted)


def _speaker(sheet: Sheet, one: Listed, taken: Set[int], wanted: str) -> list[int]:
    """Who speaks: the publisher, or the place whose matter it is."""
    if sheet.home is None:
        return []
    home = _place_served(sheet, one, taken) or [sheet.home]
    if not wanted and len(one.rows) > 1 and not taken.isdisjoint(home):
        start = sheet.view.blocks[one.opener].sentence.start
        above = [m.entity for m in reversed(sheet.view.names.mentions) if m.start < start]
        return _fitting(sheet, above, taken, "place") or home
    return home


def _place_served(sheet: Sheet, one: Listed, taken: Set[int]) -> list[int]:
    """The place that a page of a firm is about, whose agreements it lists: named as often as the firm."""
    view, home = sheet.view, sheet.home
    place = next((e for e in view.most_named if view.of(e, "place")), None)
    if home is None or place is None or one.rule.kind != "agreement" or not view.of(home, "trader") or place in taken:
        return []
    private = sum(not view.public(e) for e in taken)
    return [place] if view.often[place] >= view.often[home] and private > len(taken) / 2 else []


def _about(sheet: Sheet, wanted: str) -> list[int]:
    """Whom a page is about: those of its first lines, then whom it names most, without a class only if it names them first."""
    firm = [e for e in sheet.view.most_named if not sheet.view.of(e, "loose")]
    titled = [e for line in sheet.lines[:2] for e in line.entities]
    return titled + [e for e in firm if wanted or e == sheet.view.names.mentions[0].entity]
