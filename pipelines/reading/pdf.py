"""PDF, in a process of its own with limits: a hostile file can neither hang nor crash the run."""
from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.ledger.records import Draft
from pipelines.reading import CannotRead, Told, Unreadable
from pipelines.reading.days import day_alone
from pipelines.reading.publishers import publisher_of

_CHILD = Path(__file__).with_name("pdf_child.py")
#: Seconds of processor time: at least, at most, and bytes for which one more is given.
_LEAST, _MOST, _BYTES = 5, 60, 100_000
#: Seconds on the clock for each second of processor time: however busy the machine is, the same file gives the same.
_PATIENCE = 30
#: Bytes of address space that one file may take.
_MEMORY = 1 << 30
#: Characters that a headline has at most; lines from the top that may hold the day of a release.
_HEADLINE, _HEAD = 80, 10
_WIDE = r"[぀-ヿ㐀-鿿！-ﾟ々〆（）「」『』、。・]"
#: At least three characters each set apart: «株 式 会 社».
_SPACED = re.compile(rf"(?<!\S)(?:{_WIDE}[ \u3000])+{_WIDE}[ \u3000]{_WIDE}(?!\S)")


def read(data: bytes, url: str | None, told: Told) -> list[Draft | Unreadable]:
    """The text of all pages, and the pages that have none or cannot be read.

    Raises CannotRead for a file that is broken, locked, without text or beyond the limits.
    """
    answer = _asked(data)
    if answer.get("error") == "locked":
        raise CannotRead("the PDF is locked by a password; ask its publisher for one that is open")
    if "error" in answer:
        cut = "" if _is_whole(data) else ", cut off before its end"
        raise CannotRead(f"the PDF cannot be read: it is broken{cut} ({answer['message']})")
    pages = answer["pages"]
    text = "".join(page["text"] + "\n" for page in pages).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if not text.strip():
        if any(page.get("picture") for page in pages):
            raise CannotRead("the PDF is scanned: its pages are pictures, which need character recognition first")
        raise CannotRead("the PDF holds no text")
    return [_draft(despaced(text), url, told), *_failures(data, pages, answer["left"])]


def _draft(text: str, url: str | None, told: Told) -> Draft:
    first, _, rest = text.strip().partition("\n")
    # a file's own title is mostly that of its template, the first line mostly the headline
    is_headline = len(first) <= _HEADLINE and "。" not in first and bool(rest.strip())
    head = [line for line in text.split("\n") if line.strip()][:_HEAD]
    return Draft(text, url=url, title=first.strip() if is_headline else told.title,
                 published=told.published or day_alone(head), publisher=publisher_of(url) or told.publisher)


def _failures(data: bytes, pages: list[dict[str, Any]], left: int) -> list[Draft | Unreadable]:
    found: list[Draft | Unreadable] = [
        Unreadable(f"page {number}", "a picture without text; it needs character recognition" if page.get("picture")
                   else f"cannot be read: {page['broken']}")
        for number, page in enumerate(pages, 1) if page.get("picture") or "broken" in page]
    if left:
        found.append(Unreadable(f"page {len(pages) + 1}", f"this page and {left - 1:,} more are not read: there are too "
                                                          "many"))
    if not _is_whole(data):
        found.append(Unreadable("", "the PDF is cut off before its end; what was left of it is read"))
    return found


def _is_whole(data: bytes) -> bool:
    """Whether the file ends as one (ISO 32000-1, 7.5.5)."""
    return b"%%EOF" in data[-2048:]


def _asked(data: bytes) -> dict[str, Any]:
    """The child's answer; see pdf_child.py."""
    seconds = min(_LEAST + len(data) // _BYTES, _MOST)
    try:
        done = subprocess.run([sys.executable, "-I", str(_CHILD), str(seconds), str(_MEMORY)], input=data,
                              capture_output=True, timeout=seconds * _PATIENCE, check=False)
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        answer = None
    if not isinstance(answer, dict):
        raise CannotRead(f"the PDF cannot be read within {seconds} s and {_MEMORY >> 20} MiB")
    return answer


def despaced(text: str) -> str:
    """The text with words that were spread for show closed up."""
    return _SPACED.sub(lambda found: re.sub(r"[ \u3000]", "", found[0]), text)
