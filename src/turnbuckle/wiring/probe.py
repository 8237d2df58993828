"""What can be asked of each remote on the first day, put together for a connected account."""

from datetime import timedelta

from turnbuckle.connectors.procore.probe import catalogue as of_procore
from turnbuckle.connectors.procore.probe.ground import ProcoreGround
from turnbuckle.connectors.procore.project import Project
from turnbuckle.ports.probe import Probe
from turnbuckle.transport.raw_calls import RawCalls
from turnbuckle.wiring import procore
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
