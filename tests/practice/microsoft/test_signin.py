"""Sign-in: tokens for apps and for people, and the ways it refuses."""

import base64
import hashlib
import html
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from practice.microsoft.client import Answer, Microsoft

REDIRECT = "http://127.0.0.1:9/callback"
VERIFIER = "v" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


async def _consent(microsoft: Microsoft, *, scope: str, answer: str = "allow") -> dict[str, str]:
    """Go through the consent page as Ana; gives the query of the redirect."""
    query = {
        "client_id": microsoft.service.client_id,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "response_mode": "query",
        "scope": scope,
        "state": "st&te",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    page = f"{microsoft.service.address}/common/oauth2/v2.0/authorize?{urlencode(query)}"
    shown = await microsoft.bare("GET", page)
    assert shown.status == 200, shown.body
    text = shown.body.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', text)
    assert ticket is not None
    assert "practice-client" in html.unescape(text)
    form = {"ticket": ticket[1], "person": "ana", "answer": answer}
    back = await microsoft.bare("POST", page, data=form)
    assert back.status == 302
    assert back.headers["Location"].startswith(REDIRECT)
    return {
        key: value[0] for key, value in parse_qs(urlsplit(back.headers["Location"]).query).items()
    }


async def _redeem(microsoft: Microsoft, code: str, **more: str) -> Answer:
    return await microsoft.ask_token(
        grant_type="authorization_code",
        code=code,
        redirect_uri=REDIRECT,
        code_verifier=VERIFIER,
        **more,
    )


async def test_an_app_by_itself_gets_a_token_without_scope(microsoft: Microsoft) -> None:
    answer = await microsoft.ask_token()

    assert answer.status == 200
    assert set(answer.json) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert answer.json["expires_in"] == 3599


@pytest.mark.parametrize(
    ("fields", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": ""}, 401, "invalid_client", 7000218),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"scope": "Files.Read"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant", 50173),
        ({"grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant", 9002313),
    ],
)
async def test_a_refusal_names_its_aadsts_number(
    microsoft: Microsoft, fields: dict[str, str], status: int, error: str, number: int
) -> None:
    answer = await microsoft.ask_token(**fields)

    assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["error_codes"] == [number]
    assert answer.json["error_description"].startswith(f"AADSTS{number}:")
    assert {"timestamp", "trace_id", "correlation_id"} <= set(answer.json)


async def test_an_unknown_tenant_is_refused(microsoft: Microsoft) -> None:
    address = f"{microsoft.service.address}/elsewhere.example/oauth2/v2.0/token"

    answer = await microsoft.bare("POST", address, data={"grant_type": "client_credentials"})

    assert (answer.status, answer.json["error_codes"]) == (400, [90002])


async def test_a_person_consents_and_the_app_acts_for_them(microsoft: Microsoft) -> None:
    scope = "https://graph.microsoft.com/Files.ReadWrite.All User.Read offline_access openid"
    back = await _consent(microsoft, scope=scope)

    answer = await _redeem(microsoft, back["code"])
    microsoft.token = answer.json["access_token"]
    me = await microsoft.call("GET", "/me")
    made = await microsoft.put("a.txt", b"x")

    assert back["state"] == "st&te"
    assert {"refresh_token", "id_token", "scope"} <= set(answer.json)
    assert me.json["displayName"] == "Ana Ruiz"
    assert made.json["createdBy"]["user"]["displayName"] == "Ana Ruiz"
    assert made.json["createdBy"]["application"]["displayName"] == "practice-client"


async def test_a_refresh_token_is_replaced_and_the_old_one_stays_good(
    microsoft: Microsoft,
) -> None:
    back = await _consent(microsoft, scope="Files.Read offline_access")
    first = (await _redeem(microsoft, back["code"])).json["refresh_token"]

    second = await microsoft.ask_token(grant_type="refresh_token", refresh_token=first)
    again = await microsoft.ask_token(grant_type="refresh_token", refresh_token=first)

    assert second.json["refresh_token"] != first
    assert again.status == 200


@pytest.mark.parametrize("prefix", ["", "https://graph.microsoft.com/"])
async def test_scopes_are_told_as_they_were_asked_for(microsoft: Microsoft, prefix: str) -> None:
    asked = f"{prefix}Files.ReadWrite.All {prefix}User.Read offline_access"

    back = await _consent(microsoft, scope=asked)
    answer = await _redeem(microsoft, back["code"], scope=asked)

    assert answer.json["scope"] == f"{prefix}Files.ReadWrite.All {prefix}User.Read"


async def test_without_offline_access_there_is_no_refresh_token(microsoft: Microsoft) -> None:
    back = await _consent(microsoft, scope="Files.Read")

    answer = await _redeem(microsoft, back["code"])

    assert "refresh_token" not in answer.json


async def test_a_code_is_good_once_for_ten_minutes_and_for_its_verifier(
    microsoft: Microsoft,
) -> None:
    used = await _consent(microsoft, scope="Files.Read")
    stolen = await _consent(microsoft, scope="Files.Read")
    old = await _consent(microsoft, scope="Files.Read")
    await _redeem(microsoft, used["code"])

    twice = await _redeem(microsoft, used["code"])
    wrong = await microsoft.ask_token(
        grant_type="authorization_code",
        code=stolen["code"],
        redirect_uri=REDIRECT,
        code_verifier="w" * 50,
    )
    microsoft.clock.advance(601)
    late = await _redeem(microsoft, old["code"])

    assert twice.json["error_codes"] == [54005]
    assert wrong.json["error_codes"] == [501481]
    assert late.json["error_codes"] == [70008]


async def test_who_says_no_on_the_page_is_sent_back_with_an_error(microsoft: Microsoft) -> None:
    back = await _consent(microsoft, scope="Files.Read", answer="cancel")

    assert back["error"] == "access_denied"
    assert back["state"] == "st&te"


async def test_a_redirect_to_elsewhere_is_never_followed(microsoft: Microsoft) -> None:
    query = urlencode(
        {
            "client_id": microsoft.service.client_id,
            "response_type": "code",
            "redirect_uri": "https://evil.example/",
            "scope": "Files.Read",
        }
    )

    answer = await microsoft.bare(
        "GET", f"{microsoft.service.address}/common/oauth2/v2.0/authorize?{query}"
    )

    assert answer.status == 400
    assert b"AADSTS50011" in answer.body


async def test_an_access_token_ends_after_an_hour(microsoft: Microsoft) -> None:
    microsoft.clock.advance(3600)

    answer = await microsoft.call("GET", f"{microsoft.at}/root")

    assert (answer.status, answer.error) == (401, "InvalidAuthenticationToken")
    assert "WWW-Authenticate" in answer.headers


async def test_revoked_tokens_open_nothing(microsoft: Microsoft) -> None:
    microsoft.service.signin.revoke_all()

    answer = await microsoft.call("GET", f"{microsoft.at}/root")

    assert answer.status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_have_any_case(microsoft: Microsoft, scheme: str) -> None:
    answer = await microsoft.bare(
        "GET",
        f"{microsoft.service.address}/v1.0{microsoft.at}/root",
        headers={"Authorization": f"{scheme} {microsoft.token}"},
    )

    assert answer.status == 200


async def test_an_app_that_lost_its_rights_is_refused(microsoft: Microsoft) -> None:
    microsoft.service.app.roles = {"Files.Read.All"}
    await microsoft.sign_in()

    read = await microsoft.call("GET", f"{microsoft.at}/root")
    write = await microsoft.put("a.txt", b"x")
    teams = await microsoft.call("GET", f"/teams/{microsoft.service.team.id}")

    assert read.status == 200
    assert (write.status, write.error) == (403, "accessDenied")
    assert teams.status == 403


async def test_a_reading_scope_does_not_write(microsoft: Microsoft) -> None:
    back = await _consent(microsoft, scope="Files.Read")
    microsoft.token = (await _redeem(microsoft, back["code"])).json["access_token"]

    own = await microsoft.call("GET", "/me/drive/root")
    write = await microsoft.call("PUT", "/me/drive/root:/a.txt:/content", data=b"x")
    others = await microsoft.call("GET", f"{microsoft.at}/root")

    assert own.status == 200
    assert (write.status, write.error) == (403, "accessDenied")
    assert others.status == 403


async def test_one_site_may_be_granted_alone(microsoft: Microsoft) -> None:
    microsoft.service.app.roles = {"Sites.Selected"}
    microsoft.service.grant_site(microsoft.service.team.site)
    await microsoft.sign_in()
    other = microsoft.service.tenant.handover.place.drive_id

    granted = await microsoft.put("a.txt", b"x")
    refused = await microsoft.call("GET", f"/drives/{other}/root")

    assert granted.status == 201
    assert refused.status == 403


async def test_nobody_becomes_a_person_without_the_token_of_the_start_up_line(
    microsoft: Microsoft,
) -> None:
    address = f"{microsoft.service.address}/practice/token"

    answer = await microsoft.bare("POST", address, json={"as": "ana"})

    assert answer.status == 403


async def test_pages_of_others_are_refused(microsoft: Microsoft) -> None:
    answer = await microsoft.call(
        "GET", f"{microsoft.at}/root", headers={"Origin": "https://evil.example"}
    )

    assert answer.status == 403


async def test_the_discovery_document_leads_to_the_token_endpoint(microsoft: Microsoft) -> None:
    service = microsoft.service
    address = f"{service.address}/{service.tenant_id}/v2.0/.well-known/openid-configuration"

    answer = await microsoft.bare("GET", address)

    assert answer.json["token_endpoint"] == (
        f"{service.address}/{service.tenant_id}/oauth2/v2.0/token"
    )
