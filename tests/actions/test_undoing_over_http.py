"""Undoing against both practice services: out of Procore's bin, or sent to Teams again from it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sync.over_http.stage import Scene, Stage, staged

from turnbuckle.actions import undoing
from turnbuckle.actions.undoing import Undoing
from turnbuckle.ports.errors import SignInNeeded
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.sync.bringing_back import How

FILES = {"Plans/A-101.pdf": b"ground floor", "Plans/Old/A-100.pdf": b"first", "Minutes.txt": b"we"}


@pytest.fixture
async def link(
    request: pytest.FixtureRequest, tmp_path: Path, transactional_db: None
) -> AsyncIterator[Stage]:
    """Give a link in step; the parameter says what Procore answers to a restoring."""
    switches = ProcoreSwitches(case_blind=False, clean_names=False, restore=request.param)
    async with staged(tmp_path / "practice", Scene(procore=switches)) as stage:
        for path, content in FILES.items():
            await stage.left.put(path, content)
        await stage.in_step()
        yield stage


async def undo(link: Stage) -> Undoing:
    """Undo the last batch of deletions."""
    batches = await asyncio.to_thread(undoing.batches, link.ends.link, link.clock)
    return await undoing.undone(link.ends, batches[0].number, link.clock)


@pytest.mark.parametrize("link", [200], indirect=True)
@pytest.mark.parametrize("side", ["left", "right"])
async def test_a_folder_deleted_on_either_side_comes_back_out_of_procores_bin(
    link: Stage, side: str
) -> None:
    await getattr(link, side).delete("Plans")
    await link.in_step()

    done = await undo(link)
    await link.in_step()

    assert done.count(How.RESTORED) == len(done.items) == 4
    assert set(link.right.files()) == set(link.left.files()) == set(FILES)
    await link.assert_equal()


@pytest.mark.parametrize("link", [403, 404], indirect=True)
async def test_where_procore_refuses_the_files_are_sent_again_from_its_bin(link: Stage) -> None:
    await link.right.delete("Plans")
    await link.in_step()

    done = await undo(link)
    await link.in_step()

    assert done.count(How.SENT) == len(done.items) == 4
    assert set(link.left.files()) == set(FILES)
    await link.assert_equal()


@pytest.mark.parametrize("link", [200], indirect=True)
async def test_a_sign_in_that_was_revoked_pauses_the_links_as_in_a_run(link: Stage) -> None:
    await link.right.delete("Plans")
    await link.in_step()
    link.procore.tokens.apps[link.procore.client_id].secret = "another"
    link.procore.revoke_tokens()

    with pytest.raises(SignInNeeded, match="turnbuckle connect procore --name"):
        await undo(link)

    integrations = await asyncio.to_thread(link.ends.scope.integrations.list)
    assert "turnbuckle connect procore" in integrations[0].paused
