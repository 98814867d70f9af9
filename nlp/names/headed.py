"""Names in quotes of which the words around tell whether they are an organisation's or a thing's."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type, ends_like_firm, without_firm_ending
from nlp.names.quoted import QUOTED
from nlp.names.tagger import Tagging
from nlp.names.vocabulary import form_pattern, generic
from nlp.patterns import filled, pattern, words
from nlp.text import Page

#: A name in quotes that acts is somebody's where the tagger reads a name there so likely; where words tell it too, from the
#: second on.
_LIKELY, _POSSIBLE = 0.15, 0.01


def told_in_quotes(page: Page) -> Iterator[Proposal]:
    """Names in quotes that words before them, behind them or a seat in brackets tell for an organisation's: «造園業「緑みなせ」»."""
    norm = page.norm
    for match in QUOTED.finditer(norm):
        name = match[1].strip()
        if not pattern("names", "quoted_name").match(name) or pattern("names", "no_name_in_quotes").search(name) or generic().fullmatch(name) \
                or form_pattern().search(name) or name in gazetteer.by_name():
            continue
        before = norm[max(0, match.start() - 14):match.start()].split("\n")[-1]
        if pattern("names", "no_organization").search(name) and not pattern("names", "calls_an_organization").search(before):
            continue
        type_ = _told_before(before) or _told_around(norm, match.end(), before)
        if type_ is not None:
            yield Proposal(match.start(1), match.end(1), name, bare_type(name) or type_, rank=4, by="told")


def _told_before(before: str) -> str | None:
    """The type of a name in quotes by the words before them; None where they tell none."""
    return next((type_ for said, type_ in _heads("told_in_quotes") if said.search(before)), None)


def _told_around(norm: str, end: int, before: str) -> str | None:
    """The type of a name in quotes that end at a place, by what stands on both sides of them; None where nothing tells."""
    if pattern("names", "thing_before").search(before) or pattern("names", "thing_behind").match(norm, end - 1):
        return None
    if pattern("names", "actor_behind").match(norm, end):
        called = next((type_ for said, type_ in _heads("kinds_in_quotes") if said.search(before)), None)
        if called is not None:
            return called
    return "company" if pattern("names", "seat_in_brackets").match(norm, end) or pattern("names", "firm_behind").match(norm, end - 1) else None


def with_acting(page: Page, taken: Sequence[Proposal], tagging: Tagging) -> list[Proposal]:
    """Names that were decided, and names in quotes besides that act and of which where they are, what they deal in or the
    tagger tells that they are somebody's: «X市の「A」が»; sorted by place."""
    found = list(taken)
    for match in QUOTED.finditer(page.norm):
        start, end, name = match.start(1), match.end(1), match[1]
        if _can_act(page.norm, match) and _acts(page, match, tagging) and not any(p.start < end and start < p.end for p in taken):
            found.append(Proposal(start, end, name, bare_type(name) or "company", sure=False, by="acting"))
    for match in _trade_pattern("led_by_trade").finditer(page.norm):
        start, end = match.span("name")
        if _firms(page, start, end, tagging) and not any(p.start < end and start < p.end for p in found):
            found.append(Proposal(start, end, match["name"], bare_type(match["name"]) or "company", sure=False, by="acting"))
    return sorted(found, key=lambda p: p.start)


def _can_act(norm: str, match: re.Match[str]) -> bool:
    """Whether what stands in quotes can be an organisation that acts there."""
    name = match[1]
    return (pattern("names", "acts_behind_quotes").match(norm, match.end()) is not None
            and pattern("names", "quoted_name").match(name) is not None and name not in gazetteer.by_name()
            and pattern("names", "thing_in_quotes").search(name) is None and pattern("names", "no_organization").search(name) is None
            and pattern("names", "no_name_in_quotes").search(name) is None and generic().fullmatch(name) is None
            and not called_thing(norm, match.start(1), match.end(1)))


def _acts(page: Page, match: re.Match[str], tagging: Tagging) -> bool:
    """Whether words or the tagger tell that a name in quotes is somebody's."""
    norm, end, name = page.norm, match.end(), match[1]
    likely = tagging.inside(match.start(1), match.end(1))
    before = norm[max(0, match.start() - 14):match.start()].split("\n")[-1]
    if likely >= _LIKELY:
        return True
    if not (pattern("names", "seat_before_quotes").search(before) or _trade_pattern("trade_before_quotes").search(before)
            or pattern("names", "doing_before_quotes").search(before)):
        return False
    return (likely >= _POSSIBLE or ends_like_firm(name) or bare_type(name) is not None
            or pattern("names", "firm_told_behind").match(norm[end:end + 90]) is not None or _tells_tie(page, end))


def _firms(page: Page, start: int, end: int, tagging: Tagging) -> bool:
    """Whether a stretch behind a trade is a firm's name: by its ending, by the tagger, and no common noun."""
    name = page.norm[start:end]
    if generic().fullmatch(name) or name in gazetteer.by_name() or pattern("formless", "no_kind").search(name) \
            or pattern("chains", "no_name").search(name) or pattern("names", "no_organization").search(name):
        return False
    return _tells_tie(page, end) and (_own_and_ending(name) or tagging.inside(start, end) >= _POSSIBLE)


def _own_and_ending(name: str) -> bool:
    """Whether a name has an ending that only companies have, and before it what is no common noun."""
    own = without_firm_ending(name)
    return own != name and len(own) > 1 and generic().fullmatch(own) is None


def _tells_tie(page: Page, place: int) -> bool:
    """Whether the sentence of a place, or the one behind it, has words of ties."""
    last = next((number for number, s in enumerate(page.sentences) if s.start < place <= s.end), None)
    return last is not None and any(pattern("formless", "act").search(page.norm, s.start, s.end) for s in page.sentences[last:last + 2])


@cache
def _trade_pattern(key: str) -> re.Pattern[str]:
    """A pattern of names.yaml with the trades filled in."""
    return re.compile(filled(words("names")[key].replace("{{TRADES}}", words("names")["trades"])))


def called_thing(norm: str, start: int, end: int) -> bool:
    """Whether words around a name in quotes tell that it is a thing's: «地域拠点「X」», «「X」と名付けた協定»."""
    return norm[start - 1:start] in ("「", "『") and (
        pattern("names", "thing_before").search(norm[max(0, start - 12):start - 1].split("\n")[-1]) is not None
        or pattern("names", "thing_behind").match(norm[end:end + 14]) is not None)


def of_people(norm: str, people: Iterable[int]) -> Iterator[Proposal]:
    """Whom people belong to, in brackets behind their names: «水瀬一郎さん(水瀬木材)», «白浜花子(旅館あおば荘 女将)»."""
    for end in people:
        found = pattern("names", "person_of").match(norm, end)
        if found is None:
            continue
        start, name = found.start("name"), found["name"]
        if pattern("names", "no_person_of").search(name) or name in gazetteer.by_name() or generic().fullmatch(name):
            continue
        yield Proposal(start, start + len(name), name, bare_type(name) or "company", sure=False, by="told")


def closed(norm: str, start: int, end: int) -> bool:
    """Whether a school is told to be a former one, whose building is meant: «旧水瀬小学校»."""
    return pattern("names", "former_before").search(norm[max(0, start - 2):start]) is not None \
        and pattern("names", "school_end").search(norm[start:end]) is not None


@cache
def _heads(key: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What stands before a name in quotes, and the type it tells."""
    return tuple((re.compile(filled(said)), type_) for said, type_ in words("names")[key])
