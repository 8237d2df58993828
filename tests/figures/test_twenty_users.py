"""Twenty users at once on both services: no answer that a real service would not give."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from figures.crowd import Tally, User
from figures.crowd_of_procore import ProcoreUser
from figures.crowd_of_teams import TeamsUser

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.world import CHANNEL, PracticeWorld, WorldSettings

_GROUP = 5  # of each service, people whom nobody counts, and as many apps within the real limits


@pytest.mark.slow
async def test_twenty_users_of_both_services_meet_no_answer_that_a_real_one_would_not_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _twenty(tmp_path, 3, capsys)


@pytest.mark.ci
@pytest.mark.lasts(60)
async def test_twenty_users_for_a_minute_meet_no_answer_that_a_real_service_would_not_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _twenty(tmp_path, 60, capsys)


async def _twenty(folder: Path, seconds: float, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    async with _crowd(folder, tally) as (world, users):
        began = time.monotonic()
        await asyncio.gather(*(user.work(seconds) for user in users))
        took = time.monotonic() - began

        with capsys.disabled():
            print(
                f"\n20 users for {took:.0f} s: {tally.calls.total() / took:.0f} requests/s,"
                f" {tally.throttled} times told to wait, overtaken {dict(tally.overtaken)}"
            )
        assert tally.wrong == []
        assert {type(user) for user in users if user.files} == {ProcoreUser, TeamsUser}
        await _nothing_is_lost(world, users)
        assert tally.wrong == []


@asynccontextmanager
async def _crowd(folder: Path, tally: Tally) -> AsyncIterator[tuple[PracticeWorld, Sequence[User]]]:
    settings = WorldSettings(documents="empty", folder=folder, limits="real")
    async with PracticeWorld(settings) as world:
        world.microsoft.switches.library_restore = True
        documents = world.procore.documents(world.project_id)
        channel = world.microsoft.channel(CHANNEL)
        shared = (
            str(documents.add_folder(documents.root_id, "All", PERSONS[0])),
            channel.drive.add_folder(channel.folder, "All", PERSONS[0]),
        )
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            users = [
                await _user(world, session, tally, number, shared) for number in range(4 * _GROUP)
            ]
            yield world, users


async def _user(
    world: PracticeWorld,
    session: aiohttp.ClientSession,
    tally: Tally,
    number: int,
    shared: tuple[str, str],
) -> User:
    place, limited = number % 2, number < 2 * _GROUP
    side = ("procore", "microsoft")[place]
    person = PERSONS[number // 2 % _GROUP]
    world.procore.set_level(world.project_id, person, Level.ADMIN)
    facts = world.startup[side]
    token = await (_app_token if limited else _person_token)(session, world, side, person.key)
    options: dict[str, Any] = {
        "facts": facts, "token": token, "limited": limited, "shared": shared[place],
    }  # fmt: skip
    name = f"{'App' if limited else person.key.title()} {number}"
    user = (ProcoreUser, TeamsUser)[place](name, session, tally, **options)
    await user.settle()
    return user


async def _person_token(
    session: aiohttp.ClientSession, world: PracticeWorld, side: str, key: str
) -> str:
    address = f"{world.startup[side]['address']}/practice/token"
    headers = {"X-Practice-Token": world.people_token}
    async with session.post(address, json={"as": key}, headers=headers) as reply:
        return str((await reply.json())["access_token"])


async def _app_token(
    session: aiohttp.ClientSession, world: PracticeWorld, side: str, _key: str
) -> str:
    told = world.startup[side]
    form = {"grant_type": "client_credentials", "client_id": told["client_id"]}
    form["client_secret"] = told["client_secret"]
    address = f"{told['address']}/oauth/token"
    if side == "microsoft":
        address = f"{told['address']}/{told['tenant_id']}/oauth2/v2.0/token"
        form["scope"] = "https://graph.microsoft.com/.default"
    async with session.post(address, data=form) as reply:
        return str((await reply.json())["access_token"])


async def _nothing_is_lost(world: PracticeWorld, users: Sequence[User]) -> None:
    """Compare what is there with what each user left, and each part of a service with the rest."""
    for user in users:
        user.ends = time.monotonic() + 600
        user.limited = False
        if isinstance(user, TeamsUser) and user.name.startswith("App"):
            continue  # the limits of the app may be used up
        if isinstance(user, TeamsUser):
            await user.follow()
            _delta_tells_the_tree(world, user)
    _files_are_as_left(world, users)
    _sums_are_right(world)
    _children_know_their_parents(world)
    _every_byte_is_somebodys(world)


def _delta_tells_the_tree(world: PracticeWorld, user: TeamsUser) -> None:
    drive = world.microsoft.channel(CHANNEL).drive
    living = {row[0]: (row[1], row[2]) for row in drive.walk()}
    known = {item: row for item, row in user.known.items() if item != drive.root_id}
    assert known == living, user.name


def _files_are_as_left(world: PracticeWorld, users: Sequence[User]) -> None:
    documents = world.procore.documents(world.project_id)
    drive = world.microsoft.channel(CHANNEL).drive
    there = {
        **{str(row[0]): (row[2], str(row[1]), row[5]) for row in documents.walk() if not row[3]},
        **{row[0]: (row[2], str(row[1]), _sent(drive, row[0])) for row in drive.walk()},
    }
    for user in users:
        for file, held in user.files.items():
            sha256 = hashlib.sha256(held.data).hexdigest()
            assert there[file] == (held.name, held.folder, sha256), user.name
        assert not there.keys() & user.binned.keys(), user.name


def _sent(drive: Drive, item: str) -> str:
    """The SHA-256 of a file as it came in, before SharePoint rewrote it."""
    content = drive.tree.entries[item].content
    if content is None:
        return ""
    return (content.received or content.blob).sha256


def _sums_are_right(world: PracticeWorld) -> None:
    drive = world.microsoft.channel(CHANNEL).drive
    entries = drive.tree.entries.values()
    files = [one for one in entries if one.content is not None and not drive.tree.is_gone(one)]
    for one in files:
        kept = sum(old.content.size for old in one.older)
        assert one.content is not None
        assert (one.size, one.stored) == (one.content.size, one.content.size + kept)
    assert drive.tree.root.size == sum(one.size for one in files)
    assert drive.used_bytes == sum(one.stored for one in files)
    assert drive.bin_bytes == sum(drive.tree.entries[item].stored for item in drive.bin)


def _children_know_their_parents(world: PracticeWorld) -> None:
    documents = world.procore.documents(world.project_id)
    for node in documents.nodes.values():
        for child in (*node.folders, *node.files):
            assert documents.nodes[child].parent == node.id
        if node.parent is not None:
            above = documents.nodes[node.parent]
            assert node.id in (above.folders if node.is_folder else above.files)
        in_bin = any(each.is_bin for each in documents.above(node))
        assert node.deleted is in_bin
        numbers = [version.number for version in node.versions]
        assert numbers == list(range(1, len(numbers) + 1))
    for sort in ("", "name", "updated_at", "document_type_then_name"):
        assert {node.id for node in documents.orders.listed(sort)} == set(documents.nodes)


def _every_byte_is_somebodys(world: PracticeWorld) -> None:
    documents = world.procore.documents(world.project_id)
    drive = world.microsoft.channel(CHANNEL).drive
    known = {each.blob.id for each in documents.versions.values()}
    for entry in drive.tree.entries.values():
        known |= {old.content.blob.id for old in entry.older}
        known |= {entry.content.blob.id} if entry.content is not None else set()
    there = {path.name for path in world.blobs.folder.glob("??/*")}
    assert known <= there
    waiting = {blob.id for blob in world.procore.uploads.waiting()}
    due = {blob.id for blob in world.microsoft.stale}  # and what goes with the next picture
    assert there <= known | waiting | due | {path.name for path in world.blobs.dropped}
