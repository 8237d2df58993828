"""Procore's Photos keep the contract of albums, alone and beside Documents."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conformance.album_contract import AlbumContract
from conformance.at_practice import PEOPLE_TOKEN, PracticeColleague
from conformance.setting import Setting

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import TOGETHER, open_wire
from turnbuckle.connectors.procore.photo_items import Part, album_id, part_of, photo_id, top_id
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.sign_in import App, AppTokens, SignInHost
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.model.items import ItemId
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ImageBody, ProcoreSwitches
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter

MEBIBYTE = 1 << 20
VARIANTS: dict[str, dict[str, Any]] = {
    "likely": {},
    "contrary": {
        "touches_item": False,
        "images_per_page": 3,
        "album_keeps_photos": False,
        "retrieve_method": "POST",
        "image_ids_as_objects": True,
        "image_body": ImageBody.GUIDE,
        "photos_tool": "photos",
        "url_needs_bearer": False,
    },
    TOGETHER: {},
}


class TestProcorePhotos(AlbumContract):
    @pytest.fixture(params=list(VARIANTS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        clock = SimulatedClock(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
        switches = ProcoreSwitches(**VARIANTS[request.param])
        service = PracticeProcore(
            blobs=Blobs(tmp_path / "blobs"),
            clock=clock,
            limits=NO_LIMITS,
            switches=switches,
            people_token=PEOPLE_TOKEN,
        )
        await service.start()
        project = Project(service.company_id, service.add_project("Harbour Tower"))
        documents = service.documents(project.id)
        documents.add_folder(documents.root_id, "Plans", PERSONS[0])
        session = open_session()
        facts = {
            "people_token": PEOPLE_TOKEN,
            "procore": {
                "address": service.address,
                "company_id": project.company,
                "project_id": project.id,
            },
        }
        person = await ProcoreUser.sign_in(facts, "ana")
        cloud = practice_cloud("procore", service.address, service.storage_address)
        app = App(service.client_id, service.client_secret)
        tokens = AppTokens(SignInHost(cloud, app, session, clock, Meter()))
        wire = open_wire(
            cloud=cloud,
            tokens=tokens,
            budget=Budget(clock),
            session=session,
            clock=clock,
            meter=Meter(),
            company=project.company,
        )
        own_user = (await preflight.me(wire)).id
        one_post_bytes = 5 * MEBIBYTE if request.param == "contrary" else 5000 * MEBIBYTE
        photos = Photos(
            wire,
            project,
            own_user,
            one_post_bytes=one_post_bytes,
            segment_bytes=5 * MEBIBYTE,
        )
        together = Together(Documents(wire, project, own_user), photos)
        yield Setting(
            connector=together if request.param == TOGETHER else photos,
            root=top_id(project.id),
            people=PracticeColleague(
                person.photos,
                clock,
                check_out=_nothing_to_check_out,
                versions=_no_versions,
                to_ours=lambda item, is_folder: (album_id if is_folder else photo_id)(int(item)),
                to_theirs=lambda item: _number(item, person.photos.top),
            ),
            unknown_file=photo_id(999_999_999),
            unknown_folder=album_id(999_999_999),
            secrets=(service.client_secret, await tokens.bearer()),
            tells_moves=switches.touches_item,
        )
        for closing in (session, person):
            await closing.close()
        await service.stop()


def _number(item: ItemId, top: str) -> str:
    part, number = part_of(item)
    return top if part is Part.TOP else str(number)


async def _nothing_to_check_out(seen: Seen) -> None:
    raise AssertionError(f"{seen.name} is a photo; nobody checks it out")


async def _no_versions(item: str) -> list[bytes]:
    raise AssertionError(f"{item} is a photo; it has one version")
