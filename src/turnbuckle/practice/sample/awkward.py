"""Names that are hard on a synchroniser, each met in real projects or refused by some system."""

import unicodedata

FOLDER = "Zz Awkward names"

REFUSED_BY_MICROSOFT = (
    "Door 7' 0\" x 3' 0\".pdf",
    "Level * plans.pdf",
    "RFI 12: answer.pdf",
    "Clearance < 300 mm.pdf",
    "Clearance > 300 mm.pdf",
    "Approved?.pdf",
    "North\\South elevation.pdf",
    "Option A | Option B.pdf",
    "Heating/cooling.txt",
    "Tab\tand line\nbreak.txt",
    "_vti_cnf.txt",
    "my_vti_notes.txt",
)
EDGES_OF_NAMES = (
    "Ends with a dot.",
    "Ends with three dots...",
    "Ends with a space ",
    "Ends with both. . ",
    " Starts with a space.txt",
    "   Starts with three spaces.txt",
    ".hidden settings.txt",
    "No extension",
    "Many.dots.in.one.name.txt",
    "...",
)
RESERVED = ("CON.pdf", "nul", "aux.txt", "COM1", "lpt9.dxf", ".lock", "PRN.zip")
HARMLESS_BUT_RARE = (
    "100% #1 + R&D.pdf",
    "50%25 done; 'final' (really) [v2] {x}.pdf",
    "Plan&#39;s & more.txt",
    "a=b~c=d#e.txt",
    "$0 budget.txt",
    "\U0001f3d7\ufe0f Baustelle \U0001f477\u200d\u2640\ufe0f.txt",
    "\u5efa\u7bc9\u56f3\u9762 \u4e00\u968e.pdf",
    "\u0645\u062e\u0637\u0637 \u0627\u0644\u0637\u0627\u0628\u0642.pdf",
    "\u05ea\u05d5\u05db\u05e0\u05d9\u05ea.txt",
    "Stra\u00dfe und STRASSE.txt",
)
EQUAL_BUT_FOR_CASE = ("Minutes.txt", "minutes.txt", "MINUTES.txt")
EQUAL_AFTER_MAPPING = ("Detail 3:4.txt", "Detail 3*4.txt", "Detail 3-4.txt")
COMPOSED_AND_DECOMPOSED = tuple(
    unicodedata.normalize(form, "Aufz\u00fcge \u00dcbersicht \u00e9tage.txt")
    for form in ("NFC", "NFD")
)
LONG = (
    "Long " + "n" * 171 + ".txt",
    "\u00e4" * 90 + " and the other half of a very long name " + "z" * 46 + ".txt",
)
TWIN_FOLDERS = ("Site Reports", "site reports", "Site reports.")
REFUSED_FOLDERS = ("A/C: 1 of 2", "Forms", "~working", "CON", " padded ")
LEFT_ALONE = ("~$Minutes of meeting 4.docx", "Thumbs.db", "export.tmp")

FILES = (
    *REFUSED_BY_MICROSOFT,
    *EDGES_OF_NAMES,
    *RESERVED,
    *HARMLESS_BUT_RARE,
    *EQUAL_BUT_FOR_CASE,
    *EQUAL_AFTER_MAPPING,
    *COMPOSED_AND_DECOMPOSED,
    *LONG,
)
