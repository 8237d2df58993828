"""A permission that ended pauses what needs it, says so, and goes on after a new sign-in."""

import json
import re

import pytest
from cli.conftest import Finished, Site
from cli.consenting import address_in, allow
from cli.test_sign_in import OUT_OF_BAND, finished, read_until_address, start

from turnbuckle.model.plans import Reason

TOLD = 'turnbuckle connect procore --name "procore"'


async def person_connected(site: Site, layout: str) -> None:
    """Connect Procore as Ana and Microsoft as an app, and link the project."""
    process = await start(site, "procore", OUT_OF_BAND)
    said = await read_until_address(process)
    done = await finished(process, said, f"{await allow(address_in(said), site.world)}\n")
    assert done.code == 0, done.err
    assert (await site.connect("microsoft")).code == 0
    added = await site.add_link("--layout", layout)
    assert added.code == 0, added.err


async def sign_in_again(site: Site, person: str = "ana") -> Finished:
    """Do what the message says, and nothing else."""
    process = await site.cli.start(
        *("connect", "procore", "--name", "procore", "--yes", "--redirect", OUT_OF_BAND)
    )
    said = await read_until_address(process)
    code = await allow(address_in(said), site.world, person=person)
    return await finished(process, said, f"{code}\n")


async def test_a_revoked_permission_is_told_once_and_all_goes_on_after_a_new_sign_in(
    site: Site,
) -> None:
    await person_connected(site, "Again")
    site.world.procore.revoke_tokens()

    stopped = [await site.cli("run", "tower") for _ in range(2)]
    status = (await site.cli("status")).out
    again = await sign_in_again(site)
    ran = await site.cli("run", "tower")

    assert all(each.is_one_clear_line("sign in again", TOLD) for each in stopped)
    assert "is paused" in stopped[1].err
    assert f"paused: {stopped[0].err.removeprefix('turnbuckle: ').strip()}" in status
    assert "again: ana.ruiz@" in again.out
    assert "1 link waited" in again.out
    assert ran.code == 0, ran.err
    assert "paused" not in (await site.cli("status")).out
    told = await site.cli("activity", "tower", "--json")
    notices = [line for line in json.loads(told.out) if line["what"] == Reason.SIGN_IN]
    assert [each["side"] for each in notices] == ["left"]


async def test_a_link_that_is_paused_asks_nothing_of_anybody(site: Site) -> None:
    await person_connected(site, "Quiet")
    site.world.procore.revoke_tokens()
    await site.cli("run", "tower")
    before = site.world.procore.counters.calls, site.world.microsoft.counters.calls

    await site.cli("run", "tower")

    assert (site.world.procore.counters.calls, site.world.microsoft.counters.calls) == before


async def test_another_person_cannot_take_over_a_connection(site: Site) -> None:
    await person_connected(site, "Another")
    site.world.procore.revoke_tokens()
    await site.cli("run", "tower")

    other = await sign_in_again(site, "ben")

    assert re.search("belongs to ana.ruiz@.*sign in as before.*--name", other.err)
    assert "paused" in (await site.cli("status")).out


async def test_an_app_with_a_new_secret_goes_on(connected: Site) -> None:
    facts = connected.facts("microsoft")
    assert (await connected.add_link("--layout", "New secret")).code == 0
    app = connected.world.microsoft.signin.apps[facts["client_id"]]
    app.secret = "another"
    connected.world.microsoft.signin.revoke_all()
    stopped = await connected.cli("run", "tower")

    wrong = await connected.cli("connect", "microsoft")
    right = await connected.cli("connect", "microsoft", TURNBUCKLE_CLIENT_SECRET="another")

    assert stopped.is_one_clear_line("client secret", 'connect microsoft --name "microsoft"')
    assert wrong.is_one_clear_line("client secret is wrong")
    assert "1 link waited" in right.out
    assert (await connected.cli("run", "tower")).code == 0


@pytest.mark.parametrize("more", [("--company", "1"), ("--client-id", "another")])
async def test_what_is_no_sign_in_of_the_same_account_changes_nothing(
    connected: Site, more: tuple[str, str]
) -> None:
    before = (await connected.cli("connect", "list")).out

    done = await connected.cli("connect", "procore", *more)

    assert done.is_one_clear_line()
    assert (await connected.cli("connect", "list")).out == before
