"""Who speaks in a page that has no publisher: whom «当社» and «本市» mean, who signs it, whose contact stands at its end.

Precision first: news speak of everybody in the third person, contracts of two at once; neither has a speaker.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlp import gazetteer
from nlp.names.entities import Entity, Mention, Names, inside_brackets
from nlp.names.meanings import meant
from nlp.names.vocabulary import place_finder
from nlp.patterns import pattern, words
from nlp.text import Page

#: Lines looked at for a head and for a signature.
_HEAD, _FOOT = 4, 3
#: Full sentences in which the first subject is looked for.
_OPENERS = 3
#: What a candidate must reach, and by how much it must lead.
_LEAST, _LEAD = 4.0, 1.5


def speaker_of(page: Page, names: Names, told: Mapping[str, int]) -> int | None:
    """The organisation whose page this is, as an index of `names.entities`; None where the page does not say so clearly.

    A municipality that speaks without ever naming itself («市では…») joins the entities.
    """
    for word, entity in told.items():
        if pattern("reference", "speaker").fullmatch(word):
            return entity
    parties = [re.escape(word) for word in told if pattern("reference", "contract").fullmatch(word)]
    if parties and len(re.findall(f"(?:{'|'.join(parties)})(?:{pattern('reference', 'contract_after').pattern})", page.norm)) > 1:
        return None
    if (issuer := _issuer(page)) is not None:
        return _entity(names, issuer)
    points = _points(page, names)
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    if ranked and ranked[0][1] >= _LEAST and (len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= _LEAD):
        return ranked[0][0]
    return None if ranked and ranked[0][1] >= _LEAST else _unnamed(page, names)


def _points(page: Page, names: Names) -> dict[int, float]:
    points: dict[int, float] = {}

    def give(entity: int, amount: float) -> None:
        points[entity] = points.get(entity, 0.0) + amount

    mentions = sorted(names.mentions, key=lambda m: m.start)
    for entity, amount in _signing(page, mentions):
        give(entity, amount)
    for entity in _titled(page, mentions):
        give(entity, 5.0)
    polite = _polite(page)
    first = _first_subject(page, mentions)
    selves = _selves(page, names, first)
    for entity, amount in selves.items():
        give(entity, amount)
    if first is not None and polite and not selves:
        teller, behind = names.entities[first.entity], page.norm[first.end:first.end + 40]
        give(first.entity, 4.0 if teller.public and pattern("reference", "alone").match(behind) else 2.5)
        if (teller.public and teller.name[-1] in _homely(page)) or pattern("reference", "seat").match(behind):
            give(first.entity, 1.5)
    if selves or polite:
        for number in {m.entity for m in mentions if m.start < page.head and not inside_brackets(page.norm, m.start)}:
            give(number, 0.5)
    return points


def _signing(page: Page, mentions: list[Mention]) -> Iterator[tuple[int, float]]:
    """Who signs with a post, a section or a day, in a line at the head or the foot; who is named as contact."""
    body = [n for n, (start, _) in enumerate(page.lines) if start >= page.head]
    near = [*body[:_HEAD], *body[max(_HEAD, len(body) - _FOOT):]]
    lonely: dict[int, int] = {}
    signed: set[int] = set()
    for number in near:
        start, end = page.lines[number]
        here = [m for m in mentions if start <= m.start and m.end <= end]
        line = page.norm[start:end]
        if len({m.entity for m in here}) != 1 or pattern("reference", "addressed").search(line):
            continue
        rest = (page.norm[start:here[0].start] + "\0" + page.norm[here[-1].end:end]).strip()
        if rest == "\0":
            lonely[number] = here[0].entity
        elif pattern("reference", "signature").fullmatch(rest):
            signed.add(here[0].entity)
    for match in pattern("reference", "contact").finditer(page.norm, page.head):
        behind = [m for m in mentions if match.end() <= m.start < match.end() + 24 and page.norm.count("\n", match.end(), m.start) <= 1]
        if behind and not pattern("reference", "addressed").search(page.norm[match.start():behind[0].start]):
            signed.add(behind[0].entity)
    yield from ((entity, 4.0) for entity in sorted(signed))
    # a name alone in a line signs only where no other name stands so beside it: else it is one of a list
    for number, entity in lonely.items():
        if number - 1 not in lonely and number + 1 not in lonely and entity not in signed:
            yield entity, 2.0


def _titled(page: Page, mentions: list[Mention]) -> Iterator[int]:
    """Whose site or paper it is: «… | X市», «Xホームページ», «本会は「X」と称する»."""
    for number, (start, end) in enumerate(page.lines[:3]):
        for m in mentions:
            if not start <= m.start < end:
                continue
            before, after = page.norm[start:m.start], page.norm[m.end:end]
            if (number == 0 and pattern("reference", "site_before").search(before) and not after.strip()) \
                    or (pattern("reference", "paper_after").match(after) and not before.strip(words("reference")["opening"])):
                yield m.entity
    for m in mentions:
        if pattern("reference", "called_before").search(page.norm[max(0, m.start - 16):m.start]) \
                and pattern("reference", "called_after").match(page.norm[m.end:m.end + 6]):
            yield m.entity


def _issuer(page: Page) -> str | None:
    """The municipality whose notice a page is: «X市公告第8号» in its first lines."""
    for start, end in page.lines[:3]:
        for index, first, last in place_finder()[0].find_matches_as_indexes(page.norm[start:end]):
            name = place_finder()[1][index]
            if first == 0 and name in gazetteer.by_name() and pattern("reference", "notice_after").match(page.norm[start + last:end]):
                return name
    return None


def _selves(page: Page, names: Names, first: Mention | None) -> dict[int, float]:
    """Whom words such as «当社» outside quotes mean, with points: the first subject, the only one that fits, the first."""
    found: dict[int, float] = {}
    for what in {m["what"] for m in pattern("reference", "says_self").finditer(_unquoted(page.norm))}:
        fits = next((tier for tier in meant(names.entities, what) if tier), [])
        if first is not None and first.entity in fits:
            found[first.entity] = 4.5 if len(fits) == 1 or pattern("reference", "alone").match(page.norm[first.end:first.end + 60]) else 3.0
        elif len(fits) == 1:
            # the one organisation that fits may still be another one: «本市» and the city next door
            places = [m for m in names.mentions if m.entity == fits[0]]
            found[fits[0]] = 2.0 + min(1.5, 0.5 * (len(places) - 1)) + (0.5 if places and places[0].start < page.head else 0.0)
        elif fits:
            body = [m for m in names.mentions if m.entity in fits and m.start >= page.head] or [m for m in names.mentions if m.entity in fits]
            if body:
                found.setdefault(min(body, key=lambda m: m.start).entity, 2.0)
    return found


def _unquoted(norm: str) -> str:
    return pattern("reference", "speech").sub("", norm)


def _polite(page: Page) -> bool:
    """Whether the page speaks to its readers («…しました。»), as those do who tell of themselves."""
    text = _unquoted(page.norm[page.head:])
    return 5 * len(pattern("reference", "polite").findall(text)) > 2 * max(1, len(pattern("reference", "full_stop").findall(text)))


def _first_subject(page: Page, mentions: list[Mention], within: int = 1) -> Mention | None:
    """Whom the first full sentences are about, so many of them as are asked for."""
    for sentence in page.sentences:
        if sentence.start < page.head or not page.norm[sentence.start:sentence.end].rstrip().endswith(words("reference")["full_stop"]):
            continue
        for m in mentions:
            if sentence.start <= m.start < sentence.end and not inside_brackets(page.norm, m.start) \
                    and pattern("reference", "topic").match(page.norm[m.end:m.end + 60]):
                return m
        within -= 1
        if not within:
            return None
    return None


def _homely(page: Page) -> frozenset[str]:
    """What the page calls its own municipality or prefecture: the last signs of «市では», «町長»."""
    body = _unquoted(page.norm[page.head:])
    return frozenset(m["what"] for key in ("homely", "bare") for m in pattern("reference", key).finditer(body))


def _unnamed(page: Page, names: Names) -> int | None:
    """The municipality whose things a page is full of («砺波市老人福祉センター», its address as contact), as an entity."""
    if not (_polite(page) or pattern("reference", "listing").search(page.norm)):
        return None
    first = _first_subject(page, sorted(names.mentions, key=lambda m: m.start), _OPENERS)
    if _selves(page, names, first) or pattern("reference", "firm_speaks").search(_unquoted(page.norm)):
        return None
    if first is not None and not names.entities[first.entity].public:
        return None
    homely = _homely(page)
    counts: dict[str, float] = {}
    finder, known = place_finder()
    contact = max((m.start() for m in pattern("reference", "contact").finditer(page.norm)), default=len(page.norm))
    for index, start, _ in finder.find_matches_as_indexes(page.norm):
        name = known[index]
        if name in gazetteer.by_name() and name[-1] in homely and gazetteer.by_name()[name][0].type in ("municipality", "ward"):
            weight = 3.0 if start < page.head or start > contact else 0.5 if inside_brackets(page.norm, start) else 1.0
            counts[name] = counts.get(name, 0.0) + weight
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < 3 or (len(ranked) > 1 and ranked[0][1] < 3 * ranked[1][1]):
        return None
    return _entity(names, ranked[0][0])


def _entity(names: Names, name: str) -> int:
    for number, entity in enumerate(names.entities):
        if entity.name == name:
            return number
    places = gazetteer.by_name()[name]
    place = places[0] if len(places) == 1 else None
    written = place.name if place else name
    names.entities.append(Entity(written, places[0].type, place.code if place else written, code=place.code if place else None,
                                 prefecture=place.prefecture if place else None))
    return len(names.entities) - 1
