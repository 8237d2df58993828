"""Everything that the doctor looks at, each with a time limit, several at once.

First what all else stands on. While the database cannot be read nothing is known of accounts and
links, and only that is told. Whatever goes wrong in an examination becomes a finding of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import DatabaseError

from turnbuckle.actions.doctor import database, disk, key, links, remotes, webhooks
from turnbuckle.actions.doctor.finding import Finding, Grounds, Verdict, trouble
from turnbuckle.ports.clock import Clock, SystemClock
from turnbuckle.store import organisations
from turnbuckle.store.agreed_clock import agree, agreed_clock
from turnbuckle.store.unusable import StoreUnusable
from turnbuckle.transport.redaction import redact


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing to look at, and how long that may take."""

    area: str
    examine: Callable[[Grounds], Awaitable[list[Finding]]]
    limit_seconds: float


FIRST = (
    Examination(database.AREA, database.examine, 70),
    Examination(disk.AREA, disk.examine, 10),
    Examination(key.AREA, key.of_file, 10),
)
"""What can be looked at without a database that works."""

THEN = (
    Examination(key.AREA, key.of_connections, 30),
    Examination("remotes", remotes.examine, 180),
    Examination(webhooks.AREA, webhooks.examine, 30),
    Examination(links.AREA, links.examine, 60),
)
"""What is written in the database, and what follows from it."""


def examine(
    data: Path, environment: Mapping[str, str], clock: Clock | None = None
) -> list[Finding]:
    """Look at everything; nothing is changed, but calls are counted and a token that
    has to be is renewed.

    Args:
        data: the data folder.
        environment: of this process.
        clock: the time; None: what all processes of this database go by.
    """
    grounds = Grounds(data=data, environment=environment, clock=clock or SystemClock())
    return asyncio.run(_all(grounds, clock))


async def _all(grounds: Grounds, clock: Clock | None) -> list[Finding]:
    found = await together(FIRST, grounds)
    if any(each.area == database.AREA and each.verdict is Verdict.TROUBLE for each in found):
        return found
    scopes = tuple(await asyncio.to_thread(organisations.every))
    if clock is None:
        with suppress(DatabaseError, StoreUnusable):  # it went away just now; others tell of that
            await asyncio.to_thread(agree)
    more = await together(THEN, replace(grounds, clock=clock or agreed_clock(), scopes=scopes))
    return sorted([*found, *more], key=_place([*found, *more]))


async def together(examinations: Iterable[Examination], grounds: Grounds) -> list[Finding]:
    """Look at several things at once; what fails or takes too long is told as such."""
    told = await asyncio.gather(*(_one(each, grounds) for each in examinations))
    return [finding for findings in told for finding in findings]


async def _one(examination: Examination, grounds: Grounds) -> list[Finding]:
    try:
        async with asyncio.timeout(examination.limit_seconds):
            return await examination.examine(grounds)
    except TimeoutError:
        said = f"not all of it could be looked at within {examination.limit_seconds:.0f} s"
        return [trouble(examination.area, said, "ask again when less is going on")]
    except Exception as error:  # noqa: BLE001  what the others found has to be told all the same
        said = redact(" ".join(f"{type(error).__name__}: {error}".split()))
        return [trouble(examination.area, f"it could not be looked at: {said}")]


def _place(findings: list[Finding]) -> Callable[[Finding], int]:
    """Keep findings of one area together, in the order in which areas first come."""
    areas = list(dict.fromkeys(each.area for each in findings))
    return lambda finding: areas.index(finding.area)
