"""What a release's first lines tell of itself: its day and who publishes it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp import gazetteer
from nlp.dates import find_dates
from nlp.model import Document
from nlp.patterns import pattern, words

#: So many lines are looked at: a masthead stands above the text.
_LINES = 5
#: So many dated lines at the top are a list, or so many with an organisation in them.
_LIST, _TABLE = 3, 2
#: How often a site's name must come in the text to be taken for its publisher.
_USED = 4


def completed(document: Document) -> Document:
    """The document with `published` and `publisher` as its first lines give them, where its source gave none.

    A day counts that stands alone in a line, with the publisher's name or behind a label such as «掲載日»; a publisher
    counts that stands alone beside or right under it, no second one below, and is a municipality or ends as an
    organisation does. Without a day, the name in a site's name at the very head («…マガジン») is the publisher's where the
    text uses it often.
    """
    if document.published is not None and document.publisher is not None:
        return document
    published, publisher = document.published, document.publisher
    every = [line.strip() for line in document.text.split("\n") if line.strip()]
    # so many days in lines of their own are a list of events, a table of partners
    dated = [rest for day, rest in map(_day, every[:2 * _LINES]) if day is not None]
    lines = every[:_LINES] if len(dated) < _LIST and sum(map(bool, dated)) < _TABLE else []
    for number, line in enumerate(lines):
        day, rest = _day(line)
        if day is None:
            continue
        published = published or day
        behind = [rest] if rest else every[number + 1:number + 3]
        # several names under a day are a joint release: none of them alone publishes it
        if publisher is None and behind and _organization(behind[0]) and not (len(behind) > 1 and _organization(behind[1])):
            publisher = behind[0]
        break
    published = published or _leading(every) or _closing(every)
    if publisher is None and every:
        publisher = _site(every[0], document.text)
    return replace(document, published=published, publisher=publisher)


def _site(line: str, text: str) -> str | None:
    """The name in the name of a site that a line is, where the text speaks of it."""
    match = pattern("masthead", "site").fullmatch(line)
    return match[1] if match and text.count(match[1]) >= _USED else None


def _day(line: str) -> tuple[str | None, str]:
    """The full day of a line that holds little else, and what stands behind it."""
    bare = pattern("masthead", "label").sub("", pattern("masthead", "before_day").sub("", line))
    found = [d for d in find_dates(bare, None) if d.precision == "day"]
    if len(found) != 1 or found[0].span.start > 0:
        return None, ""
    rest = pattern("masthead", "behind_day").sub("", bare[found[0].span.end:]).strip(words("masthead")["around"])
    if len(rest) > 24 or pattern("masthead", "prose").search(rest) or (rest and not _organization(rest)):
        return None, ""
    return found[0].value, rest


def _leading(lines: Sequence[str]) -> str | None:
    """The day before the headline in one line («2025.02.14 X大学と協定»), unless the page is a list of such lines."""
    dated = [line for line in lines if pattern("masthead", "dotted").match(line)]
    if not lines or dated != lines[:1] or pattern("masthead", "prose").search(lines[0]):
        return None
    found = find_dates(lines[0], None)
    return found[0].value if len(found) == 1 and found[0].precision == "day" else None


def _closing(lines: Sequence[str]) -> str | None:
    """The day of a last line that says when the page was made: «最終更新日…», «(2025年1月17日 株式会社X 広報室)»."""
    for line in lines[-2:]:
        found = [d for d in find_dates(line, None) if d.precision == "day"]
        if len(found) == 1 and pattern("masthead", "closing").fullmatch(line[:found[0].span.start] + "\0" + line[found[0].span.end:]):
            return found[0].value
    return None


def _organization(name: str) -> bool:
    return len(name) <= 24 and (gazetteer.find(name) is not None or name in gazetteer.by_name()
                                or pattern("masthead", "organization").fullmatch(name) is not None)
