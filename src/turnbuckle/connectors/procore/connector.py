"""Open the tools of a Procore project, or of a company itself.

The wire of a connection names its company in every call; a wire without a company can only ask who
we are and which companies there are.
"""

import aiohttp

from turnbuckle.connectors.procore.project import Project, WholeCompany
from turnbuckle.connectors.procore.replies import REMOTE, sort_error
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools import TOOLS
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.ports.clock import Clock
from turnbuckle.ports.connector import Connector
from turnbuckle.ports.errors import Unsupported
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.tokens import Tokens
from turnbuckle.transport.wire import Wire

TOGETHER = "documents+photos"
"""Documents and Photos as one feed."""

_AGENT = "Turnbuckle/0.1"


def open_wire(
    *,
    cloud: Cloud,
    tokens: Tokens,
    budget: Budget,
    session: aiohttp.ClientSession,
    clock: Clock,
    meter: Meter,
    company: int | None,
    connection: int | None = None,
) -> Wire:
    """Make the wire of one connection to one company (None: before a company is chosen)."""
    headers = {"Accept": "application/json", "User-Agent": _AGENT}
    if company is not None:
        headers["Procore-Company-Id"] = str(company)
    return Wire(
        remote=REMOTE,
        cloud=cloud,
        tokens=tokens,
        budget=budget,
        session=session,
        clock=clock,
        meter=meter,
        sort_error=sort_error,
        headers=headers,
        connection=connection,
    )


def open_tool(tool: str, wire: Wire, project: Project, own_user: int) -> Connector:
    """Open one tool of a project, or both that are two-way as one feed; makes no call.

    Args:
        tool: its name in `TOOLS`, or `TOGETHER`.
        own_user: the user id that we are signed in as (`preflight.me`), to tell our own versions.

    Raises:
        Unsupported: there is no such tool yet.
    """
    if tool == TOGETHER:
        documents = Documents(wire, project, own_user)
        return Together(documents, Photos(wire, project, own_user))
    if tool not in TOOLS:
        raise Unsupported(f"the Procore tool {tool!r} is not synced; known: {', '.join(TOOLS)}")
    return TOOLS[tool](wire, project, own_user)


def open_company_documents(wire: Wire, company: int, own_user: int) -> Connector:
    """Open what a company keeps in Documents beside its projects; makes no call."""
    return Documents(wire, WholeCompany(company), own_user)
