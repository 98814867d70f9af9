"""Which characters bytes are: byte order mark, what the server and the page say, then trial; and what is lost by it.

Labels follow the WHATWG Encoding Standard, where every Shift_JIS label means code page 932 (㈱, 髙). EUC-JP and
ISO-2022-JP are read with the same additions, as code pages 51932 and 50220 and eucJP-ms have them (①, ㈱, 髙), which
Python's own codecs refuse.
"""
from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.reading import CannotRead

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SHIFT_JIS = frozenset({"shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "csshiftjis", "windows-31j", "ms932",
                        "cp932", "windows-932", "shift_jis-2004"})
_EUC = frozenset({"euc-jp", "eucjp", "euc_jp", "x-euc-jp", "x-euc", "ujis", "cseucpkdfmtjapanese", "cp51932",
                  "eucjp-ms", "eucjp-win", "euc-jp-ms"})
_ISO_2022 = frozenset({"iso-2022-jp", "csiso2022jp", "iso2022jp", "iso-2022-jp-1", "iso-2022-jp-2", "jis", "cp50220",
                       "cp50221"})
_DECLARED = re.compile(rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([-\w:]{1,40})""",
                       re.I)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([-\w:]{1,40})""", re.I)
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
#: What ordinary Japanese is made of, against what the wrong one of two encodings makes of it.
_USUAL = re.compile("[ぁ-ゖァ-ヺー一-鿿、。]")
_UNUSUAL = re.compile("[｡-ﾟ\u0080-\u009f\ue000-\uf8ff]")
_ESCAPES = re.compile(rb"\x1b(\$[@AB]|\$\([BD]|\([BJI])")
#: Encodings of Japanese that are tried where nothing that was declared fits, the likeliest first.
_TRIED = ("cp932", "euc-jp")
#: The share of characters that may be lost before a text is none.
_BEARABLE = 0.05


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of bytes. `charset` names what they were read as, `declared` what they say of themselves ("" nothing);
    `lost` counts the places whose characters could not be read, each U+FFFD in the text."""
    text: str
    charset: str
    declared: str = ""
    lost: int = 0

    @property
    def damage(self) -> str | None:
        """What is lost, a sentence for the user; None where nothing is."""
        if not self.lost:
            return None
        said = f", which says it is {self.declared}" if self.declared and self.declared != self.charset else ""
        return (f"{self.lost:,} of {len(self.text):,} characters cannot be read as {self.charset}{said}; they stand "
                "as � in the text")


def decode(data: bytes, headers: Mapping[str, str] | None = None) -> Decoded:
    """The text of the bytes, without a byte order mark.

    `headers` are those of the response, names in any case. Raises CannotRead where the bytes are no text.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _checked(_forced(data, marked, marked.removesuffix("-sig")))
    labels = list(_labels(data, headers or {}))
    declared = labels[0] if labels else ""
    if _is_utf_8(data):
        # bytes beyond ASCII are UTF-8 by chance in one text of thousands, whatever their label says
        whole_text = data.decode()
        return _checked(Decoded(whole_text, "utf-8", declared, whole_text.count("\ufffd")))
    if b"\x1b$" in data and (escaped := _bearable(_forced(data, "iso-2022-jp", declared))) is not None:
        # no other encoding has these escapes, and without them the bytes are plain ASCII
        return escaped
    whole = [(name, text) for name in _candidates(data, labels) if (text := _strict(data, name)) is not None]
    if whole:
        # of those that fit whole, what was declared wins unless another is much likelier Japanese
        best = max(whole, key=lambda one: _likeness(one[1]) + (0.1 if one[0] in labels else 0.0))
        return _checked(Decoded(best[1], best[0], declared))
    forced = [_forced(data, name, declared) for name in dict.fromkeys((*labels, "utf-8", *_TRIED))]
    return _checked(min(forced, key=lambda one: (one.lost - len(one.text) * max(_likeness(one.text), 0) / 10)))


def charset_of(headers: Mapping[str, str]) -> str | None:
    """The label that a Content-Type header gives, as it stands."""
    value = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
    found = _IN_HEADER.search(value)
    return found[1] if found else None


def _labels(data: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    """Names of our codecs for what header and page declare, the header's first; unknown labels are left out."""
    declared = _DECLARED.search(data[:4096])
    for label in (charset_of(headers), declared[1].decode("ascii", "replace") if declared else None):
        if label and (name := _codec(label)):
            yield name


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    for labels, name in ((_SHIFT_JIS, "cp932"), (_EUC, "euc-jp"), (_ISO_2022, "iso-2022-jp")):
        if label in labels:
            return name
    try:
        name = codecs.lookup(label).name
        # a codec of Python's own that makes no text of bytes (rot13, hex) is no charset
        return name if isinstance(codecs.decode(b"", name), str) else None
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None


def _is_utf_8(data: bytes) -> bool:
    if b"\x1b$" in data:
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not data.isascii() or b"\x1b(" not in data


def _candidates(data: bytes, labels: list[str]) -> Iterator[str]:
    # a page in ASCII-compatible bytes that says UTF-16 is none
    usable = [name for name in labels if not (name.startswith("utf-16") and b"\0" not in data)]
    yield from dict.fromkeys((*usable, "utf-8", *_TRIED))


def _strict(data: bytes, name: str) -> str | None:
    try:
        text = _decoded(data, name, "strict")
    except (UnicodeError, LookupError, ValueError):
        return None
    return text if "\ufffd" not in text else None


def _forced(data: bytes, name: str, declared: str) -> Decoded:
    try:
        text = _decoded(data, name, "replace")
    except (UnicodeError, LookupError, ValueError):
        text = data.decode("utf-8", "replace")
    return Decoded(text, name.removesuffix("-sig"), declared, text.count("\ufffd"))


def _decoded(data: bytes, name: str, errors: str) -> str:
    if name == "euc-jp":
        return _euc(data, errors)
    if name == "iso-2022-jp":
        return _iso_2022(data, errors)
    return data.decode(name, errors)


# --- EUC-JP and ISO-2022-JP with the additions of code page 932 -----------------------------------------------------

def _euc(data: bytes, errors: str) -> str:
    return data.decode("euc_jp", "kakehashi-euc" if errors == "strict" else "kakehashi-euc-replace")


def _iso_2022(data: bytes, errors: str) -> str:
    """ISO-2022-JP (RFC 1468) with JIS X 0212 and half-width kana; a line begins in ASCII."""
    return b"\n".join(_line_in_euc(line) for line in data.split(b"\n")).decode(
        "euc_jp", "kakehashi-euc" if errors == "strict" else "kakehashi-euc-replace")


def _line_in_euc(line: bytes) -> bytes:
    parts = _ESCAPES.split(line)
    found = [parts[0]]
    for escape, run in zip(parts[1::2], parts[2::2], strict=True):
        if escape in (b"$@", b"$A", b"$B", b"$(B"):
            found.append(bytes(byte | 0x80 if byte > 0x20 else byte for byte in run))
        elif escape == b"$(D":
            found.append(b"".join(b"\x8f" + bytes(byte | 0x80 for byte in run[at:at + 2])
                                  for at in range(0, len(run) - 1, 2)))
        elif escape == b"(I":
            found.append(b"".join(b"\x8e" + bytes((byte | 0x80,)) for byte in run))
        else:
            found.append(run)
    return b"".join(found)


@cache
def _additions() -> Mapping[bytes, str]:
    rows = (Path(__file__).parent / "data" / "euc_jp_ms.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if not row.startswith(("#", "bytes")))
    return {bytes.fromhex(written): character for written, character in pairs}


def _added(data: bytes, at: int) -> tuple[str, int] | None:
    """The character at a place that the codec refuses, and where the next begins."""
    if data[at] == 0x8F:
        character = _additions().get(data[at + 1:at + 3])
        return (character, at + 3) if character else None
    pair = data[at:at + 2]
    if len(pair) < 2 or not (0xA1 <= pair[0] <= 0xFE and 0xA1 <= pair[1] <= 0xFE):
        return None
    # row and cell as Shift_JIS has them (JIS X 0208:1997, annex 1)
    row, cell = pair[0] - 0xA1, pair[1] - 0xA1
    first = row // 2 + (0x81 if row < 62 else 0xC1)
    second = cell + 0x9F if row % 2 else cell + 0x40 + (cell > 62)
    try:
        return bytes((first, second)).decode("cp932"), at + 2
    except UnicodeDecodeError:
        return None


def _or_raise(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError) and (found := _added(error.object, error.start)):
        return found
    raise error


def _or_replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _added(error.object, error.start) or ("\ufffd", error.start + 1)


codecs.register_error("kakehashi-euc", _or_raise)
codecs.register_error("kakehashi-euc-replace", _or_replace)


# --- judging ---------------------------------------------------------------------------------------------------------

def _likeness(text: str) -> float:
    """How much like Japanese a text is, from −2 to 1; a page's tags count for nothing."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return (len(_USUAL.findall(text)) - 2 * len(_UNUSUAL.findall(text))) / max(beyond, 1)


def _bearable(one: Decoded) -> Decoded | None:
    try:
        return _checked(one)
    except CannotRead:
        return None


def _checked(one: Decoded) -> Decoded:
    if len(_ODD.findall(one.text)) * 1000 > len(one.text):
        raise CannotRead("the bytes are no text: they look like a program, a picture or an archive")
    beyond = len(one.text) - len(one.text.encode("ascii", "ignore"))
    if one.lost > max(beyond * _BEARABLE, 3) or one.lost * 2 > beyond:
        raise CannotRead("the bytes are no text in UTF-8, Shift_JIS, EUC-JP or ISO-2022-JP; "
                         "save the file in one of these encodings")
    return one
