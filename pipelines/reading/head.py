"""Who published a text and when, as its first lines tell it: «2024年5月1日　湯沢市», a time alone, a site's name."""
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from nlp.dates import find_dates
from pipelines.reading.days import day

#: Characters that a publisher's line has at most.
_NAME = 40
#: How often a site's name must come again in the text to be taken for its publisher.
_AGAIN = 3
_TIME = re.compile(r"[\s　]*(?:\([月火水木金土日]\)|（[月火水木金土日]）)?[\s　]*(?:\d{1,2}:\d{2}(?::\d{2})?)?[\s　]*")


def published_and_publisher(head: Sequence[str], text: str) -> tuple[str | None, str | None]:
    """Publication day (ISO) and publisher of a text from the lines of its first block; None for what they do not tell.

    A line that begins with a day tells it; what follows on that line, or the line behind it when that is the block's
    last, is the publisher. Without one, the name in the name of a site stands for it where the text uses it often.
    """
    for number, line in enumerate(head):
        found = _day_first(line)
        if found is not None:
            published, rest = found
            after = head[number + 1:]
            name = rest or (after[0] if len(after) == 1 and number > 0 else "")
            return published, name if 0 < len(name) <= _NAME else None
    return None, _masthead(head[0], text) if head else None


def _day_first(line: str) -> tuple[str, str] | None:
    """The day that a line begins with, and what stands behind day and time; None where it begins otherwise."""
    written = re.match(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}", line)
    if written is not None and (value := day(written[0])) is not None:
        end = written.end()
    else:
        mentions = [m for m in find_dates(line, None) if m.span.start == 0 and m.precision == "day"]
        if not mentions:
            return None
        value, end = mentions[0].value, mentions[0].span.end
    rest = _TIME.sub("", line[end:], count=1)
    if rest and (rest == line[end:] or re.search("[。、]", rest)):
        return None  # a sentence that begins with a day
    return value, rest.strip("　 ")


@cache
def _words() -> str:
    lines = files("pipelines.reading").joinpath("mastheads.txt").read_text(encoding="utf-8").splitlines()
    return "|".join(re.escape(line) for line in lines if line and not line.startswith("#"))


def _masthead(line: str, text: str) -> str | None:
    match = re.fullmatch(rf"(.{{2,30}}?)[・\s　|｜]?(?:{_words()})", line)
    return match[1] if match and text.count(match[1]) > _AGAIN else None
