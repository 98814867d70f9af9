"""Sides: the parties of what a phrase tells, those of each sign together, and the ties that they make."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product

from nlp.patterns import pattern
from nlp.ties.kinds import COLLECTIVE, SYMMETRIC
from nlp.ties.phrases.entries import Phrase, Slot
from nlp.ties.phrases.meant import MADE, led, played, whom
from nlp.ties.phrases.place import Place, Signed
from nlp.ties.told import Told
from nlp.ties.view import View

#: (organisation, role)
Party = tuple[int, str]
#: Parties that stand on one side of a tie.
Side = tuple[Party, ...]
#: Kinds of which one event has all parties of both sides; of the other directed ones each pair is a tie.
_WHOLE = COLLECTIVE | {"designated_manager", "pfi", "brokerage"}
#: Kinds of which those of one role who are named in one sign act together.
_JOINED: Mapping[str, str] = {"donation": "donor"}


def sides_of(view: View, phrase: Phrase, match: re.Match[str], signed: Signed) -> list[Side] | None:
    """The parties that a phrase takes where a signed block matches it; None where they are not of its classes."""
    sides: list[Side] = []
    for slot in phrase.taken(match):
        taken = _taken(view, slot, signed.group(match[slot.name]).entities)
        if taken is None:
            return None
        sides += taken
    return sides


def _taken(view: View, slot: Slot, entities: Sequence[int]) -> tuple[Side, ...] | None:
    """The parties that a slot makes of the organisations of a sign; None where they do not fit it."""
    if not view.all_of(entities, slot.wanted):
        return None
    if not slot.second:
        return (tuple((e, slot.role) for e in entities),)
    seconds = entities[-1:] if slot.second in MADE else [e for e in entities if view.public(e)]
    if len(seconds) in (0, len(entities)):
        return None
    return tuple((e, slot.role) for e in entities if e not in seconds), tuple((e, slot.second) for e in seconds)


def ties_of(phrase: Phrase, kind: str, sides: Sequence[Side], place: Place, text: str) -> list[Told]:
    """The ties of a kind that a phrase tells of some sides, with those whom it leaves out."""
    whole = _with_left_out(phrase, kind, sides, place)
    if not _make_tie(kind, whole) or _lacks(phrase, kind, whole, place):
        return []
    each = _each(kind, text) if phrase.each is None else phrase.each
    joined = _JOINED.get(kind) if each and phrase.each is None and not pattern("phrases", "apart").search(text) else None
    counted = 0 if each or kind not in SYMMETRIC or phrase.rows else _counted(place.view.text(place.block))
    if counted and len({e for e, _ in chain.from_iterable(sides)}) == counted:
        whole = [side for side in sides if side]
    ties = (parties for parties in _ties(whole, each, joined) if len({e for e, _ in parties}) > 1)
    return [Told(kind, parties, phrase.name, place.block) for parties in ties if counted in (0, len({e for e, _ in parties}))]


def _counted(text: str) -> int:
    """How many parties a sentence says that there are («三者協定»); 0 where it does not, or several numbers."""
    counts = set(pattern("phrases", "counted").findall(text))
    if len(counts) != 1:
        return 0
    number = counts.pop()
    return int(number) if number.isdecimal() else int(unicodedata.numeric(number))


def _with_left_out(phrase: Phrase, kind: str, sides: Sequence[Side], place: Place) -> list[Side]:
    """Sides and those whom the sentence does not name, as equals the first; only of such that are filled."""
    taken = {e for e, _ in chain.from_iterable(sides)}
    whole = list(sides)
    for named, who in phrase.left_out.items():
        role = named.rstrip("+")
        filled = {e for e, r in chain.from_iterable(whole) if r == role}
        if not filled or named != role or kind in SYMMETRIC or (kind == "brokerage" and len(filled) < 2):
            if who == "led":
                meant = led(filled, taken - filled, place)
            else:
                meant = played(kind, role, place, taken) if who == "same" else whom(who, place, taken)
            more = tuple((e, role) for e in meant if e not in taken)
            whole.insert(0 if kind in SYMMETRIC else len(whole), more)
    return [side for side in whole if side]


def _lacks(phrase: Phrase, kind: str, whole: Sequence[Side], place: Place) -> bool:
    """Whether nobody is found for the one of equals whom a phrase leaves out, and those named are of one sector or each alone."""
    if kind not in SYMMETRIC or len(whole) != 1 or phrase.left_out.get("party", "named") == "named":
        return False
    return bool(phrase.each) or len({place.view.public(e) for e, _ in whole[0]}) == 1


def _make_tie(kind: str, sides: Sequence[Side]) -> bool:
    """Whether sides play the roles that a tie needs: of a brokerage whoever brought two others together."""
    parties = list(chain.from_iterable(sides))
    if kind == "brokerage":
        connected, brokers = ({e for e, role in parties if (role == "connected") == is_} for is_ in (True, False))
        if len(connected) < 2 or not connected.isdisjoint(brokers):
            return False
    return kind in SYMMETRIC or len({role for _, role in parties}) > 1


def _each(kind: str, text: str) -> bool:
    """Whether every pair of two sides is a tie of its own, as the kind and the sentence tell."""
    if kind in SYMMETRIC:
        return pattern("phrases", "each").search(text) is not None
    return kind not in _WHOLE and pattern("phrases", "together").search(text) is None


def _ties(sides: Sequence[Side], each: bool, joined: str | None) -> Iterator[Side]:
    """The parties of each tie: of several sides those of the first with each of the others, of a joined role all of a side."""
    if each and len(sides) > 1:
        first, *others = (_parts(side, joined) for side in sides)
        for one, other in product(first, chain.from_iterable(others)):
            yield one + other
    else:
        yield tuple(dict.fromkeys(chain.from_iterable(sides)))


def _parts(side: Side, joined: str | None) -> list[Side]:
    """A side as it stands where its role is joined, else each of its parties alone."""
    return [side] if joined and all(role == joined for _, role in side) else [(party,) for party in side]
