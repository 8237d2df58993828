"""Who am I, which companies and projects are there, and what may I do in them."""

from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.call import Answering, Call, CompanyHeader, Route, answer
from turnbuckle.practice.procore.company import Level, Project, Viewer
from turnbuckle.practice.procore.filters import Filters
from turnbuckle.practice.procore.nodes import stamp
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.refusals import (
    Refusal,
    invalid,
    not_found,
    settings_problem,
    wrong_project,
)
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
_ACTIONS = ((11, "see_recycle_bin", "See Recycle Bin"), (12, "destroy_files_and_folders", "Delete"))


class AccountCalls:
    """The calls that a client makes before it works in a project."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""

        def get(
            path: str,
            operation: str,
            answering: Answering,
            header: CompanyHeader = CompanyHeader.EVERYBODY,
        ) -> Route:
            return Route(
                method="GET",
                path=path,
                operation=operation,
                answering=answering,
                company_header=header,
            )

        own = CompanyHeader.OWN_ACCOUNTS
        return [
            get("/rest/v1.0/me", "GET /me", self.me, own),
            get("/rest/v1.0/companies", "GET /companies", self.companies, own),
            get("/rest/v1.0/company_base_url", "GET /company_base_url", self.base_url),
            get("/rest/v1.0/projects", "GET /projects", self.projects),
            get("/rest/v1.1/projects", "GET /projects", self.projects),
            get("/rest/v1.0/projects/{id}", "GET /projects/{id}", self.project),
            get("/rest/v1.0/projects/{id}/tools", "GET /tools", self.project_tools),
            get("/rest/v1.0/tools", "GET /tools", self.my_tools),
            get("/rest/v1.0/settings/permissions", "GET /permissions", self.permissions),
        ]

    async def me(self, call: Call) -> web.Response:
        """The calling account; its name only where a company or a project is named."""
        row: Row = {"id": call.person.id, "login": call.person.login}
        if {"company_id", "project_id"} & set(call.request.query):
            row["name"] = call.person.name
        return answer(row)

    async def companies(self, call: Call) -> web.Response:
        """The companies in whose directory the account is."""
        companies = self._state.companies.of(call.person)
        if not call.grant.is_people:
            companies = [each for each in companies if call.grant.app in each.connected_apps]
        paging = Paging.asked(call.request.url, default=100, largest=1000)
        rows = [
            {
                "id": company.id,
                "name": company.name,
                "is_active": True,
                "logo_url": None,
                "pcn_business_experience": None,
                "my_company": True,
            }
            for company in paging.cut(companies)
        ]
        return answer(rows, headers=paging.headers(call.request.url, len(companies)))

    async def base_url(self, call: Call) -> web.Response:
        """Where the web pages of the company are."""
        return answer({"zone": "us01", "web_base_url": self._state.address})

    async def projects(self, call: Call) -> web.Response:
        """The company's projects that are open to the account."""
        if call.needed_in_query("company_id") != call.company.id:
            raise wrong_project()
        projects = self._filtered(call)
        paging = Paging.asked(call.request.url, default=100, largest=300)
        view = call.request.query.get("view", "normal")
        if view not in {"ids", "compact", "normal", "extended"}:
            raise invalid("view", "is not a view")
        rows = [_project_row(project, view) for project in paging.cut(projects)]
        return answer(rows, headers=paging.headers(call.request.url, len(projects)))

    async def project(self, call: Call) -> web.Response:
        """One project."""
        if call.needed_in_query("company_id") != call.company.id:
            raise wrong_project()
        return answer(_project_row(self._open(call, call.in_path("id")), "extended"))

    async def project_tools(self, call: Call) -> web.Response:
        """The tools of a project."""
        return answer(self._tools(self._open(call, call.in_path("id"))))

    async def my_tools(self, call: Call) -> web.Response:
        """The same, with what the account may do in each."""
        project = self._open(call, call.needed_in_query("project_id"))
        rows = [
            {
                **row,
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
            return answer({"tools": []})
        project = self._open(call, project_id)
        return answer({"tools": [self._permission(project, call, tool) for tool in _TOOLS]})

    def _open(self, call: Call, project_id: int) -> Project:
        return self._state.companies.open_project(project_id, call.company, call.person)

    def _filtered(self, call: Call) -> list[Project]:
        query = call.request.query
        status = query.get("filters[by_status]", "Active")
        if status not in {"All", "Active", "Inactive"}:
            raise invalid("by_status", "is not a status")
        projects = [
            project
            for project in call.company.projects.values()
            if project.is_open_to(call.person)
            and (status == "All" or project.active == (status == "Active"))
        ]
        filters = Filters(query, open_ends=self._state.switches.open_ranges)
        if name := filters.one("name"):
            projects = [each for each in projects if name.casefold() in each.name.casefold()]
        if wanted := filters.numbers("id"):
            projects = [each for each in projects if each.id in wanted]
        if span := filters.span("updated_at"):
            projects = [each for each in projects if span.holds(each.updated)]
        return projects

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

    def _permission(self, project: Project, call: Call, tool: tuple[int, str, str, bool]) -> Row:
        number, name, title, _required = tool
        level = _level(project, call, name)
        actions = _ACTIONS if name == _DOCUMENTS and level is Level.ADMIN else ()
        return {
            "id": project.id * 100 + number,
            "name": self._called(name),
            "friendly_name": title,
            "domain_id": number,
            "tab_group": "core",
            "available_for_user": level is not Level.NONE,
            "url": f"/{project.id}/project/{self._called(name)}",
            "user_access_level": {"id": int(level), "name": level.label},
            "permitted_actions": [
                {"id": each, "action_name": action, "label": label, "tool_name": name}
                for each, action, label in actions
            ],
            "create_url": None,
            "can_create": None,
            "trial": False,
        }

    def _called(self, tool: str) -> str:
        """What answers call a tool."""
        return self._state.switches.photos_tool if tool == _PHOTOS else tool


def open_viewer(state: State, call: Call, project_id: int, level: Level) -> Viewer:
    """Give the caller's view of a project's Documents.

    Raises:
        Refusal: the project is not theirs, or their level on Documents is too low.
    """
    project = state.companies.open_project(project_id, call.company, call.person)
    viewer = Viewer(call.person, project)
    viewer.require(level)
    return viewer


def find_project(state: State, project_id: int) -> Project:
    """Give a project to the service itself, whoever asks.

    Raises:
        Refusal: 404.
    """
    project = state.companies.project(project_id)
    if project is None:
        raise not_found("Project")
    return project


def _project_row(project: Project, view: str) -> Row:
    if view == "ids":
        return {"id": project.id}
    row: Row = {"id": project.id, "name": project.name}
    if view == "compact":
        return row
    number = f"{project.number} - " if project.number else ""
    return row | {
        "active": project.active,
        "company": {"id": project.company.id, "name": project.company.name},
        "display_name": f"{number}{project.name}",
        "project_number": project.number,
        "time_zone": "US/Pacific",
        "created_at": stamp(project.created),
        "updated_at": stamp(project.updated),
    }


def _is_on(project: Project, tool: str) -> bool:
    return {_DOCUMENTS: project.documents_on, _PHOTOS: project.photos_on}.get(tool, True)


def _level(project: Project, call: Call, tool: str) -> Level:
    """The level on a tool; what is set for Documents holds for the tools beside it too."""
    if not _is_on(project, tool):
        return Level.NONE
    if tool == _PHOTOS:
        return project.photo_level(call.person)
    return project.level(call.person)
