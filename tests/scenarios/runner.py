"""Play a row of the catalogue in a theatre: the real engine and the real store, told nothing.

A row whose process dies at each step, or whose database fails at each access, is played once
without that to count the steps, and then once for each of them. Of a statement that the engine
makes time and again, the first few times and the last one fail (`TURNBUCKLE_ACCESSES` says how
many).
"""

import asyncio
import copy
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from scenarios.acting import NotHere, Row, Theatre
from scenarios.database import Installation
from scenarios.playing import Playing, faults_of
from scenarios.upsets import Crash, Database, Life

MOST_WRONG = 3  # passes of one row that may go wrong before the others are left out
type Beginning = Callable[[], AbstractAsyncContextManager[Playing]]
"""Gives a pass whose sides are where the row begins."""

_TIMES = int(os.environ.get("TURNBUCKLE_ACCESSES", "2"))  # failing accesses of each statement


async def play(row: Row, theatre: Theatre) -> list[str]:
    """Play one row and say what came out otherwise than expected; nothing, when all is well.

    Raises:
        NotHere: the theatre cannot play it.
    """
    asyncio.get_running_loop().set_exception_handler(_told)
    why_not = theatre.why_not(row)
    if why_not:
        raise NotHere(why_not)
    sweep = _sweep(row)
    if sweep is None:
        async with theatre.world(row) as world:
            return await Playing(row, world).play()
    return await _each(row, theatre, sweep)


def _told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say what nobody waited for, but for what died with the process."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)


def _sweep(row: Row) -> str | None:
    """Give what a row is repeated for: ``each_step``, ``each_access``, or None."""
    places = {
        fault.get("at") for phase in (row, *row.get("then", ())) for fault in faults_of(phase)
    }
    found = sorted(place for place in places if place in ("each_step", "each_access"))
    return found[0] if found else None


async def _each(row: Row, theatre: Theatre, sweep: str) -> list[str]:
    async with _beginnings(row, theatre) as begun:
        async with begun() as quiet:
            found = [f"undisturbed: {text}" for text in await quiet.go_on()]
        numbers = (
            range(len(quiet.life.came)) if sweep == "each_step" else quiet.access.telling(_TIMES)
        )
        bad = 0
        for number in numbers:
            async with begun() as playing:
                _disturb(playing, sweep, number)
                wrong = await playing.go_on()
            if wrong:
                bad += 1
                found += [f"{_place(playing, sweep, number)}: {text}" for text in wrong]
            if bad >= MOST_WRONG:
                found.append(f"{number + 1} was the last one tried of {len(numbers)}")
                break
    return found


@asynccontextmanager
async def _beginnings(row: Row, theatre: Theatre) -> AsyncIterator[Beginning]:
    """Give what begins one pass after the other, each where the row begins.

    Where a world can be copied, both sides are brought there once.
    """
    if not theatre.copies:
        yield lambda: _anew(row, theatre)
        return
    async with _anew(row, theatre) as first:
        before = await asyncio.to_thread(Installation)
        yield lambda: _copied(first, before)


@asynccontextmanager
async def _anew(row: Row, theatre: Theatre) -> AsyncIterator[Playing]:
    async with theatre.world(row) as world:
        playing = Playing(row, world)
        await playing.begin()
        yield playing


@asynccontextmanager
async def _copied(first: Playing, before: Installation) -> AsyncIterator[Playing]:
    await asyncio.to_thread(before.put_back)
    yield copy.deepcopy(first)


def _disturb(playing: Playing, sweep: str, number: int) -> None:
    playing.is_repeated = True
    if sweep == "each_step":
        playing.life = Life(dies_at=number + 1)
    else:
        playing.access = Database(fails_at=number)


def _place(playing: Playing, sweep: str, number: int) -> str:
    if sweep == "each_access":
        said = playing.access.accesses[number] if number < len(playing.access.accesses) else ""
        return f"access {number} failing ({said[:50]})"
    came = playing.life.came
    return f"dying {came[number] if number < len(came) else 'nowhere'} (step {number + 1})"
