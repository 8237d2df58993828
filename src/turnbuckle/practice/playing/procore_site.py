"""Where people work in Procore: the projects of their companies, and how they sign in to one."""

from collections.abc import Mapping
from typing import Any

from turnbuckle.practice.playing.calls import Calls
from turnbuckle.practice.playing.seen import Refused, Site

_PAGE = 300


COMPANYS_OWN = "/own"
"""How the key of a company's own Documents ends."""


async def procore_calls(
    startup: Mapping[str, Any], person: str, site: str = "", holder: str = "project"
) -> tuple[Calls, int]:
    """Sign a person in; give the calls and the id of the project, or of the company.

    Args:
        startup: the whole start-up file.
        person: a key such as "ana".
        site: "company/project", both numbers, or "company/own"; empty: what is kept in step.
        holder: "project", or "company" for its own Documents.
    """
    facts = startup["procore"]
    company, project = str(facts["company_id"]), str(facts["project_id"])
    if site:
        company, _, project = site.partition("/")
    number = company if holder == "company" else project
    if not (company.isdecimal() and number.isdecimal()):
        raise Refused(404, "there is no such project")
    headers = {"Procore-Company-Id": company}
    calls = await Calls.signed_in(
        facts["address"], startup["people_token"], person, headers, startup.get("ca_file")
    )
    return calls, int(number)


async def procore_sites(startup: Mapping[str, Any], person: str) -> list[Site]:
    """The projects that are open to somebody, below their companies' own Documents."""
    address, people_token = startup["procore"]["address"], startup["people_token"]
    found: list[Site] = []
    ca_file = startup.get("ca_file")
    async with await Calls.signed_in(address, people_token, person, ca_file=ca_file) as calls:
        for company in await calls.json("GET", "/rest/v1.0/companies"):
            path = f"/rest/v1.0/projects?company_id={company['id']}&per_page={_PAGE}"
            header = {"Procore-Company-Id": str(company["id"])}
            rows = await calls.json("GET", path, headers=header)
            own = f"{company['id']}{COMPANYS_OWN}"
            found.append(Site(key=own, group=company["name"], name="The company's own Documents"))
            found += [
                Site(key=f"{company['id']}/{row['id']}", group=company["name"], name=row["name"])
                for row in rows
            ]
    return found


def number_of(item: str) -> int:
    """Give the number that an item's id is; whatever else somebody typed is no item's.

    Raises:
        Refused: it is none.
    """
    if not (item.isascii() and item.isdigit()):
        raise Refused(404, "there is no such item")
    return int(item)
