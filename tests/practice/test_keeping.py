"""A world in a folder of its own is there again at the next start, and nothing else is."""

import hashlib
import os
import pickle
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import RealClock
from turnbuckle.practice.guard import PEOPLE_HEADER
from turnbuckle.practice.keeping import PICTURE, Keeper
from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import body_of
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.startup import CannotStart
from turnbuckle.practice.world import Ports, PracticeWorld, WorldSettings


def at(folder: Path, **more: Any) -> PracticeWorld:
    settings: dict[str, Any] = {"documents": "empty", "folder": folder, "limits": "off"}
    return PracticeWorld(WorldSettings(**settings | more))


def sample(folder: Path) -> PracticeWorld:
    return at(folder, documents="sample")


def bytes_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


async def saved(world: PracticeWorld, name: str, text: bytes) -> None:
    for user in (ProcoreUser, TeamsUser):
        person = await user.sign_in(world.startup, "ana")
        await person.add_file(person.top, name, body_of(text))
        await person.close()


async def found(world: PracticeWorld, name: str) -> list[bytes]:
    contents = []
    for user in (ProcoreUser, TeamsUser):
        person = await user.sign_in(world.startup, "ana")
        (seen,) = [one for one in await person.listing() if one.name == name]
        contents.append(b"".join([piece async for piece in person.read(seen)]))
        await person.close()
    return contents


async def test_what_people_did_is_there_at_the_next_start(tmp_path: Path) -> None:
    async with sample(tmp_path / "w") as world:
        before = world.startup
        await saved(world, "kept.txt", b"ink")

    async with sample(tmp_path / "w") as world:
        contents = await found(world, "kept.txt")
        after = world.startup

    assert contents == [b"ink", b"ink"]
    for side in ("procore", "microsoft"):
        same = ("address", "storage_address", "people_page", "client_id", "client_secret")
        assert [after[side][key] for key in same] == [before[side][key] for key in same]
    assert after["files"] == before["files"]


async def test_who_joined_is_told_of_at_the_next_start(tmp_path: Path) -> None:
    async with sample(tmp_path / "w") as world:
        headers = {PEOPLE_HEADER: world.people_token}
        async with aiohttp.ClientSession(world.procore.address, headers=headers) as session:
            wanted = {"kind": "person", "name": "Nora Quay"}
            async with session.post("/practice/panel.json/make", json=wanted) as answer:
                assert answer.status == 201, await answer.text()

    async with sample(tmp_path / "w") as world:
        assert "Nora Quay" in [one["name"] for one in world.startup["persons"]]


async def test_a_token_of_before_opens_after(tmp_path: Path) -> None:
    async with sample(tmp_path / "w") as world:
        tokens = [world.startup[side]["token"]["access_token"] for side in ("procore", "microsoft")]

    async with sample(tmp_path / "w") as world, aiohttp.ClientSession() as session:
        company = str(world.startup["procore"]["company_id"])
        asked = (f"{world.procore.address}/rest/v1.0/me", f"{world.microsoft.address}/v1.0/users")
        answers = []
        for token, address in zip(tokens, asked, strict=True):
            headers = {"Authorization": f"Bearer {token}", "Procore-Company-Id": company}
            async with session.get(address, headers=headers) as answer:
                answers.append(answer.status)

    assert answers == [200, 200]


async def test_nothing_stays_on_the_disk_that_the_world_does_not_need(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    async with at(folder, documents="empty") as world:
        await saved(world, "kept.txt", b"ink")
        unwanted = world.blobs.keep(b"of a start that was killed")

    assert unwanted.id in bytes_in(folder)
    async with at(folder, documents="sample"):
        pass

    assert unwanted.id not in bytes_in(folder)
    assert len(bytes_in(folder)) == 2


async def hooked(world: PracticeWorld) -> None:
    """Have a receiver that is not there told of every new file."""
    world.procore.switches.loopback_hooks = True
    facts = world.startup["procore"]
    headers = {
        "Authorization": f"Bearer {facts['token']['access_token']}",
        "Procore-Company-Id": str(facts["company_id"]),
    }
    hooks = "/rest/v1.0/webhooks/hooks"
    hook = {"api_version": "v2", "namespace": "keeping", "destination_url": "https://127.0.0.1:9/"}
    trigger = {"resource_name": "Project Files", "event_type": "create"}
    where = {"project_id": facts["project_id"]}
    async with aiohttp.ClientSession(facts["address"], headers=headers) as session:
        async with session.post(hooks, json={**where, "hook": hook}) as answer:
            assert answer.status == 201, await answer.text()
            made = (await answer.json())["id"]
        body = {**where, "api_version": "v2", "trigger": trigger}
        async with session.post(f"{hooks}/{made}/triggers", json=body) as answer:
            assert answer.status == 201, await answer.text()


async def begun(world: PracticeWorld) -> str:
    """Send the first half of a file to a library; gives the address for the second."""
    facts = world.startup["microsoft"]
    headers = {"Authorization": f"Bearer {facts['token']['access_token']}"}
    path = f"/v1.0/drives/{facts['drive_id']}/root:/large.bin:/createUploadSession"
    half = 320 * 1024
    async with (
        aiohttp.ClientSession(facts["address"], headers=headers) as session,
        session.post(path, json={}) as answer,
    ):
        address = str((await answer.json())["uploadUrl"])
    fragment = {"Content-Range": f"bytes 0-{half - 1}/{2 * half}"}
    async with (
        aiohttp.ClientSession() as session,
        session.put(address, data=bytes(half), headers=fragment) as answer,
    ):
        assert answer.status == 202
    return address


async def test_whatever_goes_on_does_not_keep_a_world_from_being_kept(tmp_path: Path) -> None:
    async with sample(tmp_path / "w") as world:
        world.procore.faults.fail("GET /me", 503)
        world.microsoft.faults.order(Fault(method="COPY", status=503))
        await hooked(world)
        upload = await begun(world)
        await saved(world, "kept.txt", b"ink")

    async with sample(tmp_path / "w") as world:
        assert await found(world, "kept.txt") == [b"ink", b"ink"]
        async with aiohttp.ClientSession() as session, session.get(upload) as answer:
            assert answer.status == 404


async def test_what_was_on_order_is_over_at_the_next_start(tmp_path: Path) -> None:
    async with sample(tmp_path / "w") as world:
        before = world.microsoft.limits.quota_bytes
        headers = {PEOPLE_HEADER: world.people_token}
        async with aiohttp.ClientSession(world.microsoft.address, headers=headers) as session:
            order = {"kind": "full"}
            async with session.post("/practice/panel.json/faults", json=order) as answer:
                assert answer.status == 201, await answer.text()
        assert world.microsoft.limits.quota_bytes == 0

    async with sample(tmp_path / "w") as world:
        assert world.microsoft.limits.quota_bytes == before


async def test_a_start_that_fails_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "Tower").mkdir()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = Ports(microsoft=taken.getsockname()[1])

        with pytest.raises(CannotStart, match="a port is busy"):
            async with at(tmp_path / "w", documents=tmp_path / "Tower", ports=ports):
                pass

    async with at(tmp_path / "w", documents=tmp_path / "Tower") as world:
        assert world.place == "Tower"


async def test_two_at_once_do_not_share_a_folder(tmp_path: Path) -> None:
    async with sample(tmp_path / "w"):
        with pytest.raises(CannotStart, match="another practice mode uses"):
            async with sample(tmp_path / "w"):
                pass


async def test_a_kept_world_takes_no_other_documents(tmp_path: Path) -> None:
    async with sample(tmp_path / "w"):
        pass
    (tmp_path / "Tower").mkdir()

    with pytest.raises(CannotStart, match="leave --documents out"):
        async with at(tmp_path / "w", documents=tmp_path / "Tower"):
            pass


# -- pictures --------------------------------------------------------------------------------------


async def test_bytes_that_the_last_picture_needs_outlive_a_kill(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    keeper = Keeper(blobs, RealClock())
    blob = blobs.keep(b"ink")
    await keeper.take([blob])
    blobs.drop(blob)
    keeper.close()  # without another picture: it was killed

    (again,) = Keeper(Blobs(tmp_path), RealClock()).last()

    assert Blobs(tmp_path).read(again) == b"ink"


async def test_bytes_that_no_picture_needs_go(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    keeper = Keeper(blobs, RealClock())
    blob = blobs.keep(b"ink")
    await keeper.take([blob])
    blobs.drop(blob)

    await keeper.take([])

    assert bytes_in(tmp_path) == set()


def damaged(change: Callable[[bytes], bytes], folder: Path) -> None:
    path = folder / PICTURE
    path.write_bytes(change(path.read_bytes()))


def foreign(picture: bytes) -> bytes:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("touch trapped",)

    trap = pickle.dumps(Trap())
    mark = hashlib.sha256(trap).hexdigest().encode()
    return b"\n".join([picture.partition(b"\n")[0], mark, trap])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda picture: picture.replace(b"world ", b"world 0", 1), "another version"),
        (lambda picture: picture[: len(picture) // 2], "is damaged"),
        (lambda picture: picture[: picture.index(b"\n") + 1], "is damaged"),
        (foreign, "cannot be read"),
    ],
    ids=["another version", "half of it", "nothing but its beginning", "a trap"],
)
async def test_a_picture_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    async with sample(tmp_path / "w"):
        pass
    damaged(change, tmp_path / "w")

    with pytest.raises(CannotStart, match=said):
        async with sample(tmp_path / "w"):
            pass
    assert not Path("trapped").exists()
