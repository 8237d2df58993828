"""Sign-in: an app by itself, a person through our app, and what goes wrong with either."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from conformance.setting import content
from connectors.graph.world import World
from yarl import URL

from turnbuckle.connectors.graph.api import graph_wire
from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.connectors.graph.sign_in import AppTokens, Consent, person_tokens, refusal
from turnbuckle.model.items import Name
from turnbuckle.ports.errors import SignInNeeded, Unreachable
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import practice_cloud

COME_BACK = "http://127.0.0.1:9/connected"


@dataclass
class Drawer:
    """A token store in memory."""

    kept: dict[str, Any] = field(default_factory=dict)
    saves: int = 0

    def load(self) -> dict[str, Any] | None:
        return dict(self.kept) or None

    def save(self, tokens: Mapping[str, Any], /, *, used: str = "") -> None:
        self.kept = dict(tokens)
        self.saves += 1


def sign_ins(world: World) -> int:
    return sum(world.meter.sign_ins.values())


async def test_many_calls_at_once_sign_in_once(world: World) -> None:
    tokens = AppTokens(world.registration(), clock=world.clock, meter=world.meter)

    given = await asyncio.gather(*(tokens.bearer() for _ in range(10)))

    assert len(set(given)) == 1
    assert sign_ins(world) == 1


async def test_a_token_is_renewed_before_it_ends(world: World) -> None:
    tokens = AppTokens(world.registration(), clock=world.clock, meter=world.meter)
    first = await tokens.bearer()
    world.clock.advance(3_590)

    second = await tokens.bearer()

    assert second != first


async def test_a_refused_token_is_dropped_and_a_newer_one_is_not(world: World) -> None:
    tokens = AppTokens(world.registration(), clock=world.clock, meter=world.meter)
    first = await tokens.bearer()
    await tokens.refused(first)
    second = await tokens.bearer()

    await tokens.refused(first)

    assert await tokens.bearer() == second != first


async def test_a_revoked_token_costs_one_repeated_call(world: World, graph: GraphConnector) -> None:
    await graph.look(world.folder)
    world.service.signin.revoke_all()

    found = await graph.look(world.folder)

    assert found is not None
    assert world.meter.retries == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"secret": "wrong"}, "client secret is wrong"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "client id"),
        ({"tenant": "11111111-1111-1111-1111-111111111111"}, "no such tenant"),
        ({"tenant": "common"}, "own id"),
        ({"tenant": "x/../y"}, "neither an id nor a domain"),
    ],
)
async def test_wrong_credentials_say_which_and_what_to_do(
    world: World, changed: dict[str, str], told: str
) -> None:
    tokens = AppTokens(world.registration(**changed), clock=world.clock)

    with pytest.raises(SignInNeeded, match=told) as error:
        await tokens.bearer()

    assert world.service.client_secret not in str(error.value)
    assert "\n" not in str(error.value)


async def test_a_sign_in_host_that_does_not_answer_is_not_a_wrong_secret(world: World) -> None:
    registration = world.registration()
    await world.service.stop()

    with pytest.raises(Unreachable):
        await AppTokens(registration, clock=world.clock).bearer()


def test_a_busy_sign_in_host_is_tried_again() -> None:
    assert isinstance(refusal({"error": "temporarily_unavailable"}), Unreachable)


def test_a_secret_is_not_shown_with_the_registration(world: World) -> None:
    assert world.service.client_secret not in repr(world.registration())


def test_rights_are_asked_of_the_clouds_own_graph(world: World) -> None:
    assert world.registration().scope(".default") == "https://graph.microsoft.com/.default"


async def test_a_person_allows_our_app_and_stays_signed_in(world: World) -> None:
    drawer = Drawer(await consented(world))
    tokens = person_tokens(world.registration(), store=drawer, clock=world.clock)
    wire = graph_wire(
        cloud=world.cloud,
        tokens=tokens,
        budget=Budget(world.clock),
        session=world.session,
        clock=world.clock,
        meter=world.meter,
    )
    graph = GraphConnector(wire, drive_id=world.drive_id, client_id=world.service.client_id)

    made = await graph.create_file(world.folder, Name("a.dat"), content(b"ink"))

    assert (made.by_us, made.author) == (True, "Ana Ruiz")


async def test_a_persons_new_refresh_token_is_saved_before_the_access_token_is_used(
    world: World,
) -> None:
    drawer = Drawer(await consented(world))
    first = drawer.kept["refresh_token"]
    tokens = person_tokens(world.registration(), store=drawer, clock=world.clock)

    await asyncio.gather(tokens.bearer(), tokens.bearer())

    assert drawer.saves == 1
    assert drawer.kept["refresh_token"] != first
    assert drawer.kept["login"].startswith("ana")


async def test_a_revoked_sign_in_asks_the_person_again(world: World) -> None:
    drawer = Drawer(await consented(world))
    world.service.signin.revoke_all()

    with pytest.raises(SignInNeeded, match="connect again"):
        await person_tokens(world.registration(), store=drawer, clock=world.clock).bearer()


async def test_nobody_signed_in_is_told(world: World) -> None:
    with pytest.raises(SignInNeeded, match="connect Microsoft"):
        await person_tokens(world.registration(), store=Drawer(), clock=world.clock).bearer()


async def test_an_answer_with_another_state_is_refused(world: World) -> None:
    consent = Consent(world.registration())
    flow = await consent.begin(COME_BACK, "state-1")

    with pytest.raises(SignInNeeded):
        await consent.finish(flow, {"code": "x", "state": "state-2"})


async def test_the_consent_page_gets_a_challenge_and_no_verifier(world: World) -> None:
    flow = await Consent(world.registration()).begin(COME_BACK, "state-1")
    query = dict(parse_qsl(urlsplit(flow["auth_uri"]).query))

    assert flow["auth_uri"].startswith(world.service.address)
    assert query["code_challenge_method"] == "S256"
    assert flow["code_verifier"] not in flow["auth_uri"]
    assert "offline_access" in query["scope"]


async def test_a_person_who_says_no_is_no_error_of_ours(world: World) -> None:
    consent = Consent(world.registration())
    flow = await consent.begin(COME_BACK, "state-1")
    answer = await _answer(world, flow, "cancel")

    with pytest.raises(SignInNeeded):
        await consent.finish(flow, answer)


def test_practice_sign_in_leads_nowhere_else() -> None:
    with pytest.raises(ValueError, match="practice address"):
        practice_cloud("microsoft", "http://192.0.2.1:80")


async def consented(world: World) -> dict[str, Any]:
    """Go through the consent page as Ana; give what a store is to keep."""
    consent = Consent(world.registration())
    flow = await consent.begin(COME_BACK, "state-1")
    return await consent.finish(flow, await _answer(world, flow, "allow"))


async def _answer(world: World, flow: dict[str, Any], answer: str) -> dict[str, str]:
    page_address = URL(flow["auth_uri"], encoded=True)
    async with world.session.get(page_address) as page:
        ticket = re.search(r'name="ticket" value="([^"]+)"', await page.text())
    assert ticket is not None
    form = {"ticket": ticket[1], "person": "ana", "answer": answer}
    async with world.session.post(page_address, data=form, allow_redirects=False) as back:
        return dict(parse_qsl(urlsplit(back.headers["Location"]).query))
