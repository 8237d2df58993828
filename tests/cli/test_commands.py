"""What the commands do when all is well."""

import json

import pytest
from cli.conftest import Cli, Site


async def test_a_link_is_planned_run_told_of_and_forgotten(connected: Site) -> None:
    linked = await in_a_folder_of_its_own(connected, "Whole")

    planned = await linked.cli("plan", "tower")
    ran = await linked.cli("run", "tower")
    again = await linked.cli("run", "tower")
    status = await linked.cli("status")
    listed = await linked.cli("link", "list")
    removed = await linked.cli("link", "remove", "tower")

    assert [done.code for done in (planned, ran, again, status, listed, removed)] == [0] * 6
    assert "send file     Plans/Doors- all-.txt" in planned.out
    assert "3 new files, 1 new folder" in ran.out
    assert "Nothing to write" in again.out
    assert "in step: 3 files, 1 folder" in status.out
    assert "tower: last run" in listed.out
    assert "all files stay" in removed.out
    synced = {path.partition("/Whole/")[2] for path in linked.in_teams() if "/Whole/" in path}
    assert synced == {"Plans", "Plans/A-101.txt", "Plans/Doors- all-.txt", "Minutes.txt"}


async def test_a_plan_is_json_for_programs(connected: Site) -> None:
    linked = await in_a_folder_of_its_own(connected, "Json")

    done = await linked.cli("plan", "tower", "--json")

    told = json.loads(done.out)
    assert set(told) == {"steps", "waiting", "notices", "held", "writes"}
    assert sorted(step["step"] for step in told["steps"]) == [*["create_file"] * 3, "create_folder"]
    assert told["writes"] == 4


async def test_a_plan_writes_nothing(linked: Site) -> None:
    before = linked.in_teams(), linked.in_procore()

    await linked.cli("plan", "tower")

    assert (linked.in_teams(), linked.in_procore()) == before


async def test_the_layout_is_made_in_the_destination(connected: Site) -> None:
    done = await connected.add_link("--layout", "Jobs/{project}: {tool}?", "--name", "other")

    assert done.code == 0, done.err
    assert any(path.endswith("/Jobs/Tower- Documents-") for path in connected.in_teams())


async def test_a_library_can_be_the_destination(connected: Site) -> None:
    facts = connected.facts("microsoft")

    done = await connected.cli(
        *("link", "add", "--site", facts["site_id"], "--library", "Documents"),
        *("--layout", "By library", "--name", "other", "--winner", "procore"),
    )

    assert done.code == 0, done.err
    assert any(path.endswith("/By library") for path in connected.in_teams())


async def test_a_connection_in_use_is_not_removed(linked: Site) -> None:
    done = await linked.cli("connect", "remove", "procore")

    assert done.is_one_clear_line("tower", "remove it first")


async def test_a_connection_is_listed_and_removed(connected: Site) -> None:
    listed = await connected.cli("connect", "list")
    removed = await connected.cli("connect", "remove", "procore")

    assert "procore: procore" in listed.out
    assert removed.code == 0


async def in_a_folder_of_its_own(connected: Site, name: str) -> Site:
    """Link the project with a folder that no other test has synced to."""
    done = await connected.add_link("--layout", name)
    assert done.code == 0, done.err
    return connected


@pytest.mark.parametrize("option", ["--version", "--help"])
async def test_help_and_version_touch_no_data(cli: Cli, option: str) -> None:
    done = await cli(option)

    assert done.code == 0
    assert "turnbuckle" in done.out
    assert not cli.data.exists()


@pytest.mark.parametrize(
    "command",
    [
        ("demo",),
        ("practice",),
        ("connect", "procore"),
        ("connect", "microsoft"),
        ("connect", "check"),
        ("link", "add"),
        ("link", "check"),
        ("link", "set"),
        ("link", "show"),
        ("plan",),
        ("run",),
        ("held", "list"),
        ("held", "approve"),
        ("held", "reject"),
        ("conflicts",),
        ("conflicts", "decide"),
        ("undo",),
        ("why",),
        ("activity",),
    ],
)
async def test_help_has_examples(cli: Cli, command: tuple[str, ...]) -> None:
    done = await cli(*command, "--help")

    assert done.code == 0
    assert f"  turnbuckle {' '.join(command)}" in done.out
