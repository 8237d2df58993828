"""Write small PDF files by hand: text in Helvetica on A4 pages.

Nothing is compressed and no clock or chance is asked, so equal arguments give equal bytes on every
machine and every Python version.

Source: PDF 1.4, sections 3.4 (file structure) and 5.3 (text objects).
"""

from collections.abc import Sequence

Page = Sequence[str]


def pdf(title: str, pages: Sequence[Page]) -> bytes:
    """Give a PDF with one page for each sequence of lines.

    Args:
        title: shown by viewers as the document's title.
        pages: the lines of each page, at most 50 of about 90 characters; characters beyond
            Latin-1 are shown as `?`.
    """
    font, info, tree = 3, 4, 2
    first = 5
    numbers = [first + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (" + _literal(title) + b") /Producer (Harbour Tower sample) >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        bodies.append(
            f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 {font} 0 R >> >> /Contents {number + 1} 0 R >>".encode()
        )
        bodies.append(_content(page))
    return _file(bodies, info)


def _literal(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return escaped.encode("latin-1", "replace")


def _content(lines: Page) -> bytes:
    shown = b"".join(b"(" + _literal(line) + b") Tj T*\n" for line in lines)
    stream = b"BT /F1 11 Tf 15 TL 56 786 Td\n" + shown + b"ET"
    return b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"


def _file(bodies: Sequence[bytes], info: int) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(bodies) + 1, info)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
