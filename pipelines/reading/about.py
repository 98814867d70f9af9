"""What a page says about itself: title, day of publication, address, publisher."""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from nlp import gazetteer
from pipelines.reading import blocks, furniture
from pipelines.reading.days import day, day_alone, day_in_words
from pipelines.reading.publishers import is_wire, publisher_of

#: Between a title and the site's name.
_PARTED = re.compile(r"\s*(?:[|｜／]|\s[-–—:：/]\s|[-–—](?=[^-–—]*$)|＜|<|«|»|≫|：(?=[^：]*$))\s*")
#: A wire's title: «…｜株式会社カスミのプレスリリース».
_RELEASE_OF = re.compile(r"[|｜]\s*([^|｜]{2,60}?)の(?:プレスリリース|ニュースリリース|リリース)\s*$")
_ORGANIZATION = {"organization", "corporation", "governmentorganization", "newsmediaorganization", "localbusiness",
                 "ngo", "educationalorganization"}
#: Kinds of JSON-LD that are the page itself.
_ARTICLE = {"article", "newsarticle", "pressrelease", "reportagenewsarticle", "blogposting", "webpage", "report",
            "techarticle", "socialmediaposting"}
_FORM = re.compile("株式会社|有限会社|合同会社|合資会社|相互会社|(?:社団|財団|大学|学校|医療|社会福祉|非営利活動|行政)法人|協同組合|信用金庫")
#: Characters that an organisation's name in a title has at most.
_NAME = 30
#: Values of JSON-LD that are looked at.
_MANY = 2_000
#: Lines from the top among which a day alone in a line is the page's own; and the longest line with a label.
_HEAD, _LABELLED = 12, 60
#: Characters of a lower heading that the title of the head must repeat.
_REPEATED = 6


@dataclass(frozen=True, slots=True)
class About:
    """The head of a page as it was before anything was taken out. `lines` are those of the whole page, menus left out;
    `headings` the page's h1, `times` its machine-readable moments."""
    url: str | None
    title_in_head: str
    meta: dict[str, str] = field(default_factory=dict)
    things: tuple[dict[str, Any], ...] = ()
    canonical: str | None = None
    lines: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


def about(tree: Any, url: str | None, main: Any | None) -> About:
    """Everything a tree says of itself; `url` is where the page came from, `main` the part that is the release."""
    where = tree if main is None else main
    headings = [*where.iter("h1"), *([] if main is None else tree.iter("h1"))]
    in_head = " ".join((tree.findtext(".//title") or "").split())
    first = _PARTED.split(in_head)[0]
    if repeated := [one for one in where.iter("h1", "h2", "h3") if first and blocks.words(one) == first]:
        # a heading that the title begins with is the headline, whatever section stands above it
        headings = [*repeated, *headings]
    elif not headings:
        headings = [one for one in where.iter("h2", "h3") if len(words := blocks.words(one)) >= _REPEATED and words in in_head]
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    return About(url, in_head, _meta(tree), tuple(_things(tree)),
                 next((one.strip() for one in links if one and one.strip()), None),
                 tuple(_lines(tree, main)),
                 tuple(dict.fromkeys(words for one in headings if (words := blocks.words(one)))),
                 tuple(t.get("datetime") for t in where.iter("time") if t.get("datetime")))


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if content := (element.get("content") or "").strip():
            found.setdefault(name, content)
    return found


def _things(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD (W3C Recommendation, 2020), those of @graph and lists each, in their order."""
    left = _MANY
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and left > 0:
            one, left = waiting.pop(0), left - 1
            if isinstance(one, list):
                waiting += one
            elif isinstance(one, dict):
                yield one
                waiting += [one[key] for key in ("@graph", "mainEntity", "mainEntityOfPage")
                            if isinstance(one.get(key), list | dict)]


def _kinds(thing: dict[str, Any]) -> set[str]:
    kinds = thing.get("@type")
    return {str(one).lower() for one in (kinds if isinstance(kinds, list) else [kinds])}


def _of_the_page(one: About) -> Sequence[dict[str, Any]]:
    """The objects that are the page, or all where none says its kind."""
    return [t for t in one.things if _kinds(t) & _ARTICLE] or [t for t in one.things if "@type" not in t]


def _said(things: Iterable[dict[str, Any]], *keys: str) -> Iterator[str]:
    for key in keys:
        for thing in things:
            values = thing.get(key)
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, dict):
                    value = value.get("name")
                if isinstance(value, str) and value.strip():
                    yield " ".join(value.split())


# --- address ---------------------------------------------------------------------------------------------------------

def address(one: About) -> str | None:
    """The page's lasting address: what it calls canonical, where that is on the site it came from and no home page
    (which many a system writes on every page), else where it came from."""
    for stated in (one.canonical, one.meta.get("og:url")):
        found = _absolute(stated, one.url)
        if found and (one.url is None or (_site(found) == _site(one.url) and (_path(found) or not _path(one.url)))):
            return found
    return one.url


def _absolute(stated: str | None, url: str | None) -> str | None:
    try:
        found = urljoin(url or "", stated or "").partition("#")[0]
        parts = urlsplit(found)
        return found if stated and parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _site(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
        return re.sub(r"^(?:index\.\w+)?$", "", parts.path.strip("/")) + parts.query
    except ValueError:
        return ""


# --- title -----------------------------------------------------------------------------------------------------------

def title(one: About) -> str | None:
    """The release's headline without the site's name."""
    sites = _site_names(one)
    stated = [*_said(_of_the_page(one), "headline"), *one.headings[:1], one.meta.get("og:title", ""),
              *one.headings[1:], one.title_in_head, one.meta.get("twitter:title", "")]
    for candidate in stated:
        if (found := _bare_title(candidate, sites)) and found not in sites:
            return found
    return None


def _site_names(one: About) -> set[str]:
    names = {one.meta.get("og:site_name", ""), *_said(one.things, "publisher"), publisher_of(one.url) or ""}
    names |= {bare_name(name) for name in names}
    return {name for name in names if name}


def _bare_title(written: str, sites: set[str]) -> str:
    """A headline without what stands behind its last sign of parting, where that is the site's name or a wire's word."""
    whole = " ".join(written.split())
    whole = _RELEASE_OF.sub("", whole)
    parts = list(_PARTED.finditer(whole))
    for part in reversed(parts):
        behind = whole[part.end():].strip(" -–—|｜＞>»")
        if behind and part.start() and (behind in sites or bare_name(behind) in sites or bare_name(behind) != behind
                                        or is_wire(None, behind) or _is_owner(behind)):
            whole = whole[:part.start()]
        else:
            break
    return whole.strip()


def _is_owner(words: str) -> bool:
    """Whether words are a place's name, or as short as a firm's with its legal form."""
    return words in gazetteer.by_name() or (len(words) <= _NAME and _FORM.search(words) is not None)


def _owner_in(title_in_head: str) -> str | None:
    """The site's owner behind the last sign of parting in a title."""
    parts = list(_PARTED.finditer(title_in_head))
    behind = bare_name(title_in_head[parts[-1].end():].strip()) if parts else ""
    return behind if behind and _is_owner(behind) else None


@cache
def _site_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one["pattern"]) for one in furniture.data()["site_names"])


def bare_name(name: str) -> str:
    """An organisation's name from the name of its site: «青葉市公式ホームページ» is 青葉市's."""
    for pattern in _site_patterns():
        name = pattern.sub("", name)
    return name.strip()


# --- day -------------------------------------------------------------------------------------------------------------

def published(one: About) -> str | None:
    """The day on which a page was published, as the page has it; where it only tells its last change, that day."""
    keys = ("article:published_time", "datepublished", "dcterms.issued", "dc.date.issued", "dcterms.date", "dc.date",
            "date", "pubdate", "publishdate", "dcterms.created", "dc.date.created")
    stated = (*_said(_of_the_page(one), "datePublished", "dateCreated"), *(one.meta.get(key) for key in keys))
    known = next((found for written in stated if (found := _day(written))), None)
    if known is None:
        known = _labelled(one.lines, "published", "published_behind")
    if known is None:
        known = next((found for written in one.times if (found := _day(written))), None)
    if known is None:
        known = _labelled(one.lines, "updated", "updated_behind") or day_alone(one.lines[:_HEAD])
    if known is None:
        changed = (*_said(_of_the_page(one), "dateModified"),
                   *(one.meta.get(key) for key in ("article:modified_time", "dcterms.modified", "last-modified")))
        known = next((found for written in changed if (found := _day(written))), None)
    return known


def _day(written: str | None) -> str | None:
    return day(written) or (day_in_words(written) if written else None)


def _lines(tree: Any, main: Any | None) -> list[str]:
    """Short lines with a day: those of the release; where none of them is labelled, those around it too, but none of
    the furniture's, whose lists of news have days of their own."""
    if main is not None:
        own = list(_dated(main.iter(*_DATED)))
        if _labelled(own, "published", "published_behind") or _labelled(own, "updated", "updated_behind"):
            return own
    else:
        own = []
    return [*own, *_dated(one for one in _outside_furniture(tree) if one.tag in _DATED)]


def _outside_furniture(root: Any) -> Iterator[Any]:
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one.tag, str) and not furniture.goes(one):
            yield one
            waiting += reversed(one)


def _dated(elements: Iterable[Any]) -> Iterator[str]:
    number = 0
    for element in elements:
        if len(line := _near(element)) <= _LABELLED and _TIME.search(line):
            number += 1
            yield line
        if number >= _MANY_LINES:
            return


#: Elements that hold a day, and lines that are looked at.
_DATED = ("p", "div", "span", "li", "dd", "dt", "time", "td", "th", "h2", "h3", "em", "small")
_MANY_LINES = 200
_TIME = re.compile(r"[0-9０-９元][0-9０-９]?\s*(?:年|[./-]\s*[0-9０-９])")


def _near(element: Any) -> str:
    """The words of a small element, with those of the term before it."""
    if len(element) > 8:
        return ""
    whole = "".join(element.itertext())
    if len(whole) > 4 * _LABELLED:
        return ""
    before = element.getprevious() if element.tag in ("dd", "td") else None
    label = "".join(before.itertext())[:_LABELLED] if before is not None and isinstance(before.tag, str) else ""
    return " ".join(f"{label} {whole}".split())


@cache
def _labels(section: str, behind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    dates = furniture.data()["dates"]
    before = "|".join(map(re.escape, dates[section]))
    after = "|".join(map(re.escape, dates[behind]))
    return (re.compile(rf"(?:{before})(?:時)?\s*[)）\]】]?\s*[:：]?\s*(.{{4,40}})"),
            re.compile(rf"((?:令和|平成|昭和|[RHS])?\s*[0-9０-９元].{{2,30}}?)\s*(?:に)?(?:{after})(?![^\s)）\]】]{{3,}})"))


def _labelled(lines: Iterable[str], section: str, behind: str) -> str | None:
    before, after = _labels(section, behind)
    for line in lines:
        for pattern in (before, after):
            if (match := pattern.search(line)) and (found := day_in_words(match[1])):
                return found
    return None


# --- publisher -------------------------------------------------------------------------------------------------------

def publisher(one: About, told: str | None = None) -> str | None:
    """Who publishes: the body whose site it is, else who was told (by a feed), else what the page says; never a wire."""
    url = address(one)
    if found := publisher_of(url):
        return found
    if told and not is_wire(None, told):
        return told
    release_of = _RELEASE_OF.search(one.title_in_head) or _RELEASE_OF.search(one.meta.get("og:title", ""))
    organizations = [t for t in one.things if _kinds(t) & _ORGANIZATION]
    on_wire = is_wire(url)
    stated = [*([release_of[1]] if release_of else []),
              *_said(_of_the_page(one), *(("sourceOrganization", "author", "creator") if on_wire else
                                          ("publisher", "sourceOrganization", "author"))),
              *_said(organizations, "name"),
              *(one.meta.get(key, "") for key in (("author",) if on_wire else
                                                  ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher",
                                                   "author")))]
    for name in stated:
        if (bare := bare_name(name)) and not is_wire(None, name) and not is_wire(None, bare):
            return bare
    return None if on_wire else _owner_in(one.title_in_head)
