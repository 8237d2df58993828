"""Tend our hooks: make those that are missing, renew and repair the others, take away the rest.

Every hook is looked at once a day, and whenever something asks for it. Its row says what ought to
be there, its remote what is: whatever differs is put right, whichever process broke off where.
Only hooks that lead to an address of ours are ever touched.

Trouble with one hook stays with it. Its links are polled all the same, so nothing waits for it.
Where its account has no calls for a while, it is tended when there are some: the other hooks, of
whomever they are, must not wait for that.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import Error

from turnbuckle.jobs.pruning import Pruning
from turnbuckle.ports.announcing import Announcer, Hook
from turnbuckle.ports.budget import NoCallsLeft, Purpose, driving
from turnbuckle.ports.errors import AccessDenied, Blocked, Gone, RemoteError
from turnbuckle.store import deliveries, hooks
from turnbuckle.store.hooks import Claimed, State
from turnbuckle.store.timings import PRACTICE
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.store.vault import VaultError
from turnbuckle.wiring.public_address import PublicAddress, hook_of
from turnbuckle.wiring.registry import ANNOUNCERS, account_of
from turnbuckle.wiring.remotes import Shared

MOST_AT_ONCE = 50  # hooks of one look; the next look takes the next ones
_DAY = timedelta(days=1)
_RENEWED_BEFORE = timedelta(days=14)  # its end; about half of the life that Microsoft grants
# A subscription stays authorized as long as the access token does with which it was renewed. Asked
# to do so once more at once, we wait until a new token is in use: that comes just before its end.
_RENEWED_AGAIN = timedelta(minutes=13)
_NEVER = datetime(2020, 1, 1, tzinfo=UTC)
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_PRUNED_EVERY = timedelta(hours=1)
_MOST_FAREWELLS = 24  # tries to take away what nobody wants any more

_log = logging.getLogger(__name__)


class Done(StrEnum):
    """What became of a hook."""

    MADE = "made"
    RENEWED = "renewed"
    WELL = "well"
    REMOVED = "removed"
    LEFT_ALONE = "left alone"
    PUT_OFF = "put off"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class HookUpkeep:
    """Tends the hooks of all organisations; belongs to one event loop.

    Attributes:
        parts: what the wires of the loop share.
        address: where remotes can reach us; None: nowhere, and no hook is wanted.
        ring: wakes the schedule, since links are nudged when their hook is new.
        practice: whether practice services are asked for hooks; else theirs are left alone.
    """

    parts: Shared
    address: PublicAddress | None
    ring: Callable[[], None]
    practice: bool
    _pruned_at: datetime = field(default=_NEVER, init=False)
    _pruning: Pruning = field(default_factory=Pruning, init=False)
    _renewed_at: dict[int, datetime] = field(default_factory=dict, init=False)

    async def once(self) -> Counter[Done]:
        """Tend what is due; tells how many hooks came out how."""
        by_connection = defaultdict(list)
        for claimed in await asyncio.to_thread(self._due):
            by_connection[claimed.connection.id].append(claimed)
        done = await asyncio.gather(*(self._one_by_one(some) for some in by_connection.values()))
        return Counter(each for some in done for each in some)

    def _due(self) -> list[Claimed]:
        now = self._now()
        base = "" if self.address is None else self.address.base
        if self.address is not None:
            kinds = tuple(kind for kind in self.address.kinds if self._may_ask(kind))
            hooks.sow(now, systems=tuple(ANNOUNCERS), kinds=kinds)
        hooks.reap(now, base=base)
        if now - self._pruned_at >= _PRUNED_EVERY:
            deliveries.prune(now)
            self._pruned_at = now
        self._pruning.go_on(now)
        return hooks.claim(now, MOST_AT_ONCE, base=base)

    async def _one_by_one(self, some: Sequence[Claimed]) -> list[Done]:
        return [await self._tend(claimed) for claimed in some]

    async def _tend(self, claimed: Claimed) -> Done:
        if not self._may_ask(claimed.connection.kind):
            await self._noted(lambda now: hooks.put_off(claimed, now + _LONGEST_WAIT))
            return Done.LEFT_ALONE
        try:
            announcer = await asyncio.to_thread(self._open, claimed)
            with driving("", Purpose.ORDINARY, is_patient=False):
                if self._is_wanted(claimed):
                    return await self._keep(claimed, announcer)
                return await self._say_farewell(claimed, announcer)
        except (Error, StoreUnusable):
            raise
        except NoCallsLeft as error:
            until = error.until
            await self._noted(lambda _: hooks.put_off(claimed, until))
            return Done.PUT_OFF
        except (RemoteError, VaultError) as error:
            await self._note(claimed, error)
        except Exception as error:  # noqa: BLE001  one hook's trouble ends no service
            _log.exception("%s: its hook failed in a way that was not foreseen", _shown(claimed))
            await self._note(claimed, error)
        return Done.FAILED

    def _open(self, claimed: Claimed) -> Announcer:
        connection = claimed.connection
        return ANNOUNCERS[connection.system](account_of(connection), claimed.hook.feed, self.parts)

    def _may_ask(self, kind: str) -> bool:
        return self.practice or kind != PRACTICE

    def _is_wanted(self, claimed: Claimed) -> bool:
        reachable = self.address is not None and claimed.connection.kind in self.address.kinds
        return reachable and bool(claimed.key)

    # -- a hook that is wanted ---------------------------------------------------------------------

    async def _keep(self, claimed: Claimed, announcer: Announcer) -> Done:
        wanted = self._address(claimed)
        if claimed.hook.asked == "renew" and claimed.hook.remote_id:
            again_at = self._renewed_at.get(claimed.hook.id, _NEVER) + _RENEWED_AGAIN
            if self._now() < again_at:
                await self._noted(lambda _: hooks.put_off(claimed, again_at))
                return Done.WELL
            known = Hook(id=claimed.hook.remote_id, address=wanted, expires=None)
            if await self._renewed(claimed, announcer, known):
                return Done.RENEWED
        good = await self._sorted_out(claimed, announcer, wanted)
        if good is None:
            return await self._make(claimed, announcer, wanted)
        if good.expires is None or good.expires - self._now() > _RENEWED_BEFORE:
            await self._well(claimed, good)
            return Done.WELL
        if await self._renewed(claimed, announcer, good):
            return Done.RENEWED
        return await self._make(claimed, announcer, wanted)

    async def _sorted_out(self, claimed: Claimed, announcer: Announcer, wanted: str) -> Hook | None:
        """Take away what is ours and no good; give the one that is."""
        good = None
        for hook in await self._ours(claimed, announcer):
            fits = hook.id == claimed.hook.remote_id and hook.address == wanted and hook.hears
            if fits and claimed.hook.asked != "anew":
                good = hook
            else:
                await announcer.remove(hook.id)
        return good

    async def _ours(self, claimed: Claimed, announcer: Announcer) -> list[Hook]:
        """Give this row's hooks at the remote, and those that no row knows of."""
        system, found = claimed.connection.system, [hook async for hook in announcer.hooks()]
        numbers = {hook.id: hook_of(hook.address, system, claimed.keys) for hook in found}
        others = {number for number in numbers.values() if number is not None}
        others -= {claimed.hook.id}
        known = await asyncio.to_thread(hooks.known, others) if others else set()
        return [
            hook
            for hook in found
            if hook.id == claimed.hook.remote_id
            or ((number := numbers[hook.id]) is not None and number not in known)
        ]

    async def _make(self, claimed: Claimed, announcer: Announcer, wanted: str) -> Done:
        secret = await asyncio.to_thread(hooks.begin, claimed)
        made = await announcer.make(wanted, secret)
        await self._noted(
            lambda now: hooks.made(
                claimed, made.id, expires=made.expires, now=now, next_at=self._next(claimed, made)
            )
        )
        # Nobody told of what happened before.
        await self._noted(lambda now: deliveries.nudge_readers([claimed.hook.id], now=now))
        self.ring()
        _log.info("%s posts word of changes from now on", _shown(claimed))
        return Done.MADE

    async def _renewed(self, claimed: Claimed, announcer: Announcer, hook: Hook) -> bool:
        try:
            renewed = await announcer.renew(hook)
        except Gone:
            return False
        if renewed.address != hook.address or not renewed.hears:
            return False
        self._renewed_at[claimed.hook.id] = self._now()
        await self._well(claimed, renewed)
        return True

    async def _well(self, claimed: Claimed, hook: Hook) -> None:
        next_at = self._next(claimed, hook)
        await self._noted(lambda _: hooks.well(claimed, expires=hook.expires, next_at=next_at))

    def _next(self, claimed: Claimed, hook: Hook) -> datetime:
        """Say when to look again: once a day, not all at once, and early enough to renew."""
        now = self._now()
        daily = now + _DAY - timedelta(minutes=claimed.hook.id % 97)
        return daily if hook.expires is None else min(daily, now + (hook.expires - now) / 2)

    # -- one that is not ---------------------------------------------------------------------------

    async def _say_farewell(self, claimed: Claimed, announcer: Announcer) -> Done:
        """Take a hook away; one that can never be taken away is forgotten all the same.

        Then its posts find nobody here, and their remote gives up by itself.
        """
        try:
            for hook in await self._ours(claimed, announcer):
                await announcer.remove(hook.id)
        except (AccessDenied, Gone) as error:
            _log.info("%s: its hook cannot be taken away: %s", _shown(claimed), error)
        except RemoteError:
            if claimed.hook.tries < _MOST_FAREWELLS:
                raise
        await self._noted(lambda _: hooks.forget(claimed))
        return Done.REMOVED

    # -- trouble -----------------------------------------------------------------------------------

    async def _note(self, claimed: Claimed, error: Exception) -> None:
        state = State.REFUSED if isinstance(error, AccessDenied) else State.BROKEN
        if state is State.REFUSED:
            wait = _DAY
        elif isinstance(error, Blocked | VaultError):
            wait = _LONGEST_WAIT
        else:
            wait = min(_FIRST_WAIT * 2 ** min(claimed.hook.tries, 10), _LONGEST_WAIT)
        if (claimed.hook.state, claimed.hook.trouble) != (state, str(error)):
            _log.warning("%s is found by polling alone: %s", _shown(claimed), error)
        await self._noted(lambda now: hooks.failed(claimed, state, str(error), next_at=now + wait))

    # -- parts -------------------------------------------------------------------------------------

    def _address(self, claimed: Claimed) -> str:
        assert self.address is not None
        return self.address.of_hook(claimed.connection.system, claimed.key, claimed.hook.id)

    def _now(self) -> datetime:
        return self.parts.clock.now()

    async def _noted(self, work: Callable[[datetime], object]) -> None:
        await asyncio.to_thread(work, self._now())


def _shown(claimed: Claimed) -> str:
    return f"{claimed.connection.name}, {claimed.hook.feed}"
