"""What cannot be done now waits with a reason, and everything else goes on."""

from datetime import timedelta

import pytest
from sync.over_http.stage import CHANNEL, Scene, Stage

from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.switches import ProcoreSwitches

TREE = {"held.txt": b"first", "free.txt": b"first"}


async def test_a_file_open_in_office_waits_and_crosses_once_it_is_closed(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    drive, held = link.microsoft.channel(CHANNEL).drive, link.right.ids()["held.txt"]

    drive.lock(held, person("dilip"))
    for path in TREE:
        await link.left.put(path, b"new")
    report = await link.run()

    assert [path for _, path, _ in report.set_aside] == ["held.txt"]
    assert "open" in report.set_aside[0][2] or "locked" in report.set_aside[0][2]
    assert link.right.files()["free.txt"] == link.left.files()["free.txt"]
    assert link.right.files()["held.txt"] != link.left.files()["held.txt"]
    drive.unlock(held)
    link.clock.advance(120)
    report = await link.run()
    assert not report.set_aside
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(
            Scene(
                procore=ProcoreSwitches(
                    case_blind=False,
                    clean_names=False,
                    checked_out_patch=patch,
                    checked_out_version=version,
                )
            ),
            id=f"patch {patch}, version {version}",
        )
        for patch, version in ((409, 400), (403, 409))
    ],
    indirect=True,
)
async def test_a_file_checked_out_in_procore_waits_and_crosses_once_it_is_checked_in(
    link: Stage,
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    held = link.left.seen("held.txt")

    until = link.clock.now() + timedelta(hours=3)
    await link.left.person.check_out(held, until.isoformat())  # type: ignore[attr-defined]
    for path in TREE:
        await link.right.put(path, b"new")
    report = await link.run()

    assert not report.stopped
    waiting = {path for _, path, _ in report.set_aside} | {one.path for one in report.waiting}
    assert waiting == {"held.txt"}
    assert link.left.files()["free.txt"] == link.right.files()["free.txt"]
    assert link.left.files()["held.txt"] != link.right.files()["held.txt"]
    await link.left.person.check_in(held)  # type: ignore[attr-defined]
    link.clock.advance(120)
    await link.run()
    await link.in_step()
    await link.assert_equal()


async def test_a_file_that_waits_costs_no_call_until_its_next_try(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    link.microsoft.channel(CHANNEL).drive.lock(link.right.ids()["held.txt"], person("dilip"))
    await link.left.put("held.txt", b"new")
    await link.run()

    await link.run()

    assert link.cost.graph <= 2
    assert link.cost.transfers == 0


async def test_without_room_only_what_needs_room_waits_until_there_is_some(link: Stage) -> None:
    link.left.plant({"old.txt": b"1", "gone.txt": b"2", "Folder/x.txt": b"3"})
    await link.in_step()
    drive = link.microsoft.channel(CHANNEL).drive
    link.microsoft.limits.quota_bytes = drive.used_bytes + drive.bin_bytes

    await link.left.put("new.txt", b"new")
    await link.left.put("old.txt", b"longer than it was")
    await link.left.rename("Folder", "Renamed")
    await link.left.delete("gone.txt")
    await link.right.mkdir("From the site")
    report = await link.run()

    waiting = {path for _, path, _ in report.set_aside} | {one.path for one in report.waiting}
    assert waiting == {"new.txt", "old.txt"}
    assert not report.stopped
    assert link.right.paths() == ["From the site/", "Renamed/", "Renamed/x.txt", "old.txt"]
    assert "From the site" in link.left.folders()
    link.microsoft.limits.quota_bytes = GraphLimits().quota_bytes
    link.clock.advance(120)
    await link.run()
    await link.in_step()
    await link.assert_equal()


async def test_a_full_side_is_not_tried_for_each_file(link: Stage) -> None:
    drive = link.microsoft.channel(CHANNEL).drive
    link.microsoft.limits.quota_bytes = drive.used_bytes + drive.bin_bytes
    link.left.plant({f"{number}.txt": b"ink" for number in range(100)})

    await link.run()

    assert link.cost.graph < 60


async def test_a_temporary_file_of_office_is_left_alone(link: Stage) -> None:
    await link.right.put("Hours.tmp", b"half")
    await link.right.put("Hours.txt", b"whole")

    await link.run()

    assert link.left.paths() == ["Hours.txt"]
    assert "Hours.tmp" in link.right.files()
