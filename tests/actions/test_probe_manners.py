"""The probe behaves: it writes only where it may, counts what it makes, and tidies up always."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from actions.probe_ground import SCRATCH, procore, unanswered
from aiohttp import web

from turnbuckle.actions.probe import UNASKED, ScratchRefused
from turnbuckle.connectors.procore.probe.ground import FOLDERS, ProcoreGround
from turnbuckle.ports.errors import RateLimited
from turnbuckle.ports.probe import Answer, Check
from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.faults import Event
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import ProcoreLimits
from turnbuckle.transport.raw_calls import row


def standing(service: PracticeProcore) -> list[str]:
    """Give what stands in the project's Documents and Photos."""
    (project,) = service._state.companies.all[service.company_id].projects
    albums = [album.name for album, photo in service.photos(project).walk() if photo is None]
    photos = [photo.name for _, photo in service.photos(project).walk() if photo is not None]
    return [each[2] for each in service.documents(project).walk()] + albums + photos


LEFT_OPEN = {"address-life", "retry-after", "manifest"}
"""What takes an hour, a limit that is met, and a tool that is switched off."""
EMPTY = ["Unclassified"]
PICTURE = f"{SCRATCH} in the album.png"
NOTES = "Turnbuckle probe notes"
"""What a person may call a folder, an album or a photo."""


async def test_without_leave_to_write_nothing_is_written(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        told = await probing(writes=False)
        written = sum(probing.service.counters.written.values())

    assert written == 0
    assert {each.reason for each in told.asked if each.name == "restore"} == {UNASKED}


async def test_with_leave_all_checks_are_settled_and_all_that_was_made_is_in_the_bin(
    tmp_path: Path,
) -> None:
    async with procore(tmp_path) as probing:
        told = await probing()
        left = standing(probing.service)

    assert set(unanswered(told)) == LEFT_OPEN
    assert left == EMPTY
    assert told.stayed == []


async def test_the_calls_are_those_that_procore_counted_and_no_more_than_announced(
    tmp_path: Path,
) -> None:
    async with procore(tmp_path) as probing:
        before = probing.service.counters.calls
        told = await probing()
        counted = probing.service.counters.calls - before

    most = {check.name: check.calls for check in probing.probe.checks}
    assert told.calls == counted
    assert [each.name for each in told.asked if each.calls > most[each.name]] == []
    assert told.calls <= sum(most.values()) + probing.ground.tidying


async def test_all_is_asked_within_the_real_limits_without_one_refusal(tmp_path: Path) -> None:
    async with procore(tmp_path, limits=ProcoreLimits()) as probing:
        told = await probing()

    assert set(unanswered(told)) == LEFT_OPEN
    assert probing.service.counters.refused == 0


async def test_what_was_made_is_removed_when_the_probe_is_stopped(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        reached = asyncio.Event()

        async def notice(event: Event) -> web.StreamResponse | None:
            if event.operation == "RETRIEVE /images":
                reached.set()
                await asyncio.sleep(600)
            return None

        probing.service.before.append(notice)
        running = asyncio.create_task(probing())
        await asyncio.wait_for(reached.wait(), 120)
        probing.service.before.clear()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        left = standing(probing.service)

    assert left == EMPTY
    assert probing.looking.stayed == [[]]


async def test_what_was_made_is_removed_when_procore_wants_a_long_wait(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        probing.service.faults.fail("GET /images", 429, headers={"Retry-After": "3000"})
        with pytest.raises(RateLimited):
            await probing("name-taken", "photo-ids")
        left = standing(probing.service)

    assert left == EMPTY


async def test_a_check_that_fails_stops_no_other(tmp_path: Path) -> None:
    async def misread(ground: ProcoreGround) -> Answer:
        return Answer(seen=row(await ground.look(FOLDERS, ground.scratch))["no such key"])

    strange = Check(name="strange", question="?", ask=misread, calls=1)
    async with procore(tmp_path) as probing:
        probing.service.faults.fail("GET /permissions", 500)
        probing.probe = replace(probing.probe, checks=(strange, *probing.probe.checks))
        told = await probing("strange", "permissions", "limits")

    assert "another form" in unanswered(told)["strange"]
    assert "500" in unanswered(told)["permissions"]
    assert [each.name for each in told.asked if each.answer] == ["limits"]


async def test_an_account_that_may_not_write_is_told_so(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        (project,) = probing.service._state.companies.all[probing.service.company_id].projects
        account = probing.service.service_account
        probing.service.set_level(project, account, Level.READ_ONLY)

        with pytest.raises(ScratchRefused, match="Harbour Tower"):
            await probing("name-taken")


async def test_what_cannot_be_removed_is_named(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        (project,) = probing.service._state.companies.all[probing.service.company_id].projects
        account = probing.service.service_account
        probing.service.set_level(project, account, Level.STANDARD)
        told = await probing("name-taken")

    (stayed,) = told.stayed
    assert SCRATCH in stayed


async def test_what_a_killed_probe_left_is_found_and_removed_and_nothing_of_a_person(
    tmp_path: Path,
) -> None:
    async with procore(tmp_path) as probing:
        (project,) = probing.service._state.companies.all[probing.service.company_id].projects
        documents, ana = probing.service.documents(project), person("ana")
        documents.add_folder(documents.root_id, SCRATCH, ana)
        documents.add_folder(documents.root_id, NOTES, ana)
        photos = probing.service.photos(project)
        for album in (SCRATCH, NOTES):
            photos.add_album(album, ana)
        for photo in (PICTURE, f"{NOTES}.png"):
            photos.add_photo(photo, probing.service._state.blobs.keep(b"picture"), ana)

        found = await probing.ground.leftovers()
        await probing.ground.remove_leftovers()
        left = standing(probing.service)

    assert found == [SCRATCH, PICTURE]
    assert sorted(left) == sorted([NOTES, NOTES, f"{NOTES}.png", *EMPTY])


async def test_no_answer_holds_a_token_or_a_signature(tmp_path: Path) -> None:
    async with procore(tmp_path) as probing:
        told = await probing()

    texts = [each.answer.seen if each.answer else each.reason for each in told.asked]
    assert [text for text in texts if "sig=" in text or "Bearer" in text] == []
