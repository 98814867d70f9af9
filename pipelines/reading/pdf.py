"""PDF, in a process of its own with limits: a hostile file can neither hang nor crash the run."""
from __future__ import annotations

import re
import subprocess
import sys

from pipelines.ledger.records import Draft
from pipelines.reading import CannotRead

#: Seconds of processor time, seconds on the clock, and bytes of address space that one file may take.
_CPU, _WAIT, _MEMORY = 60, 120, 2_000_000_000
#: Characters that a headline has at most.
_HEADLINE = 80
_WIDE = r"[぀-ヿ㐀-鿿！-ﾟ々〆（）「」『』、。・]"
#: At least three characters each set apart: «株 式 会 社».
_SPACED = re.compile(rf"(?<!\S)(?:{_WIDE}[ \u3000]){{2,}}{_WIDE}(?!\S)")


def read(data: bytes) -> Draft:
    """The text of all pages. Raises CannotRead for a file that is broken, locked, without text or beyond the limits."""
    try:
        done = subprocess.run([sys.executable, "-m", "pipelines.reading.pdf"], input=data, capture_output=True,
                              timeout=_WAIT, check=False)
    except subprocess.TimeoutExpired:
        raise CannotRead(f"the PDF took longer than {_WAIT} s to read") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CannotRead(f"the PDF cannot be read: {lines[-1] if lines else 'it took too much time or memory'}")
    text = done.stdout.decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
    if not text.strip():
        raise CannotRead("the PDF holds no text; pages that are pictures need character recognition first")
    text = despaced(text)
    first, _, rest = text.strip().partition("\n")
    # a file's own title is mostly that of its template, the first line mostly the headline
    is_headline = len(first) <= _HEADLINE and "。" not in first and bool(rest.strip())
    return Draft(text, title=first.strip() if is_headline else None)


def despaced(text: str) -> str:
    """The text with words that were spread for show closed up."""
    return _SPACED.sub(lambda found: re.sub(r"[ \u3000]", "", found[0]), text)


def _print_text() -> None:
    """The child: PDF on standard input, its text on standard output."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    for number in range(len(document)):
        page = document[number]
        sys.stdout.buffer.write((page.get_textpage().get_text_range() + "\n").encode("utf-8", "replace"))
        page.close()


if __name__ == "__main__":
    _print_text()
