"""What a person does to a link: decide about what is held, switch a tool off and on."""

import asyncio
import dataclasses

from scenarios.acting import World

from turnbuckle.store import holds


async def switch(world: World, tool: str, *, enabled: bool) -> None:
    """Switch a tool of the link off or on."""
    ends = world.ends
    link = await asyncio.to_thread(
        lambda: ends.scope.links.switch(ends.link, tool, enabled=enabled)
    )
    world.ends = dataclasses.replace(ends, link=link)


async def decide(world: World, *, approve: bool) -> None:
    """Approve or reject everything that the link holds."""
    link, now = world.ends.link, world.clock.now()
    carry_out = holds.approve if approve else holds.reject
    await asyncio.to_thread(lambda: carry_out(link, None, by="the tests", now=now))
