"""Tokens that a refresh token keeps alive: in good time, once for all, and never lost."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from turnbuckle.ports.errors import SignInNeeded, Unreachable
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.transport.renewing import RenewedTokens, granted

HOUR = 3_600.0


@dataclass
class Remote:
    """Takes each refresh token once; may be away."""

    clock: SimulatedClock
    asked: list[str] = field(default_factory=list)
    away: bool = False
    good: str = "refresh 0"

    async def renew(self, refresh: str) -> dict[str, Any]:
        self.asked.append(refresh)
        if self.away:
            raise Unreachable("the sign-in host does not answer")
        if refresh != self.good:
            raise SignInNeeded("sign in again")
        number = len(self.asked)
        self.good = f"refresh {number}"
        return granted(f"access {number}", self.good, HOUR, self.clock.now())


@dataclass
class Shelf:
    """A token store for several processes of a test; its disk may be full."""

    kept: dict[str, Any] = field(default_factory=lambda: {"refresh_token": "refresh 0"})
    full: bool = False

    def load(self) -> dict[str, Any] | None:
        return dict(self.kept) or None

    def save(self, tokens: Mapping[str, Any], /, *, used: str = "") -> None:
        if self.full:
            raise OSError("no space left")
        if not used or self.kept.get("refresh_token") == used:
            self.kept = dict(tokens)


@pytest.fixture
def remote() -> Remote:
    return Remote(SimulatedClock(datetime(2026, 5, 14, 8, tzinfo=UTC)))


def process(remote: Remote, shelf: Shelf, spread: float = 0.0) -> RenewedTokens:
    """Another process with the same account."""
    return RenewedTokens("Procore", remote.renew, shelf, remote.clock, spread=spread)


async def test_twenty_processes_renew_once_an_hour(remote: Remote) -> None:
    shelf = Shelf()
    processes = [process(remote, shelf, number / 20) for number in range(20)]

    for _ in range(60):  # minutes
        for each in processes:
            await each.bearer()
        remote.clock.advance(60)

    assert len(remote.asked) == 2


async def test_a_token_is_renewed_minutes_before_its_end_and_some_come_earlier(
    remote: Remote,
) -> None:
    shelf = Shelf()
    late, early = process(remote, shelf), process(remote, shelf, 1.0)
    await late.bearer()
    remote.clock.advance(HOUR - 9 * 60)

    assert await late.bearer() == "access 1"
    assert await early.bearer() == "access 2"


async def test_while_the_sign_in_host_is_away_the_old_token_goes_on(remote: Remote) -> None:
    tokens = process(remote, Shelf())
    await tokens.bearer()
    remote.away = True
    remote.clock.advance(HOUR - 4 * 60)

    bearers = [await tokens.bearer() for _ in range(50)]

    assert set(bearers) == {"access 1"}
    assert len(remote.asked) == 2  # the host is asked again after a while, not at every call
    remote.away = False
    remote.clock.advance(60)
    assert await tokens.bearer() == "access 3"


async def test_a_token_at_its_end_is_not_used_any_more(remote: Remote) -> None:
    tokens = process(remote, Shelf())
    await tokens.bearer()
    remote.away = True
    remote.clock.advance(HOUR - 30)

    with pytest.raises(Unreachable):
        await tokens.bearer()


async def test_a_permission_that_ended_is_asked_for_once(remote: Remote) -> None:
    tokens = process(remote, Shelf())
    remote.good = "another"

    for _ in range(5):
        with pytest.raises(SignInNeeded, match="sign in again"):
            await tokens.bearer()

    assert len(remote.asked) == 1


async def test_after_somebody_signed_in_again_the_new_permission_is_used(remote: Remote) -> None:
    shelf = Shelf()
    tokens = process(remote, shelf)
    remote.good = "another"
    with pytest.raises(SignInNeeded):
        await tokens.bearer()

    shelf.kept = {"refresh_token": "another"}

    assert await tokens.bearer() == "access 2"


async def test_a_refusal_because_another_process_was_faster_is_none(remote: Remote) -> None:
    shelf = Shelf()

    async def frozen(refresh: str) -> Mapping[str, Any]:
        await process(remote, shelf).bearer()  # while we were stopped, without our lock
        return await remote.renew(refresh)

    slow = RenewedTokens("Procore", frozen, shelf, remote.clock)

    assert await slow.bearer() == "access 1"


async def test_a_late_answer_does_not_overwrite_a_new_sign_in(remote: Remote) -> None:
    shelf = Shelf()

    async def slow(refresh: str) -> Mapping[str, Any]:
        shelf.kept = {"refresh_token": "of a new sign-in"}
        return await remote.renew(refresh)

    bearer = await RenewedTokens("Procore", slow, shelf, remote.clock).bearer()

    assert bearer == "access 1"
    assert shelf.kept == {"refresh_token": "of a new sign-in"}


async def test_what_could_not_be_stored_is_stored_later_and_not_asked_for_again(
    remote: Remote,
) -> None:
    shelf = Shelf(full=True)
    tokens = process(remote, shelf)
    with pytest.raises(OSError, match="space"):
        await tokens.bearer()

    shelf.full = False

    assert await tokens.bearer() == "access 1"
    assert len(remote.asked) == 1
    assert shelf.kept["refresh_token"] == "refresh 1"


async def test_tokens_of_an_earlier_version_of_ours_are_read(remote: Remote) -> None:
    shelf = Shelf({"access_token": "old", "expires_at": "2026-05-14T09:00:00+00:00"})

    assert await process(remote, shelf).bearer() == "old"


async def test_a_short_life_is_used_for_most_of_its_time(remote: Remote) -> None:
    shelf = Shelf(granted("short", "", 80, remote.clock.now()))
    remote.clock.advance(60)

    assert await process(remote, shelf).bearer() == "short"


async def test_many_calls_at_once_renew_once(remote: Remote) -> None:
    tokens = process(remote, Shelf())

    bearers = await asyncio.gather(*(tokens.bearer() for _ in range(20)))

    assert set(bearers) == {"access 1"}
    assert len(remote.asked) == 1
