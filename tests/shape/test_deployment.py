"""The files for installing us say what their linters and we want of them."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from turnbuckle.store import gauges
from turnbuckle.sync.counting import RunCounts
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.metrics import database_is, exposition

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "turnbuckle.service"


def program(name: str) -> str:
    """Find a linter; where it is not there the test stays away, except in CI."""
    found = shutil.which(name, path=f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing")
    if found is None:
        pytest.skip(f"not needed here: {name} is not installed, CI has it")
    return found


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def ours(compose: Any) -> list[Any]:
    return [each for each in compose["services"].values() if "build" in each]


@pytest.mark.ci
def test_the_linter_of_images_finds_nothing() -> None:
    said = subprocess.run(
        [program("hadolint"), str(DEPLOY / "Dockerfile")], capture_output=True, check=False
    )

    assert (said.returncode, said.stdout.decode()) == (0, "")


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text()))
    if shutil.which("systemd-analyze") is None:
        pytest.skip("not needed here: systemd-analyze is not on this machine")

    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in said.stderr.splitlines() if UNIT.name in line] == []


def test_no_image_of_ours_runs_as_root_or_can_write_its_files(compose: Any) -> None:
    assert re.search(r"^USER 10001", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert len(ours(compose)) == 3
    for each in ours(compose):
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert each["security_opt"] == ["no-new-privileges:true"]


def test_nothing_is_reached_from_beyond_the_machine(compose: Any) -> None:
    ports = [port for each in compose["services"].values() for port in each.get("ports", ())]

    assert ports == ["127.0.0.1:8080:8080"]


def test_no_password_stands_in_what_is_committed(compose: Any) -> None:
    told = json.dumps(compose["services"])

    assert not re.search(r"://[^@\"/]*:[^@\"]*@", told)
    assert compose["secrets"] == {
        "database_password": {"file": "./secrets/database_password"},
    }
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", "deploy/secrets/database_password"], cwd=ROOT, check=False
    )
    assert ignored.returncode == 0


def test_the_image_is_made_with_the_python_and_the_lock_that_are_tested() -> None:
    said = (DEPLOY / "Dockerfile").read_text()
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]

    images = set(re.findall(r"^FROM python:(3\.\d+)-slim", said, re.MULTILINE))

    assert images == {"3.13"}
    assert wanted == ">=3.12"
    assert said.count("uv sync --frozen --no-default-groups") == 2


@pytest.mark.ci
def test_compose_takes_the_file() -> None:
    said = subprocess.run(
        [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        cwd=DEPLOY,
        check=False,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 0, said.stdout


def test_whoever_is_waited_for_is_there(compose: Any) -> None:
    services = compose["services"]

    waited = {name for each in services.values() for name in each.get("depends_on", ())}

    assert waited == {"database", "migrate"}
    assert waited <= set(services)


@pytest.mark.parametrize("name", ["alert-rules.yaml", "../docs/operations.md"])
def test_each_metric_that_is_written_about_is_there(name: str, db: None) -> None:
    now = datetime.now(UTC)
    text = exposition(RunCounts(), Meter(), gauges.read(now, practice=True)) + database_is(True)
    there = set(re.findall(r"^# TYPE (turnbuckle_\w+)", text.decode(), re.MULTILINE))

    told = set(re.findall(r"\b(turnbuckle_[a-z_]+[a-z])", (DEPLOY / name).read_text()))

    assert told
    assert {re.sub(r"_(bucket|count|sum)$", "", each) for each in told} - there == set()


def test_prometheus_reads_rules_that_have_an_expression_and_say_what_to_do() -> None:
    scraped = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())
    groups = yaml.safe_load((DEPLOY / "alert-rules.yaml").read_text())["groups"]

    rules = [rule for group in groups for rule in group["rules"]]

    assert scraped["rule_files"] == ["alert-rules.yaml"]
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 6
    assert all(rule["expr"] and rule["annotations"]["summary"] for rule in rules)


def test_whoever_is_asked_whether_it_is_ready_listens_there(compose: Any) -> None:
    asked = [each for each in ours(compose) if "healthcheck" in each]

    assert len(asked) == 2
    for each in asked:
        assert ":9464/ready" in each["healthcheck"]["test"][-1]
        assert each["command"][-2:] == ["--metrics", "0.0.0.0:9464"]
