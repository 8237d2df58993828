"""The panel as a person uses it: forms, refusals in words, and nobody else's doing."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from practice.panelling import Panelist

from turnbuckle.practice.world import PracticeWorld, WorldSettings

pytestmark = pytest.mark.off_contract  # what goes wrong on order is in no contract
AT = "/practice/panel"


@pytest.fixture(params=["procore", "microsoft"])
async def person(request: pytest.FixtureRequest) -> AsyncIterator[Panelist]:
    """Somebody who came in by the address that was printed, with its cookie."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        PracticeWorld(WorldSettings(documents="empty", limits="off")) as world,
        aiohttp.ClientSession(cookie_jar=jar) as session,
    ):
        facts = world.startup[request.param]
        async with session.get(facts["people_page"]) as page:
            assert page.status == 200
        yield Panelist(world, session, request.param)


async def page(person: Panelist) -> str:
    answer = await person.send("GET", AT)
    assert answer.status == 200
    return str(answer.body)


async def post(person: Panelist, path: str, **fields: str) -> tuple[int, str]:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', await page(person))
    assert found is not None
    answer = await person.send("POST", f"{AT}/{path}", data={"csrf": found[1], **fields})
    return answer.status, str(answer.body)


async def test_it_shows_every_switch_limit_and_trouble(person: Panelist) -> None:
    shown = await page(person)
    panel = (await person.panel()).body

    for one in (*panel["switches"], *panel["limits"]):
        assert f"<code>{one['name']}</code>" in shown
    for one in (*panel["faults"], *panel["makes"]):
        assert f'name="kind" value="{one["kind"]}"' in shown


async def test_it_is_shown_to_nobody_without_the_token(person: Panelist) -> None:
    async with aiohttp.ClientSession() as stranger:
        answer = await Panelist(person.world, stranger, person.side).send("GET", AT)

    assert answer.status == 403
    assert "Switches" not in answer.body


async def test_it_is_as_strict_as_the_pages_of_people(person: Panelist) -> None:
    answer = await person.send("GET", AT)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.body
    assert "style=" not in answer.body


async def test_a_form_of_somebody_else_does_nothing(person: Panelist) -> None:
    bare = await person.send("POST", f"{AT}/faults", data={"kind": "error"})
    foreign = await person.send(
        "POST", f"{AT}/calm", data={"csrf": "x"}, headers={"Origin": "https://elsewhere.example"}
    )

    assert (bare.status, foreign.status) == (403, 403)
    assert (await person.panel()).body["ordered"] == []


async def test_a_person_orders_a_fault_sees_it_and_calls_it_off(person: Panelist) -> None:
    token = await person.sign_in()

    await post(person, "faults", kind="error", operation="any", times="3", status="503")
    failed = await person.list_root(token)
    shown = await page(person)
    number = (await person.panel()).body["ordered"][0]["number"]
    await post(person, f"call-off/{number}")

    assert failed.status == 503
    assert "2 more" in shown
    assert "status: 503" in shown
    assert (await person.list_root(token)).status == 200


async def test_all_calm_is_one_button(person: Panelist) -> None:
    token = await person.sign_in()
    await post(person, "faults", kind="page", operation="any", times="3")

    _, shown = await post(person, "calm")

    assert "all calm" in shown.lower()
    assert (await person.list_root(token)).status == 200


async def test_what_makes_no_sense_is_said_in_a_sentence(person: Panelist) -> None:
    status, shown = await post(person, "faults", kind="error", operation="any", times="many")
    gone, _ = await post(person, "call-off/77")
    nowhere, _ = await post(person, "clock", seconds="nan")

    assert (status, gone, nowhere) == (400, 400, 400)
    assert "That makes no sense: times is a whole number." in shown


async def test_switches_are_saved_and_reset(person: Panelist) -> None:
    name = "retry_after" if person.side == "procore" else "folders_have_ctag"
    before = {one["name"]: one["value"] for one in (await person.panel()).body["switches"]}
    _, shown = await post(person, "switches", **{name: "no"})
    during = {one["name"]: one["value"] for one in (await person.panel()).body["switches"]}
    await post(person, "switches", **{name: "no", "reset": name})
    after = {one["name"]: one["value"] for one in (await person.panel()).body["switches"]}

    assert f'aria-label="Reset {name}"' in shown
    assert during == before | {name: False}
    assert after == before


async def test_the_whole_form_saved_untouched_changes_nothing(person: Panelist) -> None:
    before = (await person.panel()).body
    for kind in ("switches", "limits"):
        fields = {one["name"]: as_form(one["value"]) for one in before[kind]}
        status, _ = await post(person, kind, **fields)
        assert status == 200

    after = (await person.panel()).body
    assert (after["switches"], after["limits"]) == (before["switches"], before["limits"])


def as_form(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


async def test_the_clock_leaps(person: Panelist) -> None:
    _, shown = await post(person, "clock", seconds="86400")

    assert "1 d ahead" in shown
