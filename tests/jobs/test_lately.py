"""An answer that is kept for a while is found out by one at a time, and never waited for long."""

import asyncio

import pytest

from turnbuckle.jobs.lately import Lately, TooSlow


class Source:
    """Counts how often it was asked, and can be made to hang or fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()
        self.free.set()
        self.fails = False

    async def __call__(self) -> int:
        self.asked += 1
        await self.free.wait()
        if self.fails:
            raise OSError("the database is away")
        return self.asked


def lately(source: Source, kept_seconds: float = 60, patience_seconds: float = 5) -> Lately[int]:
    return Lately(source, kept_seconds=kept_seconds, patience_seconds=patience_seconds)


async def test_many_who_ask_at_once_get_one_answer() -> None:
    source = Source()
    ask = lately(source)

    answers = await asyncio.gather(*(ask() for _ in range(20)))

    assert (set(answers), source.asked) == ({1}, 1)


async def test_an_answer_that_is_too_old_is_found_out_anew() -> None:
    ask = lately(Source(), kept_seconds=0)

    assert [await ask(), await ask()] == [1, 2]


async def test_nobody_waits_for_a_source_that_hangs_and_it_is_asked_once() -> None:
    source = Source()
    source.free.clear()
    ask = lately(source, patience_seconds=0.01)

    for _ in range(3):
        with pytest.raises(TooSlow):
            await ask()

    assert source.asked == 1
    source.free.set()
    assert await ask() == 1


async def test_a_failure_is_told_and_not_kept() -> None:
    source = Source()
    source.fails = True
    ask = lately(source)
    with pytest.raises(OSError, match="away"):
        await ask()
    source.fails = False

    assert await ask() == 2
