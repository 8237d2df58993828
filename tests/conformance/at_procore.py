"""A practice Procore with one project, a person in it, and our own access to it.

The suites of Documents and of Photos run on it, each with its own tool.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.at_practice import PEOPLE_TOKEN

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.connector import open_wire
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.sign_in import App, AppTokens, SignInHost
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.playing.company_user import CompanyUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreSwitches
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.wire import Wire

_MEBIBYTE = 1 << 20
SMALL_UPLOADS: Mapping[str, int] = {
    "one_post_bytes": 5 * _MEBIBYTE,
    "segment_bytes": 5 * _MEBIBYTE,
}
"""Arguments of a tool, so that a file of a few MiB goes up in segments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtProcore:
    """What a suite works with."""

    service: PracticeProcore
    clock: SimulatedClock
    project: Project
    person: ProcoreUser
    in_company: CompanyUser  # the same one, in the documents of the company itself
    wire: Wire  # ours
    own_user: int
    secrets: tuple[str, ...]


@asynccontextmanager
async def at_procore(folder: Path, switches: Mapping[str, Any]) -> AsyncIterator[AtProcore]:
    """Run a practice Procore until the caller is done with it."""
    clock = SimulatedClock(datetime(2026, 3, 2, 7, 0, tzinfo=UTC))
    service = PracticeProcore(
        blobs=Blobs(folder / "blobs"),
        clock=clock,
        limits=NO_LIMITS,
        switches=ProcoreSwitches(**switches),
        people_token=PEOPLE_TOKEN,
    )
    async with AsyncExitStack() as closing:
        await service.start()
        closing.push_async_callback(service.stop)
        project = Project(service.company_id, service.add_project("Harbour Tower"))
        facts = {
            "address": service.address,
            "company_id": project.company,
            "project_id": project.id,
        }
        startup = {"people_token": PEOPLE_TOKEN, "procore": facts}
        person = await ProcoreUser.sign_in(startup, "ana")
        closing.push_async_callback(person.close)
        in_company = await CompanyUser.sign_in(startup, "ana")
        closing.push_async_callback(in_company.close)
        session = open_session()
        closing.push_async_callback(session.close)
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
        yield AtProcore(
            service=service,
            clock=clock,
            project=project,
            person=person,
            in_company=in_company,
            wire=wire,
            own_user=(await preflight.me(wire)).id,
            secrets=(service.client_secret, await tokens.bearer()),
        )
