"""Bodies that are named without their place: «県司法書士会», «町農業公社», «市社協»; and which place is meant."""
from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from nlp import gazetteer
from nlp.names.entities import Proposal
from nlp.names.legal_forms import bare_type
from nlp.names.places import Around
from nlp.names.vocabulary import endings, generic, place_finder, public_bodies
from nlp.patterns import pattern, words
from nlp.text import Page


def with_home(page: Page) -> Iterator[Proposal]:
    """Bodies of a town or prefecture whose name begins with its last sign only, named in full."""
    home = Home(page)
    for match in pattern("names", "own_body").finditer(page.norm):
        sign, rest = match["sign"], match["rest"] or match["own"]
        if match["own"] is None and (_a_town(sign + rest) or generic().fullmatch(rest) or rest in words("names")["not_of_same_town"]):
            continue
        if any(page.norm[max(0, match.end("sign") - length):match.end("sign")] in gazetteer.by_name() for length in range(3, 7)):
            continue
        place = home.of(sign, match.start())
        if place is not None:
            yield Proposal(match.start(), match.end(), place + in_full(rest), _type_of(in_full(rest)), rank=3, by="own")


def in_full(rest: str) -> str:
    """The name of a body with its ending in full: «社協» is 社会福祉協議会."""
    for short, full in words("names")["own_in_full"].items():
        if rest.endswith(short):
            return rest[:-len(short)] + str(full)
    return rest


def _type_of(rest: str) -> str:
    return bare_type(rest) or next((endings()[rest[-n:]] for n in range(min(12, len(rest)), 1, -1) if rest[-n:] in endings()), "unit")


def _a_town(name: str) -> bool:
    """Whether the sign only begins the name of a town: «市川商工会»."""
    return any(name[:length] in _towns() for length in range(2, 5))


@cache
def _towns() -> frozenset[str]:
    return frozenset(n for name in gazetteer.by_name() for n in (name, name[:-1]) if len(n) > 1)


class Home:
    """Which place «県», «市» or «町» before another word means in a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._around: Around | None = None
        self._publisher = gazetteer.find(page.document.publisher or "")

    def of(self, sign: str, position: int) -> str | None:
        """The publisher or its prefecture, that of the dateline, the prefecture most spoken of, else the town named last before."""
        prefecture = sign in words("names")["signs_of_prefectures"]
        if self._publisher is not None:
            for name in (self._publisher.name, self._publisher.prefecture):
                if name.endswith(sign) and (name in gazetteer.prefectures()) == prefecture:
                    return name
        if prefecture:
            return self._prefecture(sign)
        return dateline(self._page, sign) or self._before(sign, position)

    def _prefecture(self, sign: str) -> str | None:
        if self._around is None:
            self._around = Around(self._page)
        said = sorted(((self._around.of(name), name) for name in gazetteer.prefectures() if name.endswith(sign)), reverse=True)
        return said[0][1] if said and said[0][0] and (len(said) == 1 or said[0][0] > said[1][0]) else None

    def _before(self, sign: str, position: int) -> str | None:
        """The town that the line names last before a place, else the only one in the title, else the last before."""
        page = self._page
        line = page.lines[page.line_of(position)][0]
        titled = set(self._towns(sign, 0, page.head))
        before = self._towns(sign, 0, position)
        here = self._towns(sign, line, position)
        return here[-1] if here else titled.pop() if len(titled) == 1 else before[-1] if before else None

    def _towns(self, sign: str, start: int, end: int) -> list[str]:
        finder, known = place_finder()
        return [known[index] for index, _, _ in finder.find_matches_as_indexes(self._page.norm[start:end])
                if known[index].endswith(sign) and known[index] not in public_bodies()]


def dateline(page: Page, sign: str) -> str | None:
    """The place that stands before a text or behind its title, with its sign: «【茂木】町は»."""
    first = page.norm[slice(*page.lines[0])].rstrip() if page.lines else ""
    for match in (pattern("reference", "dateline").search(page.norm), pattern("reference", "title_end").search(first)):
        if match and match["place"] + sign in gazetteer.by_name():
            return match["place"] + sign
    return None
