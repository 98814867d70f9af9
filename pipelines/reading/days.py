"""Publication days as machines write them, in Japan's time."""
from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

JAPAN = timezone(timedelta(hours=9))
_PREFIX = re.compile(r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")


def day(written: str | None) -> str | None:
    """The day in Japan of an ISO 8601 or RFC 5322 time; without a zone it is Japan's. None for anything else."""
    if not written:
        return None
    moment: datetime | None = None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(written.strip())
            break
        except (ValueError, TypeError, IndexError):
            continue
    if moment is None:
        found = _PREFIX.match(written)
        try:
            moment = datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]
        except ValueError:
            return None
    if moment is None:
        return None
    try:
        return (moment.astimezone(JAPAN) if moment.tzinfo else moment).date().isoformat()
    except OverflowError:
        return None
