"""A made-up registry of corporations in the shape of the NTA's bulk file, for the bench and the tests.

Numbers have their check digits, names are invented; one name in twenty is borne by several corporations, as it is in
life. The same count and seed give the same rows in every process.
"""
from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from graph.codes import corporate_number, number_of_local_government
from nlp import gazetteer

_HEADS = ("青葉", "ひばり", "つばめ", "みなと", "あさひ", "しらさぎ", "こだま", "若草", "白樺", "朱鷺", "瑞穂", "山吹", "千鳥", "桔梗", "藤波",
          "松風", "竹園", "梅里", "菊水", "蓮華", "水仙", "ノゾミ", "ヒカリ", "ミライ", "ツナグ", "アカリ", "ソラ", "カモメ", "オリオン", "スバル")
_MIDDLES = ("", "東", "西", "南", "北", "中央", "新", "総合", "国際", "丘", "川", "谷", "浜", "原", "森", "里", "台", "島", "野", "橋", "崎",
            "沢", "田", "堀", "宮", "町", "村", "浦", "第一", "第二")
_TAILS = ("商会", "運輸", "薬品", "電機", "建設", "食品", "システムズ", "通信", "不動産", "交通", "印刷", "開発", "製作所", "物産", "警備",
          "水道", "サービス", "デザイン", "総研", "飲料", "工務店", "クリニック", "企画", "農園", "住宅", "設備", "自動車", "塗装", "造園", "旅館")
_FORMS = (("株式会社", "前", 33, "301"), ("株式会社", "後", 17, "301"), ("有限会社", "前", 22, "302"), ("有限会社", "後", 8, "302"),
          ("合同会社", "前", 10, "305"), ("一般社団法人", "前", 4, "399"), ("特定非営利活動法人", "前", 3, "399"),
          ("医療法人", "前", 2, "399"), ("宗教法人", "前", 1, "399"))


def rows(count: int, seed: int = 1) -> Iterator[list[str]]:
    """Rows of 30 columns: the local governments, then corporations until there are `count`."""
    chance = random.Random(seed)
    cities = [p for p in gazetteer.places() if p.type == "municipality"]
    number = 0
    for place in (p for p in gazetteer.places() if p.type != "ward"):
        if number == count:
            return
        number += 1
        yield _row(number, number_of_local_government(place.code), place.name, "201", place)
    bounds = list(accumulate(weight for _, _, weight, _ in _FORMS))
    while number < count:
        number += 1
        form, side, _, kind = chance.choices(_FORMS, cum_weights=bounds)[0]
        stem = _stem(number if chance.random() < 0.95 else chance.randrange(1, 2_000))
        name = form + stem if side == "前" else stem + form
        yield _row(number, corporate_number(f"{10**11 + number * 17 % 10**11:012}"), name, kind, chance.choice(cities),
                   closed="2021-03-31" if chance.random() < 0.04 else "")


def _stem(number: int) -> str:
    """A different stem for every number."""
    rest, head = divmod(number, len(_HEADS))
    rest, tail = divmod(rest, len(_TAILS))
    rest, middle = divmod(rest, len(_MIDDLES))
    more = ""
    while rest:
        rest, one = divmod(rest, len(_HEADS))
        more += _HEADS[one]
    return _HEADS[head] + _MIDDLES[middle] + more + _TAILS[tail]


def _row(number: int, corporate: str, name: str, kind: str, place: gazetteer.Place, closed: str = "") -> list[str]:
    prefecture, city = place.code[:2], place.code[2:5]
    town = "" if place.type == "prefecture" else place.name
    return [str(number), corporate, "01", "0", "2018-04-02", "2015-10-05", name, "", kind, place.prefecture, town,
            f"中央{number % 9 + 1}丁目{number % 30 + 1}番{number % 20 + 1}号", "", prefecture, city, f"{number % 10_000_000:07}", "",
            "", closed, "01" if closed else "", "", "", "2015-10-05", "1", "", "", "", "", "", "0"]


def write(file: Path, count: int, seed: int = 1) -> None:
    """A CSV file in UTF-8 as the NTA publishes it."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows(count, seed))
