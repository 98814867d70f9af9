"""Whatever bytes come for an index: it is read, or refused with a reason; nothing else happens."""
from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from pipelines import sources
from tests.pipelines.moments import moments

PAGES = Path(__file__).parent / "pages"
SHIPPED = sources.sources(Path("/nonexistent"))
_INSERTED = (b"<", b">", b"&", b"\x00", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY", b"]]>", b"&#x110000;", b"&#xD800;", b"&#0;",
             b'<a href="http://[::1">', b"<link>http://a:99999999/</link>", b"\xe2\x80\xae", b"9" * 200, b"<item>" * 50,
             "令和99年99月99日".encode(), "〇年〇月".encode(), b"<loc>http://\xe3\x81\x82.jp/</loc>", b"<![CDATA[")


def _damaged(body: bytes, chance: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(chance.choice((1, 3, 10, 40))):
        at = chance.randrange(len(data)) if data else 0
        kind = chance.randrange(5)
        if kind == 0 and data:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at:at + chance.randrange(1, 80)]
        elif kind == 2:
            data[at:at] = chance.choice(_INSERTED)
        elif kind == 3:
            del data[max(at, len(data) - 300):]
        else:
            data[at:at] = data[chance.randrange(len(data)):][:200] if data else b""
    return bytes(data)


@pytest.mark.parametrize("name", list(SHIPPED))
def test_damaged_indexes_are_read_or_refused(name: str) -> None:
    chance, read = random.Random(name), 0
    for case in json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8")):
        body = (PAGES / case["file"]).read_bytes()
        for _ in range(12):
            try:
                found = sources.find(SHIPPED[name], case["url"], _damaged(body, chance), case["headers"])
            except sources.UnreadableIndex as error:
                assert str(error)
                continue
            read += 1
            for one in (*found.releases, *found.further):
                (one.url + (one.title or "")).encode()  # half a character would not go into any database
    assert read, "damage as slight as this must not make every page unreadable"


def test_a_long_index_is_read_to_its_end() -> None:
    items = "".join(f"<item><title>協定{n}</title><link>/kyotei/{n}.html</link></item>" for n in range(4_000))
    feed = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    source = SHIPPED["ward-sumida"]
    found = sources.find(source, "https://www.city.sumida.lg.jp/rss_news.xml", feed)
    assert len(found.releases) == 4_000


RSS = "<rss version='2.0'><channel><title>t</title>"


@pytest.mark.parametrize(("body", "reads"), [
    ("<!---->" * 200_000 + f"{RSS}</channel></rss>", True), ("<!--" * 300_000, False), (" " * 3_000_000 + RSS, True),
    (RSS + "<!DOCTYPE" * 200_000, True), ("<!DOCTYPE " * 100_000 + "[", False), ("<?xml" + "?" * 2_000_000, False),
    (f"{RSS}<item><link>https://www.city.sumida.lg.jp/1</link><title>{'&lt;' * 400_000}</title></item></channel></rss>", True),
    (f"{RSS}<item><title>{'あ' * 3_000_000}</title></item>", False)])
def test_megabytes_of_nothing_but_beginnings_are_read_or_refused_in_moments(body: str, reads: bool) -> None:
    with moments():
        try:
            sources.find(SHIPPED["ward-sumida"], "https://www.city.sumida.lg.jp/rss_news.xml", body.encode())
        except sources.UnreadableIndex:
            assert not reads
        else:
            assert reads
