"""Every mistake that a person makes is answered by one line that says what to do."""

import asyncio
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cli.conftest import Cli, Finished, Site
from cli.databases import of_sqlite
from cli.ports import free_ports

from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.faults import Event


async def test_a_wrong_client_secret_of_procore(site: Site) -> None:
    done = await site.connect("procore", secret="not it")

    assert done.is_one_clear_line("client id and secret", "connect again")
    assert "Nothing is connected" in (await site.cli("connect", "list")).out


async def test_a_wrong_client_secret_of_microsoft(site: Site) -> None:
    done = await site.connect("microsoft", secret="not it")

    assert done.is_one_clear_line("client secret is wrong")
    assert "Nothing is connected" in (await site.cli("connect", "list")).out


async def test_a_secret_that_nobody_gives(site: Site) -> None:
    done = await site.connect("procore", secret="")

    assert done.is_one_clear_line("TURNBUCKLE_CLIENT_SECRET")


async def test_a_service_account_without_its_company(site: Site) -> None:
    facts = site.facts("procore")

    done = await site.cli(
        *("connect", "procore", "--practice", facts["address"], "--client-id", "x"),
        TURNBUCKLE_CLIENT_SECRET="y",
    )

    assert done.is_one_clear_line("--company ID")


async def test_an_unknown_tenant(site: Site) -> None:
    done = await site.connect("microsoft", "--tenant", "nobody.example")

    assert done.is_one_clear_line("tenant")


async def test_a_practice_address_that_is_not_on_this_machine(cli: Cli) -> None:
    done = await cli("connect", "procore", "--practice", "http://10.0.0.1:80", "--client-id", "x")

    assert done.is_one_clear_line("127.0.0.1")
    assert done.code == 2


async def test_a_cloud_that_there_is_not(cli: Cli) -> None:
    done = await cli("connect", "procore", "--cloud", "mars", "--client-id", "x")

    assert done.is_one_clear_line("mars", "production", "sandbox")
    assert done.code == 2


async def test_a_name_that_is_taken(connected: Site) -> None:
    done = await connected.connect("microsoft", "--name", "procore")

    assert done.is_one_clear_line("procore", "--name")


async def test_a_service_that_does_not_answer(cli: Cli) -> None:
    done = await cli(
        *("connect", "procore", "--practice", f"http://127.0.0.1:{free_ports()}"),
        *("--client-id", "x", "--company", "1"),
        TURNBUCKLE_CLIENT_SECRET="y",
    )

    assert done.is_one_clear_line("could not be reached")


async def test_a_project_without_admin_on_documents(connected: Site) -> None:
    account = connected.world.procore.service_account
    connected.world.procore.set_level(connected.world.project_id, account, Level.READ_ONLY)
    before = connected.in_teams()

    done = await connected.add_link()

    assert done.is_one_clear_line("Read Only", "Admin")
    assert connected.in_teams() == before
    assert "no links yet" in (await connected.cli("link", "list")).out


async def test_a_project_whose_documents_are_switched_off(connected: Site) -> None:
    connected.world.procore.set_documents_on(connected.world.project_id, False)

    done = await connected.add_link()

    assert done.is_one_clear_line("Documents")


async def test_an_unknown_project(connected: Site) -> None:
    done = await connected.add_link("--project", "Bridge")

    assert done.is_one_clear_line("Bridge", "Tower")


async def test_an_unknown_channel(connected: Site) -> None:
    before = connected.in_teams()

    done = await connected.add_link(channel="Kitchen")

    assert done.is_one_clear_line("Kitchen", "Site Office")
    assert connected.in_teams() == before


async def test_a_folder_that_is_not_there(connected: Site) -> None:
    before = connected.in_teams()

    done = await connected.add_link("--folder", "Nowhere")

    assert done.is_one_clear_line("Nowhere")
    assert connected.in_teams() == before


async def test_a_destination_that_is_a_file(connected: Site) -> None:
    facts = connected.facts("microsoft")
    drive = connected.world.microsoft.drive(facts["drive_id"])
    blob = await connected.world.blobs.store(_once(b"a file"))
    drive.add_file(facts["folder_id"], "Notes.txt", blob, person("ana"))

    done = await connected.add_link("--folder", "Notes.txt")

    assert done.is_one_clear_line("not a folder")


async def test_a_destination_named_in_two_ways(connected: Site) -> None:
    done = await connected.add_link("--onedrive", "me")

    assert done.is_one_clear_line("one destination")
    assert done.code == 2


async def test_a_layout_with_a_field_that_there_is_not(connected: Site) -> None:
    done = await connected.add_link("--layout", "{client}/{project}")

    assert done.is_one_clear_line("{project}", "{tool}")
    assert done.code == 2


async def test_a_link_before_anything_is_connected(cli: Cli) -> None:
    done = await cli("link", "add", "--team", "a", "--channel", "b")

    assert done.is_one_clear_line("turnbuckle connect procore")


async def test_a_second_link_to_the_same_folder(linked: Site) -> None:
    done = await linked.add_link("--name", "other")

    assert done.is_one_clear_line("'tower' already keeps this folder", "in step")


@pytest.mark.parametrize("layout", ["Procore/{project}", "Procore/{project}/{tool}/Inside"])
async def test_a_link_around_another_or_inside_it(linked: Site, layout: str) -> None:
    before = linked.in_teams()

    done = await linked.add_link("--name", "other", "--layout", layout)

    assert done.is_one_clear_line("'tower' already keeps this folder", "in step")
    assert linked.in_teams() == before


@pytest.mark.parametrize("command", ["plan", "run"])
async def test_an_unknown_link(cli: Cli, command: str) -> None:
    done = await cli(command, "nothing")

    assert done.is_one_clear_line("nothing", "turnbuckle link add")


async def test_a_secret_that_was_taken_back_stops_the_run(linked: Site) -> None:
    before = linked.in_teams()
    linked.world.microsoft.signin.apps[linked.facts("microsoft")["client_id"]].secret = "another"
    linked.world.microsoft.signin.revoke_all()

    done = await linked.cli("run", "tower")

    assert done.is_one_clear_line("client secret is wrong")
    assert linked.in_teams() == before
    assert "stopped" in (await linked.cli("status")).out


@of_sqlite
async def test_a_link_that_is_being_run(linked: Site) -> None:
    first = await linked.cli("run", "tower")
    assert first.code == 0
    with sqlite3.connect(linked.cli.data / "turnbuckle.sqlite3") as database:
        database.execute(
            "UPDATE store_lease SET owner = 'somebody', process = 'elsewhere 1 1',"
            " until = '2999-01-01 00:00:00'"
        )

    done = await linked.cli("run", "tower")

    assert done.is_one_clear_line("being run by process 1 on elsewhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="not needed here: root may write anywhere")
async def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    done = await Cli(closed / "data")("status")

    assert done.is_one_clear_line("cannot be made or written", "--data FOLDER")


async def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    done = await Cli(tmp_path / "data")("status")

    assert done.is_one_clear_line("cannot be made or written", "--data FOLDER")


@of_sqlite
async def test_a_database_from_elsewhere(cli: Cli) -> None:
    cli.data.mkdir()
    (cli.data / "turnbuckle.sqlite3").write_text("this is no database, but it is long enough" * 9)

    done = await cli("status")

    assert done.is_one_clear_line("no database of ours")


async def test_a_data_option_without_a_folder(cli: Cli) -> None:
    done = await cli("status", "--data")

    assert done.is_one_clear_line("--data FOLDER")
    assert done.code == 2


@pytest.mark.parametrize(
    "arguments",
    [("fly",), ("run",), ("run", "a", "--fast"), ("practice", "--procore-port", "99999")],
)
async def test_a_command_that_is_not_understood(cli: Cli, arguments: tuple[str, ...]) -> None:
    done = await cli(*arguments)

    assert done.is_one_clear_line()
    assert done.code == 2
    assert not cli.data.exists()


@pytest.mark.parametrize("option", ["--procore-port", "--microsoft-storage-port"])
async def test_a_busy_port(cli: Cli, documents: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = await cli("practice", "--documents", str(documents), option, port)

    assert done.is_one_clear_line("port", "busy")


@pytest.mark.parametrize("command", [("practice",), ("demo", "--once")])
async def test_documents_that_are_no_folder(
    cli: Cli, documents: Path, command: tuple[str, ...]
) -> None:
    done = await cli(*command, "--documents", str(documents / "Minutes.txt"))

    assert done.is_one_clear_line("Minutes.txt", "folder")


async def test_a_demo_in_a_folder_that_it_did_not_make(cli: Cli, documents: Path) -> None:
    done = await cli("demo", "--once", "--data", str(documents))

    assert done.is_one_clear_line("did not make", "--data FOLDER")
    assert sorted(path.name for path in documents.iterdir()) == ["Minutes.txt", "Plans"]


@pytest.mark.parametrize("option", ["--data", "--folder"])
async def test_a_practice_folder_that_it_did_not_make(
    cli: Cli, documents: Path, option: str
) -> None:
    done = await cli("practice", option, str(documents), "--documents", str(documents))

    assert done.is_one_clear_line(str(documents))


async def test_ctrl_c_ends_a_run_in_one_line(linked: Site) -> None:
    asked = threading.Event()

    async def hold(event: Event) -> None:
        asked.set()
        await asyncio.sleep(600)  # longer than any test

    linked.world.procore.before.append(hold)
    process = await linked.cli.start("run", "tower")
    assert await asyncio.to_thread(asked.wait, 60)
    process.send_signal(signal.SIGINT)

    out, err = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 130
    assert Finished(130, out.decode(), err.decode()).is_one_clear_line("start it again")


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_a_level_of_the_log_that_there_is_not_is_told(cli: Cli) -> None:
    done = await cli("status", TURNBUCKLE_LOG="loud")

    assert done.code == 2
    assert done.is_one_clear_line("TURNBUCKLE_LOG", "debug", "'loud'")
