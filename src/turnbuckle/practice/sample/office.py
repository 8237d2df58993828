"""Write small Word, Excel and ZIP files.

The parts are stored, not deflated, with one fixed date: what zlib makes of a text differs between
its versions, and the sample has to be the same everywhere.

Source: ECMA-376, parts 1 (the markup) and 2 (the package).
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

Cell = str | int | float

_DATE = (2026, 1, 5, 8, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_MEDIA = "application/vnd.openxmlformats-officedocument"


def archive(members: Mapping[str, bytes]) -> bytes:
    """Give a ZIP file with these members, in the order given."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for name, body in members.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            made.writestr(entry, body)
    return target.getvalue()


def docx(paragraphs: Sequence[str]) -> bytes:
    """Give a Word document with these paragraphs."""
    runs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for text in paragraphs
    )
    document = (
        f'{_XML}<w:document xmlns:w="{_OFFICE}/wordprocessingml/2006/main">'
        f'<w:body>{runs}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body>'
        "</w:document>"
    )
    types = {"/word/document.xml": f"{_MEDIA}.wordprocessingml.document.main+xml"}
    return archive(
        {
            "[Content_Types].xml": _content_types(types),
            "_rels/.rels": _relations("officeDocument", "word/document.xml"),
            "word/document.xml": document.encode(),
        }
    )


def xlsx(sheet: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Give an Excel workbook with one sheet; numbers stay numbers.

    Args:
        sheet: the sheet's name, at most 31 characters.
        rows: at most 26 cells each.
    """
    main = f"{_OFFICE}/spreadsheetml/2006/main"
    workbook = (
        f'{_XML}<workbook xmlns="{main}" '
        f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    data = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
    worksheet = f'{_XML}<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>'
    types = {
        "/xl/workbook.xml": f"{_MEDIA}.spreadsheetml.sheet.main+xml",
        "/xl/worksheets/sheet1.xml": f"{_MEDIA}.spreadsheetml.worksheet+xml",
    }
    return archive(
        {
            "[Content_Types].xml": _content_types(types),
            "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": workbook.encode(),
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": worksheet.encode(),
        }
    )


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = "".join(_cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value: Cell) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def _content_types(parts: Mapping[str, str]) -> bytes:
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts.items()
    )
    return (
        f'{_XML}<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    ).encode()


def _relations(kind: str, target: str) -> bytes:
    return (
        f'{_XML}<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}"/></Relationships>'
    ).encode()
