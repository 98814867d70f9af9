"""Which characters bytes are: byte order mark, what the page declares, then trial.

Labels follow the WHATWG Encoding Standard, where every Shift_JIS label means code page 932 (㈱, 髙).
"""
from __future__ import annotations

import codecs
import re

from pipelines.reading import CannotRead

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SHIFT_JIS = {"shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "csshiftjis", "windows-31j", "ms932", "cp932"}
_DECLARED = re.compile(rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([-\w:]{1,40})""",
                       re.I)
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd\ufffe\uffff]")
#: What ordinary Japanese is made of, against what the wrong one of two encodings makes of it.
_USUAL = re.compile("[ぁ-ゖァ-ヺー一-鿿、。]")
_UNUSUAL = re.compile("[｡-ﾟ\u0080-\u009f\ue000-\uf8ff]")


def decode(data: bytes) -> str:
    """The text of the bytes, without a byte order mark. Raises CannotRead where no encoding fits."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(_try(data, name))
    declared = _DECLARED.search(data[:4096])
    names = [_codec(declared[1].decode("ascii", "replace"))] if declared else []
    if b"\x1b$" in data or b"\x1b(" in data:
        names.append("iso2022_jp_ext")
    for name in (*names, "utf-8"):
        if (text := _try(data, name)) is not None:
            return _checked(text)
    return _checked(max((text for name in ("cp932", "euc_jp") if (text := _try(data, name)) is not None),
                        key=_likeness, default=None))


def _codec(label: str) -> str:
    if label.lower() in _SHIFT_JIS:
        return "cp932"
    if label.lower() == "iso-2022-jp":
        return "iso2022_jp_ext"
    try:
        # a page in ASCII-compatible bytes that says UTF-16 is UTF-8
        name = codecs.lookup(label).name
    except LookupError:
        return "utf-8"
    return "utf-8" if name.startswith("utf-16") else name


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _likeness(text: str) -> float:
    return (len(_USUAL.findall(text)) - 2 * len(_UNUSUAL.findall(text))) / max(len(text), 1)


def _checked(text: str | None) -> str:
    if text is None:
        raise CannotRead("the bytes are no text in UTF-8, Shift_JIS, EUC-JP or ISO-2022-JP; "
                         "save the file in one of these encodings")
    if len(_ODD.findall(text)) * 1000 > len(text):
        raise CannotRead("the bytes are no text: they look like a program, a picture or an archive")
    return text
