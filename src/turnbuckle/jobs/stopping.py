"""How a service ends: asked once, it begins nothing more; asked again, it ends at once."""

import asyncio

GRACE_SECONDS = 20.0
"""What is under way gets so long to come to a safe point."""


class Stopping:
    """Says whether the service is to end; belongs to one event loop."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._at_once = asyncio.Event()

    def ask(self) -> None:
        """Let it end; a second time: at once."""
        if self._asked.is_set():
            self._at_once.set()
        self._asked.set()

    def is_asked(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._asked.is_set()

    async def asked(self, seconds: float | None = None) -> bool:
        """Wait until it is to end, so long at most; tell whether it is."""
        return await _happened(self._asked, seconds)

    async def patience(self, seconds: float = GRACE_SECONDS) -> None:
        """Wait until it is to end, and then so long as what is under way may still take."""
        await self._asked.wait()
        await _happened(self._at_once, seconds)


async def _happened(event: asyncio.Event, seconds: float | None) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
