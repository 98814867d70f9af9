"""Municipalities, prefectures and national bodies by their names in lists, where they act and are not just a place."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.vocabulary import place_finder, public_bodies
from nlp.patterns import pattern
from nlp.patterns import words as words_of
from nlp.text import Page

_PLACE_AFTER = pattern("names", "place_after")
_PLACE_IN = pattern("names", "place_in")


def with_place(page: Page) -> Iterator[Proposal]:
    norm = page.norm
    finder, words = place_finder()
    told: dict[str, str] = {}
    found: list[tuple[int, int, str, str | None]] = []
    pending: tuple[int, int, str] | None = None
    for index, start, end in finder.find_matches_as_indexes(norm):
        name = words[index]
        if name in public_bodies():
            yield from _body(norm, start, end, name)
            continue
        if norm[max(0, start - 1):end] in _wards():
            continue
        prefecture = None
        if pending and pattern("names", "county_between").fullmatch(norm[pending[1]:start]) and name not in gazetteer.prefectures():
            prefecture = pending[2]
            if found and found[-1][0] == pending[0]:
                found.pop()
            start = pending[0]
        elif name not in gazetteer.prefectures():
            county = pattern("names", "county_before").search(norm[max(0, start - 6):start])
            start -= len(county[1]) if county else 0
        found.append((start, end, name, prefecture))
        if prefecture:
            told[name] = prefecture
        pending = (start, end, name) if name in gazetteer.prefectures() else None
    around = Around(page)
    yield from _elided(norm, found, told, around)
    strung = _strung(found)
    for start, end, name, prefecture in found:
        before = norm[max(0, start - 14):start].split("\n")[-1]
        place = which(name, prefecture or told.get(name), around)
        yield _proposal(start, end, name, place, prefecture, "place" if start in strung or _stands_alone(norm, end, name, before) else "where")


def _strung(found: Sequence[tuple[int, int, str, str | None]]) -> set[int]:
    """Where prefectures stand that others follow at once: «青森県|岩手県|秋田県が» tells of three that act."""
    prefectures = [(start, end) for start, end, name, _ in found if name in gazetteer.prefectures()]
    return {start for (start, end), (behind, _) in pairwise(prefectures) if end == behind}


def _proposal(start: int, end: int, name: str, place: gazetteer.Place | None, prefecture: str | None, by: str) -> Proposal:
    if place is None:
        return Proposal(start, end, name, gazetteer.by_name()[name][0].type, prefecture=prefecture, rank=1, by=by)
    return Proposal(start, end, place.name if place.type == "ward" else name, place.type, code=place.code,
                    prefecture=place.prefecture, rank=1, by=by)


def named_place(start: int, end: int, name: str, told: str | None, around: Around, by: str) -> Proposal:
    """A stretch that is a place's name of the list."""
    return _proposal(start, end, name, which(name, told, around), told, by)


def place_of(page: Page, start: int, end: int, name: str) -> Proposal | None:
    """A stretch that is read as a place's body though no rule takes it: known by its name, or strange (abroad, dissolved)."""
    prefecture, bare = gazetteer.split(name)
    if bare in gazetteer.by_name():
        return _proposal(start, end, bare, which(bare, prefecture, Around(page)), prefecture, "place")
    if pattern("names", "municipal").search(name) and len(name) >= 3:
        return Proposal(start, end, name, "municipality", sure=False, by="tag")
    return None


def acts(norm: str, one: Proposal, type_: str) -> bool:
    """Whether a place does something where it stands: not «埼玉県の企業», «千葉県で»."""
    return type_ != "prefecture" or pattern("names", "prefecture_as_place").match(norm[one.end:one.end + 12]) is None


class Around:
    """Which prefectures a page speaks of: its publisher's, those named, those of other places, of postal codes."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._said: Counter[str] | None = None

    @cached_property
    def _home(self) -> gazetteer.Place | None:
        """The place that publishes the page."""
        return gazetteer.find(self._page.document.publisher or "")

    def of(self, prefecture: str) -> int:
        """How much speaks for a prefecture."""
        if self._said is None:
            self._said = self._count()
        return self._said[prefecture] + self._page.norm.count(prefecture[:-1] if len(prefecture) > 2 else prefecture)

    def ward(self, name: str) -> gazetteer.Place | None:
        """The publisher's ward of this name, where the publisher is a city with wards or one of them: Tokyo has a 北区 too."""
        city = pattern("places", "city_of_ward").match(self._home.name) if self._home else None
        found = gazetteer.by_name().get(city[0] + name, ()) if city else ()
        return found[0] if len(found) == 1 and found[0].type == "ward" else None

    def _count(self) -> Counter[str]:
        said: Counter[str] = Counter()
        if self._home:
            said[self._home.prefecture] += 40
        told, _ = gazetteer.split(self._page.document.publisher or "")
        if told:
            said[told] += 40
        finder, words = place_finder()
        for index, _, _ in finder.find_matches_as_indexes(self._page.norm):
            meant = gazetteer.by_name().get(words[index], ())
            if len(meant) == 1:
                said[meant[0].prefecture] += 3 if meant[0].type == "prefecture" else 2
        for code in pattern("names", "postal_code").finditer(self._page.norm):
            said[_postal().get(code["digits"], "")] += 6
        return said


@cache
def _wards() -> frozenset[str]:
    """Names of wards without their city that end as another place is named: «港北区» is no 北区."""
    bare = {pattern("places", "city_of_ward").sub("", name) for name in gazetteer.by_name() if name.endswith(words_of("places")["ward_sign"])}
    return frozenset(name for name in bare if name[1:] in gazetteer.by_name() and name not in gazetteer.by_name())


@cache
def _postal() -> dict[str, str]:
    return {row["digits"]: row["prefecture"] for row in gazetteer.rows("postal_codes.csv")}


def which(name: str, told: str | None, around: Around) -> gazetteer.Place | None:
    """The place that a name means: the publisher's own ward, the only one, that of the prefecture told with it, else that of
    which the page speaks."""
    found = gazetteer.by_name()[name]
    ward = around.ward(name)
    if ward is not None and told in (None, ward.prefecture):
        return ward
    if len(found) == 1:
        return found[0]
    fits = [p for p in found if p.prefecture == told]
    if len(fits) == 1:
        return fits[0]
    said = sorted(((around.of(p.prefecture), p.code, p) for p in found), reverse=True)
    if said[0][0] > said[1][0]:
        return said[0][2]
    today = [p for p in found if p.code in gazetteer.by_code()]
    return today[0] if len(today) == 1 else None


def _elided(norm: str, found: Sequence[tuple[int, int, str, str | None]], told: Mapping[str, str], around: Around) -> Iterator[Proposal]:
    """Places whose ending stands with the last of a list: «恵庭、千歳市», «A、B両町», «A・B・Cの3市»."""
    lists = [(end, name[-1]) for _, end, name, _ in found if pattern("places", "shared_ending").search(name)]
    lists += [(match.start(), match["endings"]) for match in pattern("names", "elided_end").finditer(norm)]
    for end, endings in lists:
        start = norm.rfind("\n", 0, end) + 1
        listed = pattern("names", "elided_list").search(norm[start:end])
        if listed:
            yield from _completed(norm, start + listed.start(), listed[0], endings, told, around)
    for match in pattern("names", "elided_behind").finditer(norm):
        yield from _completed(norm, match.start("list"), match["list"], match["endings"], told, around)


def _completed(norm: str, start: int, listed: str, endings: str, told: Mapping[str, str], around: Around) -> Iterator[Proposal]:
    """The parts of a list that are places with the list's ending, from its end back to a place with another."""
    position = start + len(listed)
    for part in reversed(pattern("names", "elided_joins").split(listed)):
        position -= len(part)
        if part in gazetteer.by_name() and part[-1] not in endings:
            return
        cuts = [0] + [match.end() for match in re.finditer("[ぁ-ゖ]", part)]
        named = next(((cut, part[cut:] + ending) for cut in cuts for ending in endings if part[cut:] + ending in gazetteer.by_name()), None)
        if named and norm[position + len(part):position + len(part) + 1] not in tuple(endings):
            cut, name = named
            yield _proposal(position + cut, position + len(part), name, which(name, told.get(name), around), None, "elided")


def _stands_alone(norm: str, end: int, name: str, before: str) -> bool:
    """Whether a place's name here means the body, not an address or a part of a longer word."""
    if before and (pattern("names", "joined_before").search(before) and not pattern("names", "before_place").search(before)):
        return False
    if _PLACE_IN.search(before):
        return False
    if name not in gazetteer.prefectures() and pattern("names", "seat_moved").match(norm[end:]) and pattern("names", "seat_before").search(before):
        return False
    after = norm[end:end + 60].split("\n")[0]
    if not _PLACE_AFTER.match(after):
        return False
    if pattern("names", "seat_after").match(after):
        return False
    # «株式会社X（大阪府）», «（本社：大阪府四條畷市）»: in brackets behind a name, alone
    if before.endswith("(") and (re.match("[^()、]{0,12}\\)", after) or pattern("names", "head_or_capital").match(after)):
        return pattern("names", "its_head").match(after) is not None
    if before.endswith("(") and pattern("names", "head_in_brackets").match(after):
        return False
    if name in gazetteer.prefectures() and pattern("names", "its_municipality").match(after):
        return False
    if before.endswith("〒"):
        return False
    return not pattern("names", "office_address").match(after)


def _body(norm: str, start: int, end: int, name: str) -> Iterator[Proposal]:
    type_, _full = public_bodies()[name]
    if start and pattern("names", "letter_before").match(norm[start - 1]) and type_ != "agency":
        return
    if pattern("names", "troops").fullmatch(name) or pattern("names", "law_behind").match(norm[end:end + 2]):
        return
    behind = pattern("names", "bureau_behind").match(norm[end:end + 20])
    yield Proposal(start, end, name, type_, rank=2, via=behind[0] if behind else None, by="body")
