"""The Graph connector keeps the contract, over HTTP against practice mode's Microsoft."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conformance.at_practice import PEOPLE_TOKEN, PracticeColleague, whole
from conformance.connector_contract import ConnectorContract
from conformance.setting import Setting

from turnbuckle.connectors.graph.api import graph_wire
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.sign_in import AppTokens, Registration
from turnbuckle.model.items import ItemId
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter

VARIANTS: dict[str, dict[str, Any]] = {
    "likely": {},
    "contrary": {
        "nfc_siblings_clash": False,
        "session_conflict_told_at": "last",
        "new_file_ctag": 1,
        "folders_have_ctag": False,
        "app_writes_show_system_user": True,
        "patch_answers_without_body": True,
        "storage_refuses_tokens": True,
        "delta_gives_download_address": False,
        "delta_gives_path": False,
        "deletion_page_items": None,
        "tombstones_have_kind": False,
        "deleted_children_told": True,
        "delta_duplicates": True,
        "delta_children_first": True,
        "tag_bump_after_seconds": 0.0,
    },
}
SMALL_PAGES = GraphLimits(page_items=2, largest_page_items=3)


class TestGraph(ConnectorContract):
    @pytest.fixture(params=list(VARIANTS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        clock = SimulatedClock(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
        service = PracticeMicrosoft(
            blobs=Blobs(tmp_path / "blobs"),
            clock=clock,
            limits=SMALL_PAGES if request.param == "contrary" else GraphLimits(),
            switches=GraphSwitches(**VARIANTS[request.param]),
            people_token=PEOPLE_TOKEN,
        )
        await service.start()
        channel = service.channel("General")
        drive_id = channel.drive.place.drive_id
        root = channel.drive.add_folder(channel.folder, "Conformance", PERSONS[0])
        session = open_session()
        facts = {
            "people_token": PEOPLE_TOKEN,
            "microsoft": {"address": service.address, "drive_id": drive_id, "folder_id": root},
        }
        person = await TeamsUser.sign_in(facts, "ana")
        calls = await Calls.signed_in(service.address, PEOPLE_TOKEN, "ben")

        async def check_out(seen: Seen) -> None:
            await calls.json("POST", f"/v1.0/drives/{drive_id}/items/{seen.id}/checkout")

        async def versions(item: str) -> list[bytes]:
            path = f"/v1.0/drives/{drive_id}/items/{item}"
            rows = (await calls.json("GET", f"{path}/versions"))["value"]
            return [await whole(calls, f"{path}/versions/{row['id']}/content") for row in rows]

        cloud = practice_cloud("microsoft", service.address, service.storage_address)
        registration = Registration(
            cloud=cloud,
            tenant=service.tenant_id,
            client_id=service.client_id,
            secret=service.client_secret,
        )
        tokens = AppTokens(registration, clock=clock)
        wire = graph_wire(
            cloud=cloud,
            tokens=tokens,
            budget=Budget(clock),
            session=session,
            clock=clock,
            meter=Meter(),
        )
        yield Setting(
            connector=GraphConnector(wire, drive_id=drive_id, client_id=service.client_id),
            root=ItemId(root),
            people=PracticeColleague(person, clock, check_out, versions),
            unknown_file=ItemId(root[:-8] + "AAAAAAAA"),
            unknown_folder=ItemId(root[:-8] + "AAAAAAAA"),
            not_found_is_proof=True,
            secrets=(service.client_secret, await tokens.bearer()),
        )
        for closing in (session, person, calls):
            await closing.close()
        await service.stop()
