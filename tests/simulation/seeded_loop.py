"""An event loop whose order follows from a number: no threads, no real waits.

What the engine hands to a thread is done on the loop itself, a seeded number of turns later, so
steps that run side by side finish in another order with every seed, and in the same order with the
same one.
"""

import asyncio
import random
from asyncio import events
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

_MOST_TURNS = 3


class SeededLoop(asyncio.SelectorEventLoop):
    """Runs threads' work itself, in an order that `chance` decides."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.set_exception_handler(lambda _loop, _context: None)  # of runs that were cut off

    def run_in_executor[T](  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        """Do the work on this loop, some turns later."""
        done: asyncio.Future[T] = self.create_future()
        self._after(self._chance.randrange(_MOST_TURNS), lambda: self._work(done, func, args))
        return done

    def _after(self, turns: int, act: Callable[[], None]) -> None:
        if turns == 0:
            act()
        else:
            self.call_soon(self._after, turns - 1, act)

    def _work[T](
        self, done: asyncio.Future[T], func: Callable[..., T], args: tuple[Any, ...]
    ) -> None:
        """Work as in a thread: no loop runs there, so Django does not object."""
        if done.cancelled():
            return  # a thread's work that has not begun is not begun any more
        events._set_running_loop(None)
        try:
            result = func(*args)
        except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)
        else:
            done.set_result(result)
        finally:
            events._set_running_loop(self)


def run[T](work: Coroutine[Any, Any, T], seed: str) -> T:
    """Run to the end on a loop of that seed."""
    loop = SeededLoop(random.Random(seed))
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
