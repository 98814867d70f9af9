"""Dates in Japanese text: where they stand, what day, month, year or fiscal year they mean, and what part they play.

Nothing here knows the clock: a date without a year is read against the publication date, else against the date that the
page prints of itself (in a line of its own, in its title, its first or last lines), else against the dates that stand
before it, else against the first full date of the page; one that stays open is left out.
"""
from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from nlp.model import Span

DateKind = Literal["event", "start", "end", "as_of", "announced"]

_DATA = Path(__file__).parent / "data"
# One code point for one code point, so that no offset shifts: NFKC would lengthen «㈱» and «１．» alike.
_FLAT = str.maketrans("０１２３４５６７８９／．－（）　ＲＨＳＴＭ零", "0123456789/.-() RHSTM〇")
_URL = re.compile(r"https?://[!-~]+")
_SENTENCE_END = re.compile("[。\n！？!?]")
#: So many lines at a page's head and at its foot can hold its own date.
_FIRST, _LAST = 4, 3
#: A date without a year lies ahead at most this many days less than a year, in days past, where no word tells.
_LONG_PAST = 300
#: A date that a clause of the future names and that has just gone by is not next year's.
_JUST_PAST = 45
#: A verb that is not past tells a date of the next half year; one that tells a plan, any.
_HALF = 180
#: What may stand before the day that a line begins with.
#: A heading that a fiscal year opens goes on for so long at most.
_SHORT = 30
_CLOSING = ")]】〉》"
_BULLETS = " \n・●○◎■□◆◇▼▽※★☆*-【[("


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. `value` is «2024-06-27», «2024-06» or «2024», `precision` one of nlp.model.PRECISIONS.

    `kind`: event; start or end of a period; as_of («現在»); announced («22日、…と発表した»: told then, not done).
    """
    span: Span
    value: str
    precision: str
    kind: DateKind = "event"


@dataclass(frozen=True, slots=True)
class _Read:
    """A resolved date with its place."""
    start: int
    end: int
    year: int
    month: int | None = None
    day: int | None = None
    fiscal: bool = False


@cache
def _load(file: str) -> Mapping[str, Any]:
    with (_DATA / file).open(encoding="utf-8") as source:
        loaded: Mapping[str, Any] = yaml.safe_load(source)
    return loaded


def _words() -> Mapping[str, Any]:
    return _load("eras_words.yaml")


@cache
def _eras() -> Mapping[str, int]:
    with (_DATA / "eras.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {key: int(row["first_year"]) for row in rows
                for key in (row["name"], row["name"][0], row["letter"], row["letter"].lower())}


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


@cache
def _filled(name: str) -> str:
    """A pattern of eras_patterns.yaml with the names in it filled in."""
    patterns, words = _load("eras_patterns.yaml"), _words()
    if name in ("years", "months", "days"):
        return _any(words[name])
    if name == "era":
        return _any(e for e in _eras() if len(e) > 1)
    value = "|".join(patterns[name]) if name == "forms" else str(patterns[name])
    for inner in sorted(set(re.findall(r"\{\{([a-z_]+)\}\}", value))):
        value = value.replace("{{" + inner + "}}", _filled(inner))
    return value


@cache
def _re(name: str) -> re.Pattern[str]:
    return re.compile(_filled(name))


@dataclass(frozen=True, slots=True)
class _Now:
    """What «this year» is on a page: a day, a month, a year or a fiscal year."""
    year: int
    month: int | None = None
    day: int | None = None
    fiscal: bool = False


def _number(text: str) -> int:
    """A number of ASCII or Chinese digits: «12», «十二», «二十一», «二〇二四», «元»."""
    words = _words()
    digits: Mapping[str, int] = words["digits"]
    if text == words["first_year"]:
        return 1
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition(words["ten"])
    if ten:
        return (digits[tens] if tens else 1) * 10 + (digits[ones] if ones else 0)
    return int("".join(str(digits[c]) for c in text))


def _valid(year: int, month: int | None, day: int | None) -> bool:
    try:
        dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


def _prefix(published: str | None) -> _Now | None:
    """Year, month and day of a date prefix; None where it is none."""
    found = re.match(r"((?:19|20)\d{2})(?:-(\d{2})(?:-(\d{2}))?)?", published or "")
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    return _Now(year, month, day) if year is not None and _valid(year, month, day) else None


def _step_month(year: int, month: int, step: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + step
    return index // 12, index % 12 + 1


_Fixed = tuple[int, int | None, int | None, bool]


class _Resolver:
    """Reads matches in order; what a match means can depend on those before it.

    `now` is when the page was written, `hint` a date of the page that says so less surely.
    """

    def __init__(self, flat: str, now: _Now | None, hint: _Now | None = None) -> None:
        self.flat, self.now, self.hint = flat, now, hint
        self.read: list[_Read] = []
        # the era whose years the page counts, for years of two digits
        self.era: str | None = None

    def take(self, match: re.Match[str]) -> None:
        """Add the match to what was read if it fixes a valid date."""
        found = self._resolve(match)
        if found and _valid(*found[:3]):
            self.read.append(_Read(match.start(), match.end(), *found))

    def _resolve(self, match: re.Match[str]) -> _Fixed | None:
        g = match.groupdict()
        number = {k: _number(v) for k, v in g.items() if v and k in _NUMBERS}
        if g["y3"]:
            return number["y3"], number["m3"], number["d3"], False
        if g["y2"]:
            return number["y2"], number.get("m2") or number.get("m2b") or number.get("m2c"), None, False
        if g["y4"]:
            return number["y4"], number["m4"], number["d4"], False
        if g["bare_year"] or g["cell_year"]:
            return number.get("bare_year") or number["cell_year"], None, None, False
        if g["letter_year"]:
            self.era = g["letter_year"]
            return _eras()[g["letter_year"]] + number["ln"] - 1, None, None, False
        if g["letter"]:
            self.era = g["letter"]
            return _eras()[g["letter"]] + number["ly"] - 1, number["lm"], number.get("ld"), False
        if g["dot_year"]:
            year = self._counted(number["dot_year"], None)
            return None if year is None else (year, number["dot_month"], number["dot_day"], False)
        if g["era"] or g["west"] or g["short"] or g["lone_short"] or g["rel_year"]:
            year = self._year(g, number)
            if year is None:
                return None
            if g["fiscal_end"]:
                return year + 1, 3, None, False
            if g["year_end"]:
                return year, 12, None, False
            return year, number.get("month"), number.get("day"), bool(g["fiscal"])
        if g["only_month"] or g["sm"] or g["tm"]:
            month = number.get("only_month") or number.get("sm") or number.get("tm") or 0
            day = number.get("only_day") or number.get("sd") or number.get("td")
            year = self._nearest(match, month, day) if 1 <= month <= 12 else None
            return None if year is None else (year, month, day, False)
        return self._relative(match, g, number)

    def _relative(self, match: re.Match[str], g: Mapping[str, str | None], number: Mapping[str, int]) -> _Fixed | None:
        if word := g["rel_month"]:
            rule = _words()["months"][word]
            at = self._anchor(rule["from"], rule["step"])
            if at is None or at.month is None:
                return None
            return *_step_month(at.year, at.month, rule["step"]), number.get("rel_day"), False
        if mark := g["month_mark"]:
            at = self._anchor("mention")
            month = number["mark_month"]
            later = at is not None and mark != _words()["same_year"] and at.month is not None and month <= at.month
            return (at.year + later, month, number.get("mark_day"), False) if at and 1 <= month <= 12 else None
        if word := g["day_word"]:
            rule = _words()["days"][word]
            at = self._anchor(rule["from"], rule["step"])
            if at is None or at.month is None or at.day is None:
                return None
            day = dt.date(at.year, at.month, at.day) + dt.timedelta(days=rule["step"])
            return day.year, day.month, day.day, False
        if g["same"]:
            at = self._anchor("mention")
            return (at.year, at.month, number["same_day"], False) if at and at.month else None
        if g["ago"] or g["since"]:
            at = self.now or self.hint
            return (at.year - (number.get("ago") or number["since"]), None, None, False) if at else None
        return self._lone_day(match, number["lone_day"])

    def _year(self, g: Mapping[str, str | None], number: Mapping[str, int]) -> int | None:
        if era := g["era"]:
            self.era = era
            return _eras()[era] + number["era_year"] - 1
        if g["west"]:
            self.era = None
            return number["west"]
        if g["short"] or g["lone_short"]:
            return self._counted(number.get("short") or number.get("lone_short") or 0, g["lone_short"])
        rule = _words()["years"][g["rel_year"]]
        at = self._anchor(rule["from"], rule["step"])
        if at is None:
            return None
        if rule.get("new"):
            return at.year + (at.month is not None and at.month > (8 if g["fiscal"] else 11))
        # 今年度 of a release of February is the fiscal year that began the April before.
        early = bool(g["fiscal"]) and rule["from"] == "published" and at.month is not None and at.month < 4
        return int(at.year + rule["step"] - early)

    def _counted(self, year: int, lone: str | None) -> int | None:
        """The year that a number of two digits means: of the era that the page counts in, else of our calendar."""
        last = self.read[-1] if self.read else None
        latest = self.now
        if self.era and last:
            eras = {first + year - 1 for first in (_eras()[self.era], 2019, 1989, 1926) if abs(first + year - 1 - last.year) <= 12}
            if eras:
                return min(eras, key=lambda y: (abs(y - last.year), y))
        if year == 0 and lone:
            return None
        west = 2000 + year if year < 70 else 1900 + year
        if lone and latest and west > latest.year + 1:
            return None
        return west if year > 9 else None

    def _anchor(self, source: str, step: int = 0) -> _Now | None:
        now = self.now or (_Now(self.hint.year) if self.hint else None)
        if source == "published":
            return now
        # what went before something is not told of a day that has yet to come
        known = [r for r in self.read[-3:] if step >= 0 or self.now is None or r.year <= self.now.year]
        if known:
            return _Now(known[-1].year, known[-1].month, known[-1].day)
        return now

    def _nearest(self, match: re.Match[str], month: int, day: int | None) -> int | None:
        """The year of a month or day without one: of a date just before it, else the nearest past of `now`."""
        last = self.read[-1] if self.read else None
        gap = self.flat[last.end:match.start()] if last else ""
        if last and _joined(gap):
            return last.year + (last.month is not None and (month, day or 31) < (last.month, last.day or 1))
        headed = self._headed(match.start())
        if headed is not None:
            return headed.year + (headed.fiscal and month < 4)
        if self.now is None:
            return self._carried(month)
        if self.now.fiscal:
            return self.now.year + (month < 4)
        if self.now.month is None:
            return self.now.year
        now = (self.now.month, self.now.day or 31)
        then = (month, day if day else now[1] if month == now[0] else 1)
        past = self.now.year if then <= now else self.now.year - 1
        days = (self.now.year - past) * 365 + (now[0] - then[0]) * 30 + now[1] - then[1]
        if then == now or days <= _JUST_PAST:
            return past
        time = self._time(match)
        if time == "ahead" or (time == "open" and days > _HALF) or (time in (None, "mixed") and days > _LONG_PAST) or (time == "past" and days > 350):
            return past + 1
        return past

    def _headed(self, start: int) -> _Read | None:
        """The year that heads the lines of which one begins with a date, the last such before."""
        if self.flat[self.flat.rfind("\n", 0, start) + 1:start].strip(_BULLETS):
            return None
        return next((one for one in reversed(self.read) if one.month is None and self._heads(one)), None)

    def _heads(self, one: _Read) -> bool:
        """Whether a year is all that its line holds, or a fiscal year opens a line that is no sentence."""
        end = self.flat.find("\n", one.end)
        before = self.flat[self.flat.rfind("\n", 0, one.start) + 1:one.start].strip(_BULLETS)
        rest = self.flat[one.end:end if end >= 0 else len(self.flat)]
        return not before and (not rest.strip(_BULLETS + _CLOSING)
                               or (one.fiscal and len(rest) <= _SHORT and not _SENTENCE_END.search(rest)))

    def _carried(self, month: int) -> int | None:
        for one in reversed(self.read):
            if one.fiscal:
                return one.year + (month < 4)
            if one.month is not None or one.end - one.start > 3:
                return one.year
        return self.hint.year if self.hint else None

    def _lone_day(self, match: re.Match[str], day: int) -> _Fixed | None:
        last = self.read[-1] if self.read else None
        gap = self.flat[last.end:match.start()] if last else ""
        listed = _joined(gap) or _re("between_days").fullmatch(gap)
        if last and last.month and last.day and listed:
            return last.year, last.month, day, False
        if last and last.month and last.day and "\n" in gap and not gap[gap.rfind("\n"):].strip(_BULLETS) \
                and self.flat[match.end():match.end() + 1] in (" ", "(", "\n"):
            # a diary or calendar: every line begins with its day
            within = len(self.read) > 1 and self.read[-2].month == last.month and (self.read[-2].day or 31) <= day
            its = (last.year, last.month) if day >= last.day or within else _step_month(last.year, last.month, 1)
            if _valid(*its, day):
                return *its, day, False
        if self.now and self.now.month and not self.now.fiscal:
            year, month, now = self.now.year, self.now.month, self.now.day or 31
            time = self._time(match) if day > now + 1 or now - day > 10 else None
            if day > now + 1 and time not in ("ahead", "open"):
                year, month = _step_month(year, month, -1)
            elif day < now and now - day > 10 and time in ("ahead", "open"):
                year, month = _step_month(year, month, 1)
            return year, month, day, False
        if last and last.month and not _SENTENCE_END.search(gap):
            return last.year, last.month, day, False
        return None

    def _time(self, match: re.Match[str]) -> str | None:
        """What the words behind a date say of its time: past, ahead, open (a verb's plain form), mixed or None."""
        stop = _SENTENCE_END.search(self.flat, match.end())
        end = min(stop.start() if stop else len(self.flat), match.end() + 120)
        rest = self.flat[match.end():end]
        later = _re("another").search(rest)
        rest = rest[:later.start()] if later else _re("told").sub("", rest) + (stop[0] if stop and end == stop.start() and stop[0] == "。" else "")
        before = self.flat[max(0, self.flat.rfind("\n", 0, match.start()) + 1):match.start()]
        past = _re("past").search(rest)
        ahead = _re("ahead").search(rest.rstrip("。"))
        if past and (ahead is None or past.start() < ahead.start()):
            return "past" if ahead is None else "mixed"
        if ahead and ahead[0][-1:] in _words()["verb_ends"]:
            return "open"
        if ahead or (len(before) < 12 and _re("label_ahead").search(before)):
            return "ahead"
        return None


_NUMBERS = frozenset(("era_year", "west", "short", "lone_short", "month", "day", "y3", "m3", "d3", "y2", "m2", "m2b", "m2c", "y4", "m4", "d4",
                      "bare_year", "cell_year", "mark_month", "mark_day", "ln", "ly", "lm", "ld",
                      "dot_year", "dot_month", "dot_day", "sm", "sd", "tm", "td", "only_month", "only_day", "rel_day", "same_day",
                      "lone_day", "ago", "since"))


def _joined(gap: str) -> bool:
    """Whether the words between two dates make them the two ends of a period."""
    return len(gap) < 24 and _re("weekday").sub("", gap).strip(" ()") in _words()["between"]


def _law(flat: str, end: int) -> bool:
    """Whether a date belongs to the number of a law («昭和22年法律第67号»), which dates no event of ours."""
    return _re("law").match(flat[end:end + 20]) is not None


def _kind(flat: str, read: list[_Read], index: int) -> DateKind:
    one = read[index]
    after = flat[one.end:one.end + 20]
    after = _re("weekday").sub("", after, count=1) if _re("weekday").match(after) else after
    words = _words()
    following = read[index + 1] if index + 1 < len(read) else None
    if index and _joined(flat[read[index - 1].end:one.start]):
        return "end"
    if after.lstrip().startswith(tuple(words["closes"])):
        return "end"
    if after.lstrip().startswith(tuple(words["opens"])) or (following and _joined(flat[one.end:following.start])):
        return "start"
    if after.startswith(tuple(words["as_of"])):
        return "as_of"
    stop = _SENTENCE_END.search(flat, one.end)
    rest = flat[one.end:stop.start() if stop else len(flat)]
    alone = one.day is not None and not (following and following.start < one.end + len(rest))
    if alone and not rest.startswith(tuple(words["of_paper"])) and rest.endswith(tuple(words["announced"])):
        return "announced"
    return "event"


def _value(one: _Read) -> tuple[str, str]:
    if one.fiscal:
        return f"{one.year:04d}", "fiscal_year"
    if one.month is None:
        return f"{one.year:04d}", "year"
    if one.day is None:
        return f"{one.year:04d}-{one.month:02d}", "month"
    return f"{one.year:04d}-{one.month:02d}-{one.day:02d}", "day"


def _fixed(line: str) -> list[_Read]:
    """The dates of a line that tell their year themselves."""
    alone = _Resolver(line, None)
    for found in _re("forms").finditer(line):
        if found["era"] or found["west"] or found["y3"] or found["y2"] or found["letter"]:
            alone.take(found)
    return alone.read


def _printed(flat: str) -> _Now | None:
    """The date that a page prints of itself: alone in a line, else behind its story, else in its first or last lines, the fullest first."""
    lines = [line.strip() for line in flat.splitlines() if line.strip()]
    for line in lines:
        if len(line) < 40 and _re("dated").search(line):
            bare = _re("printed").sub("", _re("weekday").sub("", line)).strip(" []()")
            found = _fixed(bare)
            if found and found[0].day is not None and (found[0].start, found[0].end) == (0, len(bare)):
                return _Now(found[0].year, found[0].month, found[0].day)
    credited = next((day for line in lines if (day := _credited(line)) is not None), None)
    if credited is not None:
        return credited
    edge = [line for line in [*lines[:_FIRST], *lines[_FIRST:][-_LAST:]] if len(line) <= 60]
    dates = [one for line in edge for one in _fixed(line) if _own(one, line)]
    # the fullest first; of equals the first
    best = max(dates, key=lambda d: (d.month is not None) + (d.day is not None), default=None)
    return _Now(best.year, best.month, best.day, best.fiscal) if best else None


def _credited(line: str) -> _Now | None:
    """The day behind the last sentence of a line, in brackets with the paper that printed the story."""
    match = _re("credit").search(line)
    told = match["date"].strip() if match else ""
    days = [d for d in _fixed(told) if d.day is not None and (d.start, d.end) == (0, len(told))]
    return _Now(days[0].year, days[0].month, days[0].day) if days else None


def _own(one: _Read, line: str) -> bool:
    """Whether a date stands in a line as its heading's or its foot's: no sentence, no period."""
    bare = _re("sentence").search(line) is None or _re("meeting").match(line) is not None
    enclosed = _re("enclosed").search(line[max(0, one.start - 2):one.end + 8]) is not None
    return (bare or enclosed) and not line[one.end:].startswith(tuple(_words()["opens"]))


def find_dates(text: str, published: str | None) -> list[DateMention]:
    """All dates of `text` that can be fixed, by position; spans are code points of `text`.

    `published` is a date prefix («2024-06-27», «2024-06») or None; anything else counts as None.
    """
    flat = _URL.sub(lambda m: " " * len(m[0]), text.translate(_FLAT))
    matches = [m for m in _re("forms").finditer(flat) if not _law(flat, m.end())]
    now = _prefix(published) or _printed(flat)
    resolver = _Resolver(flat, now, None if now else _hint(flat, matches))
    for match in matches:
        resolver.take(match)
    read = resolver.read
    return [DateMention(Span(one.start, one.end), *_value(one), _kind(flat, read, index))
            for index, one in enumerate(read)]


def _hint(flat: str, matches: Iterable[re.Match[str]]) -> _Now | None:
    """The first date of a page that has its year and month."""
    alone = _Resolver(flat, None)
    for match in matches:
        if match["era"] or match["west"] or match["y3"] or match["letter"]:
            alone.take(match)
            if alone.read and alone.read[-1].month is not None:
                return _Now(alone.read[-1].year, alone.read[-1].month, alone.read[-1].day)
    return None
