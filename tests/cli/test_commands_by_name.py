"""Commands are loaded when they are called for, and only what they work with."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_group

from turnbuckle.cli.app import app
from turnbuckle.cli.commands import COMMANDS

_LOADED = """
import sys
from turnbuckle.__main__ import main
sys.argv[0] = "turnbuckle"
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_line_of_the_list_is_how_the_commands_own_help_begins(name: str) -> None:
    group = get_group(app)
    command = group.get_command(typer.Context(group), name)

    assert command is not None
    assert command.name == name
    assert (command.help or "").startswith(COMMANDS[name][1])


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["held", "list"]], ids=" ".join)
def test_a_command_that_asks_no_service_loads_no_http(arguments: list[str], tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOADED, "--data", tmp_path / "data", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert {"django", "typer"} <= set(ended.stderr.split())
    assert {"aiohttp", "uvicorn", "oauthlib"}.isdisjoint(ended.stderr.split())
