"""All words of a page, feed or text, whatever part of it they stand in: what is asked whether it holds a name or address."""
from __future__ import annotations

import gzip
import io
import re
from collections.abc import Mapping
from html import unescape

from pipelines.reading import CannotRead
from pipelines.reading.charset import decode

_TAG = re.compile(r"<[^<>]*+>")
#: Bytes that a packed file is unpacked to at most.
_MOST = 52_428_800


def words(data: bytes, headers: Mapping[str, str]) -> str:
    """The characters between the marks, then all of them with the marks; "" for what is no text."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(_MOST)
        except (OSError, EOFError):
            return ""
    try:
        # feeds hold pages whose own marks are written as references
        whole = unescape(decode(data, headers).text)
    except CannotRead:
        return ""
    return f"{unescape(_TAG.sub('', whole))}\n{whole}"
