"""What the doctor says of webhooks, links, keys, disk and accounts, as they are on record."""

import asyncio
import shutil
import socket
import sqlite3
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from store.building import NOW, House

from turnbuckle.actions.doctor import (
    accounts,
    database,
    disk,
    key,
    links,
    permissions,
    remotes,
    webhooks,
)
from turnbuckle.actions.doctor.finding import Finding, Grounds, Verdict
from turnbuckle.actions.doctor.permissions import Owned
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.store import models, recipients, runs
from turnbuckle.store.hooks import State
from turnbuckle.store.vault import KEY_VARIABLE
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.remotes import shared

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def house(transactional_db: None, tmp_path: Path, settings: Settings) -> House:
    settings.TURNBUCKLE_DATA = tmp_path
    return House()


@pytest.fixture
def grounds(house: House, tmp_path: Path) -> Grounds:
    return Grounds(data=tmp_path, environment={}, clock=StepClock(start=NOW), scopes=(house.scope,))


def told(found: list[Finding]) -> list[tuple[Verdict, str]]:
    return [(each.verdict, each.said) for each in found]


def hooked(house: House, feed: str = "project 7", **columns: Any) -> None:
    connection = house.scope.connections.get("site")
    models.Hook.objects.create(
        organisation_id=house.scope.id, connection_id=connection.id, feed_address=feed,
        next_at=NOW, **columns,
    )  # fmt: skip


def ended(house: House, state: str, **report: Any) -> None:
    """Put one run of the link on record."""
    models.Run.objects.create(
        link_id=house.link.id, fence=1, started_at=NOW, ended_at=NOW, state=state, report=report
    )


@pytest.mark.parametrize(
    ("columns", "verdict", "words"),
    [
        ({"state": State.WORKING}, Verdict.WELL, "site: it works"),
        ({"state": State.MISSING}, Verdict.NOTE, "one is not set up yet"),
        (
            {"state": State.REFUSED, "trouble": "no right"},
            Verdict.NOTE,
            "site may not have one: no right; polls alone",
        ),
        (
            {"state": State.BROKEN, "trouble": "it answers 500"},
            Verdict.TROUBLE,
            "could not be set up or renewed: it answers 500",
        ),
        (
            {"state": State.WORKING, "expires_at": NOW - timedelta(minutes=1)},
            Verdict.TROUBLE,
            "has expired and was not renewed",
        ),
        ({"state": State.WORKING, "expires_at": NOW + timedelta(days=3)}, Verdict.WELL, "works"),
    ],
)
def test_each_way_that_a_webhook_can_be_is_told(
    house: House, grounds: Grounds, columns: dict[str, Any], verdict: Verdict, words: str
) -> None:
    hooked(house, **columns)

    (found,) = asyncio.run(webhooks.examine(grounds))

    assert found.verdict is verdict
    assert words in found.said
    assert bool(found.todo) is (verdict is Verdict.TROUBLE)


def test_what_is_the_same_of_many_webhooks_is_told_once_with_their_number(
    house: House, grounds: Grounds
) -> None:
    for number in range(3):
        hooked(house, f"project {number}", state=State.WORKING)

    assert told(asyncio.run(webhooks.examine(grounds))) == [
        (Verdict.WELL, "site: it works (3 times)")
    ]


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["done", "failed"], "the last run did not get through"),
        (["done", "failed", "broken off"], "the last 2 runs did not get through"),
        (["failed", "failed", "failed", "failed"], "the last 3 runs did not get through"),
    ],
)
def test_runs_that_failed_are_told_with_their_number(
    house: House, grounds: Grounds, states: list[str], words: str
) -> None:
    for state in states:
        ended(house, state)

    found = asyncio.run(links.examine(grounds))

    assert found[0].verdict is Verdict.TROUBLE
    assert words in found[0].said
    assert found[0].todo == 'turnbuckle run "tower" says why'


@pytest.mark.parametrize(("count", "words"), [(1, "1 item is"), (1200, "1,200 items are")])
def test_what_is_not_in_step_is_told_with_how_to_find_out_why(
    house: House, grounds: Grounds, count: int, words: str
) -> None:
    ended(house, "done", blocked=count)

    (found, _) = asyncio.run(links.examine(grounds))

    assert f"{words} not in step" in found.said
    assert "turnbuckle why" in found.todo


def test_a_link_whose_accounts_are_signed_out_is_paused_with_the_reason(
    house: House, grounds: Grounds
) -> None:
    models.Integration.objects.update(paused="sign in again (turnbuckle connect procore)")

    said = [each.said for each in asyncio.run(links.examine(grounds))]

    assert said[0] == "tower is paused: sign in again (turnbuckle connect procore)"


def test_a_link_that_runs_for_the_first_time_is_no_trouble(house: House, grounds: Grounds) -> None:
    runs.start(house.link, house.lease(), now=NOW)

    assert told(asyncio.run(links.examine(grounds)))[0] == (Verdict.WELL, "1 link in step")


def test_a_recipient_that_could_not_be_told_is_trouble(house: House, grounds: Grounds) -> None:
    made = recipients.add(
        house.scope.connections, "ops", address="https://ops.example.com/hush",
        shown="ops.example.com", kind="live", now=NOW,
    )  # fmt: skip
    alert = models.Alert.objects.create(
        organisation_id=house.scope.id, link_id=house.link.id, name="tower", kind="late", said="",
        opened_at=NOW,
    )  # fmt: skip
    models.Telling.objects.create(
        alert=alert, recipient_id=made.id, event="opened", made_at=NOW, next_at=NOW,
        trouble="ops.example.com answered 404", given_up=True,
    )  # fmt: skip

    found = [each for each in asyncio.run(links.examine(grounds)) if each.area == links.ALERTS]

    assert told(found) == [
        (
            Verdict.TROUBLE,
            "ops was not told of all alerts: ops.example.com answered 404; 1 given up",
        )
    ]
    assert 'turnbuckle alerts forget "ops"' in found[0].todo


def test_a_link_set_aside_by_an_organisation_without_any_is_a_note(
    grounds: Grounds, house: House
) -> None:
    house.scope.links.remove("tower", now=NOW)

    assert told(asyncio.run(links.examine(grounds))) == [(Verdict.NOTE, "there are none yet")]


def test_a_key_of_the_environment_is_told_as_such(grounds: Grounds) -> None:
    found = asyncio.run(key.of_file(replace(grounds, environment={KEY_VARIABLE: "x"})))

    assert [each.verdict for each in found] == [Verdict.WELL, Verdict.NOTE]
    assert KEY_VARIABLE in found[0].said


def test_secrets_that_the_key_does_not_open_are_told_once(house: House, grounds: Grounds) -> None:
    models.Connection.objects.update(secrets=b"nothing that we sealed")

    found = asyncio.run(key.of_connections(grounds))

    assert [each.verdict for each in found] == [Verdict.TROUBLE]
    assert "site, team" in found[0].said


@pytest.mark.parametrize(
    ("free", "verdict"), [(499_000_000, Verdict.TROUBLE), (501_000_000, Verdict.WELL)]
)
def test_a_disk_that_is_nearly_full_is_trouble(
    grounds: Grounds, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))

    (found,) = asyncio.run(
        disk.examine(replace(grounds, data=grounds.data / "not" / "there" / "yet"))
    )

    assert found.verdict is verdict


def test_an_account_at_no_remote_of_ours_needs_no_sign_in_and_one_at_an_unknown_cloud_fails(
    house: House, grounds: Grounds
) -> None:
    memory = house.connection("memory", "memory")
    lost = house.connection("lost", "procore")
    models.Connection.objects.filter(id=lost.id).update(kind="live", settings={"cloud": "moon"})
    lost = house.scope.connections.get("lost")

    async def examine() -> list[Finding]:
        async with shared(grounds.clock, Meter()) as parts:
            return [await accounts.examine(each, parts) for each in (memory, lost)]

    fine, unknown = asyncio.run(examine())

    assert (fine.verdict, fine.said) == (Verdict.WELL, "memory needs no sign-in")
    assert unknown.verdict is Verdict.TROUBLE
    assert "moon" in unknown.said


def test_an_account_whose_remote_never_answers_is_told_in_time(
    house: House, grounds: Grounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "_ACCOUNT_SECONDS", 0.3)
    models.Connection.objects.filter(name="team").update(system="memory")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        models.Connection.objects.filter(name="site").update(
            settings={"practice": address, "client_id": "a", "company_id": "1", "sign_in": "app"}
        )

        (found, *_) = asyncio.run(remotes.examine(grounds))

    assert (found.area, found.verdict) == (accounts.AREA, Verdict.TROUBLE)
    assert found.said == "site: no answer within 0 s"


def test_more_links_than_are_asked_for_are_told_with_how_to_ask_for_one(
    house: House, grounds: Grounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "MOST_LINKS", 0)

    async def examine() -> list[Finding]:
        async with shared(grounds.clock, Meter()) as parts:
            return await permissions.examine([Owned(house.scope, house.link)], parts)

    found = asyncio.run(examine())

    assert told(found) == [(Verdict.NOTE, "1 link not asked for, to spare calls and time")]
    assert "turnbuckle link check" in found[0].todo


def test_what_lies_beside_a_database_and_is_not_merged_is_trouble_when_it_is_much(
    tmp_path: Path,
) -> None:
    file = tmp_path / "turnbuckle.sqlite3"
    sqlite3.connect(file).execute("CREATE TABLE one (number)").connection.close()
    with (tmp_path / "turnbuckle.sqlite3-wal").open("wb") as log:
        log.truncate(300_000_000)  # a hole; it takes no room

    found = list(database._sound(file))

    assert told(found) == [
        (Verdict.WELL, "the file is sound"),
        (
            Verdict.TROUBLE,
            "300 MB lie beside it in turnbuckle.sqlite3-wal and are not merged",
        ),
    ]
