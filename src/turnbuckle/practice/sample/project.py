"""The sample project: a tower on a harbour, its folders and some 300 files of true types."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from turnbuckle.practice.sample import awkward
from turnbuckle.practice.sample.drawing import dxf, floor_plan, ply
from turnbuckle.practice.sample.entries import Content, Entry, whole
from turnbuckle.practice.sample.office import archive, docx, xlsx
from turnbuckle.practice.sample.pdf import pdf
from turnbuckle.practice.sample.photos import photo

PROJECT = "Harbour Tower"
LARGE_FILE = ("Site scans", "Level 4 laser scan.ply")
LARGE_FILE_POINTS = 6_666_650  # nine bytes each: 60 MB

Path = tuple[str, ...]
File = tuple[Path, Content]

_FIRST_DAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_DISCIPLINES = {
    "Architectural": "A",
    "Structural": "S",
    "Mechanical": "M",
    "Electrical": "E",
    "Plumbing": "P",
}
_SHEETS = ("Ground floor", "Level 1", "Level 2", "Level 3", "Level 4", "Roof", "Sections")
_QUESTIONS = (
    "Slab edge at grid C", "Door hardware, stair 2", "Duct clash with beam B4",
    "Curtain wall anchor", "Fire stopping at risers", "Pile cut-off level",
    "Handrail height", "Lift pit drainage", "Rebar congestion at core", "Paint schedule",
)  # fmt: skip
_SECTIONS = (
    "03 30 00 Cast-in-Place Concrete", "05 12 00 Structural Steel", "07 21 00 Insulation",
    "07 92 00 Joint Sealants", "08 44 13 Curtain Walls", "09 29 00 Gypsum Board",
    "14 21 00 Lifts", "22 11 16 Water Piping", "23 31 13 Ducts", "26 05 19 Cables",
)  # fmt: skip
_DEEP = (
    "Handover", "Building A", "Level 4", "East wing", "Mechanical", "Air handling", "AHU-04",
    "Commissioning", "2026", "Second visit", "Measurements", "Raw", "Logger 3", "Channel 2",
)  # fmt: skip
_EMPTY_FOLDERS: Sequence[Path] = (
    ("Closeout",),
    ("Closeout", "As-built drawings"),
    ("Drawings", "Landscape"),
    (awkward.FOLDER, "An empty folder"),
)


def sample_project(large_file_points: int = LARGE_FILE_POINTS) -> Iterator[Entry]:
    """Give the whole sample, every folder before what is in it; the same at every call.

    Args:
        large_file_points: size of the one large file in points of nine bytes; tests ask for less.
    """
    known: set[Path] = set()
    number = count()
    for path in _EMPTY_FOLDERS:
        yield from _folders(path, known, number)
    for path, content in _files(large_file_points):
        yield from _folders(path[:-1], known, number)
        yield _entry(path, content, next(number))


def _entry(path: Path, content: Content | None, number: int) -> Entry:
    modified = _FIRST_DAY + timedelta(hours=7 * number, minutes=11 * number % 60)
    return Entry(path, content, modified, author=number)


def _folders(path: Path, known: set[Path], number: Iterator[int]) -> Iterator[Entry]:
    for depth in range(1, len(path) + 1):
        folder = path[:depth]
        if folder not in known:
            known.add(folder)
            yield _entry(folder, None, next(number))


def _files(large_file_points: int) -> Iterator[File]:
    yield from _drawings()
    yield from _rfis()
    yield from _submittals()
    yield from _specifications()
    yield from _safety()
    yield from _photos()
    yield from _office_work()
    yield from _handover()
    yield from _awkward()
    yield ("Site scans", "Scan notes.txt"), whole(b"")
    yield LARGE_FILE, lambda: ply(large_file_points, seed=4)


def _lines(topic: str, seed: str, amount: int = 24) -> list[str]:
    """Give some plausible sentences, always the same for a topic and a seed."""
    chance = random.Random(f"{topic} {seed}")
    who = ("The contractor", "The architect", "The engineer", "The inspector", "The supplier")
    did = ("checked", "asked about", "approved", "measured", "returned", "photographed")
    what = ("the detail", "the sample", "the drawing", "the delivery", "the joint", "the anchor")
    return [
        f"{index + 1}. {chance.choice(who)} {chance.choice(did)} {chance.choice(what)} "
        f"at grid {chance.choice('ABCDEFG')}{chance.randrange(1, 9)}."
        for index in range(amount)
    ]


def _sheet(title: str, seed: str, pages: int = 2) -> Content:
    body = [[title, "", *_lines(title, f"{seed} {page}")] for page in range(pages)]
    return whole(pdf(title, body))


def _letter(title: str, seed: str) -> Content:
    return whole(docx([title, "", *_lines(title, seed, 12)]))


def _table(title: str, seed: str, rows: int = 20) -> list[list[str | int | float]]:
    chance = random.Random(f"table {title} {seed}")
    head: list[str | int | float] = ["No", "Item", "Quantity", "Rate"]
    items = ("Concrete", "Steel", "Glass", "Cable", "Pipe", "Board", "Paint")
    body: list[list[str | int | float]] = [
        [row, chance.choice(items), chance.randrange(1, 400), chance.randrange(100, 9000) / 100]
        for row in range(1, rows + 1)
    ]
    return [head, *body]


def _workbook(title: str, seed: str) -> Content:
    return whole(xlsx("Sheet1", _table(title, seed)))


def _csv(title: str, seed: str) -> Content:
    rows = _table(title, seed, 60)
    return whole("".join(",".join(map(str, row)) + "\r\n" for row in rows).encode())


def _text(title: str, seed: str) -> Content:
    return whole("\n".join([title, "", *_lines(title, seed), ""]).encode())


def _drawings() -> Iterator[File]:
    for discipline, letter in _DISCIPLINES.items():
        for index, sheet in enumerate(_SHEETS):
            name = f"{letter}-{101 + index} {sheet}"
            folder = ("Drawings", discipline)
            yield (*folder, f"{name}.pdf"), _sheet(name, "rev B")
            plan = floor_plan(100 * ord(letter) + index)
            yield (*folder, "CAD", f"{name}.dxf"), whole(dxf(name, plan))
        old = f"{letter}-101 Ground floor"
        yield ("Drawings", "Superseded", discipline, f"{old} rev A.pdf"), _sheet(old, "rev A", 1)


def _rfis() -> Iterator[File]:
    for index, question in enumerate(_QUESTIONS, start=1):
        folder = ("RFIs", f"RFI-{index:03} {question}")
        yield (*folder, "Question.docx"), _letter(question, "question")
        yield (*folder, "Answer.pdf"), _sheet(f"Answer: {question}", "answer", 1)
        taken = _FIRST_DAY + timedelta(days=index, hours=2)
        yield (*folder, f"IMG_{4000 + index}.jpg"), whole(photo(100 + index, taken))
    yield ("RFIs", "RFI log.xlsx"), _workbook("RFI log", "1")


def _submittals() -> Iterator[File]:
    for section in _SECTIONS:
        folder = ("Submittals", section)
        yield (*folder, "Product data.pdf"), _sheet(section, "product", 3)
        yield (*folder, "Transmittal.docx"), _letter(section, "transmittal")
        members = {
            "calculation.txt": "\n".join(_lines(section, "calculation")).encode(),
            "plans/detail.dxf": dxf(section, floor_plan(len(section))),
        }
        yield (*folder, "Shop drawings.zip"), whole(archive(members))


def _specifications() -> Iterator[File]:
    for section in _SECTIONS:
        division = f"Division {section[:2]}"
        yield ("Specifications", division, f"{section}.pdf"), _sheet(section, "specification", 4)
    yield ("Specifications", "Table of contents.docx"), _letter("Contents", "specifications")


def _safety() -> Iterator[File]:
    for week in range(12):
        day = (_FIRST_DAY + timedelta(weeks=week)).date().isoformat()
        yield ("Safety", "Toolbox talks", f"{day} Toolbox talk.pdf"), _sheet("Toolbox talk", day, 1)
        if week % 2:
            yield ("Safety", "Inspections", f"{day} Inspection.xlsx"), _workbook("Inspection", day)


def _photos() -> Iterator[File]:
    for number in range(40):
        taken = _FIRST_DAY + timedelta(days=2 * number, hours=3, minutes=number)
        folder = ("Photos", f"{taken:%Y-%m}", f"Week {number // 4 + 1:02}")
        yield (*folder, f"IMG_{1000 + number}.jpg"), whole(photo(number, taken))


def _office_work() -> Iterator[File]:
    for trade in ("Concrete", "Steel", "Facade", "Lifts"):
        yield ("Contracts", trade, "Agreement.pdf"), _sheet(f"{trade} agreement", "1", 5)
        yield ("Contracts", trade, "Schedule of rates.xlsx"), _workbook(trade, "rates")
    for number in range(1, 13):
        title = f"Minutes of meeting {number}"
        yield ("Meetings", f"{title}.docx"), _letter(title, "minutes")
    for number in range(1, 17):
        folder = ("Correspondence", "Incoming" if number % 2 else "Outgoing")
        yield (*folder, f"Letter {number:03}.txt"), _text(f"Letter {number}", "letter")
    for month in ("January", "February", "March"):
        yield ("Schedules", f"Look-ahead {month}.csv"), _csv("Look-ahead", month)
        yield ("Cost", f"Report {month}.xlsx"), _workbook("Cost report", month)


def _handover() -> Iterator[File]:
    for depth in range(4, len(_DEEP) + 1, 5):
        yield (*_DEEP[:depth], "Read me.txt"), _text("Handover", str(depth))
    for channel in range(4):
        yield (*_DEEP, f"Channel {channel}.csv"), _csv("Measurements", str(channel))


def _awkward() -> Iterator[File]:
    folder = awkward.FOLDER
    for name in awkward.FILES:
        yield (folder, name), _awkward_content(name)
    for number, name in enumerate(awkward.TWIN_FOLDERS):
        yield (folder, name, "Report.txt"), _text("Report", str(number))
        yield (folder, name, f"Report {number}.txt"), _text("Report", f"other {number}")
    for name in awkward.REFUSED_FOLDERS:
        yield (folder, name, "Inside.txt"), _text("Inside", name)
    for name in awkward.LEFT_ALONE:
        yield (folder, name), whole(f"left alone: {name}\n".encode())


def _awkward_content(name: str) -> Content:
    kind = name.rpartition(".")[2]
    if kind == "pdf":
        return _sheet("Awkward", name, 1)
    if kind == "dxf":
        return whole(dxf("Awkward", floor_plan(len(name))))
    if kind == "zip":
        return whole(archive({"inside.txt": name.encode()}))
    return _text("Awkward", name)
