"""A worker of a test: so many calls to practice Procore, as fast as the shared budget lets them.

Its arguments are one JSON object; it prints another one: the statuses, and how often it asked the
ledger.
"""

import asyncio
import json
import sys
from collections import Counter
from datetime import datetime
from typing import Any

import django


async def hammer(task: dict[str, Any]) -> dict[str, Any]:
    """Make the calls; give what came of them."""
    from turnbuckle.ports.budget import Ask, Slice
    from turnbuckle.ports.clock import SystemClock
    from turnbuckle.transport.meter import Meter
    from turnbuckle.wiring import procore
    from turnbuckle.wiring.budgets import Budgets, StoredLedger
    from turnbuckle.wiring.closings import closings_heard
    from turnbuckle.wiring.remotes import Account, shared

    questions = 0

    class Counted(StoredLedger):
        async def lease(self, account: str, ask: Ask, now: datetime) -> Slice:
            nonlocal questions
            questions += 1
            return await super().lease(account, ask, now)

    clock = SystemClock()
    budgets = Budgets(clock, Counted())
    account = Account(
        system="procore", settings=task["settings"], client_secret=task["client_secret"]
    )
    statuses: Counter[int] = Counter()
    left = task["calls"]
    async with shared(clock, Meter(), budgets) as parts, closings_heard(budgets):
        wire = procore.bare_wire(account, parts, task["settings"]["company_id"])

        async def work() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                reply = await wire.call("GET", "/rest/v1.0/me", label="me", expect=range(200, 600))
                statuses[reply.status] += 1
                print(".", file=sys.stderr, end="", flush=True)
                await asyncio.sleep(task.get("pause_seconds", 0))

        await asyncio.gather(*(work() for _ in range(task["at_once"])))
    await budgets.close()
    return {"statuses": dict(statuses), "questions": questions}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(asyncio.run(hammer(json.loads(sys.argv[1])))))
