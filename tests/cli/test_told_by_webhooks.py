"""The service with its doors open: webhooks tell it what changed, on either side."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cli.conftest import Cli, Site, plant, served
from cli.ports import free_ports
from cli.test_commands import in_a_folder_of_its_own
from cli.test_serve import comes_true, ended, has, said, serving

from turnbuckle.practice.persons import person


@pytest.fixture
async def reachable(tmp_path: Path) -> AsyncIterator[Site]:
    """Give services of its own that may post to this machine, connected and linked."""
    with served(plant(tmp_path / "Tower")) as world:
        world.procore.switches.loopback_hooks = True
        world.microsoft.switches.loopback_hooks = True
        site = Site(world, Cli(tmp_path / "data"))
        for system in ("procore", "microsoft"):
            done = await site.connect(system)
            assert done.code == 0, done.err
        yield await in_a_folder_of_its_own(site, "Told")


@pytest.mark.ci
async def test_a_change_is_told_by_a_webhook_and_crosses_long_before_the_next_poll(
    reachable: Site,
) -> None:
    site, port = reachable, free_ports()
    procore, microsoft = site.world.procore, site.world.microsoft
    address = f"http://127.0.0.1:{port}"
    process = await site.cli.start(
        *("serve", "--allow-practice", "--port", str(port), "--public-address", address)
    )
    try:
        line = await said(process, "Webhooks come to")
        await comes_true(has(site, "/Told/Minutes.txt"))
        await comes_true(lambda: bool(procore.hooks.all and microsoft.subscriptions.living))
        tree = procore.documents(site.world.project_id)
        tree.add_folder(tree.root_id, "Made in Procore", person("ana"))
        await comes_true(has(site, "/Told/Made in Procore"))
        process.terminate()
        code, _, err = await ended(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()

    assert address in line
    assert code == 0, err

    async with serving(site.cli, "--port", "0") as unreachable:
        await said(unreachable, "by polling alone")
        await comes_true(lambda: not procore.hooks.all and not microsoft.subscriptions.living)


async def test_an_address_that_no_remote_posts_to_is_refused(cli: Cli) -> None:
    done = await cli("serve", "--public-address", "http://sync.example.com")

    assert done.is_one_clear_line("https")
    assert done.code == 2


async def test_a_port_that_is_taken_is_told_in_one_line(cli: Cli) -> None:
    other = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    done = await cli("serve", "--port", str(port))
    other.close()

    assert done.is_one_clear_line("--port")
