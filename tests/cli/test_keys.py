"""Keys are exchanged beside a service at work, and after a lost one all links go on."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import Cli, Site
from cli.test_commands import in_a_folder_of_its_own
from cli.test_serve import comes_true, has, serving

from turnbuckle.practice.persons import person


def unreadable(key: Path) -> None:
    key.unlink()
    key.mkdir()


BROKEN: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "deleted": (Path.unlink, ("is missing", "your backup", "turnbuckle keys lost")),
    "another": (
        lambda key: key.write_text("A" * 43 + "=\n"),
        ("were sealed with the key", "your backup", "turnbuckle keys lost"),
    ),
    "unreadable": (unreadable, ("cannot be read", "belongs to the user")),
}


@pytest.mark.ci
async def test_a_key_is_exchanged_while_a_service_is_at_work(connected: Site) -> None:
    site = await in_a_folder_of_its_own(connected, "New key")
    before = (await site.cli("keys")).out
    async with serving(site.cli):
        await comes_true(has(site, "/New key/Minutes.txt"))

        done = await site.cli("keys", "rotate")

        tree = site.world.procore.documents(site.world.project_id)
        made = tree.add_folder(tree.root_id, "Under a new key", person("ana"))
        assert (await site.cli("nudge", "tower")).code == 0
        await comes_true(has(site, "/New key/Under a new key"))
        tree.delete(tree.folder(made))
    after = (await site.cli("keys")).out

    old, new = (
        re.findall(r"^  (\w{8})  made 20\d\d-", said, re.MULTILINE) for said in (before, after)
    )
    assert done.code == 0, done.err
    assert "2 connections sealed anew" in done.out
    assert f"key.{old[0]}" in done.out
    assert len(old) == len(new) == 1
    assert old != new
    assert f"{new[0]}  made" in after
    assert "seals 2 connections" in after
    assert (site.cli.data / "key").read_text().split()[0] not in before + after + done.out


@pytest.mark.ci
@pytest.mark.parametrize("kind", BROKEN)
async def test_without_its_key_a_link_stays_as_it_is_and_one_line_says_what_to_do(
    linked: Site, kind: str
) -> None:
    spoil, words = BROKEN[kind]
    spoil(linked.cli.data / "key")
    before = linked.in_teams()

    run, connect, doctor = await asyncio.gather(
        linked.cli("run", "tower"),
        linked.cli("connect", "procore", TURNBUCKLE_CLIENT_SECRET="x"),
        linked.cli("doctor"),
    )

    assert run.is_one_clear_line(*words)
    assert connect.is_one_clear_line(*words)
    assert doctor.code == 1
    assert [word for word in words if word not in " ".join(doctor.out.split())] == []
    assert linked.in_teams() == before


async def test_after_a_lost_key_signing_in_again_is_all_there_is_to_do(connected: Site) -> None:
    site = await in_a_folder_of_its_own(connected, "Lost key")
    assert (await site.cli("run", "tower")).code == 0
    synced = site.in_teams()
    (site.cli.data / "key").unlink()

    lost = await site.cli("keys", "lost", "--yes")
    paused = await site.cli("run", "tower")
    for system in ("procore", "microsoft"):
        again = await site.cli(
            *("connect", system, "--name", system),
            TURNBUCKLE_CLIENT_SECRET=site.facts(system)["client_secret"],
        )
        assert again.code == 0, again.err
    tree = site.world.procore.documents(site.world.project_id)
    made = tree.add_folder(tree.root_id, "After the loss", person("ana"))
    ran = await site.cli("run", "tower")
    tree.delete(tree.folder(made))

    assert lost.code == 0, lost.err
    assert 'turnbuckle connect procore --name "procore"' in lost.out
    assert paused.is_one_clear_line("the key was lost", "connect procore", "connect microsoft")
    assert "1 link waited" in again.out
    assert ran.code == 0, ran.err
    assert {path for path in site.in_teams() - synced if "/Lost key/" in path} == {
        path for path in site.in_teams() if path.endswith("/Lost key/After the loss")
    }
    assert synced <= site.in_teams()
    assert "All is well" in (await site.cli("doctor")).out


@pytest.mark.ci
async def test_nothing_is_given_up_without_asking_or_without_need(linked: Site) -> None:
    whole = await linked.cli("keys", "lost", "--yes")
    (linked.cli.data / "key").write_text("A" * 43 + "=\n")

    asked = await linked.cli("keys", "lost", stdin="n\n")
    listed = await linked.cli("keys")
    rotated = await linked.cli("keys", "rotate")

    assert whole.is_one_clear_line("nothing has to be given up")
    assert asked.code != 0
    assert "microsoft, procore: " in asked.out
    assert "Not opened by any of them: microsoft, procore" in listed.out
    assert listed.code == 1
    assert rotated.is_one_clear_line("were sealed with the key")


@pytest.mark.ci
async def test_on_postgresql_the_new_key_is_brought_to_all_machines_first(
    cli: Cli, postgres: str
) -> None:
    at_once = await cli("keys", "rotate", DATABASE_URL=postgres)

    added = await cli("keys", "add", DATABASE_URL=postgres)
    done = await cli("keys", "rotate", DATABASE_URL=postgres)

    assert at_once.is_one_clear_line("turnbuckle keys add", "copy the key file")
    assert added.code == 0, added.err
    assert done.code == 0, done.err
    assert (cli.data / "key").read_text().count("\n") == 1
