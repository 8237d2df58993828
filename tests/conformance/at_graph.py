"""A practice Microsoft for the contract: our connector on some folder of it, and a colleague."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.at_practice import PEOPLE_TOKEN, PracticeColleague, whole
from conformance.setting import Setting

from turnbuckle.connectors.graph.api import graph_wire
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.sign_in import AppTokens, Registration
from turnbuckle.model.items import ItemId
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import PERSONS, person
from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter

type Where = Callable[[PracticeMicrosoft], tuple[Drive, str]]
"""Gives the library and the folder in which the contract is kept, and opens it to our app."""


def in_a_channel(service: PracticeMicrosoft) -> tuple[Drive, str]:
    """A standard channel: a folder of the Team's library."""
    channel = service.channel("General")
    return channel.drive, channel.folder


def in_a_private_channel(service: PracticeMicrosoft) -> tuple[Drive, str]:
    """A private channel: a library of its own."""
    channel = service.channel("Commercial")
    return channel.drive, channel.folder


def in_a_shared_channel(service: PracticeMicrosoft) -> tuple[Drive, str]:
    """A shared channel, with people from outside the Team in it."""
    service.team.members.discard("ben")
    members = [person("ben")]
    channel = service.tenant.add_channel(service.team, "Partners", "shared", members=members)
    return channel.drive, channel.folder


def in_a_granted_site(service: PracticeMicrosoft) -> tuple[Drive, str]:
    """The top of a plain library, for an app that was granted this site and nothing else."""
    service.app.roles = {"Sites.Selected"}
    service.grant_site(service.tenant.handover_site)
    drive = service.tenant.handover_site.drives[1]
    return drive, drive.root_id


def in_a_onedrive(service: PracticeMicrosoft) -> tuple[Drive, str]:
    """Ana's OneDrive, shared with Ben."""
    drive = service.tenant.personal[person("ana").graph_id]
    drive.sharing.share(drive.get("root"), person("ben"))
    return drive, drive.root_id


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Which Microsoft, and where in it."""

    where: Where = in_a_channel
    limits: GraphLimits = field(default_factory=GraphLimits)
    switches: dict[str, Any] = field(default_factory=dict)


@asynccontextmanager
async def graph_setting(folder: Path, ground: Ground) -> AsyncIterator[Setting]:
    """Start it, and stop it at the end."""
    clock = SimulatedClock(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    service = PracticeMicrosoft(
        blobs=Blobs(folder / "blobs"),
        clock=clock,
        limits=ground.limits,
        switches=GraphSwitches(**ground.switches),
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    drive, top = ground.where(service)
    drive_id = drive.place.drive_id
    root = drive.add_folder(top, "Conformance", PERSONS[0])
    session = open_session()
    facts = {
        "people_token": PEOPLE_TOKEN,
        "microsoft": {"address": service.address, "drive_id": drive_id, "folder_id": root},
    }
    colleague = await TeamsUser.sign_in(facts, "ana")
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
        people=PracticeColleague(colleague, clock, check_out, versions),
        unknown_file=ItemId(root[:-8] + "AAAAAAAA"),
        unknown_folder=ItemId(root[:-8] + "AAAAAAAA"),
        not_found_is_proof=True,
        secrets=(service.client_secret, await tokens.bearer()),
    )
    for closing in (session, colleague, calls):
        await closing.close()
    await service.stop()
