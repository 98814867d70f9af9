"""Places that only tell where somebody is: «秩父市の水瀬漁業協同組合», «秩父市の製麺会社・水瀬製麺», «秩父市の製紙工場で».

Who stands behind them acts there, not the place.
"""
from __future__ import annotations

from nlp.names.entities import PLACES, Mention, Names, drop
from nlp.patterns import pattern
from nlp.text import Page

#: Letters between a place and the organisation that is there at most.
_REACH = 16


def without_seats(page: Page, names: Names) -> None:
    """Takes places out that stand in a page only as the seat of an organisation, or of a thing, named right behind them.

    A place that is referred to («同市»), published the page or stands anywhere else stays.
    """
    mentions = sorted(names.mentions, key=lambda m: (m.start, m.end))
    following = {one.start: mentions[number + 1:number + 3] for number, one in enumerate(mentions)}
    of: dict[int, list[Mention]] = {}
    for one in mentions:
        of.setdefault(one.entity, []).append(one)
    gone = {entity for entity, own in of.items() if names.entities[entity].type in PLACES and entity != names.publisher
            and all(m.how == "name" and m.start not in names.groups and _is_seat(page.norm, names, m, following[m.start]) for m in own)}
    if gone:
        drop(names, gone)


def _is_seat(norm: str, names: Names, one: Mention, following: list[Mention]) -> bool:
    """Whether somebody of the place follows: «X市の|A社», «X市の「|A」», «X市の製麺会社、|A社», «X市の高校も»."""
    if pattern("names", "thing_of_place").match(norm, one.end):
        return True
    return any(other.how == "name" and one.end < other.start <= one.end + _REACH and names.entities[other.entity].type not in PLACES
               and pattern("names", "seat_of_next").fullmatch(norm, one.end, other.start) is not None for other in following)
