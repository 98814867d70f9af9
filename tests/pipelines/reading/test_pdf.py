"""PDF files as offices publish them: text, ruled tables, words spread for show, scans, broken and locked files."""
from __future__ import annotations

import runpy
import zlib
from pathlib import Path

import pytest

from pipelines.ledger import Draft
from pipelines.reading import Told, Unreadable, read

_PAPER = runpy.run_path(str(Path(__file__).with_name("paper.py")))
page, pdf, picture = _PAPER["page"], _PAPER["pdf"], _PAPER["picture"]

HEAD = ["あおぞら薬局との連携協定の締結について", "令和6年6月27日", "守口市と株式会社あおぞら薬局は、連携協定を締結しました。"]
ROWS = [["締結日", "令和6年6月25日"], ["締結先", "株式会社あおぞら薬局"], ["立会人", "守口商工\n会議所"]]
URL = "https://www.city.moriguchi.osaka.jp/houdou/1.pdf"


def test_the_rows_of_a_table_stand_where_the_table_stands() -> None:
    [found] = read("a.pdf", pdf([page([*HEAD, ROWS, "このほかは追って公表します。"])]))
    assert isinstance(found, Draft)
    assert found.text.split("\n")[2:-1] == [
        "守口市と株式会社あおぞら薬局は、連携協定を締結しました。", "締結日\t令和6年6月25日", "締結先\t株式会社あおぞら薬局",
        "立会人\t守口商工会議所", "このほかは追って公表します。"]


def test_its_headline_day_and_publisher() -> None:
    [found] = read("a", pdf([page(HEAD)]), {"Content-Type": "application/pdf"}, URL)
    assert isinstance(found, Draft)
    assert (found.title, found.published, found.publisher, found.url) == (HEAD[0], "2024-06-27", "守口市", URL)


def test_what_the_page_said_that_led_to_it_counts_first() -> None:
    [found] = read("a.pdf", pdf([page(HEAD)]), told=Told("2024-06-28", "別の題", "守口市"))
    assert isinstance(found, Draft)
    assert (found.title, found.published, found.publisher) == (HEAD[0], "2024-06-28", "守口市")


def test_words_spread_for_show_are_closed_up_in_a_line_of_their_own() -> None:
    [found] = read("a.pdf", pdf([page(["株 式 会 社 か す み", "本文です。"])]))
    assert isinstance(found, Draft) and found.text.startswith("株式会社かすみ\n")


def test_a_scanned_file_and_a_scanned_page_are_told() -> None:
    [scan] = read("a.pdf", pdf([picture()]))
    assert isinstance(scan, Unreadable) and "scanned" in scan.reason
    text, second = read("a.pdf", pdf([page(HEAD), picture()]))
    assert isinstance(text, Draft) and second == Unreadable("page 2", "a picture without text; it needs character recognition")


def test_a_locked_file_is_told() -> None:
    [found] = read("a.pdf", pdf([page(HEAD)], encrypt=True))
    assert isinstance(found, Unreadable) and "locked by a password" in found.reason


def test_a_file_that_is_cut_off_gives_what_is_left_and_is_told() -> None:
    whole = pdf([page(HEAD), page(["二枚目です。" * 40])])
    text, told = read("a.pdf", whole[:-20])
    assert isinstance(text, Draft) and "締結しました" in text.text
    assert isinstance(told, Unreadable) and "cut off" in told.reason
    [nothing] = read("a.pdf", whole[:200])
    assert isinstance(nothing, Unreadable) and "broken, cut off before its end" in nothing.reason


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n" + b"\x00" * 5000, b"%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 1 0 R >>"])
def test_rubbish_that_begins_like_a_pdf(data: bytes) -> None:
    [found] = read("a.pdf", data)
    assert isinstance(found, Unreadable) and "cannot be read" in found.reason


def unpacking_to(content: bytes, times: int) -> bytes:
    """A small file whose one page's content is repeated so many times when it is unpacked."""
    pack = zlib.compressobj(9)
    packed = b"".join(pack.compress(content * 1000) for _ in range(times // 1000)) + pack.flush()
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
              b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
              b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
              b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    return (b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies, 1))
            + b"trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n")


@pytest.mark.torture
def test_a_file_that_unpacks_to_a_gigabyte_ends_at_its_limit() -> None:
    bomb = unpacking_to(b" " * 1000, 1_100_000)
    assert len(bomb) < 2_000_000
    [found] = read("a.pdf", bomb)
    assert isinstance(found, Unreadable) and "cannot be read within" in found.reason and "1024 MiB" in found.reason


@pytest.mark.torture
def test_a_file_that_draws_without_end_ends_at_its_limit() -> None:
    [found] = read("a.pdf", unpacking_to(b"BT /F1 9 Tf (aaaaaaaaaa) Tj ET\n", 20_000_000))
    assert isinstance(found, Unreadable) and "cannot be read within" in found.reason
