"""Word of remotes comes in by its secret alone; all else leaves no trace, and tells nothing."""

import asyncio
import socket
from urllib.parse import quote, urlsplit

import pytest
from django.db import OperationalError
from portal.entrance import Entrance, entered

from turnbuckle.model.side import Side
from turnbuckle.portal.application import LARGEST_BODY, Portal
from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.listening import CannotListen, listening
from turnbuckle.ports.clock import SystemClock
from turnbuckle.store import deliveries, models

SYSTEMS = ["procore", "microsoft"]


async def test_word_from_procore_nudges_by_the_left_side(entrance: Entrance) -> None:
    status = await entrance.procore()

    assert status == 202
    assert await entrance.nudged() == (1, {Side.LEFT})
    assert await entrance.recorded() == [(entrance.numbers["procore"], "Project Files update")]


async def test_word_from_microsoft_nudges_by_the_right_side(entrance: Entrance) -> None:
    status = await entrance.microsoft({"resource": "drives/b!1/root"})

    assert status == 202
    assert await entrance.nudged() == (1, {Side.RIGHT})
    assert await entrance.recorded() == [(entrance.numbers["microsoft"], "updated")]


@pytest.mark.parametrize(
    "told",
    [
        {"id": "01B", "resource_type": "Images", "reason": "create", "project_id": None},
        {"id": 7, "resource_name": "Images", "event_type": "create", "related_resources": []},
        {"id": 7, "ulid": "01B", "resource_name": "Images", "event_type": "create"},
    ],
)
async def test_all_forms_of_procores_payload_are_read(
    entrance: Entrance, told: dict[str, object]
) -> None:
    await entrance.procore(told)

    assert [what for _, what in await entrance.recorded()] == ["Images create"]


async def test_a_payload_that_says_nothing_we_know_still_nudges(entrance: Entrance) -> None:
    assert await entrance.procore({"hello": "\x00 world"}) == 202

    assert (await entrance.nudged())[0] == 1


async def test_the_same_word_of_procore_nudges_once(entrance: Entrance) -> None:
    statuses = [await entrance.procore() for _ in range(3)]

    assert statuses == [202, 202, 202]
    assert (await entrance.nudged())[0] == 1
    assert len(await entrance.recorded()) == 1


async def test_equal_notices_of_microsoft_nudge_each_time(entrance: Entrance) -> None:
    for _ in range(2):
        await entrance.microsoft()

    assert (await entrance.nudged())[0] == 2


@pytest.mark.parametrize("secret", ["", "guess", "é", "x" * 9000])
async def test_procores_word_with_a_wrong_secret_leaves_no_trace(
    entrance: Entrance, secret: str
) -> None:
    status = await entrance.procore(secret=secret)

    assert status == 401
    assert await entrance.nudged() == (0, set())
    assert await entrance.recorded() == []


@pytest.mark.parametrize("state", ["guess", None, 7, ""])
async def test_microsofts_word_with_a_wrong_client_state_leaves_no_trace(
    entrance: Entrance, state: object
) -> None:
    status = await entrance.microsoft({"clientState": state})

    assert status == 401
    assert await entrance.nudged() == (0, set())
    assert await entrance.recorded() == []


async def test_of_notices_in_one_post_those_with_the_right_state_count(entrance: Entrance) -> None:
    status = await entrance.microsoft({"clientState": "guess", "changeType": "forged"}, {})

    assert status == 202
    assert [what for _, what in await entrance.recorded()] == ["updated"]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("wrong", ["key", "number", "system"])
async def test_an_unknown_address_is_not_here_whatever_secret_is_shown(
    entrance: Entrance, system: str, wrong: str
) -> None:
    key = "guess" if wrong == "key" else None
    number = 10**17 if wrong == "number" else entrance.numbers[system]
    at = next(each for each in SYSTEMS if each != system) if wrong == "system" else system
    secret = entrance.secrets[system]

    status, text = await entrance.send(
        entrance.path(at, key, number),
        json={"id": 1, "value": [{"clientState": secret}]},
        headers={"Authorization": secret},
    )

    assert (status, text) == (404, "")
    assert await entrance.nudged() == (0, set())
    assert await entrance.recorded() == []


async def test_there_is_nothing_else(entrance: Entrance) -> None:
    paths = ["/", "/hooks", "/hooks/procore", "/hooks/dropbox/k/1", "/hooks//k/1", "/admin"]
    paths += ["/hooks/procore/k/x", "/hooks/procore/k/-1", "/hooks/procore/k/1/2", "/health/"]
    paths += ["/hooks/procore//1", "/hooks/procore/%00/1", "/hooks/procore/k/%D9%A1"]
    paths += ["/hooks/procore/k/" + "9" * 40]

    answers = {path: await entrance.send(path, data=b"{}") for path in paths}

    assert set(answers.values()) == {(404, "")}, answers


async def test_hooks_are_posted_to_only(entrance: Entrance) -> None:
    path = entrance.address + entrance.path("procore")

    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        async with entrance.session.request(method, path) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST"), method
            assert await answer.read() == b""


async def test_what_is_no_json_object_is_refused(entrance: Entrance) -> None:
    headers = {"Authorization": entrance.secrets["procore"]}

    for body in (b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 60_000):
        told = await entrance.send(entrance.path("procore"), data=body, headers=headers)
        assert told == (400, ""), body[:10]

    assert await entrance.recorded() == []


async def test_what_is_no_list_of_notices_is_refused(entrance: Entrance) -> None:
    for body in (b"", b"[]", b"{}", b'{"value":{}}', b'{"value":[7]}'):
        assert await entrance.send(entrance.path("microsoft"), data=body) == (400, ""), body


async def test_a_body_may_have_64_kib_and_no_more(entrance: Entrance) -> None:
    def padded(size: int) -> bytes:
        return b'{"id":1,"x":"' + b"x" * (size - 15) + b'"}'

    headers = {"Authorization": entrance.secrets["procore"]}
    path = entrance.path("procore")

    fits, _ = await entrance.send(path, data=padded(LARGEST_BODY), headers=headers)
    large, _ = await entrance.send(path, data=padded(LARGEST_BODY + 1), headers=headers)

    assert (fits, large) == (202, 413)


async def test_a_body_of_untold_length_is_cut_off_at_64_kib(entrance: Entrance) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b"x" * 4096

    try:
        status, _ = await entrance.send(entrance.path("procore"), data=endless())
    except OSError:  # it may hang up before all was sent
        status = 413

    assert status == 413
    assert await entrance.recorded() == []


@pytest.mark.parametrize("token", ["Validation: x & <b>ü</b> + 1%", "t" * 4096])
async def test_microsofts_handshake_gets_its_token_back_as_plain_text(
    entrance: Entrance, token: str
) -> None:
    path = f"{entrance.address}{entrance.path('microsoft')}?validationToken={quote(token)}"

    async with entrance.session.post(path) as answer:
        told = (answer.status, await answer.text())
        headers = answer.headers

    assert told == (200, token)
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert await entrance.nudged() == (0, set())
    assert await entrance.recorded() == []


@pytest.mark.parametrize(
    ("system", "key", "token", "status"),
    [
        ("microsoft", "guess", "t", 404),
        ("procore", None, "t", 401),
        ("microsoft", None, "", 400),
        ("microsoft", None, "t" * 4097, 400),
    ],
)
async def test_nobody_else_gets_a_token_back(
    entrance: Entrance, system: str, key: str | None, token: str, status: int
) -> None:
    path = f"{entrance.path(system, key)}?validationToken={token}"

    assert await entrance.send(path) == (status, "")


@pytest.mark.parametrize(
    ("event", "asked", "nudges"),
    [
        ("reauthorizationRequired", "renew", 0),
        ("subscriptionRemoved", "anew", 1),
        ("missed", "", 1),
        ("somethingNew", "", 1),
    ],
)
async def test_word_of_a_subscriptions_own_life_is_taken_to_its_hook(
    entrance: Entrance, event: str, asked: str, nudges: int
) -> None:
    status = await entrance.microsoft({"lifecycleEvent": event})

    row = await asyncio.to_thread(models.Hook.objects.get, id=entrance.numbers["microsoft"])
    assert (status, row.asked) == (202, asked)
    assert (await entrance.nudged())[0] == nudges


async def test_health_is_told_to_everybody(entrance: Entrance) -> None:
    assert await entrance.send("/health", "GET") == (200, "well")
    assert await entrance.send("/health", "HEAD") == (200, "")
    assert await entrance.send("/health", "POST") == (405, "")


async def test_answers_say_nothing_of_us(entrance: Entrance) -> None:
    async with entrance.session.post(entrance.address + "/hooks/procore/k/1") as answer:
        names = {name.lower() for name in answer.headers}

    assert names == {"content-length", "cache-control", "x-content-type-options", "date"}


async def test_a_slow_body_is_cut_off(transactional_db: None) -> None:
    async with entered(body_seconds=0.2) as entrance:
        head = f"POST {entrance.path('procore')} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{{"
        with socket.socket() as slow:
            slow.connect(("127.0.0.1", urlsplit(entrance.address).port or 0))
            slow.settimeout(5)
            slow.sendall(head.encode())
            answer = await asyncio.to_thread(slow.recv, 1000)
            rest = await asyncio.to_thread(slow.recv, 1000)

    assert answer.startswith(b"HTTP/1.1 408")
    assert rest == b""  # the connection is closed


async def test_while_the_database_is_away_remotes_are_asked_to_come_again(
    entrance: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(deliveries, "doors", away)
        refused = await entrance.procore()
    taken = await entrance.procore()

    assert (refused, taken) == (503, 202)
    assert (await entrance.nudged())[0] == 1


async def test_what_arrives_together_is_taken_together(entrance: Entrance) -> None:
    posts = [entrance.procore({"id": number}) for number in range(200)]

    statuses = await asyncio.gather(*posts)

    assert set(statuses) == {202}
    assert len(await entrance.recorded()) == 200
    assert (await entrance.nudged())[0] < 100


async def test_the_schedule_is_woken_by_word_that_is_ours_alone(entrance: Entrance) -> None:
    await entrance.procore(secret="guess")
    await entrance.send(entrance.path("microsoft") + "?validationToken=t")
    unheard = entrance.rings
    await entrance.procore()

    assert (unheard, entrance.rings) == (0, 1)


async def test_a_port_that_another_has_is_told(entrance: Entrance) -> None:
    port = urlsplit(entrance.address).port or 0
    async with Gathering(SystemClock(), entrance.ring) as gathering:
        with pytest.raises(CannotListen, match=f"port {port}"):
            async with listening(Portal(gathering), host="127.0.0.1", port=port):
                raise AssertionError("it listens twice")
