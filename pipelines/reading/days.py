"""Publication days as machines and pages write them, in Japan's time, as date prefixes («2024-06-27», «2024-06»)."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from nlp.dates import find_dates

JAPAN = timezone(timedelta(hours=9))
_PREFIX = re.compile(r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_MONTH = re.compile(r"\s*(\d{4})[-/](\d{1,2})\s*")
#: Systems write the first day they know where they know none; the web is younger than this.
_FIRST_YEAR = 1990
#: Characters in which a line's own date is searched.
_SHORT = 200
#: A line that is a day and no more, digits and signs of half width.
_ALONE = re.compile(r"[(\[【]? ?(?:(?:令和|平成|[RH]) ?(?:元|\d{1,2})|\d{4}) ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2} ?日?"
                    r"(?: ?\([月火水木金土日・祝曜]{1,4}\))?(?: ?\d{1,2}[:時]\d{0,2}分?)? ?[)\]】]?")


def day(written: str | None) -> str | None:
    """The day in Japan of an ISO 8601 or RFC 5322 time; without a zone it is Japan's. None for anything else.

    A year and month alone («2024-06») come back as they are; days before 1990 are no publication's.
    """
    if not written or len(written) > _SHORT:
        return None
    if found := _MONTH.fullmatch(written):
        year, month = map(int, found.groups())
        return f"{year}-{month:02}" if year >= _FIRST_YEAR and 1 <= month <= 12 else None
    moment = _moment(written)
    if moment is None:
        return None
    try:
        one = (moment.astimezone(JAPAN) if moment.tzinfo else moment).date()
    except (OverflowError, ValueError):
        return None
    return one.isoformat() if one.year >= _FIRST_YEAR else None


def _moment(written: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(written.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    found = _PREFIX.match(written)
    try:
        return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None


def day_in_words(line: str) -> str | None:
    """The first day or month of a short line that tells its year: «令和6年6月27日», «2024年6月», «R6.6.27».

    None where there is none, and for a longer line.
    """
    if len(line) > _SHORT:
        return None
    for one in find_dates(line, None):
        if one.precision in ("day", "month") and int(one.value[:4]) >= _FIRST_YEAR:
            return one.value
    return None


def day_alone(lines: Sequence[str]) -> str | None:
    """The day that is all of a line (a weekday and an hour may follow), of the first such line."""
    for line in lines:
        if _ALONE.fullmatch(unicodedata.normalize("NFKC", line[:_SHORT]).strip()):
            return day_in_words(line)
    return None
