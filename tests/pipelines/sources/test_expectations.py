"""A source's day is judged by what its file expects."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines import sources
from pipelines.sources import Day, Expect, Source

TODAY = dt.date(2026, 11, 26)


def _source(**expect: int) -> Source:
    return Source(name="city-aoi", file=Path("city-aoi.yaml"), kind="feed", url=("https://www.city.aoi.example.jp/f.xml",),
                  enabled=False, expect=Expect(**expect))


def _levels(source: Source, day: Day, last_new: dt.date | None = None) -> list[str]:
    return [problem.level for problem in sources.judge(source, day, last_new)]


def _ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def test_a_normal_day_has_no_problem() -> None:
    assert _levels(_source(min=5, max=50, stale_days=10), Day(TODAY, 3, 20, 4), _ago(1)) == []


@pytest.mark.parametrize(("found", "levels"), [(0, ["fatal"]), (4, ["fatal"]), (5, [])])
def test_an_index_that_names_too_little_is_broken(found: int, levels: list[str]) -> None:
    assert _levels(_source(min=5), Day(TODAY, 1, found)) == levels


def test_a_day_on_which_nothing_could_be_asked_is_not_judged_by_its_counts() -> None:
    assert _levels(_source(min=5), Day(TODAY)) == []


@pytest.mark.parametrize(("silent", "new", "levels"), [(10, 0, []), (11, 0, ["alarm"]), (90, 0, ["alarm"]), (90, 1, [])])
def test_a_feed_that_has_died_silently_is_noticed(silent: int, new: int, levels: list[str]) -> None:
    assert _levels(_source(stale_days=10), Day(TODAY, 1, 20, new), _ago(silent)) == levels


def test_a_dead_feed_is_noticed_although_it_cannot_even_be_asked() -> None:
    (problem,) = sources.judge(_source(stale_days=10), Day(TODAY), _ago(90))
    assert problem.line == ("nothing new for 90 days (since 2026-08-28), at most 10 expected: "
                            "see whether the site has moved its releases")


@pytest.mark.parametrize(("new", "levels"), [(50, []), (51, ["warn"])])
def test_too_much_new_at_once_is_looked_at(new: int, levels: list[str]) -> None:
    assert _levels(_source(max=50), Day(TODAY, 1, 100, new), _ago(1)) == levels


def test_on_the_first_day_everything_is_new_and_nothing_is_stale() -> None:
    assert _levels(_source(max=50, stale_days=1), Day(TODAY, 1, 100, 100), None) == []


def test_the_worst_comes_first_and_each_line_says_what_to_do() -> None:
    problems = sources.judge(_source(min=5, stale_days=10), Day(TODAY, 1, 1), _ago(30))
    assert [p.level for p in problems] == ["fatal", "alarm"] and {p.source for p in problems} == {"city-aoi"}
    assert "its index named 1 release, at least 5 expected" in problems[0].line
    assert "`kakehashi sources test city-aoi`" in problems[0].line
