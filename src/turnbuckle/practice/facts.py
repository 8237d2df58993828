"""Everything that somebody outside needs to use the practice services, as plain data.

The start-up file and the line of `turnbuckle practice --json` hold it; each part below is one key.
"""

from typing import Any

from turnbuckle.practice.keys import REDIRECT, microsoft_keys, procore_keys
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.sites import Site
from turnbuckle.practice.microsoft.teams import Team
from turnbuckle.practice.microsoft.tenant import Tenant
from turnbuckle.practice.people.pages import HOME
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.server import PracticeProcore


def person_facts(tenant: Tenant) -> list[dict[str, Any]]:
    """The persons, who are the same on both sides, and their OneDrives."""
    return [
        {
            "key": person.key,
            "name": person.name,
            "login": person.login,
            "procore_id": person.id,
            "microsoft_id": person.graph_id,
            "onedrive_id": tenant.personal[person.graph_id].place.drive_id,
        }
        for person in tenant.persons.values()
    ]


def procore_facts(
    procore: PracticeProcore, project_id: int, project_name: str, people_token: str
) -> dict[str, Any]:
    """The practice Procore: addresses, secrets, ids, tokens."""
    return {
        "address": procore.address,
        "storage_address": procore.storage_address,
        "people_page": f"{procore.address}{HOME}?token={people_token}",
        "authorize_address": f"{procore.address}/oauth/authorize",
        "token_address": f"{procore.address}/oauth/token",
        "client_id": procore.client_id,
        "client_secret": procore.client_secret,
        "redirect_uri": REDIRECT,
        "company_id": procore.company_id,
        "project_id": project_id,
        "project_name": project_name,
        "companies": [
            {
                "id": company.id,
                "name": company.name,
                "projects": [{"id": one.id, "name": one.name} for one in company.projects.values()],
            }
            for company in procore.companies
        ],
        **procore_keys(procore, PERSONS[0]),
    }


def microsoft_facts(
    microsoft: PracticeMicrosoft, channel_name: str, people_token: str
) -> dict[str, Any]:
    """The practice Microsoft: addresses, secrets, ids, tokens."""
    tenant, address = microsoft.tenant, microsoft.address
    channel = tenant.channel(channel_name)
    return {
        "address": address,
        "storage_address": microsoft.storage_address,
        "people_page": f"{address}{HOME}?token={people_token}",
        "graph_address": f"{address}/v1.0",
        "authority": f"{address}/{tenant.id}",
        "authorize_address": f"{address}/{tenant.id}/oauth2/v2.0/authorize",
        "token_address": f"{address}/{tenant.id}/oauth2/v2.0/token",
        "client_id": microsoft.client_id,
        "client_secret": microsoft.client_secret,
        "redirect_uri": REDIRECT,
        "tenant_id": tenant.id,
        "team_id": tenant.team.id,
        "team_name": tenant.team.name,
        "channel_id": channel.id,
        "channel_name": channel.name,
        "site_id": tenant.team.site.id,
        "drive_id": channel.drive.place.drive_id,
        "folder_id": channel.folder,
        "teams": [_team(team) for team in tenant.teams.values()],
        "sites": [_site(site) for site in tenant.sites.values() if not site.personal],
        **microsoft_keys(microsoft, PERSONS[0]),
    }


def _team(team: Team) -> dict[str, Any]:
    return {
        "id": team.id,
        "name": team.name,
        "site_id": team.site.id,
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "membership": channel.membership,
                "drive_id": channel.drive.place.drive_id,
                "folder_id": channel.folder,
            }
            for channel in team.channels
        ],
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.title,
        "host": site.host,
        "path": f"/{site.path}",
        "drives": [
            {"id": drive.place.drive_id, "name": drive.place.name, "root_id": drive.root_id}
            for drive in site.drives
        ],
    }
