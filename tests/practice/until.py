"""Wait for what other tasks do, however long a busy machine takes for it."""

import asyncio
from collections.abc import Callable

_LONGEST_SECONDS = 60


async def until(happened: Callable[[], object]) -> None:
    """Let others work until something is so.

    Raises:
        TimeoutError: it is not so within a minute.
    """
    async with asyncio.timeout(_LONGEST_SECONDS):
        while not happened():
            await asyncio.sleep(0.02)
