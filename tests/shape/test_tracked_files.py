"""What is committed belongs here: no place on somebody's machine, no key, nothing huge."""

import re

import pytest
from shape.house import HOUSE, tracked

GRAPH_SEGMENTS = "delta|children|content|search|createUploadSession|permissions|versions"
MACHINE_PATH = re.compile(
    r"(?<![\w.}\])~/-])"  # an absolute path begins here, so not in `{drive}/root/x`
    rf"(?:/work/|/home/\w|/Users/\w|/root/(?!{GRAPH_SEGMENTS})[.\w])"
)
KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
LARGEST_BYTES = 1_000_000


def found(pattern: re.Pattern[str]) -> list[str]:
    """Say where a pattern occurs in what is committed; this file may name what it forbids."""
    return [
        f"{path.relative_to(HOUSE)}:{number}: {hit.group()}"
        for path in tracked()
        if path.name != "test_tracked_files.py"
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1)
        if (hit := pattern.search(line))
    ]


def test_no_committed_file_names_a_place_on_somebodys_machine() -> None:
    assert found(MACHINE_PATH) == []


def test_no_private_key_is_committed() -> None:
    assert found(KEY) == []


def test_committed_files_are_small() -> None:
    large = [path.name for path in tracked() if path.stat().st_size > LARGEST_BYTES]

    assert large == []


@pytest.mark.parametrize("line", ['open("/work/data")', "cd /home/ana", "/root/.cache", "=/root/x"])
def test_a_place_on_a_machine_is_recognised(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize(
    "line", ['f"{drive}/root/x"', '"/root/delta"', "/me/drive/root/x", "https://a.example/work/x"]
)
def test_an_address_is_no_place_on_a_machine(line: str) -> None:
    assert not MACHINE_PATH.search(line)
