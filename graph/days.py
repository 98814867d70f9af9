"""Days that a date prefix allows."""
from __future__ import annotations

from calendar import monthrange
from datetime import date


def bounds(value: str, precision: str) -> tuple[str, str]:
    """The first and last ISO day of a date prefix («2019», «2019-06», «2019-06-24»).

    `precision` is day, month, year or fiscal_year (1 April to 31 March). Raises ValueError for what is no date.
    """
    try:
        year, month, day = (int(part) for part in f"{value[:10]}-00-00".split("-")[:3])
        if precision == "fiscal_year":
            return date(year, 4, 1).isoformat(), date(year + 1, 3, 31).isoformat()
        last_month = month or 12
        last_day = day or monthrange(year, last_month)[1]
        return date(year, month or 1, day or 1).isoformat(), date(year, last_month, last_day).isoformat()
    except ValueError as error:
        raise ValueError(f"«{value}» is no date: write 2019, 2019-06 or 2019-06-24") from error
