"""The tools of a project or a company, and what the caller may do in each."""

from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.company import Company, Level, Project, Viewer
from turnbuckle.practice.procore.refusals import Refusal, settings_problem, wrong_project
from turnbuckle.practice.procore.state import State

Row = dict[str, Any]

_DOCUMENTS, _PHOTOS = "documents", "images"
_TOOLS = (  # id, name, title, whether a project can do without
    (1, "home", "Home", True),
    (9, "daily_log", "Daily Log", False),
    (14, _DOCUMENTS, "Documents", False),
    (16, _PHOTOS, "Photos", False),
    (22, "rfi", "RFIs", False),
    (24, "submittal_log", "Submittals", False),
    (2, "admin", "Admin", True),
)
_COMPANY_TOOLS = (  # id, name, title
    (31, "directory", "Directory"),
    (32, _DOCUMENTS, "Documents"),
    (33, "admin", "Admin"),
)
_ACTIONS = ((11, "see_recycle_bin", "See Recycle Bin"), (12, "destroy_files_and_folders", "Delete"))


class PermissionCalls:
    """The permission manifest, and the lists of tools."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        table = (
            ("/rest/v1.0/projects/{id}/tools", "GET /tools", self.project_tools),
            ("/rest/v1.0/tools", "GET /tools", self.my_tools),
            ("/rest/v1.0/settings/permissions", "GET /permissions", self.permissions),
        )
        return [
            Route(method="GET", path=path, operation=operation, answering=answering)
            for path, operation, answering in table
        ]

    async def project_tools(self, call: Call) -> web.Response:
        """The tools of a project."""
        return answer(self._tools(self._open(call, call.in_path("id"))))

    async def my_tools(self, call: Call) -> web.Response:
        """The same without titles, with what the account may do in each."""
        project = self._open(call, call.needed_in_query("project_id"))
        rows = [
            {
                **{name: told for name, told in row.items() if name != "title"},
                "user_access_level": _level(project, call, tool[1]).label,
                "provider_id": project.id,
                "provider_type": "Project",
            }
            for row, tool in zip(self._tools(project), _TOOLS, strict=True)
        ]
        return answer(rows)

    async def permissions(self, call: Call) -> web.Response:
        """What the account may do in each tool of a project, or of the company."""
        try:
            project_id, company_id = call.in_query("project_id"), call.in_query("company_id")
        except Refusal:
            raise settings_problem(400, "invalid", "An id is not a number") from None
        if project_id is None:
            if company_id is None:
                raise settings_problem(400, "missing", "Name a project_id or a company_id")
            if company_id != call.company.id:
                raise wrong_project()
            tools = [
                self._company_permission(call, tool)
                for tool in _COMPANY_TOOLS
                if self._is_told(call.company, tool[1])
            ]
            return answer({"tools": tools})
        project = self._open(call, project_id)
        shown = [tool for tool in _TOOLS if self._is_told(project, tool[1])]
        return answer({"tools": [self._permission(project, call, tool) for tool in shown]})

    def _open(self, call: Call, project_id: int) -> Project:
        return self._state.companies.open_project(project_id, call.company, call.person)

    def _tools(self, project: Project) -> list[Row]:
        return [
            {
                "id": project.id * 100 + number,
                "engine_name": self._called(name),
                "is_active": _is_on(project, name),
                "position": position,
                "required": required,
                "title": title,
            }
            for position, (number, name, title, required) in enumerate(_TOOLS, 1)
        ]

    def _is_told(self, holder: Company | Project, tool: str) -> bool:
        return _is_on(holder, tool) or self._state.switches.manifest_tells_off

    def _permission(self, project: Project, call: Call, tool: tuple[int, str, str, bool]) -> Row:
        number, name, title, _required = tool
        level = _level(project, call, name)
        return _tool_row(
            project, (number, self._called(name), title), level, _actions(call, project)
        )

    def _company_permission(self, call: Call, tool: tuple[int, str, str]) -> Row:
        number, name, title = tool
        company = call.company
        level = Level.NONE  # nobody here is a company-level Admin but of its Documents
        if name == _DOCUMENTS and company.documents_on:
            level = company.level(call.person)
        return _tool_row(company, (number, name, title), level, _actions(call, company))

    def _called(self, tool: str) -> str:
        """What answers call a tool."""
        return self._state.switches.photos_tool if tool == _PHOTOS else tool


def _actions(call: Call, holder: Company | Project) -> tuple[tuple[int, str, str], ...]:
    """What somebody may do in Documents besides what their level says."""
    viewer = Viewer(call.person, holder)
    if viewer.level is Level.ADMIN:
        return _ACTIONS
    return _ACTIONS[:1] if viewer.sees_bin else ()


def _tool_row(
    holder: Company | Project,
    tool: tuple[int, str, str],
    level: Level,
    of_documents: tuple[tuple[int, str, str], ...],
) -> Row:
    """A tool of the manifest."""
    number, name, title = tool
    actions = of_documents if name == _DOCUMENTS and level is not Level.NONE else ()
    return {
        "id": holder.id * 100 + number,
        "name": name,
        "friendly_name": title,
        "domain_id": number,
        "tab_group": "core",
        "available_for_user": level is not Level.NONE,
        "url": f"/{holder.id}/{holder.title}/{name}",
        "user_access_level": {"id": int(level), "name": level.label},
        "permitted_actions": [
            {"id": each, "action_name": action, "label": label, "tool_name": name}
            for each, action, label in actions
        ],
        "create_url": None,
        "can_create": None,
        "trial": False,
    }


def _is_on(holder: Company | Project, tool: str) -> bool:
    if tool == _PHOTOS and isinstance(holder, Project):
        return holder.photos_on
    return holder.documents_on or tool != _DOCUMENTS


def _level(project: Project, call: Call, tool: str) -> Level:
    """The level on a tool; what is set for Documents holds for the tools beside it too."""
    if not _is_on(project, tool):
        return Level.NONE
    if tool == _PHOTOS:
        return project.photo_level(call.person)
    return project.level(call.person)
