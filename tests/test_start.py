import os
import subprocess
import sys
from pathlib import Path

import pytest

from turnbuckle.__main__ import take_data_folder


@pytest.mark.parametrize(
    ("arguments", "kept", "folder"),
    [
        (["run", "tower"], ["run", "tower"], None),
        (["--data", "/d", "run", "tower"], ["run", "tower"], "/d"),
        (["run", "--data=/d", "tower"], ["run", "tower"], "/d"),
        (["run", "tower", "--data", "/d"], ["run", "tower"], "/d"),
        (["--data=/a", "run", "--data", "/b"], ["run"], "/b"),
        (["run", "--", "--data", "/d"], ["run", "--", "--data", "/d"], None),
        (["--database"], ["--database"], None),
    ],
)
def test_the_data_folder_is_found_wherever_it_stands(
    arguments: list[str], kept: list[str], folder: str | None
) -> None:
    assert take_data_folder(arguments) == (kept, folder)


@pytest.mark.parametrize(
    "arguments", [["run", "--data"], ["--data="], ["--data", "--once"]], ids=" ".join
)
def test_a_data_option_without_a_folder_is_refused(arguments: list[str]) -> None:
    with pytest.raises(ValueError, match="--data FOLDER"):
        take_data_folder(arguments)


def test_a_wrong_start_is_one_line_and_no_traceback() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "turnbuckle", "status", "--data"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == "turnbuckle: --data needs a folder: --data FOLDER\n"


def test_an_argument_that_is_no_text_is_refused_in_one_line() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "turnbuckle", "status", b"b\xfcro"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == "turnbuckle: this is no text in UTF-8: 'b\\udcfcro'\n"


def test_a_wrong_address_of_the_database_is_one_line_without_the_password() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "turnbuckle", "status"],
        env={**os.environ, "DATABASE_URL": "postgres://ana:secret@db.example/"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("turnbuckle: DATABASE_URL names no database; write postgres://")
    assert ended.stderr.count("\n") == 1
    assert "secret" not in ended.stderr


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"TURNBUCKLE_DATA": "/some/where"}, "/some/where"),
        ({"XDG_DATA_HOME": "/xdg"}, "/xdg/turnbuckle"),
        ({"HOME": "/nowhere/ada"}, "/nowhere/ada/.local/share/turnbuckle"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_the_data_folder_follows_the_environment(environment: dict[str, str], folder: str) -> None:
    named = ("TURNBUCKLE_DATA", "XDG_DATA_HOME")
    others = {key: value for key, value in os.environ.items() if key not in named}

    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from turnbuckle.store import settings; print(settings.TURNBUCKLE_DATA)",
        ],
        env={**others, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert Path(ended.stdout.strip()) == Path(folder)
