"""ProPyCore, which a contractor uses in production, works with practice mode unchanged.

It signs in by HTTP Basic, lists companies and projects without the company header, sends forms and
pages on until a page is empty.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from practice.procore.caller import PEOPLE_TOKEN

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import RealClock
from turnbuckle.practice.persons import COMPANY_NAME
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches

pytestmark = [
    pytest.mark.ci,
    pytest.mark.off_contract,  # its forms are as it likes them
]


@dataclass
class Practice:
    """The service, and ProPyCore signed in to it."""

    service: PracticeProcore
    project: int
    client: Any
    blobs: Blobs

    @property
    def company(self) -> int:
        """The sample company's id."""
        return self.service.company_id

    async def work[Result](self, doing: Callable[[Any], Result]) -> Result:
        """Let the library, which knows no asyncio, do something in a thread."""
        return await asyncio.to_thread(doing, self.client)

    def content(self, name: str) -> bytes:
        """The newest bytes of the file of that name, as the service holds them."""
        for node in self.service.documents(self.project).nodes.values():
            if node.name == name and node.versions:
                newest = max(node.versions, key=lambda version: version.number)
                return self.blobs.read(newest.blob)
        raise KeyError(name)


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    """A practice Procore with an empty project, and the library."""
    from ProPyCore.procore import Procore

    blobs = Blobs(tmp_path / "blobs")
    service = PracticeProcore(
        blobs=blobs,
        clock=RealClock(),
        limits=NO_LIMITS,
        switches=ProcoreSwitches(),
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    try:
        project = service.add_project("Harbour Tower", number="316")
        client = await asyncio.to_thread(
            lambda: Procore(
                service.client_id, service.client_secret, "", service.address, service.address
            )
        )
        yield Practice(service, project, client, blobs)
    finally:
        await service.stop()


def _put(client: Any, *, where: tuple[int, int], path: str, folder: int) -> Any:
    return client.files.create(*where, path, folder)


def _write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


async def test_companies_and_projects_are_found(practice: Practice) -> None:
    company = await practice.work(lambda it: it.companies.find(COMPANY_NAME))
    project = await practice.work(lambda it: it.projects.find(practice.company, "Harbour Tower"))
    listed = await practice.work(lambda it: it.companies.get_projects(practice.company))

    assert company["id"] == practice.company
    assert project["id"] == practice.project
    assert [row["name"] for row in listed] == ["Harbour Tower"]


async def test_the_permissions_of_a_project_are_told(practice: Practice) -> None:
    told = await practice.work(lambda it: it.permissions.get(practice.company, practice.project))

    levels = {tool["name"]: tool["user_access_level"]["name"] for tool in told["tools"]}
    assert levels["documents"] == "Admin"


async def test_a_file_goes_up_is_renamed_moved_renewed_and_deleted(
    practice: Practice, tmp_path: Path
) -> None:
    where = (practice.company, practice.project)
    first, second = os.urandom(300_000), os.urandom(1_000)
    path = _write(tmp_path / "A-101.pdf", first)

    folder = await practice.work(lambda it: it.folders.create(*where, "Plans"))
    made = await practice.work(lambda it: it.files.create(*where, path, folder["id"], "ink"))
    up = practice.content("A-101.pdf")
    renamed = await practice.work(
        lambda it: it.files.update(*where, made["id"], filename="A-101 rev B.pdf")
    )
    inner = await practice.work(lambda it: it.folders.create(*where, "Old", folder["id"]))
    moved = await practice.work(
        lambda it: it.files.update(*where, made["id"], folder_id=inner["id"])
    )
    _write(tmp_path / "A-101.pdf", second)
    renewed = await practice.work(lambda it: it.files.update(*where, made["id"], filepath=path))
    again = practice.content("A-101 rev B.pdf")
    gone = await practice.work(lambda it: it.files.remove(*where, made["id"]))

    assert (up, again) == (first, second)
    assert (made["name"], made["description"]) == ("A-101.pdf", "ink")
    assert (renamed["id"], renamed["name"]) == (made["id"], "A-101 rev B.pdf")
    assert moved["parent_id"] == inner["id"]
    assert len(renewed["file_versions"]) == 2
    assert gone == {"status_code": 200}


async def test_folders_and_files_are_listed_found_and_searched(
    practice: Practice, tmp_path: Path
) -> None:
    where = (practice.company, practice.project)
    folder = await practice.work(lambda it: it.folders.create(*where, "Plans"))
    for name in ("A-101.pdf", "B-202.pdf", "notes.txt"):
        path = _write(tmp_path / name, os.urandom(10))
        await practice.work(partial(_put, where=where, path=path, folder=folder["id"]))

    files = await practice.work(lambda it: it.files.get(*where, folder["id"]))
    papers = await practice.work(lambda it: it.files.get(*where, file_types=["pdf"]))
    folders = await practice.work(lambda it: it.folders.get(*where))
    found = await practice.work(lambda it: it.folders.find(*where, "Plans"))
    best = await practice.work(lambda it: it.files.search(*where, "B-202"))
    root = await practice.work(lambda it: it.folders.root(*where))

    assert [row["name"] for row in files] == ["A-101.pdf", "B-202.pdf", "notes.txt"]
    assert [row["name"] for row in papers] == ["A-101.pdf", "B-202.pdf"]
    assert "Plans" in {row["name"] for row in folders}
    assert [row["name"] for row in found["files"]] == ["A-101.pdf", "B-202.pdf", "notes.txt"]
    assert best["name"] == "B-202.pdf"
    assert "Plans" in {row["name"] for row in root["folders"]}


async def test_a_folder_is_renamed_made_private_and_deleted(practice: Practice) -> None:
    where = (practice.company, practice.project)
    folder = await practice.work(lambda it: it.folders.create(*where, "Plans"))

    changed = await practice.work(
        lambda it: it.folders.update(*where, folder["id"], folder_name="Drawings", private=True)
    )
    gone = await practice.work(lambda it: it.folders.remove(*where, folder["id"]))

    assert (changed["name"], changed["private"]) == ("Drawings", True)
    assert gone == {"status_code": 200}


async def test_albums_are_made_and_listed(practice: Practice) -> None:
    where = (practice.company, practice.project)

    made = await practice.work(lambda it: it.photos.categories.create(*where, "Week 18"))
    shown = await practice.work(lambda it: it.photos.categories.show(*where, made["id"]))
    listed = await practice.work(lambda it: it.photos.categories.get(*where))

    assert shown["name"] == "Week 18"
    assert "Week 18" in {row["name"] for row in listed}


async def test_what_is_refused_arrives_as_the_exceptions_of_the_library(
    practice: Practice,
) -> None:
    from ProPyCore.exceptions import NoPrivilegeError, NotFoundClientError

    where = (practice.company, practice.project)
    await practice.work(lambda it: it.folders.create(*where, "Plans"))

    with pytest.raises(NotFoundClientError):
        await practice.work(lambda it: it.files.show(*where, 1))
    with pytest.raises(NoPrivilegeError):
        await practice.work(lambda it: it.files.show(1, practice.project, 1))
    with pytest.raises(UnboundLocalError):  # its own way to say that a name is taken
        await practice.work(lambda it: it.folders.create(*where, "Plans"))
