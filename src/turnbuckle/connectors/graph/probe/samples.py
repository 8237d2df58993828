"""Small true documents of the kinds that SharePoint is known to rewrite, and of some it is not."""

import io
import zipfile
from collections.abc import Mapping

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def _archive(parts: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), _DECLARATION + text)
    return packed.getvalue()


def _types(parts: Mapping[str, str]) -> str:
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in parts.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def letter() -> bytes:
    """Give a text document (.docx) with one line."""
    return _archive(
        {
            "[Content_Types].xml": _types({"/word/document.xml": "wordprocessingml.document.main"}),
            "_rels/.rels": _relation("officeDocument", "word/document.xml"),
            "word/document.xml": f'<w:document xmlns:w="{_WORDS}"><w:body><w:p><w:r>'
            "<w:t>Turnbuckle probe</w:t></w:r></w:p></w:body></w:document>",
        }
    )


def table() -> bytes:
    """Give a workbook (.xlsx) with one cell."""
    return _archive(
        {
            "[Content_Types].xml": _types(
                {
                    "/xl/workbook.xml": "spreadsheetml.sheet.main",
                    "/xl/worksheets/sheet1.xml": "spreadsheetml.worksheet",
                }
            ),
            "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{_CELLS}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Probe" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_CELLS}"><sheetData><row r="1">'
            '<c r="A1"><v>1</v></c></row></sheetData></worksheet>',
        }
    )


def page() -> bytes:
    """Give a web page (.html)."""
    return b"<!DOCTYPE html><html><head><title>Probe</title></head><body>Probe</body></html>\n"


def drawing() -> bytes:
    """Give a PDF with one empty page."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table_at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return made + trailer % (len(objects) + 1, table_at)
