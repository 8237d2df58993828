"""Several processes call Procore with one stored sign-in: `python ... NAME COUNT`.

They are forked when everything is imported, so that all of them begin in the same moment. The
statuses are printed as JSON.
"""

import asyncio
import json
import os
import sys


async def _call(name: str) -> str:
    from turnbuckle.ports.clock import SystemClock
    from turnbuckle.ports.errors import RemoteError
    from turnbuckle.store import organisations
    from turnbuckle.transport.meter import Meter
    from turnbuckle.wiring import procore
    from turnbuckle.wiring.registry import account_of
    from turnbuckle.wiring.remotes import shared

    account = await asyncio.to_thread(lambda: account_of(organisations.of().connections.get(name)))
    company = account.settings["company_id"]
    async with shared(SystemClock(), Meter()) as parts:
        wire = procore.bare_wire(account, parts, company)
        try:
            return str((await wire.call("GET", "/rest/v1.0/me", label="me")).status)
        except RemoteError as error:
            return repr(error)


def main() -> None:
    """Let them call, and print what each of them got."""
    name, count = sys.argv[1], int(sys.argv[2])
    import django

    django.setup()
    import turnbuckle.wiring.registry  # noqa: F401  children find it imported

    children = []
    start_reading, start_writing = os.pipe()
    for _ in range(count):
        reading, writing = os.pipe()
        if os.fork() == 0:
            try:
                os.close(start_writing)
                os.read(start_reading, 1)  # until all are there
                os.write(writing, asyncio.run(_call(name)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        children.append(reading)
    os.close(start_writing)
    told = []
    for reading in children:
        with open(reading) as said:
            told.append(said.read())
        os.wait()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
