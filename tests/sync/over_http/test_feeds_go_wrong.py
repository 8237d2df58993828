"""Feeds repeat, reorder, forget and hide; none of it ever deletes or transfers anything."""

import pytest
from aiohttp import web
from sync.over_http.stage import CHANNEL, Scene, Stage

from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.faults import Event
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.sync.report import State

TREE: dict[str, bytes | None] = {
    "Drawings/A/A-101.txt": b"ink 1",
    "Drawings/A/A-102.txt": b"ink 2",
    "Drawings/S-201.txt": b"ink 3",
    "Specs/Concrete.txt": b"C30/37",
    "Empty": None,
}
UNTOUCHED = Scene(procore=ProcoreSwitches(case_blind=False, clean_names=False, touches_item=False))


@pytest.mark.parametrize(
    "code", ["resyncChangesApplyDifferences", "resyncChangesUploadDifferences"]
)
async def test_a_lost_place_in_the_feed_is_an_enumeration_and_nothing_else(
    link: Stage, code: str
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    link.microsoft.switches.resync_code = code
    link.microsoft.channel(CHANNEL).drive.expire_tokens()
    await link.run()

    assert link.cost.writes == link.cost.transfers == 0
    assert link.cost.graph <= 3
    await link.in_step()
    await link.assert_equal()


async def test_what_changed_while_the_place_was_lost_still_crosses(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    await link.right.put("Specs/Steel.txt", b"S355")
    await link.right.rename("Drawings", "Plans")
    await link.right.delete("Empty")
    link.microsoft.channel(CHANNEL).drive.expire_tokens()
    await link.run()

    assert link.cost.downloads == 1
    assert link.left.paths() == link.right.paths()
    assert "Empty/" not in link.left.paths()
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(Scene(microsoft=switches), id=name)
        for name, switches in {
            "duplicates": GraphSwitches(delta_duplicates=True),
            "children first": GraphSwitches(delta_children_first=True),
            "first page empty": GraphSwitches(delta_begins_empty=True),
            "deleted children too": GraphSwitches(deleted_children_told=True),
            "bare rows": GraphSwitches(tombstones_have_kind=False, delta_gives_path=False),
        }.items()
    ],
    indirect=True,
)
async def test_a_feed_out_of_order_and_with_repetitions_ends_the_same(link: Stage) -> None:
    link.right.plant(dict(TREE))
    await link.in_step()

    await link.right.put("Drawings/new/B/B-1.txt", b"new")
    await link.right.move("Drawings/A", "Specs")
    await link.right.delete("Empty")
    await link.right.delete("Drawings/S-201.txt")
    await link.run()

    assert link.left.paths() == link.right.paths()
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize(
    "link", [Scene(microsoft=GraphSwitches(delta_drops_tombstones=True))], indirect=True
)
async def test_a_tombstone_that_was_never_told_is_found_by_a_complete_run(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    await link.right.delete("Specs/Concrete.txt")
    await link.right.delete("Drawings/A")
    await link.run()
    assert len(link.left.files()) == 4
    await link.run(complete=True)

    assert (
        link.left.paths()
        == link.right.paths()
        == ["Drawings/", "Drawings/S-201.txt", "Empty/", "Specs/"]
    )
    await link.in_step()


@pytest.mark.parametrize("link", [UNTOUCHED], indirect=True)
async def test_moves_and_deletions_in_procore_that_set_no_time_are_found(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    await link.left.move("Specs/Concrete.txt", "Drawings")
    await link.left.rename("Drawings/A", "A rev B")
    await link.left.delete("Drawings/S-201.txt")
    await link.left.delete("Empty")
    await link.run()
    assert "Empty/" not in link.right.paths()
    await link.run(complete=True)

    assert link.left.paths() == link.right.paths()
    assert link.meter.bytes_up["Microsoft"] == sum(len(data) for data in TREE.values() if data)
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("complete", [False, True])
async def test_an_empty_answer_of_procores_index_deletes_nothing(
    link: Stage, complete: bool
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    async def nothing(event: Event) -> web.Response | None:
        if event.operation != "GET /documents":
            return None
        return web.json_response([], headers={"Total": "0", "Per-Page": "1000"})

    link.procore.before.append(nothing)
    for _ in range(3):
        await link.run(complete=complete)
        assert link.cost.writes == link.cost.transfers == 0
    link.procore.before.clear()

    link.clock.advance(3600)
    await link.in_step()
    assert len(link.right.files()) == len(link.left.files()) == 4
    await link.assert_equal()


@pytest.mark.parametrize("complete", [False, True])
async def test_an_enumeration_of_microsoft_that_ends_early_deletes_nothing(
    link: Stage, complete: bool
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    if not complete:
        link.microsoft.channel(CHANNEL).drive.expire_tokens()
    link.microsoft.faults.order(Fault(path="delta", skip=int(not complete), times=2, status=404))

    await link.run(complete=complete)

    assert link.cost.writes == link.cost.transfers == 0
    link.microsoft.faults.clear()
    await link.in_step()
    await link.assert_equal()


async def test_folders_that_become_private_are_held_and_not_deleted(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    tree = link.procore.documents(link.project)
    folder = tree.nodes[int(link.left.ids()["Drawings"])]

    folder.private = True
    tree.changed(folder)
    link.procore.set_level(link.project, link.procore.service_account, Level.STANDARD)
    for complete in (False, True, False):
        report = await link.run(complete=complete)
        assert link.cost.writes == 0
    assert len(link.right.files()) == 4
    assert report.state is State.HELD
    assert report.held == 3

    link.procore.set_level(link.project, link.procore.service_account, Level.ADMIN)
    report = await link.run(complete=True)
    assert report.state is State.SYNCED
    await link.in_step()
    await link.assert_equal()


@pytest.mark.parametrize("way", ["no level", "not in the project", "tool off", "app disconnected"])
async def test_rights_that_were_taken_away_at_procore_stop_the_link_and_change_nothing(
    link: Stage, way: str
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    service, account = link.procore, link.procore.service_account

    match way:
        case "no level":
            service.set_level(link.project, account, Level.NONE)
        case "not in the project":
            service.set_open(link.project, account, False)
        case "tool off":
            service.set_documents_on(link.project, False)
        case _:
            service.disconnect_app()
    for complete in (False, True):
        report = await link.run(complete=complete)

        assert "Procore" in report.stopped
        assert "\n" not in report.stopped
        assert link.cost.writes == link.cost.transfers == 0
    assert len(link.right.files()) == 4


async def test_a_library_that_takes_no_writes_stops_the_link_with_one_sentence(
    link: Stage,
) -> None:
    link.left.plant(dict(TREE))
    link.microsoft.channel(CHANNEL).drive.read_only = True

    report = await link.run()

    assert report.stopped
    assert "\n" not in report.stopped
    assert link.right.paths() == []
    link.microsoft.channel(CHANNEL).drive.read_only = False
    await link.run()
    await link.in_step()
    await link.assert_equal()


async def test_a_token_that_was_revoked_is_replaced_without_a_word(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()

    link.procore.revoke_tokens()
    await link.left.put("Specs/Concrete.txt", b"C35/45")
    report = await link.run()

    assert not report.stopped
    assert link.cost.graph_writes == 1
    await link.assert_equal()


async def test_the_channels_folder_gone_stops_the_link_and_changes_nothing(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    drive, top = link.microsoft.channel(CHANNEL).drive, link.right.top
    before = link.left.files()

    drive.delete(drive.get(top), drive.tree.root.created_by)
    for complete in (False, True, False):
        report = await link.run(complete=complete)

        assert "cannot be seen" in report.stopped
        assert "\n" not in report.stopped
        assert link.cost.writes == link.cost.transfers == 0
    assert link.left.files() == before

    drive.restore(top)
    await link.left.put("Specs/Concrete.txt", b"C35/45")
    report = await link.run()
    assert not report.stopped
    assert link.cost.writes == 1
    await link.in_step()
    await link.assert_equal()


async def test_the_channels_folder_renamed_or_moved_is_followed(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    drive, top = link.microsoft.channel(CHANNEL).drive, link.right.top
    elsewhere = drive.get(drive.add_folder(drive.root_id, "Archive", PERSONS[0]))

    drive.rename_or_move(drive.get(top), elsewhere, "Site Office 2025", drive.tree.root.created_by)
    report = await link.run()

    assert not report.stopped
    assert link.cost.writes == 0
    await link.left.put("Specs/Concrete.txt", b"C35/45")
    await link.run()
    assert link.cost.writes == 1
    await link.in_step()
