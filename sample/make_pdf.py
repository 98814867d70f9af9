"""Write the sample's PDF files from the texts in gold.jsonl: `python sample/make_pdf.py`.

One page a file, horizontal lines, a predefined Japanese font that is not embedded (PDF 1.7, ISO 32000-1, 9.7.5.2:
the encoding `UniJIS-UCS2-H` maps two-byte Unicode to the collection Adobe-Japan1), so that a reader must know
that collection to get the characters back, as with most PDFs that Japanese offices publish.
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent


def pdf(lines: Sequence[str]) -> bytes:
    """One A4 page with these lines, the first in larger type; characters outside the Basic Plane are not supported."""
    shown = ["BT"]
    for number, line in enumerate(lines):
        size, height = (15, 790) if number == 0 else (11, 770 - 20 * number)
        shown.append(f"/F1 {size} Tf 1 0 0 1 60 {height} Tm <{line.encode('utf-16-be').hex()}> Tj")
    content = "\n".join([*shown, "ET"]).encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>"),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /UniJIS-UCS2-H /DescendantFonts [6 0 R] >>",
        (b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /DW 1000 /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"),
        (b"<< /Type /FontDescriptor /FontName /Ryumin-Light /Flags 6 /FontBBox [-170 -331 1024 903] /ItalicAngle 0"
        b" /Ascent 723 /Descent -241 /CapHeight 709 /StemV 69 >>"),
    ]
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = []
    for number, body in enumerate(objects, start=1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def main() -> None:
    """Write every PDF that gold.jsonl names."""
    for line in (HERE / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        release = json.loads(line)
        if release["file"].endswith(".pdf"):
            (HERE / release["file"]).write_bytes(pdf(release["text"].split("\n")))


if __name__ == "__main__":
    main()
