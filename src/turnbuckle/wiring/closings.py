"""Hear at once that a remote asked one of our accounts to wait, whichever process it told.

One connection of a process listens; when it breaks it is opened again. While nobody listens the
ledger tells the same, only later.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from turnbuckle.store import closings
from turnbuckle.wiring.budgets import Budgets

_log = logging.getLogger(__name__)
_AGAIN_SECONDS = 5.0


@asynccontextmanager
async def closings_heard(budgets: Budgets) -> AsyncIterator[None]:
    """Close the budgets of a process, for as long as the block lasts, when any process is told."""
    parameters = closings.listening()
    if parameters is None:
        yield
        return
    hearing = asyncio.create_task(_hear_on(budgets, parameters))
    try:
        yield
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


async def _hear_on(budgets: Budgets, parameters: Mapping[str, Any]) -> None:
    from psycopg import Error  # takes its time, and SQLite does without

    while True:
        try:
            await _hear(budgets, parameters)
        except (Error, OSError) as error:
            _log.debug("nobody listens for closed accounts now: %s", error)
        await asyncio.sleep(_AGAIN_SECONDS)


async def _hear(budgets: Budgets, parameters: Mapping[str, Any]) -> None:
    """Listen on a connection of its own until it breaks."""
    from psycopg import AsyncConnection, sql

    async with await AsyncConnection.connect(**{**parameters, "autocommit": True}) as opened:
        await opened.execute(sql.SQL("LISTEN {}").format(sql.Identifier(closings.CHANNEL)))
        async for notice in opened.notifies():
            try:
                account, until = closings.heard(notice.payload)
            except ValueError:
                _log.warning("a notice about a closed account cannot be read")
            else:
                budgets.closed(account, until)
