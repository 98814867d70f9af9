"""Broken bytes of every kind: a reason or a document, never a crash, never a hang, never much memory.

`make test` reads a seeded tenth of the bodies, `make torture` all.
"""
from __future__ import annotations

import random
import resource
import runpy
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.ledger import Draft
from pipelines.reading import Unreadable, links_to_attachments, read
from tests.pipelines.moments import moments

HERE = Path(__file__).parent
SAMPLE = HERE.parents[2] / "sample" / "releases"
_PAPER = runpy.run_path(str(HERE / "paper.py"))
#: Bodies in all, of which PDF files are so many: each of those is a process.
BODIES, PAPERS = 10_000, 400
#: Seconds of processor time that one body may take, and bytes of memory that this process may have: bounds against hanging and hoarding.
SECONDS, MEMORY = 20.0, 1 << 30
HEADERS = ({}, {"Content-Type": "text/html; charset=Shift_JIS"}, {"Content-Type": "text/html; charset=utf-8"},
           {"Content-Type": "application/xml"}, {"Content-Type": "text/plain; charset=x-unknown"},
           {"Content-Type": "text/html; charset=ISO-2022-JP"}, {"content-type": "\udcff; charset=\"\""})
URLS = (None, "https://www.city.aoba.example/1.html", "https://prtimes.jp/a?b=c", "http://[broken", "//x", "")
#: What hostile pages are made of.
PIECES = (b"<div>" * 3000, b"</div>" * 3000, b"<table><tr><td rowspan=9999 colspan=9999>" * 200, b"<!--", b"-->", b"<![CDATA[", b"\x1b$B",
          b"\x1b(B", b"\xff\xfe", b"\x00" * 50, b"&#xD800;&#0;&#x110000;", b"<a href='http://[::1'>x</a>" * 50, b"\x8f\xf4\xfb\x8e",
          b"<svg><foreignObject><p>", b"<script type='application/ld+json'>" + b"[" * 5000 + b"</script>", b"<base href='http://[x'>",
          b"<meta charset='utf-16'>", b"<meta charset='rot13'>", b"\xe3\x81", b"<li>" * 2000, b"<nav>", b"<main>", b"<article>",
          b"<h2>\xe9\x96\xa2\xe9\x80\xa3\xe8\xa8\x98\xe4\xba\x8b</h2>", b"<time datetime='99999-99-99T99:99'>", b"<dl><dt>a<dd>b" * 300,
          b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', b"<p style='display:none'>", b"\xed\xa0\x80", b" " * 20_000,
          "令和99年99月99日更新".encode(), b"<td>" * 500, b"<ruby><rt>", b"<title>", b"<textarea>", b"<plaintext>")


def seeds() -> list[tuple[str, bytes]]:
    pages = [(path.name, path.read_bytes()) for path in sorted((HERE / "pages").glob("*.html"))]
    sample = [(path.name, path.read_bytes()) for path in sorted(SAMPLE.rglob("*"))
              if path.suffix in (".xml", ".rdf", ".jsonl", ".txt")]
    return [*pages, *sample]


def papers() -> list[tuple[str, bytes]]:
    page, pdf, picture = _PAPER["page"], _PAPER["pdf"], _PAPER["picture"]
    table = [["締結日", "令和6年6月25日"], ["締結先", "株式会社かすみ"]]
    return [("a.pdf", pdf([page(["協定の締結", "令和6年6月27日", "本文です。", table]), picture()])),
            ("b.pdf", pdf([page(["一枚目"]), page([table])], encrypt=True))]


def broken(data: bytes, draw: random.Random) -> bytes:
    """The bytes with one to six wounds."""
    body = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(body) + 1)
        wound = draw.randrange(7)
        if wound == 0:
            del body[at:at + draw.randint(1, 400)]
        elif wound == 1:
            body[at:at] = draw.choice(PIECES)
        elif wound == 2:
            body[at:at + 8] = draw.randbytes(8)
        elif wound == 3:
            del body[at:]
        elif wound == 4 and len(body) < 200_000:
            body[at:at] = body[max(0, at - draw.randint(1, 3000)):at] * draw.randint(1, 20)
        elif wound == 5 and body:
            for _ in range(20):
                body[draw.randrange(len(body))] ^= 1 << draw.randrange(8)
        else:
            body = bytearray(bytes(body).replace(b">", draw.choice((b"", b">>", b"\n>")), draw.randint(1, 30)))
    return bytes(body)


def bodies(count: int, made: Callable[[], list[tuple[str, bytes]]], seed: int) -> Iterator[tuple[int, str, bytes]]:
    every = made()
    for number in range(count):
        draw = random.Random(f"{seed} {number}")
        name, data = draw.choice(every)
        yield number, name, broken(data, draw)


def judge(number: int, name: str, body: bytes) -> None:
    headers, url = HEADERS[number % len(HEADERS)], URLS[number % len(URLS)]
    begin = spent()
    found = read(name, body, headers if not name.endswith(".pdf") else {}, url)
    links_to_attachments(body, headers, url or "https://www.city.aoba.example/")
    assert spent() - begin < SECONDS, f"body {number} of {name} takes too long"
    assert found and all(isinstance(one, Draft | Unreadable) for one in found)
    for one in found:
        if isinstance(one, Draft):
            # what a database must hold
            assert one.text.strip() and "\0" not in one.text
            one.text.encode()
            (one.title or "").encode()
            (one.url or "").encode()


def spent() -> float:
    """Seconds of processor time of this process and those it has started: a busy machine makes no difference."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def peak() -> int:
    """Bytes that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read_broken(pages: int, files: int) -> None:
    for name, data in (*seeds(), *papers()):
        # libraries load with the first file of a kind
        read(name, data)
    before = peak()
    for number, name, body in bodies(pages, seeds, 1):
        judge(number, name, body)
    for number, name, body in bodies(files, papers, 2):
        judge(number, name, body)
    # other tests of the same process may have taken more before: then what these add must stay small
    assert peak() <= max(MEMORY, before + MEMORY // 4)


def test_broken_bytes_give_a_document_or_a_reason() -> None:
    read_broken((BODIES - PAPERS) // 10, PAPERS // 10)


@pytest.mark.torture
def test_all_broken_bytes_give_a_document_or_a_reason() -> None:
    read_broken(BODIES - PAPERS, PAPERS)


def test_a_page_of_many_megabytes_is_refused_or_read_in_bounds() -> None:
    wide = b"<html><body><main>" + b"<p>\xe9\x9d\x92\xe8\x91\x89\xe5\xb8\x82</p>" * 200_000
    deep = b"<html><body>" + b"<div><span>x" * 100_000
    rows = b"<html><body><main><table>" + b"<tr><td rowspan=50>a<td>b<td>c" * 30_000
    for name, body in (("wide.html", wide), ("deep.html", deep), ("rows.html", rows)):
        judge(0, name, body)
    [refused] = read("a.html", b"<html>" + b" " * 9_000_000)
    assert isinstance(refused, Unreadable) and "too many" in refused.reason


@pytest.mark.parametrize("body", [
    b"<!---->" * 100_000 + b"<rss/>", b"<!-- -->\n" * 100_000 + b"<rss/>", b"<!DOCTYPE" * 400_000, b"<!DOCTYPE[" * 400_000,
    b"<?xml" + b"?" * 4_000_000, b"<!DOCTYPE html>" + b"<article>x</article>" * 50_000,
    b"<!DOCTYPE html>" + b"<div id=main><div class=article>x</div></div>" * 20_000])
def test_files_of_nothing_but_beginnings_are_read_or_refused_in_moments(body: bytes) -> None:
    with moments():
        assert read("a", body, {"Content-Type": "application/xml"}, "https://www.city.aoba.example/1.xml")


def test_what_a_document_type_declares_stands_for_nothing() -> None:
    feed = ('<?xml version="1.0"?><!-- <!DOCTYPE a> --><!DOCTYPE rss [<!ENTITY x "]"><!ENTITY y "secret">] ><rss version="2.0">'
            "<channel><title>t</title><item><title>協定 &y;</title><link>https://a.example/1</link></item></channel></rss>")
    assert "secret" not in str(read("a.xml", feed.encode()))
