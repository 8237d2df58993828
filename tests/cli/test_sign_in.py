"""A person signs in: in the browser, with the answer caught or brought back by hand."""

import asyncio

import aiohttp
import pytest
from cli.conftest import Cli, Finished, Site
from cli.consenting import address_in, allow
from cli.ports import free_ports

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def sign_in(
    site: Site, system: str, redirect: str, *more: str, answer: str = "allow"
) -> Finished:
    """Connect as Ana, with a browser that comes back to us."""
    process = await start(site, system, redirect, *more)
    said = await read_until_address(process)
    back = await allow(address_in(said), site.world, answer=answer)
    async with aiohttp.ClientSession() as browser, browser.get(back) as page:
        assert "Go back to the terminal" in await page.text()
    return await finished(process, said, "")


async def start(site: Site, system: str, redirect: str, *more: str) -> asyncio.subprocess.Process:
    facts = site.facts(system)
    tenant = ("--tenant", facts["tenant_id"]) if system == "microsoft" else ()
    return await site.cli.start(
        *("connect", system, "--practice", facts["address"], "--client-id", facts["client_id"]),
        *("--person", "--yes", "--redirect", redirect, *tenant, *more),
        TURNBUCKLE_CLIENT_SECRET=facts["client_secret"],
    )


async def read_until_address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(120):
        while "\n  http" not in said:
            line = await process.stdout.readline()
            assert line, said
            said += line.decode()
    return said


async def finished(process: asyncio.subprocess.Process, said: str, stdin: str) -> Finished:
    out, err = await asyncio.wait_for(process.communicate(stdin.encode()), 60)
    assert process.returncode is not None
    return Finished(process.returncode, said + out.decode(), err.decode())


@pytest.mark.parametrize("system", ["procore", "microsoft"])
async def test_a_person_comes_back_to_our_own_listener(site: Site, system: str) -> None:
    redirect = f"http://localhost:{free_ports()}/"
    site.world.procore.allow_redirect(redirect)

    done = await sign_in(site, system, redirect)

    assert done.code == 0, done.err
    assert "ana.ruiz@" in done.out


@pytest.mark.parametrize("system", ["procore", "microsoft"])
async def test_a_person_who_says_no_connects_nothing(site: Site, system: str) -> None:
    redirect = f"http://localhost:{free_ports()}/"
    site.world.procore.allow_redirect(redirect)

    done = await sign_in(site, system, redirect, answer="deny")

    assert done.is_one_clear_line("refused", "connect again")
    assert "Nothing is connected" in (await site.cli("connect", "list")).out


async def test_an_answer_of_another_sign_in_is_not_taken(site: Site) -> None:
    redirect = f"http://localhost:{free_ports()}/"
    site.world.procore.allow_redirect(redirect)
    process = await start(site, "procore", redirect)
    await read_until_address(process)

    async with aiohttp.ClientSession() as browser:
        forged = f"{redirect}?code=stolen&state=guessed"
        async with browser.get(forged) as page:
            assert page.status == 400

    process.terminate()
    await process.communicate()
    assert process.returncode == 130


async def test_a_code_is_brought_back_by_hand(site: Site) -> None:
    process = await start(site, "procore", OUT_OF_BAND)
    said = await read_until_address(process)
    code = await allow(address_in(said), site.world)

    done = await finished(process, said, f"{code}\n")

    assert done.code == 0, done.err
    assert "ana.ruiz@" in done.out


async def test_a_pasted_address_of_another_sign_in_is_refused(site: Site) -> None:
    process = await start(site, "procore", "http://localhost", "--paste")
    said = await read_until_address(process)

    done = await finished(process, said, "http://localhost/?code=stolen&state=guessed\n")

    assert done.is_one_clear_line("another sign-in")


async def test_a_busy_port_of_the_listener_is_told(site: Site) -> None:
    address = site.facts("microsoft")["address"].replace("127.0.0.1", "localhost")
    site.world.procore.allow_redirect(address)

    process = await start(site, "procore", address)
    done = await finished(process, "", "")

    assert done.is_one_clear_line("busy", "--paste")


async def test_a_permission_that_was_revoked_stops_the_run_in_one_line(site: Site) -> None:
    process = await start(site, "procore", OUT_OF_BAND)
    said = await read_until_address(process)
    done = await finished(process, said, f"{await allow(address_in(said), site.world)}\n")
    assert done.code == 0, done.err
    assert (await site.connect("microsoft")).code == 0
    added = await site.add_link("--layout", "Revoked")
    assert added.code == 0, added.err
    site.world.procore.revoke_tokens()

    stopped = await site.cli("run", "tower")

    assert stopped.is_one_clear_line("Procore", "sign in again")


async def test_no_secret_is_in_the_database(cli: Cli, connected: Site) -> None:
    kept = b"".join(path.read_bytes() for path in cli.data.glob("turnbuckle.sqlite3*"))

    for system in ("procore", "microsoft"):
        assert connected.facts(system)["client_secret"].encode() not in kept
    assert (cli.data / "key").stat().st_mode & 0o077 == 0
