"""The shared records: what days a date prefix can mean."""
from __future__ import annotations

import pytest

from nlp.model import bounds


@pytest.mark.parametrize(("value", "precision", "first", "last"), [
    ("2024-06-27", "day", "2024-06-27", "2024-06-27"),
    ("2024-06-27T09:00:00+09:00", "day", "2024-06-27", "2024-06-27"),
    ("2024-02", "month", "2024-02-01", "2024-02-29"),
    ("2023-12", "month", "2023-12-01", "2023-12-31"),
    ("2023", "year", "2023-01-01", "2023-12-31"),
    ("2023", "fiscal_year", "2023-04-01", "2024-03-31"),
])
def test_bounds_hold_every_day_that_a_prefix_can_mean(value: str, precision: str, first: str, last: str) -> None:
    assert bounds(value, precision) == (first, last)


@pytest.mark.parametrize(("value", "precision"), [
    ("2023", "day"), ("2023-04", "fiscal_year"), ("2023-04-01", "year"), ("2023-00", "month"), ("2023-13", "month"),
    ("2023-02-29", "day"), ("2023-00-15", "day"), ("２０２３", "year"), ("+023", "year"), ("0000", "year"),
    ("9999", "fiscal_year"), ("2023-4-1", "day"), ("令和五年", "year"), ("", "day"), ("2024-06-27の朝", "day")])
def test_what_is_no_date_of_its_precision_is_refused(value: str, precision: str) -> None:
    with pytest.raises(ValueError, match=f"is no date of precision {precision}"):
        bounds(value, precision)


def test_an_unknown_precision_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="must be one of day, month, year, fiscal_year"):
        bounds("2023", "decade")
