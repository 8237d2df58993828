"""Who am I, and which companies and projects are there."""

from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.call import Answering, Call, CompanyHeader, Route, answer
from turnbuckle.practice.procore.company import Holder, Level, Project, Viewer
from turnbuckle.practice.procore.filters import Filters
from turnbuckle.practice.procore.nodes import stamp
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.refusals import invalid, not_found, wrong_project
from turnbuckle.practice.procore.state import State

Row = dict[str, Any]


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
            *,
            lists: bool = False,
        ) -> Route:
            return Route(
                method="GET",
                path=path,
                operation=operation,
                answering=answering,
                company_header=header,
                lists=lists,
            )

        own = CompanyHeader.OWN_ACCOUNTS
        return [
            get("/rest/v1.0/me", "GET /me", self.me, own),
            get("/rest/v1.0/companies", "GET /companies", self.companies, own, lists=True),
            get("/rest/v1.0/company_base_url", "GET /company_base_url", self.base_url),
            get("/rest/v1.0/projects", "GET /projects", self.projects, lists=True),
            get("/rest/v1.1/projects", "GET /projects", self.projects, lists=True),
            get("/rest/v1.0/companies/{company_id}/projects", "GET /projects", self.of_company),
            get("/rest/v1.0/projects/{id}", "GET /projects/{id}", self.project),
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
        return answer({"zone": "us01", "web_base_url": self._state.web_address})

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

    async def of_company(self, call: Call) -> web.Response:
        """The same projects by the older path: all at once, with other fields."""
        if call.in_path("company_id") != call.company.id:
            raise wrong_project()
        return answer([_listed_row(project) for project in self._filtered(call)])

    async def project(self, call: Call) -> web.Response:
        """One project."""
        if call.needed_in_query("company_id") != call.company.id:
            raise wrong_project()
        return answer(_project_row(self._open(call, call.in_path("id")), "extended"))

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


def open_viewer(state: State, call: Call, level: Level) -> Viewer:
    """Give the caller's view of the Documents that a call is about.

    They are a project's where the path or the query names one, and else those of the company in
    the path.

    Raises:
        Refusal: the project or company is not theirs, or their level on Documents is too low.
    """
    viewer = Viewer(call.person, _holder(state, call))
    viewer.require(level)
    return viewer


def _holder(state: State, call: Call) -> Holder:
    named = call.request.match_info
    if "company_id" in named and call.in_path("company_id") != call.company.id:
        raise wrong_project()
    if "project_id" not in named and "company_id" in named:
        return call.company
    project_id = (
        call.in_path("project_id") if "project_id" in named else call.needed_in_query("project_id")
    )
    return state.companies.open_project(project_id, call.company, call.person)


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


def _listed_row(project: Project) -> Row:
    return {
        "id": project.id,
        "name": project.name,
        "stage_name": "Course of Construction",
        "status_name": "Active" if project.active else "Inactive",
        "type_name": "Commercial",
        "open_items": [],
    }
