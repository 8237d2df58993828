"""Libraries of others against practice mode by the real services' names, as a stranger would do it.

`turnbuckle practice --json --tls` runs in a process of its own; the libraries are told nothing but
what everybody tells them: a proxy and an authority in the environment, and credentials.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from others.rclone import practice

pytestmark = pytest.mark.ci

_SIGN_IN = "https://login.microsoftonline.com"
_EVERYTHING = "https://graph.microsoft.com/.default"
_SCOPES = ["Files.ReadWrite.All", "User.Read"]

type Facts = Mapping[str, Any]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """What the start-up line says."""
    with practice(tmp_path_factory.mktemp("strangers")) as facts:
        yield facts


@pytest.fixture
def facts(started: Facts, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """The same, with the proxy and the authority in the environment."""
    monkeypatch.setenv("HTTPS_PROXY", started["proxy_address"])
    monkeypatch.setenv("SSL_CERT_FILE", started["ca_file"])
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", started["ca_file"])
    return started


def _confidential(facts: Facts, secret: str) -> Any:
    import msal

    told = facts["microsoft"]
    return msal.ConfidentialClientApplication(
        told["client_id"],
        authority=f"{_SIGN_IN}/{told['tenant_id']}",
        client_credential=secret,
        instance_discovery=False,
    )


async def test_msgraph_sdk_signs_in_by_itself_and_a_file_goes_up_and_comes_down(
    facts: Facts,
) -> None:
    from azure.identity import ClientSecretCredential
    from msgraph.graph_service_client import GraphServiceClient

    told, data = facts["microsoft"], os.urandom(400_000)
    credential = ClientSecretCredential(
        told["tenant_id"],
        told["client_id"],
        told["client_secret"],
        disable_instance_discovery=True,
    )
    client: Any = GraphServiceClient(credential, [_EVERYTHING])
    items = client.drives.by_drive_id(told["drive_id"]).items

    made = await items.by_drive_item_id(f"{told['folder_id']}:/a b#1.bin:").content.put(data)
    back = await items.by_drive_item_id(made.id).content.get()
    changes = await items.by_drive_item_id("root").delta.get()

    assert back == data
    assert made.id in {one.id for one in changes.value}
    assert urlsplit(changes.odata_delta_link).netloc == "graph.microsoft.com"


def test_msal_gets_a_token_keeps_it_and_tells_of_a_wrong_secret(facts: Facts) -> None:
    app = _confidential(facts, facts["microsoft"]["client_secret"])

    first = app.acquire_token_for_client([_EVERYTHING])
    again = app.acquire_token_for_client([_EVERYTHING])
    refused = _confidential(facts, "wrong").acquire_token_for_client([_EVERYTHING])

    assert first["token_source"] == "identity_provider"
    assert (again["token_source"], again["access_token"]) == ("cache", first["access_token"])
    assert refused["error"] == "invalid_client"
    assert "AADSTS7000215" in refused["error_description"]


def test_msal_signs_a_person_in_by_a_code_and_renews_the_token(facts: Facts) -> None:
    import requests

    app = _confidential(facts, facts["microsoft"]["client_secret"])
    flow = app.initiate_auth_code_flow(_SCOPES, redirect_uri="http://localhost:1/back")
    page = requests.get(flow["auth_uri"], timeout=30).text
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None

    sent_back = requests.post(
        flow["auth_uri"],
        data={"ticket": ticket[1], "person": "ana", "answer": "allow"},
        allow_redirects=False,
        timeout=30,
    ).headers["Location"]
    answer = {key: told[0] for key, told in parse_qs(urlsplit(sent_back).query).items()}
    signed_in = app.acquire_token_by_auth_code_flow(flow, answer)
    account = app.get_accounts()[0]
    silent = app.acquire_token_silent(_SCOPES, account)
    renewed = app.acquire_token_silent(_SCOPES, account, force_refresh=True)
    spent = app.acquire_token_by_authorization_code(
        answer["code"], _SCOPES, redirect_uri="http://localhost:1/back"
    )

    assert signed_in["id_token_claims"]["name"] == "Ana Ruiz"
    assert account["username"].startswith("ana")
    assert silent["access_token"] == signed_in["access_token"]
    assert renewed["access_token"] != signed_in["access_token"]
    assert spent["error"] == "invalid_grant"
    me = requests.get(
        "https://graph.microsoft.com/v1.0/me",
        headers={"Authorization": f"Bearer {renewed['access_token']}"},
        timeout=30,
    )
    assert me.json()["displayName"] == "Ana Ruiz"


def test_propycore_finds_its_project_by_the_old_name_and_a_file_goes_up_and_comes_down(
    facts: Facts, tmp_path: Path
) -> None:
    import requests
    from ProPyCore.procore import Procore

    told, data, site = facts["procore"], os.urandom(200_000), "https://app.procore.com"
    (tmp_path / "A-101.pdf").write_bytes(data)
    client = Procore(told["client_id"], told["client_secret"], "", site, site)
    company = client.companies.get()[0]["id"]
    project = client.projects.find(company, told["project_name"])["id"]

    made = client.files.create(company, project, str(tmp_path / "A-101.pdf"))
    token = told["token"]["access_token"]
    back = requests.get(
        made["file_versions"][0]["url"], headers={"Authorization": f"Bearer {token}"}, timeout=30
    )

    assert (company, project) == (told["company_id"], told["project_id"])
    assert back.content == data
    assert client.files.find(company, project, "A-101.pdf")["id"] == made["id"]
