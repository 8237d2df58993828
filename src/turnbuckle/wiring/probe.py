"""What can be asked of each remote on the first day, put together for a connected account."""

from datetime import timedelta
from uuid import uuid4

from turnbuckle.connectors.graph.probe import catalogue as of_graph
from turnbuckle.connectors.graph.probe.ground import GraphGround
from turnbuckle.connectors.procore.probe import catalogue as of_procore
from turnbuckle.connectors.procore.probe.ground import ProcoreGround
from turnbuckle.connectors.procore.project import Project
from turnbuckle.ports.probe import Probe
from turnbuckle.transport.raw_calls import RawCalls
from turnbuckle.wiring import microsoft, procore
from turnbuckle.wiring.microsoft import Destination, MicrosoftAccount
from turnbuckle.wiring.procore import ProcoreAccount
from turnbuckle.wiring.remotes import Account, Shared


async def probe_of_procore(
    account: Account, shared: Shared, project: str | None, wait: timedelta
) -> Probe[ProcoreGround]:
    """Sign in, find the project, and give what can be asked there; one call.

    Args:
        account: a connected one.
        shared: what the wires of this event loop share.
        project: its name or id; None: the only one.
        wait: how long what ends by itself may be watched.

    Raises:
        NotFound: there is no such project, or there are several and none was named.
        RemoteError: it does not work; the text says what to do.
    """
    number, title = await ProcoreAccount(account, shared).project(project)
    company = int(account.settings["company_id"])
    ground = ProcoreGround(
        RawCalls(procore.bare_wire(account, shared, company)),
        procore.bare_wire(account, shared, None),
        Project(company, number),
        title,
        wait=wait,
    )
    return Probe(ground=ground, checks=of_procore.CHECKS, open=of_procore.OPEN)


async def probe_of_microsoft(
    account: Account, shared: Shared, destination: Destination
) -> Probe[GraphGround]:
    """Sign in, find the destination, and give what can be asked there; some calls.

    Raises:
        UnclearDestination: too little or too much is named.
        RemoteError: it is not there, or does not work; the text says what to do.
    """
    signed_in = MicrosoftAccount(account, shared)
    found = await signed_in.see(destination)
    team = None if destination.team is None else await signed_in.team(destination.team)
    ground = GraphGround(
        RawCalls(microsoft.bare_wire(account, shared), lambda: {"client-request-id": str(uuid4())}),
        found.drive,
        found.folder,
        found.shown,
        team=team,
        by_app=account.by_app,
    )
    return Probe(ground=ground, checks=of_graph.CHECKS, open=of_graph.OPEN)
