"""Mergers, promotions and new names of municipalities: the list that ships, and e-Stat's file of them.

e-Stat's download of 廃置分合等情報 is a CSV (UTF-8 or Shift_JIS) with a header of eight columns: 標準地域コード, 都道府県,
政令市･郡･支庁･振興局等, its reading, 市区町村, its reading, 廃置分合等施行年月日 (YYYY-MM-DD), 改正事由. What happened stands
in 改正事由 alone, a line each, in words: «石下町(08523)が水海道市(08211)に編入». A body is told in several rows.
"""
from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from importlib.resources import files
from io import StringIO

from graph.codes import with_check_digit

COLUMNS = ("標準地域コード", "都道府県", "政令市･郡･支庁･振興局等", "市区町村", "廃置分合等施行年月日", "改正事由")
#: kind → what a line of 改正事由 says of it; the bodies before stand before `join`, those after behind it.
_KINDS = (
    ("absorbed", re.compile("に編入$")),
    ("designated", re.compile("政令指定都市(?:施行|に移行)")),
    ("promoted", re.compile("[市町]制施行")),
    ("renamed", re.compile("に名称変更$")),
    ("split", re.compile("(?:から分離し|を分離し|に分割し|が分離し)")),
    ("redrawn", re.compile("再編")),
    ("merged", re.compile("を(?:新設|設置)$")),
)
#: Where the bodies before end: behind a code, or behind the parts (大字) that alone went over.
_JOIN = re.compile(r"\)(?P<part>の一部|の?大字[^()]*?)?(?P<join>が(?:合併|分離)し|から分離し|を(?:分離|廃止|廃|再編|分割)し|"
                   r"に分割し|が|の)")
_BODY = re.compile(r"(?P<name>[^\s、,()]+?[市区町村])\((?P<code>[0-9]{5})\)(?P<part>の一部|の?大字)?")
#: What stands between two bodies without a comma.
_BETWEEN = re.compile("^(?:と|及び|並びに|の一部|を|が|に|の|へ)+")
_NEW_NAME = re.compile("(?P<name>[^\\s、,()]+?[市区町村])(?=に|の|へ)")
_UNCHANGED = re.compile("境界変更|境界の変更|(?:の|を)新設$")


@dataclass(frozen=True, slots=True)
class Change:
    """One body before and one that took its place on `day` (ISO). Names are official, a ward's with its city; codes have
    six digits. `kind`: promoted, renamed, merged, absorbed, split, designated, redrawn."""
    day: str
    kind: str
    prefecture: str
    before_code: str
    before_name: str
    after_code: str
    after_name: str
    source: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that could not be understood."""
    line: int
    words: str


def shipped() -> tuple[Change, ...]:
    """The changes since 2018 that ship with the project."""
    text = files("graph.reference").joinpath("municipal_changes.csv").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> tuple[Change, ...]:
    """Changes of a file in the shape of municipal_changes.csv (comment lines begin with «#»)."""
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    names = [f.name for f in fields(Change)]
    found = []
    for number, row in enumerate(csv.DictReader(lines), 2):
        missing = [name for name in names if not row.get(name)]
        if missing:
            raise ValueError(f"row {number} of the changes has no {', '.join(missing)}")
        found.append(Change(**{name: row[name] for name in names}))
    return tuple(found)


def written(changes: Iterable[Change]) -> str:
    """The file that `read` reads."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f.name for f in fields(Change)])
    writer.writerows(astuple(change) for change in sorted(set(changes), key=astuple))
    return out.getvalue()


def from_estat(text: str, source: str = "e-Stat 廃置分合等情報") -> tuple[tuple[Change, ...], tuple[Unread, ...]]:
    """The changes of e-Stat's file, sorted, and the lines of it that tell of none that is understood.

    Changes of borders leave every body what it was and are left out, as are bodies that came without a predecessor.
    Raises ValueError where the header is another.
    """
    rows = csv.reader(StringIO(text))
    header = [unicodedata.normalize("NFKC", name).strip("\ufeff ") for name in next(rows, [])]
    at = {name: header.index(plain) for name in COLUMNS
          if (plain := unicodedata.normalize("NFKC", name)) in header}
    if len(at) < len(COLUMNS):
        missing = ", ".join(name for name in COLUMNS if name not in at)
        raise ValueError(f"this is not e-Stat's 廃置分合等情報: its first line has no {missing}")
    found: set[Change] = set()
    unread: dict[str, Unread] = {}
    for row in rows:
        if not row:
            continue
        prefecture, city, day = row[at["都道府県"]], row[at["政令市･郡･支庁･振興局等"]], row[at["廃置分合等施行年月日"]].strip()
        for words in row[at["改正事由"]].splitlines():
            plain = unicodedata.normalize("NFKC", words).strip()
            if not plain:
                continue
            told = list(_changes(plain, day, prefecture, city, source))
            found.update(told)
            if not told and not _UNCHANGED.search(plain):
                unread.setdefault(f"{day} {plain}", Unread(rows.line_num, plain))
    return tuple(sorted(found, key=astuple)), tuple(unread.values())


def _changes(plain: str, day: str, prefecture: str, city: str, source: str) -> Iterator[Change]:
    if "境界変更" in plain or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        return
    kind = next((kind for kind, said in _KINDS if said.search(plain)), None)
    join = _JOIN.search(plain)
    if kind is None or join is None:
        return
    before = list(_bodies(plain[:join.start("join")]))
    after = list(_bodies(plain[join.end():]))
    for old, old_code in before:
        if after:
            for new, code in after if kind in {"split", "redrawn"} else after[-1:]:
                yield _change(day, kind, prefecture, city, old, old_code, new, code, source)
        elif (named := _NEW_NAME.search(plain[join.end():])) is not None:
            # a new name alone: the code stays
            yield _change(day, kind, prefecture, city, old, old_code, named["name"], old_code, source)


def _bodies(words: str) -> Iterator[tuple[str, str]]:
    """Names with their codes, without those of which only a part is meant."""
    for body in _BODY.finditer(words):
        if not body["part"]:
            joined = body.start() > 0 and words[body.start() - 1] == ")"
            yield _BETWEEN.sub("", body["name"]) if joined else body["name"], body["code"]


def _change(day: str, kind: str, prefecture: str, city: str, old: str, old_code: str, new: str, new_code: str,
            source: str) -> Change:
    return Change(day, kind, prefecture, with_check_digit(old_code), _full(old, prefecture, city),
                  with_check_digit(new_code), _full(new, prefecture, city), source)


def _full(name: str, prefecture: str, city: str) -> str:
    """A ward is named with its city."""
    return city + name if name.endswith("区") and prefecture != "東京都" and city.endswith("市") else name
