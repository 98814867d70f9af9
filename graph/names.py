"""Organisation names taken apart: stem, family of legal form and the form's side.

Keys are exact: two names are one organisation's by name alone only where their keys are equal. What brings spellings
together is data: glyphs.tsv, legal_forms.tsv, endings.tsv; part_names.tsv tells names of parts.
"""
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KANA_HYPHEN = re.compile("(?<=[ァ-ヺ])-")
#: Behind a name: others are meant too.
_OTHERS_TOO = re.compile("[とや]|および|及び|ほか|並びに|グループ")
#: What a name's stem is written with or without.
_LOOSE = re.compile("[・「」『』\"]")


@dataclass(frozen=True, slots=True)
class NameKey:
    """A name taken apart: `form` is the family of the legal form (社団法人 for 一般 and 公益 alike), `side` is 前 where the
    form stands first, 後 where it stands last, else empty."""
    stem: str
    form: str = ""
    side: str = ""


def normalized(name: str) -> str:
    """A name for comparison: NFKC, without spaces, in one case, with the common one of characters that look alike."""
    plain = "".join(unicodedata.normalize("NFKC", name).translate(_glyphs()).split()).casefold()
    return _KANA_HYPHEN.sub("ー", plain)


@cache
def name_key(name: str) -> NameKey:
    """The key of a name, remembered; `split_name` says what it is."""
    return split_name(name)


def split_name(name: str) -> NameKey:
    """Split a name into stem, family of legal form and the form's side; a name that is only a form is its own stem.

    English endings (Co., Ltd.) stand behind every name and are left out: they tell neither form nor side.
    """
    plain = normalized(name)
    rest, form, side = _split(plain)
    if form == "-":
        rest, form, side = rest.rstrip(",") or plain, "", ""
    return NameKey(_stem(rest) or rest, _families().get(form, form), side)


def legal_form(name: str) -> str | None:
    """The legal form of a name in full (一般社団法人 for (一社)); None where it has none."""
    _, form, _ = _split(normalized(name))
    return form if form and form != "-" else None


def head_and_part(name: str) -> tuple[str, str] | None:
    """(ひばり商会株式会社, 大阪支店): a name, normalised, up to a company's form in the middle of it, and what stands behind
    the form; None where that is no part of the company's."""
    plain = normalized(name)
    for form in _company_forms():
        at = plain.find(form, 1)
        if 0 < at < len(plain) - len(form):
            head, rest = plain[:at + len(form)], plain[at + len(form):]
            return (head, rest) if may_be_part(rest) else None
    return None


def may_be_part(rest: str) -> bool:
    """Whether what stands behind an organisation's name, normalised, can name a part of it and holds no other's name."""
    return (bool(rest) and unicodedata.category(rest[0])[0] not in "PS" and not _OTHERS_TOO.match(rest)
            and not any(word in rest for word in (*_part_names()["other"], *_company_forms())))


def is_branch(rest: str) -> bool:
    """Whether what stands behind an organisation's name ends as the names of branches do (大阪支店)."""
    return rest.endswith(_part_names()["part"])


def _split(plain: str) -> tuple[str, str, str]:
    """Rest, form in full («-» for an English ending) and side."""
    spellings, lengths = _spellings()
    if plain in spellings:
        return plain, "", ""
    for length in lengths:
        if len(plain) <= length:
            continue
        front, back = spellings.get(plain[:length]), spellings.get(plain[-length:])
        if front and front != "-":
            return plain[length:], front, "前"
        if back:
            return plain[:-length], back, "後"
    return plain, "", ""


def _stem(rest: str) -> str:
    stem = _LOOSE.sub("", rest)
    short, lengths = _endings()
    for length in lengths:
        if len(stem) > length + 1 and stem[-length:] in short:
            return stem[:-length] + short[stem[-length:]]
    return stem


# --- data ------------------------------------------------------------------------------------------------------------

def _rows(name: str) -> list[list[str]]:
    lines = files("graph").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def _glyphs() -> dict[int, str]:
    return {ord(other): row[0] for row in _rows("glyphs.tsv") for other in row[1:]}


@cache
def _spellings() -> tuple[dict[str, str], tuple[int, ...]]:
    """Normalised spelling → full form, and the lengths that occur, the longest first."""
    found = {normalized(spelling): row[0] if row[0] == "-" else row[1]
             for row in _rows("legal_forms.tsv") for spelling in row[1:]}
    return found, tuple(sorted({len(spelling) for spelling in found}, reverse=True))


@cache
def _families() -> dict[str, str]:
    return {row[1]: row[0] for row in _rows("legal_forms.tsv")}


@cache
def _company_forms() -> tuple[str, ...]:
    """Spellings of the forms of companies, the longest first."""
    found = {normalized(spelling) for row in _rows("legal_forms.tsv") if row[0].endswith("会社") for spelling in row[1:]}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


@cache
def _part_names() -> dict[str, tuple[str, ...]]:
    return {use: tuple(normalized(row[1]) for row in _rows("part_names.tsv") if row[0] == use) for use in ("part", "other")}


@cache
def _endings() -> tuple[dict[str, str], tuple[int, ...]]:
    found = {normalized(short): row[0] for row in _rows("endings.tsv") for short in row[1:]}
    return found, tuple(sorted({len(short) for short in found}, reverse=True))
