"""`docs/practice-mode.md` says of every operation of the contracts whether practice mode has it."""

import re
from pathlib import Path

import pytest
from contract_checks.report import Standing, implemented, report
from shape.house import HOUSE

_ROW = re.compile(r"^\| `(?P<operation>[A-Z]+ /[^`]*)` \| (?P<there>yes|no) \| .+ \|$", re.M)
_PAGE = (HOUSE / "docs" / "practice-mode.md").read_text(encoding="utf-8")
_HEADS = {"graph": "### Microsoft Graph", "procore": "### Procore"}


def told(service: str) -> dict[str, str]:
    """Give what the page says of a service: operation and `yes` or `no`."""
    part = _PAGE.partition(f"\n{_HEADS[service]}\n")[2].partition("\n### ")[0]
    rows = [(row["operation"], row["there"]) for row in _ROW.finditer(part)]
    assert len(rows) == len(dict(rows)), "an operation is told of twice"
    return dict(rows)


@pytest.mark.parametrize("service", sorted(_HEADS))
def test_the_page_tells_of_every_operation_what_is_true(service: str, tmp_path: Path) -> None:
    lines = report(implemented(tmp_path / "blobs"), ())

    assert told(service) == {
        one.operation: "no" if one.standing is Standing.ABSENT else "yes"
        for one in lines
        if one.service == service
    }
