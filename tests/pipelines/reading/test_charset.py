"""Bytes in every encoding that Japanese sites have, labelled right, wrong or not at all."""
from __future__ import annotations

import pytest

from pipelines.reading import CannotRead, Unreadable, read
from pipelines.reading.charset import decode

TEXT = "青葉市と㈱髙千穂は、①健康づくり、②見守りの協定を結びました。﨑山市長がﾃﾞｰﾀの活用を述べました。" * 3


def euc(text: str) -> bytes:
    """EUC-JP as code page 51932 has it: rows and cells of code page 932."""
    found = bytearray()
    for character in text:
        pair = character.encode("cp932")
        if len(pair) == 1:
            found += pair if pair < b"\x80" else b"\x8e" + pair
            continue
        row = (pair[0] - (0x81 if pair[0] < 0xA0 else 0xC1)) * 2 + (pair[1] >= 0x9F)
        cell = pair[1] - 0x9F if pair[1] >= 0x9F else pair[1] - 0x40 - (pair[1] > 0x7F)
        found += bytes((row + 0xA1, cell + 0xA1))
    return bytes(found)


def jis(text: str) -> bytes:
    """ISO-2022-JP as code page 50221 has it: the same with escapes."""
    found, mode = bytearray(), b"\x1b(B"
    for character in text:
        one = euc(character)
        wanted = b"\x1b(B" if len(one) == 1 else b"\x1b(I" if one[0] == 0x8E else b"\x1b$B"
        if wanted != mode:
            found += wanted
            mode = wanted
        found += one if len(one) == 1 else bytes((one[1] & 0x7F,)) if one[0] == 0x8E else bytes(b & 0x7F for b in one)
    return bytes(found + b"\x1b(B")


# 髙 and 﨑 of code page 932's rows 115–119 have no place in EUC-JP's first plane: NEC's copy in rows 89–92 has
NEC = str.maketrans({"髙": "高", "﨑": "崎"})
BYTES = {"utf-8": TEXT.encode(), "utf-8-sig": TEXT.encode("utf-8-sig"), "utf-16": TEXT.encode("utf-16"),
         "cp932": TEXT.encode("cp932"), "euc-jp": euc(TEXT.translate(NEC)), "iso-2022-jp": jis(TEXT.translate(NEC))}
LABELS = ("utf-8", "Shift_JIS", "x-sjis", "EUC-JP", "ISO-2022-JP", "iso-8859-1", "windows-1252", "utf-16", "gb2312", "rot13",
          "no-such-thing", "")


@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("label", LABELS)
def test_whatever_the_label_says(name: str, label: str) -> None:
    found = decode(BYTES[name], {"Content-Type": f"text/html; charset={label}"} if label else {})
    assert found.text.translate(NEC) == TEXT.translate(NEC) and found.lost == 0 and found.damage is None


@pytest.mark.parametrize("label", LABELS)
def test_whatever_the_page_says(label: str) -> None:
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={label}"></head><p>'
    assert decode(head.encode() + BYTES["cp932"]).text.endswith(TEXT)


def test_rare_characters_of_euc_jp() -> None:
    assert decode(b"\xc0\xd0\xbb\xd4\xa4\xc8\x8f\xf4\xfb\xc5\xc4\xa4\xc8\xad\xa1\xad\xea\xa4\xce\xb6\xa8\xc4\xea").text == "石市と髙田と①㈱の協定"


@pytest.mark.parametrize("short", ["協定を締結", "青葉市", "お知らせ", "ご案内(2024年)"])
@pytest.mark.parametrize("codec", ["utf-8", "cp932", "euc_jp", "iso2022_jp_ext"])
def test_short_titles_without_a_label(short: str, codec: str) -> None:
    assert decode(short.encode(codec)).text == short


def test_iso_2022_jp_with_half_width_kana_and_cut_off() -> None:
    assert decode("ﾃﾞｰﾀの活用".encode("iso2022_jp_ext"), {"Content-Type": "text/plain; charset=utf-8"}).text == "ﾃﾞｰﾀの活用"
    found = decode(BYTES["iso-2022-jp"][:-4])
    assert found.charset == "iso-2022-jp" and found.lost <= 1 and found.text.startswith(TEXT.translate(NEC)[:100])


def test_what_is_lost_is_counted_and_told() -> None:
    data = BYTES["utf-8"].replace("健康".encode(), "健".encode() + b"\xe5\xba", 1)
    found = decode(data, {"Content-Type": "text/plain; charset=Shift_JIS"})
    assert (found.charset, found.declared, found.lost) == ("utf-8", "cp932", 1)
    draft, told = read("a.txt", data)
    assert isinstance(told, Unreadable) and told.reason.startswith("1 of ") and "cannot be read as utf-8" in told.reason
    assert not isinstance(draft, Unreadable) and "健�づくり" in draft.text


def test_characters_that_were_lost_before_are_told_too() -> None:
    _, told = read("a.txt", "青葉市は�を結びました。市民の健康を支えます。".encode())
    assert isinstance(told, Unreadable) and told.reason.startswith("1 of ")


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(500), b"\xff\xfe\x00",
                                  "青葉市".encode()[:-2] + b"\xff\xfd\xfa" * 9])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(CannotRead):
        decode(data)
