"""What a person does to a link: decide about what is held, switch a tool off and on."""

import asyncio
import dataclasses

from scenarios.acting import NotHere, World


async def switch(world: World, tool: str, *, enabled: bool) -> None:
    """Switch a tool of the link off or on."""
    ends = world.ends
    link = await asyncio.to_thread(
        lambda: ends.scope.links.switch(ends.link, tool, enabled=enabled)
    )
    world.ends = dataclasses.replace(ends, link=link)


async def decide(world: World, *, approve: bool) -> None:
    """Approve or reject everything that the link holds."""
    raise NotHere("the engine has no holds yet")
