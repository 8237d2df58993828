"""What is asked before a project is synced: who we are, what there is, and what we may do.

Source: the fact sheet, section 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from turnbuckle.connectors.procore.items import folder_id
from turnbuckle.connectors.procore.photo_items import ROOT_NAME, top_id
from turnbuckle.connectors.procore.project import Holder, Project, WholeCompany
from turnbuckle.connectors.procore.replies import REMOTE
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
_NEEDED, _NO_ACCESS = "Admin", "None"  # levels of access, as Procore calls them
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
    return await _checked(wire, project, [_DOCUMENTS])


async def check_photos(wire: Wire, project: Project) -> list[str]:
    """Say the same of a project's photos; one counted call."""
    return await _checked(wire, project, [_PHOTOS])


async def check_both(wire: Wire, project: Project) -> list[str]:
    """Say the same of documents and photos; one counted call."""
    return await _checked(wire, project, [_DOCUMENTS, _PHOTOS])


async def check_company(wire: Wire, company: WholeCompany) -> list[str]:
    """Say the same of the documents of a company itself; one counted call.

    Admin of that one tool is enough: nobody has to make the account an Admin of the company.
    """
    return await _checked(wire, company, [_DOCUMENTS])


@dataclass(frozen=True, slots=True)
class _Tool:
    title: str
    names: frozenset[str]  # which of them Procore uses is not published for every tool
    needed_for: str

    def among(self, tools: Sequence[ManifestTool]) -> ManifestTool | None:
        named = [tool for tool in tools if tool.name in self.names]
        shown = [tool for tool in tools if tool.friendly_name == self.title]
        return next(iter(named or shown), None)

    def problem(self, tool: ManifestTool | None, kind: str) -> str | None:
        if tool is None:
            return f"the {self.title} tool is switched off in this Procore {kind}; switch it on"
        level = tool.user_access_level.name if tool.user_access_level else None
        if tool.available_for_user and level == _NEEDED:
            return None
        if not tool.available_for_user or level in {None, _NO_ACCESS}:
            return (
                f"the connected Procore account has no access to {self.title} in this {kind}, or"
                f" the tool is switched off there; switch it on and give the account {_NEEDED}"
            )
        return (
            f"the connected Procore account has {level} access to {self.title} in this "
            f"{kind}; give it {_NEEDED}, which {self.needed_for}"
        )


_DOCUMENTS = _Tool(
    "Documents", frozenset({"documents"}), "deleting and seeing the recycle bin need"
)
_PHOTOS = _Tool(
    "Photos", frozenset({"images", "photos"}), "deleting and seeing private photos need"
)


async def _checked(wire: Wire, holder: Holder, tools: Sequence[_Tool]) -> list[str]:
    try:
        reply = await wire.call(
            "GET",
            "/rest/v1.0/settings/permissions",
            params=holder.query or {"company_id": holder.company},
            label="check permissions",
        )
    except AccessDenied as error:
        return [str(error)]
    except Gone:
        what = f"{REMOTE} does not have this {holder.kind}, or does not show it to the connected"
        return [f"{what} account; give the account access to it"]
    shown = reply.json(Manifest).tools
    problems = (tool.problem(tool.among(shown), holder.kind) for tool in tools)
    return [problem for problem in problems if problem is not None]


async def root_folder(wire: Wire, holder: Holder) -> Item:
    """Give the top folder of a project's documents, or a company's; one counted call."""
    reply = await wire.call(
        "GET",
        holder.at("folders"),
        params={**holder.query, "exclude_folders": "true", "exclude_files": "true"},
        label="find the top folder",
    )
    row = reply.json(FolderRow)
    return Item(id=folder_id(row.id), parent=None, name=Name(row.name), kind=Kind.FOLDER)


def photos_folder(project: Project) -> Item:
    """Give what stands for a project's Photos as a whole; it has no folder of its own."""
    return Item(id=top_id(project.id), parent=None, name=ROOT_NAME, kind=Kind.FOLDER)
