"""What is asked before a project is synced: who we are, what there is, and what we may do.

Source: the fact sheet, section 6.
"""

from collections.abc import Sequence

from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.wire import (
    Company,
    FolderRow,
    Manifest,
    ManifestTool,
    Me,
    ProjectRow,
)
from turnbuckle.model.items import Item, Kind, Name
from turnbuckle.ports.errors import AccessDenied, Gone
from turnbuckle.transport.wire import Wire

_PROJECTS_A_PAGE = 300
_MOST_PAGES = 200


async def me(wire: Wire) -> Me:
    """Give the account that signed in; one counted call."""
    return (await wire.call("GET", "/rest/v1.0/me", label="who we are")).json(Me)


async def companies(wire: Wire) -> Sequence[Company]:
    """Give the companies that the account belongs to, by name; one counted call."""
    reply = await wire.call("GET", "/rest/v1.0/companies", label="list companies")
    return sorted(reply.json(list[Company]), key=lambda company: company.name)


async def projects(wire: Wire, company: int) -> Sequence[ProjectRow]:
    """Give the active projects that the account reaches, by name."""
    found: dict[int, ProjectRow] = {}
    for page in range(1, _MOST_PAGES + 1):
        reply = await wire.call(
            "GET",
            "/rest/v1.1/projects",
            params={"company_id": company, "page": page, "per_page": _PROJECTS_A_PAGE},
            label="list projects",
        )
        rows = reply.json(list[ProjectRow])
        found |= {row.id: row for row in rows}
        if not rows or 'rel="next"' not in reply.headers.get("link", ""):
            break
    return sorted(found.values(), key=lambda project: (project.name, project.id))


async def check(wire: Wire, project: Project) -> list[str]:
    """Say in plain words what keeps a project's documents from being synced; empty: nothing.

    One counted call.
    """
    try:
        reply = await wire.call(
            "GET",
            "/rest/v1.0/settings/permissions",
            params={"project_id": project.id},
            label="check permissions",
        )
    except (AccessDenied, Gone) as error:
        return [str(error)]
    tool = _documents(reply.json(Manifest).tools)
    if tool is None:
        return ["the Documents tool is switched off in this Procore project; switch it on"]
    level = tool.user_access_level.name if tool.user_access_level else None
    if not tool.available_for_user or level != "Admin":
        problem = (
            f"the connected Procore account has {level or 'no'} access to Documents in this "
            "project; give it Admin, which deleting and seeing the recycle bin need"
        )
        return [problem]
    return []


def _documents(tools: Sequence[ManifestTool]) -> ManifestTool | None:
    named = [tool for tool in tools if tool.name == "documents"]
    shown = [tool for tool in tools if tool.friendly_name == "Documents"]
    return next(iter(named or shown), None)


async def root_folder(wire: Wire, project: Project) -> Item:
    """Give the top folder of a project's documents; one counted call."""
    reply = await wire.call(
        "GET",
        "/rest/v1.0/folders",
        params={"project_id": project.id, "exclude_folders": "true", "exclude_files": "true"},
        label="find the top folder",
    )
    row = reply.json(FolderRow)
    return Item(id=folder_id(row.id), parent=None, name=Name(row.name), kind=Kind.FOLDER)
