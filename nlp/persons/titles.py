"""Where a page has a title of a person: «市長», «代表取締役社長», «公共事業推進本部長»."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from nlp.patterns import pattern, words


@dataclass(frozen=True, slots=True)
class Title:
    """A title's [start, end) in `Page.norm`; `core` is its last core, spaces left out; `sectional`: a department may stand before."""
    start: int
    end: int
    core: str
    sectional: bool


@cache
def _cores() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<c{n}>{core})" for n, core in enumerate(words("persons")["cores"])))


@cache
def _apart() -> re.Pattern[str]:
    return re.compile(f"(?<![\u4e00-\u9fa5])(?:{words('persons')['apart']})(?= |:|\\)|$|\n)")


@cache
def _first() -> re.Pattern[str]:
    """The core that is longest at a place: tried with lookahead, one alternative after the other."""
    return re.compile("(?=" + ")(?=".join(f"(?P<c{n}>{core})?" for n, core in enumerate(words("persons")["cores"])) + ")")


@lru_cache(maxsize=4)
def find_titles(norm: str) -> list[Title]:
    """All titles, in order; cores that follow each other are one title. A page is asked for them more than once."""
    found: list[Title] = []
    position = 0
    apart = {m.start(): m.end() for m in _apart().finditer(norm)}
    places = sorted({*apart, *(m.start() for m in _cores().finditer(norm))})
    for start in places:
        if start < position:
            continue
        end = _end(norm, start, apart.get(start, start))
        last = start
        while (joined := pattern("persons", "joins").match(norm, end)) is not None:
            further = _end(norm, joined.end(), joined.end())
            if further == joined.end() or (joined[0].isspace() and not pattern("persons", "apposed").match(norm[joined.end():further])):
                break
            last, end = joined.end(), further
        core = re.sub(r"\s", "", norm[last:end])
        position = end
        if not pattern("persons", "no_title").match(norm, end):
            found.append(Title(start, end, core, pattern("persons", "sectional").search(core) is not None))
    return _joined(norm, found)


def _joined(norm: str, titles: list[Title]) -> list[Title]:
    """An officer with a department is one title: «取締役運輸部長», «執行役員 公共事業本部長»."""
    found: list[Title] = []
    for title in titles:
        if found and title.sectional and pattern("persons", "officer").search(found[-1].core) and pattern("persons", "department").fullmatch(
                norm, found[-1].end, title.start):
            found[-1] = Title(found[-1].start, title.end, title.core, False)
        else:
            found.append(title)
    return found


def _end(norm: str, start: int, least: int) -> int:
    match = _first().match(norm, start)
    return max([least, *(match.end(group) for group in match.groupdict() if match[group])]) if match else least
