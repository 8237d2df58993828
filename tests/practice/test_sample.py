"""The sample project is the same every time and its files are what their names say."""

import csv
import hashlib
import io
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree

import pytest

from turnbuckle.practice.sample import awkward
from turnbuckle.practice.sample.entries import Entry
from turnbuckle.practice.sample.project import LARGE_FILE, sample_project

Files = dict[tuple[str, ...], bytes]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return list(sample_project(large_file_points=1000))


@pytest.fixture(scope="module")
def files(entries: list[Entry]) -> Files:
    return {entry.path: b"".join(entry.content()) for entry in entries if entry.content}


def of_kind(files: Files, ending: str) -> Iterator[tuple[str, bytes]]:
    found = [(path[-1], body) for path, body in files.items() if path[-1].endswith(ending)]
    assert found
    yield from found


def digest() -> tuple[str, int]:
    hashed, largest = hashlib.sha256(), 0
    for entry in sample_project():
        hashed.update(repr((entry.path, entry.modified, entry.author)).encode())
        size = 0
        for piece in entry.content() if entry.content else ():
            assert len(piece) <= 1 << 20
            hashed.update(piece)
            size += len(piece)
        largest = max(largest, size)
    return hashed.hexdigest(), largest


def test_two_builds_are_equal_byte_for_byte_and_hold_one_file_of_60_mb() -> None:
    first, second = digest(), digest()

    assert first == second
    assert 60_000_000 <= first[1] <= 61_000_000


def test_there_are_some_300_files_below_folders_that_come_before_them(entries: list[Entry]) -> None:
    seen: set[tuple[str, ...]] = {()}
    for entry in entries:
        assert entry.path[:-1] in seen
        assert entry.path not in seen
        if entry.content is None:
            seen.add(entry.path)

    assert 290 <= sum(entry.content is not None for entry in entries) <= 340
    assert max(len(entry.path) for entry in entries) >= 13
    assert entries[0].modified.tzinfo is not None


def test_no_path_passes_what_sharepoint_takes(entries: list[Entry]) -> None:
    assert max(len("/".join(entry.path)) for entry in entries) < 300
    assert max(len(name) for entry in entries for name in entry.path) >= 180


def test_one_file_is_empty(files: Files) -> None:
    assert [path for path, body in files.items() if not body] == [("Site scans", "Scan notes.txt")]


def test_every_pdf_has_a_cross_reference_that_fits(files: Files) -> None:
    for name, body in of_kind(files, ".pdf"):
        assert body.startswith(b"%PDF-1."), name
        assert body.endswith(b"%%EOF\n"), name
        start = int(body.rsplit(b"startxref\n", 1)[1].split(b"\n", 1)[0])
        rows = body[start:].split(b"trailer", 1)[0].splitlines()
        assert rows[0] == b"xref"
        for number, row in enumerate(rows[3:], start=1):
            assert body[int(row[:10]) :].startswith(b"%d 0 obj" % number), name
        assert body.count(b"/Type /Page ") >= 1
        for piece in body.split(b"/Length ")[1:]:
            length, rest = piece.split(b" >>\nstream\n", 1)
            assert rest[int(length) :].startswith(b"\nendstream")


def test_a_specification_has_several_pages(files: Files) -> None:
    body = next(body for path, body in files.items() if path[0] == "Specifications")

    assert body.count(b"/Type /Page ") == 4


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".zip"])
def test_every_package_opens_and_its_parts_are_whole(files: Files, ending: str) -> None:
    for name, body in of_kind(files, ending):
        if name.startswith("~$"):
            continue
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            assert package.testzip() is None, name
            for member in package.namelist():
                if member.endswith((".xml", ".rels")):
                    ElementTree.fromstring(package.read(member))


def test_what_an_office_package_points_to_is_inside_it(files: Files) -> None:
    for ending, main in ((".docx", "word/document.xml"), (".xlsx", "xl/workbook.xml")):
        name, body = next(of_kind(files, ending))
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            assert main in package.namelist(), name
            assert main in package.read("_rels/.rels").decode()
            assert f"/{main}" in package.read("[Content_Types].xml").decode()


def segments(body: bytes) -> Iterator[tuple[int, bytes]]:
    assert body[:2] == b"\xff\xd8"
    at = 2
    while True:
        start, marker, length = struct.unpack_from(">BBH", body, at)
        assert start == 0xFF
        yield marker, body[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:
            return


def test_every_photo_is_a_jpeg_that_decodes_to_all_its_blocks(files: Files) -> None:
    for name, body in of_kind(files, ".jpg"):
        parts = dict(segments(body))
        assert list(dict.fromkeys(marker for marker, _ in segments(body))) == [
            0xE1, 0xDB, 0xC0, 0xC4, 0xDA,
        ], name  # fmt: skip
        _, height, width, components = struct.unpack_from(">BHHB", parts[0xC0])
        assert (width, height, components) == (320, 240, 3)
        assert body.endswith(b"\xff\xd9")
    assert blocks_in(body) == 3 * 40 * 30


def blocks_in(body: bytes) -> int:
    """Decode the entropy-coded part by its own tables and count the blocks."""
    tables: dict[int, dict[str, int]] = {}
    for marker, part in segments(body):
        if marker == 0xC4:
            codes, code, values = {}, 0, iter(part[17:])
            for length, amount in enumerate(part[1:17], start=1):
                for _ in range(amount):
                    codes[f"{code:0{length}b}"] = next(values)
                    code += 1
                code <<= 1
            tables[part[0]] = codes
    data = body[body.index(b"\xff\xda") + 14 : -2].replace(b"\xff\x00", b"\xff")
    bits = "".join(f"{byte:08b}" for byte in data)
    at = blocks = 0

    def symbol(codes: dict[str, int]) -> int | None:
        nonlocal at
        for length in range(1, 17):
            if bits[at : at + length] in codes:
                at += length
                return codes[bits[at - length : at]]
        return None

    while (size := symbol(tables[0x00])) is not None and at < len(bits):
        at += size
        assert symbol(tables[0x10]) == 0
        blocks += 1
        if blocks == 3600:
            break
    assert len(bits) - at < 8
    assert set(bits[at:]) <= {"1"}
    return blocks


def directory(tiff: bytes, at: int) -> dict[int, bytes]:
    fields = {}
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
    for index in range(struct.unpack_from("<H", tiff, at)[0]):
        place = at + 2 + 12 * index
        tag, kind, count = struct.unpack_from("<HHL", tiff, place)
        length = sizes[kind] * count
        start = place + 8 if length <= 4 else struct.unpack_from("<L", tiff, place + 8)[0]
        fields[tag] = tiff[start : start + length]
    return fields


def test_every_photo_tells_when_and_where_it_was_taken(files: Files) -> None:
    for name, body in of_kind(files, ".jpg"):
        exif = dict(segments(body))[0xE1]
        assert exif.startswith(b"Exif\x00\x00"), name
        tiff = exif[6:]
        main = directory(tiff, struct.unpack_from("<L", tiff, 4)[0])
        assert main[0x010F] == b"Novacam\x00"
        taken = directory(tiff, struct.unpack("<L", main[0x8769])[0])[0x9003]
        assert datetime.strptime(taken.decode()[:-1] + "Z", "%Y:%m:%d %H:%M:%S%z").year == 2026
        place = directory(tiff, struct.unpack("<L", main[0x8825])[0])
        degrees, one, minutes, _, seconds, hundred = struct.unpack("<6L", place[2])
        north = degrees / one + minutes / 60 + seconds / hundred / 3600
        assert place[1] == b"N\x00"
        assert north == pytest.approx(53.5413, abs=0.001)


def test_every_dxf_is_pairs_of_a_code_and_a_value(files: Files) -> None:
    for name, body in of_kind(files, ".dxf"):
        lines = body.decode("ascii").splitlines()
        assert len(lines) % 2 == 0, name
        assert all(code.strip().isdigit() for code in lines[::2])
        assert lines[-1] == "EOF"


def test_every_csv_has_equal_rows(files: Files) -> None:
    for name, body in of_kind(files, ".csv"):
        rows = list(csv.reader(io.StringIO(body.decode())))
        assert {len(row) for row in rows} == {4}, name


def test_the_scan_has_as_many_points_as_its_header_says(files: Files) -> None:
    head, _, points = files[LARGE_FILE].partition(b"end_header\n")

    assert b"element vertex 1000\n" in head
    assert len(points) == 9 * 1000


def test_the_awkward_names_are_what_they_claim() -> None:
    composed, decomposed = awkward.COMPOSED_AND_DECOMPOSED
    assert composed != decomposed
    assert unicodedata.normalize("NFC", decomposed) == composed
    assert {char for name in awkward.REFUSED_BY_MICROSOFT for char in name} >= set('"*:<>?/\\|')
    assert len({name.casefold() for name in awkward.EQUAL_BUT_FOR_CASE}) == 1
    assert len(awkward.LONG[0]) == 180
