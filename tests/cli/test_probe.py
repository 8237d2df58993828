"""`turnbuckle probe` as a person calls it on the first day."""

import asyncio
import json
import signal
import threading

from cli.conftest import Site

from turnbuckle.practice.procore.faults import Event

READING = ("--check", "permissions", "--check", "company-header")
CHANNEL = ("--check", "enumeration", "--check", "folder-delta")


async def test_it_reads_only_and_says_first_what_it_will_take(connected: Site) -> None:
    facts = connected.facts("microsoft")
    where = ("--team", facts["team_name"], "--channel", facts["channel_name"])
    before = connected.in_procore(), connected.in_teams()

    done = await connected.cli("probe", *where, *READING, *CHANNEL)

    assert done.code == 0, done.err
    assert "the project 'Tower': 2 checks, at most 3 calls; reads only" in done.out
    assert "2 checks, at most 5 calls; reads only" in done.out
    assert "missing_company_header = 400" in done.out
    assert "subfolder_delta = True" in done.out
    assert (connected.in_procore(), connected.in_teams()) == before


async def test_it_writes_into_a_folder_of_its_own_and_tells_all_of_it_as_json(
    connected: Site,
) -> None:
    before = connected.in_procore()

    done = await connected.cli(
        "probe", "--allow-writes", "--yes", "--check", "cleaned-name", "--json", "-"
    )

    assert done.code == 0, done.err
    (told,) = json.loads(done.out)["remotes"]
    (check,) = told["checks"]
    assert check["switches"] == {"clean_names": False}
    assert told["unlike_practice_mode"] == {"clean_names": {"found": False, "default": True}}
    assert told["calls"] == 3
    assert told["not_removed"] == []
    assert connected.in_procore() == before


async def test_it_writes_nothing_where_nobody_can_be_asked(connected: Site) -> None:
    done = await connected.cli("probe", "--allow-writes")

    assert done.is_one_clear_line("--yes")


async def test_a_sign_in_that_does_not_work_any_more_is_told(connected: Site) -> None:
    secret = connected.world.procore.client_secret
    connected.world.procore.set_secret("another")
    try:
        done = await connected.cli("probe", *READING)
    finally:
        connected.world.procore.set_secret(secret)

    assert done.is_one_clear_line("client id and secret")


async def test_ctrl_c_moves_what_was_made_into_the_bin(connected: Site) -> None:
    before = connected.in_procore()
    writing = threading.Event()

    async def hold(event: Event) -> None:
        if not writing.is_set() and len(connected.in_procore() - before) >= 3:
            writing.set()
            await asyncio.sleep(600)  # longer than any test

    connected.world.procore.before.append(hold)
    process = await connected.cli.start(
        *("probe", "--allow-writes", "--yes", "--check", "updated-at", "--check", "restore")
    )
    assert await asyncio.to_thread(writing.wait, 60)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 130, err
    assert "in the recycle bin" in out.decode()
    assert connected.in_procore() == before
