"""The Procore connector keeps the contract, over HTTP against practice mode's Procore."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conformance.at_practice import PEOPLE_TOKEN, PracticeColleague, whole
from conformance.connector_contract import ConnectorContract
from conformance.setting import Setting

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import TOGETHER, open_wire
from turnbuckle.connectors.procore.items import file_id, folder_id, number_of
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.sign_in import App, AppTokens, SignInHost
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter

MEBIBYTE = 1 << 20
VARIANTS: dict[str, dict[str, Any]] = {
    "exact names": {"case_blind": False, "clean_names": False},
    "likely": {},
    TOGETHER: {},
    "contrary": {
        "case_blind": False,
        "share_names": True,
        "checked_out_patch": 403,
        "checked_out_version": 409,
        "touches_item": False,
        "touches_descendants": True,
        "bin_in_index": False,
        "url_needs_bearer": False,
        "newest_version_first": False,
        "documents_per_page": 3,
        "clean_names": False,
    },
}


class TestProcore(ConnectorContract):
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
        tree = service.documents(project.id)
        root = tree.add_folder(tree.root_id, "Conformance", PERSONS[0])
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
        calls = Calls(service.address, {"Procore-Company-Id": str(project.company)})
        await calls.sign_in(PEOPLE_TOKEN, "ana")

        async def check_out(seen: Seen) -> None:
            await person.check_out(seen, (clock.now() + timedelta(hours=12)).isoformat())

        async def versions(item: str) -> list[bytes]:
            file = await calls.json("GET", f"/rest/v1.0/files/{item}?project_id={project.id}")
            return [await whole(calls, version["url"]) for version in file["file_versions"]]

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
        one_post_bytes = 5 * MEBIBYTE if request.param == "contrary" else 5000 * MEBIBYTE
        own_user = (await preflight.me(wire)).id
        documents = Documents(
            wire,
            project,
            own_user,
            one_post_bytes=one_post_bytes,
            segment_bytes=5 * MEBIBYTE,
        )
        together = Together(documents, Photos(wire, project, own_user))
        yield Setting(
            connector=together if request.param == TOGETHER else documents,
            root=folder_id(root),
            people=PracticeColleague(
                person,
                clock,
                check_out,
                versions,
                to_ours=lambda item, is_folder: (folder_id if is_folder else file_id)(int(item)),
                to_theirs=lambda item: str(number_of(item)[1]),
            ),
            unknown_file=file_id(999_999_999),
            unknown_folder=folder_id(999_999_999),
            secrets=(service.client_secret, await tokens.bearer()),
            case_blind=switches.case_blind,
            cleans_names=switches.clean_names,
            tells_moves=switches.touches_item,
        )
        for closing in (session, person, calls):
            await closing.close()
        await service.stop()
