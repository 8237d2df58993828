"""Signing in to Procore, and what is said when that fails."""

import asyncio
import re
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from connectors.procore.world import PEOPLE_TOKEN, World
from yarl import URL

from turnbuckle.connectors.procore.preflight import me
from turnbuckle.connectors.procore.sign_in import (
    App,
    AppTokens,
    authorize_address,
    exchange_code,
    person_tokens,
)
from turnbuckle.ports.clock import SystemClock
from turnbuckle.ports.errors import SignInNeeded, Unreachable
from turnbuckle.store.lock_files import alone
from turnbuckle.transport.renewing import RenewedTokens

REDIRECT = "http://localhost"


class KeptTokens:
    """A token store in memory that remembers every save."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []

    def load(self) -> dict[str, Any] | None:
        return dict(self.saved[-1]) if self.saved else None

    def save(self, tokens: Any, *, used: str = "") -> None:
        self.saved.append(dict(tokens))


async def allowed(world: World) -> str:
    """Ana presses Allow on the page where the authorize address leads; give the code."""
    address = URL(authorize_address(world.cloud, world.service.client_id, REDIRECT, "s1"))
    form = {**address.query, "person": "ana", "decision": "allow"}
    async with world.session.post(
        address.with_query(None),
        data=form,
        headers={"X-Practice-Token": PEOPLE_TOKEN},
        allow_redirects=False,
    ) as response:
        assert response.status == 302, await response.text()
        back = URL(response.headers["Location"])
    assert back.query["state"] == "s1"
    return back.query["code"]


async def signed_in(world: World, store: KeptTokens) -> RenewedTokens:
    store.save(await exchange_code(world.host(), await allowed(world), REDIRECT))
    return person_tokens(world.host(), store)


async def who(world: World, tokens: Any) -> str:
    return (await me(world.wire(tokens, world.project.company))).login or ""


async def test_an_app_signs_in_as_itself_once_for_many_calls(world: World) -> None:
    tokens = AppTokens(world.host())

    bearers = await asyncio.gather(*(tokens.bearer() for _ in range(20)))

    assert len(set(bearers)) == 1
    assert world.meter.sign_ins["Procore", "client credentials"] == 1


async def test_a_token_is_renewed_before_it_ends_and_after_it_was_refused(world: World) -> None:
    tokens = AppTokens(world.host())
    first = await tokens.bearer()
    world.clock.advance(5400 - 60)
    second = await tokens.bearer()
    await tokens.refused(second)

    third = await tokens.bearer()

    assert len({first, second, third}) == 3


async def test_revoked_tokens_are_replaced_within_the_call(world: World) -> None:
    await world.documents.look(world.root)
    world.service.revoke_tokens()

    assert await world.documents.look(world.root) is not None

    assert world.meter.retries == 1


async def test_a_wrong_secret_says_what_to_do_and_not_the_secret(world: World) -> None:
    tokens = AppTokens(world.host(secret="a-wrong-secret"))

    with pytest.raises(SignInNeeded, match="client id and secret") as refused:
        await tokens.bearer()

    assert "a-wrong-secret" not in str(refused.value)


async def test_a_persons_tokens_are_refreshed_once_and_stored_before_use(world: World) -> None:
    store = KeptTokens()
    tokens = await signed_in(world, store)
    first = store.saved[-1]["refresh_token"]
    assert await who(world, tokens) == "ana.ruiz@harbourpoint.example"
    world.clock.advance(6000)

    bearers = await asyncio.gather(*(tokens.bearer() for _ in range(20)))

    assert len(set(bearers)) == 1
    assert world.meter.sign_ins["Procore", "refresh"] == 1
    assert store.saved[-1]["access_token"] == bearers[0]
    assert store.saved[-1]["refresh_token"] != first
    assert await who(world, tokens) == "ana.ruiz@harbourpoint.example"


async def test_what_another_process_refreshed_is_used(world: World) -> None:
    store = KeptTokens()
    mine, theirs = await signed_in(world, store), person_tokens(world.host(), store)
    world.clock.advance(6000)
    fresh = await theirs.bearer()

    assert await mine.bearer() == fresh

    assert world.meter.sign_ins["Procore", "refresh"] == 1


async def test_a_refresh_token_that_was_used_elsewhere_ends_as_sign_in_again(world: World) -> None:
    store = KeptTokens()
    tokens = await signed_in(world, store)
    old = store.saved[-1]
    world.clock.advance(6000)
    await tokens.bearer()
    stolen = KeptTokens()
    stolen.save(old)

    with pytest.raises(SignInNeeded, match="sign in again"):
        await person_tokens(world.host(), stolen).bearer()


async def test_nobody_signed_in_yet(world: World) -> None:
    with pytest.raises(SignInNeeded, match="nobody has signed in"):
        await person_tokens(world.host(), KeptTokens()).bearer()


async def test_a_code_works_once(world: World) -> None:
    code = await allowed(world)
    await exchange_code(world.host(), code, REDIRECT)

    with pytest.raises(SignInNeeded):
        await exchange_code(world.host(), code, REDIRECT)


async def test_a_sign_in_host_that_is_away_is_unreachable(world: World) -> None:
    host = world.host()
    await world.service.stop()

    with pytest.raises(Unreachable):
        await AppTokens(host).bearer()


def test_the_authorize_address_names_the_app_and_the_way_back(world: World) -> None:
    address = URL(authorize_address(world.cloud, "my-app", REDIRECT, "s1"))

    assert address.path == "/oauth/authorize"
    assert address.query == {
        "response_type": "code",
        "client_id": "my-app",
        "redirect_uri": REDIRECT,
        "state": "s1",
    }


def test_an_app_is_printed_without_its_secret() -> None:
    assert not re.search("hush", repr(App("my-app", "hush")))


class SlowHost:
    """A sign-in host whose answer takes a moment, and that takes each refresh token once."""

    def __init__(self) -> None:
        self.app = App("my-app", "hush")
        self.clock = SystemClock()
        self.spent: set[str] = set()
        self.asked = asyncio.Event()

    async def grant(self, body: str, label: str) -> dict[str, Any]:
        token = URL(f"?{body}").query["refresh_token"]
        if token in self.spent:
            raise SignInNeeded("a refresh token came twice; the permission has ended")
        self.spent.add(token)
        self.asked.set()
        await asyncio.sleep(0.05)
        return {
            "access_token": f"access after {token}",
            "refresh_token": f"{token}+",
            "expires_at": (self.clock.now() + timedelta(hours=1)).isoformat(),
        }


class SharedTokens(KeptTokens):
    """A token store that other processes use too."""

    def __init__(self, lock: Path) -> None:
        super().__init__()
        self.saved.append({"refresh_token": "first"})
        self._lock = lock

    def alone(self) -> AbstractContextManager[None]:
        return alone(self._lock)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_call_that_is_cancelled_while_tokens_are_renewed_loses_no_permission(
    tmp_path: Path, times: int
) -> None:
    host, store = SlowHost(), SharedTokens(tmp_path / "lock")
    call = asyncio.create_task(person_tokens(host, store).bearer())  # type: ignore[arg-type]
    await host.asked.wait()
    for _ in range(times):
        call.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        await call

    assert store.saved[-1]["refresh_token"] == "first+"
    assert await person_tokens(host, store).bearer() == "access after first"  # type: ignore[arg-type]


async def test_two_processes_that_need_tokens_at_once_renew_them_once(tmp_path: Path) -> None:
    host, store = SlowHost(), SharedTokens(tmp_path / "lock")
    processes = [person_tokens(host, store) for _ in range(2)]  # type: ignore[arg-type]

    bearers = await asyncio.gather(*(process.bearer() for process in processes))

    assert bearers == ["access after first"] * 2
    assert len(store.saved) == 2
