"""Room on the disk that holds the data folder."""

import asyncio
import shutil
from pathlib import Path

from turnbuckle.actions.doctor.finding import Finding, Grounds, trouble, well

AREA = "disk"
_LEAST_BYTES = 500_000_000


async def examine(grounds: Grounds) -> list[Finding]:
    """Look at what is free."""
    return [await asyncio.to_thread(_room, grounds.data)]


def _room(data: Path) -> Finding:
    there = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    said = f"{free / 1e9:,.1f} GB are free for {data}"
    if free < _LEAST_BYTES:
        return trouble(AREA, said, "make room; without it nothing can be noted, and runs stop")
    return well(AREA, said)
