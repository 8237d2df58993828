"""Says at the end of a run which programs of others practice mode was tried with."""

import importlib.metadata
import shutil
import subprocess

import pytest

_PACKAGES = ("msal", "msgraph-sdk", "propycore", "schemathesis", "playwright")
_PROGRAMS = ("rclone", "chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the versions after a run of the tests that are for CI."""
    if terminalreporter.config.option.markexpr != "ci":
        return
    terminalreporter.section("programs of others")
    for name in _PACKAGES:
        terminalreporter.write_line(f"{name} {_version_of_package(name)}")
    for name in _PROGRAMS:
        terminalreporter.write_line(_version_of_program(name))


def _version_of_package(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "is missing: make .venv/.others"


def _version_of_program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        return f"{name} is missing: apt-get install {name}"
    option = "version" if name == "rclone" else "--version"
    try:
        said = subprocess.run(
            [path, option], capture_output=True, text=True, timeout=30, check=False
        )
    except subprocess.TimeoutExpired:
        return f"{name} does not say its version"
    return said.stdout.partition("\n")[0]
