"""The log is one JSON line for each thing, says what it is about, and holds no secret."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from scenarios.stage import Stage

from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.store import runs
from turnbuckle.sync.running import run_link
from turnbuckle.sync.subject import about
from turnbuckle.wiring import log_lines

_OURS, _LIBRARYS = logging.getLogger("turnbuckle.tests"), logging.getLogger("some.library")
_JSON_WEB_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmVk"
PLANTED = {
    "in an address": "GET https://storage.example/a.pdf?tempauth=HUSH-1&x=1 failed",
    "behind its name": "refused: access_token=HUSH-2, refresh_token='HUSH-3'",
    "in JSON": '{"client_secret": "HUSH-4", "code_verifier":"HUSH-5"}',
    "of a header": "Authorization: Bearer HUSH-6.abcdefghij",
    "by its form": f"got {_JSON_WEB_TOKEN}",
    "of a user": "postgres at https://me:HUSH-7@database.example/there",
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Give the process its logging back."""
    root, ours = logging.getLogger(), logging.getLogger("turnbuckle")
    handlers, level, own = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    ours.setLevel(own)


def logged(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_no_secret_is_in_any_line_wherever_it_was_planted(stream: type[io.StringIO]) -> None:
    out = stream()
    log_lines.set_up({}, usual="debug", stream=out)

    for text in PLANTED.values():
        _OURS.info(text)
        _OURS.warning("said: %s", text)
        _OURS.info("with more", extra={"said": text, "nested": {"deep": [text, {"x": text}]}})
        _LIBRARYS.error("of a library: %s", text, extra={"url": text})
        try:
            raise ValueError(text)
        except ValueError:
            _OURS.exception("a traceback")
    _OURS.info("by name", extra={"access_token": "HUSH-8", "more": {"client_secret": "HUSH-9"}})

    said = out.getvalue()
    assert said.count("a traceback") == len(PLANTED)
    assert "HUSH" not in said
    assert _JSON_WEB_TOKEN not in said


def test_a_line_tells_when_how_grave_who_and_what_it_is_about() -> None:
    out = io.StringIO()
    log_lines.set_up({}, usual="info", stream=out)

    with about(organisation="default", link="tower"), about(run=7):
        _OURS.warning("stopped: %s", "no space", extra={"writes": 3})
    _OURS.warning("of no link")

    first, second = logged(out)
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "level": "warning",
        "logger": "turnbuckle.tests",
        "event": "stopped: no space",
        "organisation": "default",
        "link": "tower",
        "run": 7,
        "writes": 3,
    }
    assert not {"organisation", "link", "run"} & set(second)


@pytest.mark.parametrize(
    ("named", "told"),
    [("", ["info", "warning"]), ("WARNING", ["warning"]), ("debug", ["debug", "info", "warning"])],
)
def test_the_environment_sets_the_level(named: str, told: list[str]) -> None:
    out = io.StringIO()
    log_lines.set_up({log_lines.VARIABLE: named}, usual="info", stream=out)

    _OURS.debug("one")
    _OURS.info("two")
    _OURS.warning("three")
    _LIBRARYS.info("what libraries chat about")

    assert [line["level"] for line in logged(out)] == told


def test_off_tells_nothing_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    log_lines.set_up({}, usual="off")

    _OURS.error("one")
    _LIBRARYS.critical("two")

    assert capsys.readouterr() == ("", "")


async def test_what_is_logged_in_a_run_is_about_it(transactional_db: None) -> None:
    stage = await asyncio.to_thread(Stage)
    stage.left.put("D/a.txt", b"ink")
    out = io.StringIO()
    log_lines.set_up({}, usual="info", stream=out)

    def is_to_end() -> bool:
        _OURS.info("asked")
        return False

    await run_link(stage.ends, stage.clock, is_to_end=is_to_end)
    _OURS.info("over")

    *within, after = logged(out)
    assert {(line["organisation"], line["link"]) for line in within} == {
        (stage.ends.scope.name, stage.ends.link.name)
    }
    assert all(isinstance(line["run"], int) for line in within)
    assert "run" not in after


async def test_what_is_logged_while_a_run_is_put_away_is_about_it_too(
    transactional_db: None,
) -> None:
    class Telling(StepClock):
        def now(self) -> datetime:
            _OURS.info("asked for the time")
            return super().now()

    stage = await asyncio.to_thread(Stage)
    out = io.StringIO()
    log_lines.set_up({}, usual="info", stream=out)

    await run_link(stage.ends, Telling())

    last = logged(out)[-1]  # the time at which the report was kept
    (run,) = await asyncio.to_thread(runs.last, stage.ends.link, 1)
    assert (last["link"], last["run"]) == (stage.ends.link.name, run.id)
