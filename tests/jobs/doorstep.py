"""Both practice services, a link between them, our portal before it, and what tends its hooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sync.over_http.stage import Scene, Stage, staged

from turnbuckle.jobs.hook_upkeep import Done, HookUpkeep
from turnbuckle.model.side import Side
from turnbuckle.portal.application import Portal
from turnbuckle.portal.gathering import Gathering
from turnbuckle.portal.listening import listening
from turnbuckle.practice.microsoft.subscriptions import Subscription
from turnbuckle.practice.procore.hooks import Hook
from turnbuckle.store import models
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.public_address import PublicAddress, public_address
from turnbuckle.wiring.remotes import Shared, shared


@dataclass
class Doorstep:
    """What a test touches."""

    stage: Stage
    parts: Shared
    address: PublicAddress | None = None
    upkeep: HookUpkeep = field(init=False)

    def __post_init__(self) -> None:
        self.restart(self.address)

    def restart(self, address: PublicAddress | None, *, practice: bool = True) -> None:
        """Tend hooks as a process does that starts afresh, perhaps at another address."""
        self.address = address
        self.upkeep = HookUpkeep(
            parts=self.parts, address=address, ring=lambda: None, practice=practice
        )

    async def tend(self, *, after_seconds: float = 0.0) -> dict[Done, int]:
        """Tend what is due some time later; give how many hooks came out how."""
        self.stage.clock.advance(after_seconds)
        return dict(await self.upkeep.once())

    async def told(self) -> set[tuple[int, Side]]:
        """Let both services post what happened; give links, each with the side that changed."""
        await self.nudged()
        for service in (self.stage.procore.hooks, self.stage.microsoft.subscriptions):
            await service.settle()
        self.stage.clock.advance(60)
        for service in (self.stage.procore.hooks, self.stage.microsoft.subscriptions):
            await service.settle()
        return await self.nudged()

    async def nudged(self) -> set[tuple[int, Side]]:
        """Links, each with a side on which something is said to have changed, and forget it."""
        return await asyncio.to_thread(_taken)

    @property
    def left(self) -> list[Hook]:
        """The hooks that Procore keeps."""
        return list(self.stage.procore.hooks.all.values())

    @property
    def right(self) -> list[Subscription]:
        """The subscriptions that Microsoft keeps."""
        return self.stage.microsoft.subscriptions.living

    @property
    def addresses(self) -> list[str]:
        """Where both post, in order."""
        return sorted(
            [each.address for each in self.left] + [each.notification_url for each in self.right]
        )


def _taken() -> set[tuple[int, Side]]:
    told = {
        (link, side)
        for side in Side
        for link in models.Timing.objects.filter(
            **{f"told_{side.value}_at__isnull": False}
        ).values_list("link_id", flat=True)
    }
    models.Timing.objects.update(told_left_at=None, told_right_at=None)
    return told


def open_to_us(scene: Scene) -> Scene:
    """The same services, but they post to this machine."""
    return replace(
        scene,
        procore=replace(scene.procore, loopback_hooks=True),
        microsoft=replace(scene.microsoft, loopback_hooks=True),
    )


@asynccontextmanager
async def waiting(folder: Path, scene: Scene | None = None) -> AsyncIterator[Doorstep]:
    """Start everything; nothing is tended yet."""
    async with (
        staged(folder, open_to_us(scene or Scene())) as stage,
        shared(stage.clock, Meter()) as parts,
    ):
        doorstep = Doorstep(stage, parts)
        async with (
            Gathering(stage.clock, lambda: None) as gathering,
            listening(Portal(gathering), host="127.0.0.1", port=0) as address,
        ):
            doorstep.restart(public_address(address, {}))
            yield doorstep
