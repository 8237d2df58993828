"""The budgets of one process, and the ledger in the database that it shares with all others."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from turnbuckle.ports.budget import Ask, Ledger, Slice, Standing, Word
from turnbuckle.ports.clock import Clock
from turnbuckle.store import budgets
from turnbuckle.transport.budget import Budget

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Counting:
    units_per_call: int = 1
    usual_limit: int = 0  # an hour


_COUNTING: Mapping[str, _Counting] = MappingProxyType(
    {
        "procore": _Counting(usual_limit=3600),
        "microsoft": _Counting(units_per_call=2),  # what Microsoft's page says to plan with
    }
)
"""How remotes count, where it matters; the fact sheets, sections 3 and 7, have the sources."""


class StoredLedger:
    """A `ports.budget.Ledger` over the store; each question is one transaction in a thread."""

    async def lease(self, account: str, ask: Ask, now: datetime) -> Slice:
        """Take in a worker's word, and lease it calls."""
        return await asyncio.to_thread(budgets.lease, account, ask, now)

    async def tell(self, account: str, worker: str, word: Word, now: datetime) -> None:
        """Take in a worker's word; what is left of its slice is given back."""
        await asyncio.to_thread(budgets.tell, account, worker, word, now)

    async def standing(self, account: str, now: datetime) -> Standing | None:
        """Say where an account stands."""
        return await asyncio.to_thread(budgets.standing, account, now)


@dataclass(slots=True)
class Budgets:
    """The budgets of all accounts in one process; one object for each event loop.

    Args:
        clock: the time.
        ledger: where all workers lease from.
        worker: names this process there.
    """

    clock: Clock
    ledger: Ledger = field(default_factory=StoredLedger)
    worker: str = field(default_factory=lambda: secrets.token_hex(6))
    _open: dict[str, Budget] = field(default_factory=dict)

    def of(self, system: str, account: str) -> Budget:
        """Give the budget of an account, by the text that is equal for all who share it."""
        if account not in self._open:
            counting = _COUNTING.get(system, _Counting())
            self._open[account] = Budget(
                self.clock,
                self.ledger,
                account,
                worker=self.worker,
                units_per_call=counting.units_per_call,
                usual_limit=counting.usual_limit,
            )
        return self._open[account]

    def closed(self, account: str, until: datetime) -> None:
        """Take note of what another process was told; see `transport.budget.Budget.closed`."""
        if account in self._open:
            self._open[account].closed(until)

    async def close(self) -> None:
        """Give back what was leased and not used; what cannot be given back ends by itself."""
        for budget in self._open.values():
            try:
                await budget.close()
            except Exception as error:  # noqa: BLE001  the others are to be closed all the same
                _log.warning("calls that are left over could not be given back: %s", error)
