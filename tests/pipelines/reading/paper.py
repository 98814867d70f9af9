"""PDF files of our own making: lines of text, ruled tables, pictures; written so that a reader must know what PDF is."""
from __future__ import annotations

import zlib
from collections.abc import Sequence

#: Points: the sheet, its left edge, the height of a line and of a row, the width of a column.
_WIDTH, _HEIGHT, _LEFT, _LINE, _ROW, _COLUMN = 595, 842, 60, 20, 24, 160

Table = Sequence[Sequence[str]]
Block = str | Table


def words(text: str, x: float, y: float, size: int = 11) -> str:
    """One run of text in a predefined Japanese font that is not embedded."""
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def page(blocks: Sequence[Block]) -> str:
    """The content of a page: a line for each text, ruled cells for each table."""
    shown, y = [], _HEIGHT - 60.0
    for block in blocks:
        if isinstance(block, str):
            shown.append(words(block, _LEFT, y))
            y -= _LINE
            continue
        columns = max(map(len, block))
        top = y + _LINE - 4
        for number in range(len(block) + 1):
            shown.append(f"{_LEFT} {top - number * _ROW} m {_LEFT + columns * _COLUMN} {top - number * _ROW} l S")
        for number in range(columns + 1):
            shown.append(f"{_LEFT + number * _COLUMN} {top} m {_LEFT + number * _COLUMN} {top - len(block) * _ROW} l S")
        for row, cells in enumerate(block):
            shown += [words(line, _LEFT + column * _COLUMN + 4, top - row * _ROW - 10 - 11 * place, 9)
                      for column, cell in enumerate(cells) for place, line in enumerate(cell.split("\n"))]
        y = top - len(block) * _ROW - _LINE
    return "\n".join(shown)


def picture() -> str:
    """The content of a scanned page: one image and no text."""
    return f"q {_WIDTH} 0 0 {_HEIGHT} 0 0 cm /I1 Do Q"


def pdf(contents: Sequence[str], encrypt: bool = False) -> bytes:
    """A file with these pages. With `encrypt` it says that it is locked by a password nobody knows."""
    first = 8
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(contents)))
    grey = zlib.compress(bytes(64 * 64))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        (b"<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /UniJIS-UCS2-H /DescendantFonts [4 0 R] >>"),
        (b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /DW 1000 /FontDescriptor 5 0 R"
         b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"),
        (b"<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 6 /FontBBox [-170 -331 1024 903] /ItalicAngle 0"
         b" /Ascent 723 /Descent -241 /CapHeight 709 /StemV 69 >>"),
        b"<< /Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(grey), grey),
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>"]
    for number, content in enumerate(contents):
        stream = content.encode("ascii")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {first + 2 * number + 1}"
                       " 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /I1 6 0 R >> >> >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out, starts = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    locked = b" /Encrypt 7 0 R /ID [<00><00>]" if encrypt else b""
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, locked, table)
    return bytes(out)
