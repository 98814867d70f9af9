"""Dates in Japanese text: where they stand, what day, month, year or fiscal year they mean, and what part they play.

Nothing here knows the clock: a date without a year is read against the publication date, else against a line of the
text that holds nothing but a date, else against the dates that stand before it; one that stays open is left out.
"""
from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
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
_KANJI = {k: n for n, k in enumerate("〇一二三四五六七八九")}
_URL = re.compile(r"https?://[!-~]+")
_SENTENCE_END = re.compile("[。\n！？!?]")
_WEEKDAY = re.compile(r" ?\( ?[月火水木金土日](?:曜日?)?(?:[・,、][祝休])?(?:[・,、]?祝日?)? ?\)")


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
def _words() -> Mapping[str, Any]:
    with (_DATA / "eras_words.yaml").open(encoding="utf-8") as file:
        words: Mapping[str, Any] = yaml.safe_load(file)
    return words


@cache
def _eras() -> Mapping[str, int]:
    with (_DATA / "eras.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {key: int(row["first_year"]) for row in rows for key in (row["name"], row["letter"])}


def _any(words: Iterator[str] | Mapping[str, Any] | list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))


@cache
def _pattern() -> re.Pattern[str]:
    words = _words()
    number = "(?:[0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]{1,2})"
    sp = " {0,2}"
    era = "|".join(e for e in _eras() if len(e) > 1)
    year = (f"(?:(?P<era>{era}){sp}(?P<era_year>元|{number}){sp}年"
            f"|(?<![0-9])(?P<west>(?:19|20)[0-9]{{2}}|[一二][〇九][〇一二三四五六七八九]{{2}}){sp}年(?!代|問題)"
            f"|(?<![0-9.,:])(?P<short>[0-9]{{2}})年(?=度|{sp}{number}{sp}月)"
            f"|(?P<rel_year>{_any(words['years'])}))")
    gloss = r"(?:\([^()\n]{2,10}\))?"
    month = f"(?P<month>{number}){sp}月(?!間|号)(?:{sp}(?P<day>{number}){sp}日)?"
    after = f"(?:(?P<fiscal>度)|{sp}の?{sp}{month})?"
    bare = month.replace("<month>", "<only_month>").replace("<day>", "<only_day>")
    return re.compile("|".join((
        f"{year}{gloss}{after}",
        r"(?<![0-9./-])(?P<y3>(?:19|20)[0-9]{2})(?P<sep>[/.-])(?P<m3>[0-9]{1,2})(?P=sep)(?P<d3>[0-9]{1,2})(?![0-9])",
        r"(?<![0-9./-])(?P<y2>(?:19|20)[0-9]{2})/(?P<m2>[0-9]{1,2})(?![0-9/])",
        r"(?<![A-Za-z0-9])(?P<letter>[RHS])(?P<ly>元|[0-9]{1,2})[./年-](?P<lm>[0-9]{1,2})[./月-](?P<ld>[0-9]{1,2})日?(?![0-9])",
        r"(?<![0-9/])(?P<sm>[0-9]{1,2})/(?P<sd>[0-9]{1,2})(?=" + _WEEKDAY.pattern + ")",
        f"(?<![0-9毎])(?<!毎年)(?<!例年){bare}",
        f"(?P<rel_month>{_any(words['months'])})(?:の?(?P<rel_day>{number})日)?",
        f"(?P<day_word>{_any(words['days'])})",
        f"(?P<same>同){sp}(?P<same_day>[0-9]{{1,2}})日",
        r"(?<![0-9月年第.,:/])(?P<lone_day>[0-9]{1,2})日(?!間|前|後|以内|以上|目|本|々|分|程度|ほど|連続|制|ごと|無料|当たり|あたり)",
    )))


def _number(text: str) -> int:
    """A number of ASCII or Chinese digits: «12», «十二», «二十一», «二〇二四», «元»."""
    if text == "元":
        return 1
    if text.isascii():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_KANJI[tens] if tens else 1) * 10 + (_KANJI[ones] if ones else 0)
    return int("".join(str(_KANJI[c]) for c in text))


def _valid(year: int, month: int | None, day: int | None) -> bool:
    try:
        dt.date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


def _prefix(published: str | None) -> tuple[int, int | None, int | None] | None:
    """Year, month and day of a date prefix; None where it is none."""
    found = re.match(r"((?:19|20)\d{2})(?:-(\d{2})(?:-(\d{2}))?)?", published or "")
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    return (year, month, day) if year is not None and _valid(year, month, day) else None


def _step_month(year: int, month: int, step: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + step
    return index // 12, index % 12 + 1


class _Resolver:
    """Reads matches in order; what a match means can depend on those before it."""

    def __init__(self, flat: str, published: tuple[int, int | None, int | None] | None) -> None:
        self.flat, self.published = flat, published
        self.read: list[_Read] = []

    def take(self, match: re.Match[str]) -> None:
        """Add the match to what was read if it fixes a valid date."""
        found = self._resolve(match)
        if found and _valid(*found[:3]):
            self.read.append(_Read(match.start(), match.end(), *found))

    def _resolve(self, match: re.Match[str]) -> tuple[int, int | None, int | None, bool] | None:
        g = match.groupdict()
        number = {k: _number(v) for k, v in g.items() if v and k in _NUMBERS}
        if g["y3"]:
            return number["y3"], number["m3"], number["d3"], False
        if g["y2"]:
            return number["y2"], number["m2"], None, False
        if g["letter"]:
            return _eras()[g["letter"]] + number["ly"] - 1, number["lm"], number["ld"], False
        if g["era"] or g["west"] or g["short"] or g["rel_year"]:
            year = self._year(g, number)
            if year is None:
                return None
            return year, number.get("month"), number.get("day"), bool(g["fiscal"])
        if g["only_month"] or g["sm"]:
            month = number.get("only_month") or number.get("sm") or 0
            day = number.get("only_day") or number.get("sd")
            year = self._nearest(match, month, day) if 1 <= month <= 12 else None
            return None if year is None else (year, month, day, False)
        return self._relative(match, g, number)

    def _relative(self, match: re.Match[str], g: Mapping[str, str | None],
                  number: Mapping[str, int]) -> tuple[int, int | None, int | None, bool] | None:
        if word := g["rel_month"]:
            rule = _words()["months"][word]
            at = self._anchor(rule["from"])
            if at is None or at[1] is None:
                return None
            return *_step_month(at[0], at[1], rule["step"]), number.get("rel_day"), False
        if word := g["day_word"]:
            rule = _words()["days"][word]
            at = self._anchor(rule["from"])
            if at is None or at[1] is None or at[2] is None:
                return None
            day = dt.date(at[0], at[1], at[2]) + dt.timedelta(days=rule["step"])
            return day.year, day.month, day.day, False
        if g["same"]:
            at = self._anchor("mention")
            return (at[0], at[1], number["same_day"], False) if at and at[1] else None
        return self._lone_day(match, number["lone_day"])

    def _year(self, g: Mapping[str, str | None], number: Mapping[str, int]) -> int | None:
        if era := g["era"]:
            return _eras()[era] + number["era_year"] - 1
        if g["west"]:
            return number["west"]
        if g["short"]:
            return 2000 + number["short"] if number["short"] < 70 else 1900 + number["short"]
        rule = _words()["years"][g["rel_year"]]
        at = self._anchor(rule["from"])
        if at is None:
            return None
        # 今年度 of a release of February is the fiscal year that began the April before.
        early = bool(g["fiscal"]) and rule["from"] == "published" and at[1] is not None and at[1] < 4
        return int(at[0] + rule["step"] - early)

    def _anchor(self, source: str) -> tuple[int, int | None, int | None] | None:
        if source == "published":
            return self.published
        if self.read:
            last = self.read[-1]
            return last.year, last.month, last.day
        return self.published

    def _nearest(self, match: re.Match[str], month: int, day: int | None) -> int | None:
        """The year of a month or day without one: of a date just before it, else the nearest past of `published`."""
        last = self.read[-1] if self.read else None
        if last and _joined(self.flat[last.end:match.start()]):
            return last.year + (last.month is not None and (month, day or 31) < (last.month, last.day or 1))
        if self.published is None:
            return self._carried(month)
        year, now_month, now_day = self.published
        if now_month is None:
            return year
        now = (now_month, now_day or 31)
        then = (month, day if day else now[1] if month == now_month else 1)
        past = year if then <= now else year - 1
        days = (year - past) * 365 + (now[0] - then[0]) * 30 + now[1] - then[1]
        ahead = self._future(match.end())
        if then == now or (not ahead and days <= 300):
            return past
        return past + 1

    def _carried(self, month: int) -> int | None:
        for one in reversed(self.read):
            if one.fiscal:
                return one.year + (month < 4)
            if one.month is not None or one.end - one.start > 3:
                return one.year
        return None

    def _lone_day(self, match: re.Match[str], day: int) -> tuple[int, int | None, int | None, bool] | None:
        last = self.read[-1] if self.read else None
        gap = self.flat[last.end:match.start()] if last else ""
        listed = _joined(gap) or re.fullmatch(r"(?:\([^()]*\))?[、,・と及びや ]{1,3}", gap)
        if last and last.month and last.day and listed:
            return last.year, last.month, day, False
        if self.published and self.published[1]:
            year, month, now = self.published[0], self.published[1], self.published[2] or 31
            if day > now + 1 and not self._future(match.end()):
                year, month = _step_month(year, month, -1)
            elif day < now and self._future(match.end()) and now - day > 10:
                year, month = _step_month(year, month, 1)
            return year, month, day, False
        if last and last.month and not _SENTENCE_END.search(gap):
            return last.year, last.month, day, False
        return None

    def _future(self, end: int) -> bool:
        """Whether the clause after `end` says that the date lies ahead."""
        stop = _SENTENCE_END.search(self.flat, end)
        rest = self.flat[end:min(stop.start() if stop else len(self.flat), end + 120)]
        later = re.search("[0-9]{1,2}月|[0-9]{1,2}日", rest)
        rest = rest[:later.start()] if later else rest
        return any(word in rest for word in _words()["future"])


_NUMBERS = frozenset(("era_year", "west", "short", "month", "day", "y3", "m3", "d3", "y2", "m2", "ly", "lm", "ld", "sm",
                      "sd", "only_month", "only_day", "rel_day", "same_day", "lone_day"))


def _joined(gap: str) -> bool:
    """Whether the words between two dates make them the two ends of a period."""
    return _WEEKDAY.sub("", gap).strip(" ()") in _words()["between"]


def _law(flat: str, end: int) -> bool:
    """Whether a date belongs to the number of a law («昭和22年法律第67号»), which dates no event of ours."""
    return re.match("[^。、\n]{0,12}(?:法律|政令|省令|条例|規則|告示|訓令|要綱)第", flat[end:end + 20]) is not None


def _kind(flat: str, read: list[_Read], index: int) -> DateKind:
    one = read[index]
    after = flat[one.end:one.end + 20]
    after = _WEEKDAY.sub("", after, count=1) if _WEEKDAY.match(after) else after
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
    alone = not (following and following.start < one.end + len(rest))
    if alone and not rest.startswith("付") and rest.endswith(tuple(words["announced"])):
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


def _dated_line(flat: str) -> str | None:
    """The first line that holds nothing but a day with its year: where a release prints its own date."""
    for line in flat.splitlines():
        found = _pattern().fullmatch(_WEEKDAY.sub("", line).strip()) if len(line) < 40 else None
        if found and (found["era"] or found["west"] or found["y3"] or found["letter"]):
            alone = _Resolver(line, None)
            alone.take(found)
            if alone.read and alone.read[0].day is not None:
                return _value(alone.read[0])[0]
    return None


def find_dates(text: str, published: str | None) -> list[DateMention]:
    """All dates of `text` that can be fixed, by position; spans are code points of `text`.

    `published` is a date prefix («2024-06-27», «2024-06») or None; anything else counts as None.
    """
    flat = _URL.sub(lambda m: " " * len(m[0]), text.translate(_FLAT))
    resolver = _Resolver(flat, _prefix(published) or _prefix(_dated_line(flat)))
    for match in _pattern().finditer(flat):
        if not _law(flat, match.end()):
            resolver.take(match)
    read = resolver.read
    return [DateMention(Span(one.start, one.end), *_value(one), _kind(flat, read, index))
            for index, one in enumerate(read)]


def bounds(value: str, precision: str) -> tuple[str, str]:
    """The first and the last ISO day that `value` can mean; a fiscal year is 1 April to 31 March.

    Raises ValueError where the value is no date of that precision.
    """
    shapes = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "fiscal_year": "%Y"}
    if precision not in shapes:
        raise ValueError(f"precision must be one of {', '.join(shapes)}, not «{precision}»")
    try:
        first = dt.datetime.strptime(value, shapes[precision]).date()
    except ValueError as error:
        raise ValueError(f"«{value}» is no date of precision {precision}") from error
    if precision == "day":
        return first.isoformat(), first.isoformat()
    if precision == "month":
        year, month = _step_month(first.year, first.month, 1)
        return first.isoformat(), (dt.date(year, month, 1) - dt.timedelta(days=1)).isoformat()
    if precision == "year":
        return first.isoformat(), dt.date(first.year, 12, 31).isoformat()
    return dt.date(first.year, 4, 1).isoformat(), dt.date(first.year + 1, 3, 31).isoformat()
