"""Every test is one of the contracts too: what goes over the wire in it is checked.

At the end of a run in which services were called, the operations are summed up; with xdist the
workers report to the one process that prints.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_checks.checking import Checker
from contract_checks.report import implemented, report, summary

from turnbuckle.practice.exchanges import onlookers

_CHECKER = Checker()
_KEY = "contracts-exercised"


def pytest_configure(config: pytest.Config) -> None:
    """Look on."""
    onlookers.append(_CHECKER.see)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Look away."""
    onlookers.remove(_CHECKER.see)


@pytest.fixture(autouse=True)
def _the_contracts_are_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which practice mode, or a connector of ours, did not keep to a contract."""
    _CHECKER.faults.clear()
    _CHECKER.lenient = request.node.get_closest_marker("off_contract") is not None
    yield
    assert not _CHECKER.faults, "\n".join(dict.fromkeys(_CHECKER.faults))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what this worker saw to the process that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_KEY] = sorted(_CHECKER.exercised)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker saw."""
    told = getattr(node, "workeroutput", {}).get(_KEY, ())
    _CHECKER.exercised.update((service, operation) for service, operation in told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was exercised."""
    if not _CHECKER.exercised:
        return
    with tempfile.TemporaryDirectory(prefix="turnbuckle-contracts-") as folder:
        lines = list(report(implemented(Path(folder)), _CHECKER.exercised))
    terminalreporter.section("contracts")
    config = terminalreporter.config
    whole = config.args_source is config.ArgsSource.TESTPATHS and config.option.markexpr != "ci"
    for line in summary(lines, every=whole):
        terminalreporter.write_line(line)
