"""What projects are called comes from one list per company, and with the documents themselves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from jobs.neighbours import Neighbours, Wanted, side_by_side
from sync.over_http.stage import CHANNEL

from turnbuckle.actions import checking, links
from turnbuckle.actions.doctor import permissions
from turnbuckle.actions.doctor.permissions import Owned
from turnbuckle.actions.links import WantedLink
from turnbuckle.model.side import Side
from turnbuckle.store.records import Link
from turnbuckle.wiring.microsoft import Destination

PROJECTS = 4
LIST, MANIFEST = "GET /projects", "GET /permissions"


@pytest.fixture
async def company(tmp_path: Path, transactional_db: None) -> AsyncIterator[Neighbours]:
    """A company of four projects and one more, each but that with a link, and nothing asked yet."""
    async with side_by_side(tmp_path, [Wanted(project=each) for each in range(PROJECTS)]) as found:
        found.stage.procore.counters.reset()
        yield found


async def test_a_project_is_chosen_from_one_list_and_no_other_project_is_asked_for(
    company: Neighbours,
) -> None:
    await add(company, "Quay 2")

    counted = company.stage.procore.counters
    assert (counted[LIST], counted[MANIFEST], counted.calls) == (1, 1, 3)


async def test_all_projects_of_an_account_are_checked_by_one_list_and_a_call_for_each(
    company: Neighbours,
) -> None:
    stage = company.stage
    name = stage.ends.connections[Side.LEFT].name

    found = await asyncio.to_thread(checking.of_procore, stage.ends.scope, name, stage.clock)

    assert {f"Quay {each}" for each in range(PROJECTS)} < {each.what for each in found}
    counted = stage.procore.counters
    assert counted == {LIST: 1, MANIFEST: PROJECTS + 2}  # the stage's own project, the company


async def test_the_doctor_asks_for_what_each_link_needs_and_for_no_name(
    company: Neighbours,
) -> None:
    scope = company.stage.ends.scope

    found = await permissions.examine([Owned(scope, each) for each in company.links], company.parts)

    assert [each.said for each in found] == [f"all that is needed is there for {PROJECTS} links"]
    assert company.stage.procore.counters == {MANIFEST: PROJECTS}


async def test_a_project_that_was_renamed_is_followed_by_the_poll_that_asks_for_its_documents(
    company: Neighbours,
) -> None:
    stage = company.stage
    company.links.append(await add(company, "Harbour Tower"))
    await company.at_rest()
    stage.procore.rename_project(stage.project, "Quay Tower")

    cost = await company.poll()

    drive = stage.microsoft.channel(CHANNEL).drive
    assert {"Quay Tower", "Documents"} <= {name for _, _, name, *_ in drive.walk()}
    assert "Harbour Tower" not in {name for _, _, name, *_ in drive.walk()}
    assert cost == {
        ("Procore", "ask what changed"): PROJECTS + 1,
        ("Procore", "look into the bin"): 1,  # as with all that changed in Documents
        ("Microsoft", "changes"): 1,
        ("Microsoft", "move"): 1,
    }


async def add(company: Neighbours, project: str) -> Link:
    """Link a project as a person does, in a folder that bears its name."""
    stage = company.stage
    made = await asyncio.to_thread(
        links.add,
        stage.ends.scope,
        WantedLink(
            name=f"{project} again",
            project=project,
            destination=Destination(team=stage.microsoft.tenant.team.name, channel=CHANNEL),
            layout="Jobs/{project}/{tool}",
        ),
        stage.clock,
    )
    return made.link
