"""What links at rest cost beside each other: calls are for what changed, and asked once for all."""

from pathlib import Path

import pytest
from jobs.neighbours import Wanted, side_by_side

pytestmark = pytest.mark.usefixtures("transactional_db")

DOCUMENTS = ("Procore", "ask what changed")
ALBUMS = ("Procore", "list albums")
TEAMS = ("Microsoft", "changes")


async def test_links_of_one_project_and_one_drive_cost_one_call_on_each_side_together(
    tmp_path: Path,
) -> None:
    async with side_by_side(tmp_path, [Wanted()] * 3) as links:
        await links.at_rest()

        cost = await links.poll()

        assert cost == {DOCUMENTS: 1, TEAMS: 1}
        assert await links.failed() == 0


async def test_links_of_three_projects_cost_one_call_for_each_project_and_one_for_their_drive(
    tmp_path: Path,
) -> None:
    async with side_by_side(tmp_path, [Wanted(project=number) for number in range(3)]) as links:
        await links.at_rest()

        cost = await links.poll()

        assert cost == {DOCUMENTS: 3, TEAMS: 1}
        assert await links.failed() == 0


async def test_photos_cost_one_call_more_for_each_project_that_has_them_in_step(
    tmp_path: Path,
) -> None:
    async with side_by_side(tmp_path, [Wanted(photos=True), Wanted(project=1)]) as links:
        await links.at_rest()

        cost = await links.poll()

        assert cost == {DOCUMENTS: 2, ALBUMS: 1, TEAMS: 1}
        assert await links.failed() == 0


async def test_one_sign_in_at_each_remote_does_for_all_projects_of_an_account(
    tmp_path: Path,
) -> None:
    async with side_by_side(tmp_path, [Wanted(project=number) for number in range(3)]) as links:
        await links.poll()

        assert links.parts.meter.sign_ins == {
            ("Procore", "client credentials"): 1,
            ("Microsoft", "app token"): 1,
        }
