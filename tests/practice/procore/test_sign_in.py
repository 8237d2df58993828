"""Sign-in: codes, refresh tokens, client credentials, revoking; and who may act as a person."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from practice.procore.caller import PEOPLE_TOKEN, Caller, Reply, World

REDIRECT = "http://localhost"


def asked(world: World, **changed: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": world.procore.client_id,
        "redirect_uri": REDIRECT,
        "state": "s-1",
    } | changed


async def consent(world: World, **changed: str) -> Reply:
    form = asked(world) | {"person": "ana", "decision": "allow", "practice_token": PEOPLE_TOKEN}
    return await world.anybody.call("POST", "/oauth/authorize", data=form | changed)


def given(reply: Reply) -> dict[str, list[str]]:
    return parse_qs(urlsplit(reply.headers["Location"]).query)


async def token(world: World, **fields: str) -> Reply:
    app = {"client_id": world.procore.client_id, "client_secret": world.procore.client_secret}
    return await world.anybody.call("POST", "/oauth/token", data=app | fields)


async def signed_in(world: World) -> Reply:
    code = given(await consent(world))["code"][0]
    return await token(world, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)


async def test_a_person_allows_and_the_app_acts_for_them(world: World) -> None:
    page = await world.anybody.get("/oauth/authorize", params=asked(world))

    reply = await signed_in(world)

    assert "Ana Ruiz" in page.body
    assert set(reply.body) == {
        "access_token", "token_type", "expires_in", "created_at", "refresh_token",
    }  # fmt: skip
    assert reply.body["expires_in"] == 5400
    me = await world.bearer(reply.body["access_token"]).get("/rest/v1.0/me?company_id=1")
    assert me.body["name"] == "Ana Ruiz"


async def test_the_state_comes_back_with_the_code(world: World) -> None:
    assert given(await consent(world))["state"] == ["s-1"]


async def test_a_person_may_say_no(world: World) -> None:
    reply = await consent(world, decision="deny")

    assert given(reply)["error"] == ["access_denied"]


async def test_nobody_consents_without_the_token_of_the_start_up_line(world: World) -> None:
    reply = await consent(world, practice_token="guessed")

    assert reply.status == 403


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "other"},
        {"redirect_uri": "http://localhost/elsewhere"},
        {"redirect_uri": "https://evil.example"},
        {"response_type": "token"},
    ],
)
async def test_a_wrong_request_sends_nothing_anywhere(
    world: World, changed: dict[str, str]
) -> None:
    page = await world.anybody.get("/oauth/authorize", params=asked(world, **changed))
    reply = await consent(world, **changed)

    assert (page.status, reply.status) == (400, 400)
    assert "Location" not in reply.headers


async def test_an_app_without_an_address_shows_the_code(world: World) -> None:
    out_of_band = "urn:ietf:wg:oauth:2.0:oob"

    page = await consent(world, redirect_uri=out_of_band)

    found = re.search("<pre>(.+)</pre>", page.body)
    assert found
    reply = await token(
        world, grant_type="authorization_code", code=found[1], redirect_uri=out_of_band
    )
    assert reply.status == 200


async def test_a_code_works_once(world: World) -> None:
    code = given(await consent(world))["code"][0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    await token(world, **fields)

    reply = await token(world, **fields)

    assert (reply.status, reply.body["error"]) == (400, "invalid_grant")


async def test_a_code_lives_ten_minutes(world: World) -> None:
    code = given(await consent(world))["code"][0]
    world.clock.advance(601)

    reply = await token(world, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)

    assert reply.body["error"] == "invalid_grant"


async def test_a_refresh_gives_a_new_pair_and_kills_the_old_one(world: World) -> None:
    first = (await signed_in(world)).body["refresh_token"]
    second = (await token(world, grant_type="refresh_token", refresh_token=first)).body

    again = await token(world, grant_type="refresh_token", refresh_token=first)

    assert (again.status, again.body["error"]) == (400, "invalid_grant")
    assert (await world.bearer(second["access_token"]).get("/rest/v1.0/me")).status == 200
    reply = await token(world, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert reply.status == 200


async def test_of_refreshes_at_once_with_one_token_one_wins(world: World) -> None:
    refresh = (await signed_in(world)).body["refresh_token"]

    replies = await asyncio.gather(
        *(token(world, grant_type="refresh_token", refresh_token=refresh) for _ in range(5))
    )

    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400, 400]


async def test_an_access_token_ends_after_ninety_minutes(world: World, app: Caller) -> None:
    world.clock.advance(5399)
    assert (await app.get("/rest/v1.0/me")).status == 200

    world.clock.advance(2)

    assert (await app.get("/rest/v1.0/me")).status == 401


async def test_a_wrong_secret_is_refused(world: World) -> None:
    reply = await token(world, grant_type="client_credentials", client_secret="wrong")

    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


async def test_client_credentials_bring_no_refresh_token(world: World) -> None:
    reply = await token(world, grant_type="client_credentials")

    assert "refresh_token" not in reply.body


async def test_an_unknown_grant_is_refused(world: World) -> None:
    reply = await token(world, grant_type="password")

    assert (reply.status, reply.body["error"]) == (400, "unsupported_grant_type")


async def test_revoking_one_token_kills_the_pair(world: World) -> None:
    pair = (await signed_in(world)).body
    fields = {
        "token": pair["access_token"],
        "client_id": world.procore.client_id,
        "client_secret": world.procore.client_secret,
    }

    revoked = await world.anybody.post("/oauth/revoke", fields)
    again = await world.anybody.post("/oauth/revoke", fields)

    assert (revoked.status, again.status) == (200, 200)
    assert (await world.bearer(pair["access_token"]).get("/rest/v1.0/me")).status == 401
    dead = await token(world, grant_type="refresh_token", refresh_token=pair["refresh_token"])
    assert dead.status == 400


async def test_a_token_tells_about_itself(world: World, app: Caller) -> None:
    world.clock.advance(400)

    reply = await app.get("/oauth/token/info")

    assert reply.body["expires_in_seconds"] == 5000
    assert reply.body["application"] == {"uid": world.procore.client_id}
    assert reply.body["resource_owner_id"] == world.procore.service_account.id


async def test_nobody_acts_as_a_person_without_the_people_token(world: World) -> None:
    reply = await world.anybody.post(
        "/practice/token", {"as": "ana"}, headers={"X-Practice-Token": "guessed"}
    )

    assert reply.status == 403


async def test_nobody_acts_as_a_stranger(world: World) -> None:
    reply = await world.anybody.post(
        "/practice/token", {"as": "zoe"}, headers={"X-Practice-Token": PEOPLE_TOKEN}
    )

    assert reply.status == 400


@pytest.mark.parametrize(
    "headers", [{"Host": "procore.example"}, {"Origin": "https://evil.example"}]
)
async def test_another_sites_page_reaches_neither_server(
    world: World, headers: dict[str, str]
) -> None:
    storage = f"{world.procore.storage_address}/pro-core.com/x"

    for address in ("/oauth/authorize", storage):
        reply = await world.anybody.get(address, headers=headers)

        assert reply.status in (403, 421)
        assert not any(name.lower().startswith("access-control") for name in reply.headers)
