"""Rows of the registries' files as records.

NTA (国税庁 法人番号公表サイト, 基本3情報ダウンロード): 30 columns without a header. EDINET (EdinetcodeDlInfo.csv): a line about
the download, a header, 13 columns. gBizINFO (法人基本情報): a header; its columns are found by their names, of which there
have been two sets.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from graph.codes import edinet_code, is_corporate_number, security_code

#: Columns of the NTA's file, from 0.
_NUMBER, _PROCESS, _CHANGED, _NAME, _PREFECTURE, _CITY = 1, 2, 5, 6, 13, 14
_CLOSED, _SUCCESSOR, _LATEST, _ENGLISH = 18, 20, 23, 24
NTA_COLUMNS = 30
#: 処理区分 99: the record is withdrawn.
_WITHDRAWN = "99"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Registered:
    """A corporation as a registry has it, or a name it bore before (`latest` false) from the day `changed`.

    `prefecture` is 1 to 47, `city` the five digits of the area code; 0 where unknown. Days are ISO or "".
    """
    number: str
    name: str
    english: str = ""
    prefecture: int = 0
    city: int = 0
    changed: str = ""
    closed: str = ""
    successor: str = ""
    latest: bool = True
    withdrawn: bool = False
    edinet: str = ""
    security: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that is no record, with why."""
    line: int
    reason: str


Rows = Iterable[tuple[int, list[str]]]


def nta(rows: Rows) -> Iterator[Registered | Unusable]:
    """The records of the NTA's bulk file or of a daily difference."""
    for line, row in rows:
        if len(row) != NTA_COLUMNS:
            if row:
                yield Unusable(line, f"{len(row)} columns where the NTA's file has {NTA_COLUMNS}")
            continue
        number = row[_NUMBER]
        if not is_corporate_number(number):
            yield Unusable(line, f"«{number}» is no 法人番号: its check digit is wrong or it has not 13 digits")
        elif not row[_NAME]:
            yield Unusable(line, f"{number} has no name")
        else:
            prefecture = _whole(row[_PREFECTURE])
            yield Registered(number, row[_NAME], row[_ENGLISH], prefecture if prefecture < 48 else 0,
                             prefecture * 1000 + _whole(row[_CITY]) if row[_CITY] else 0, _day(row[_CHANGED]),
                             _day(row[_CLOSED]), row[_SUCCESSOR], row[_LATEST] != "0", row[_PROCESS] == _WITHDRAWN)


def edinet(rows: Rows, prefecture_of: Callable[[str], int]) -> Iterator[Registered | Unusable]:
    """The filers of EDINET's code list; those without a 法人番号 (people, funds) are unusable."""
    at: dict[str, int] = {}
    for line, row in rows:
        if not at:
            at = _columns(row, {"edinet": ("EDINETコード",), "name": ("提出者名",), "number": ("提出者法人番号", "法人番号"),
                                "english": ("提出者名(英字)",), "address": ("所在地",), "security": ("証券コード",)})
            at = at if {"edinet", "name", "number"} <= at.keys() else {}
            if not at and line > 2:
                raise ValueError("this is not EDINET's code list: its second line names no ＥＤＩＮＥＴコード, 提出者名 and "
                                 "提出者法人番号")
            continue
        code, number = edinet_code(_cell(row, at, "edinet")), _cell(row, at, "number")
        if code is None:
            yield Unusable(line, f"«{_cell(row, at, 'edinet')}» is no EDINETコード")
        elif not is_corporate_number(number):
            yield Unusable(line, f"{code} has no 法人番号")
        else:
            yield Registered(number, _cell(row, at, "name"), _cell(row, at, "english"),
                             prefecture_of(_cell(row, at, "address")), edinet=code,
                             security=security_code(_cell(row, at, "security")) or "")


def gbizinfo(rows: Rows, prefecture_of: Callable[[str], int]) -> Iterator[Registered | Unusable]:
    """The corporations of gBizINFO's 法人基本情報."""
    at: dict[str, int] = {}
    for line, row in rows:
        if not at:
            at = _columns(row, {"number": ("法人番号",), "name": ("法人名", "商号または名称"),
                                "english": ("法人名英語", "商号または名称(英字)"), "address": ("本社所在地", "登記住所"),
                                "closed": ("登記記録の閉鎖等年月日",)})
            if not {"number", "name"} <= at.keys():
                raise ValueError("this is not gBizINFO's 法人基本情報: its first line names no 法人番号 and 法人名")
            continue
        number, name = _cell(row, at, "number"), _cell(row, at, "name")
        if not is_corporate_number(number):
            yield Unusable(line, f"«{number}» is no 法人番号: its check digit is wrong or it has not 13 digits")
        elif not name:
            yield Unusable(line, f"{number} has no name")
        else:
            yield Registered(number, name, _cell(row, at, "english"), prefecture_of(_cell(row, at, "address")),
                             closed=_day(_cell(row, at, "closed")))


def _columns(header: Sequence[str], wanted: dict[str, tuple[str, ...]]) -> dict[str, int]:
    plain = [unicodedata.normalize("NFKC", name).strip("\ufeff ") for name in header]
    return {what: plain.index(name) for what, names in wanted.items() for name in names if name in plain}


def _cell(row: Sequence[str], at: dict[str, int], what: str) -> str:
    index = at.get(what)
    return row[index].strip() if index is not None and index < len(row) else ""


def _whole(digits: str) -> int:
    return int(digits) if digits.isdecimal() else 0


def _day(text: str) -> str:
    return text[:10] if _DAY.match(text) else ""
