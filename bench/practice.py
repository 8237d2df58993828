"""How fast practice mode lists 50,000 documents, beside a server that only sends the same bytes.

    PYTHONPATH=tests python bench/practice.py [DOCUMENTS]

Prints rows, pages, seconds, rows a second and the most memory that practice mode had, as one
process that a stranger would start; as JSON with `--json`. The other server has every page ready
in memory, so the ratio is what finding and writing the rows costs beside carrying them.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web
from figures.strangers import Stranger, practice, quick_place

A_FOLDER = 49  # files; with itself, 50 items
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One listing from its first page to its last."""

    what: str
    rows: int
    pages: int
    carried_bytes: int
    seconds: float
    bare_seconds: float  # of the same bytes from a server that has them ready
    peak_bytes: int  # the most memory of practice mode so far

    def line(self) -> str:
        """Say it."""
        return (
            f"{self.what}: {self.rows:,} rows in {self.pages} pages, {self.seconds:.1f} s,"
            f" {self.rows / self.seconds:,.0f} rows/s, {self.carried_bytes / 1e6:.0f} MB;"
            f" ready pages {self.rows / self.bare_seconds:,.0f} rows/s,"
            f" ratio {self.bare_seconds / self.seconds:.2f};"
            f" {self.peak_bytes / 1e6:.0f} MB of memory at most"
        )


class _Row(msgspec.Struct):
    id: int | str


class _Told(msgspec.Struct):
    value: list[_Row]


@dataclass(slots=True)
class _Listing:
    seconds: float
    bodies: list[bytes]
    ids: set[int | str]
    rows: int


async def measure(folder: Path, count: int) -> list[Figure]:
    """List so many documents of Procore, then as many items of a Teams library."""
    documents = folder / "documents"
    await asyncio.to_thread(furnish, documents, count)
    async with practice(folder, "--documents", str(documents), "--no-limits") as stranger:
        headers = await stranger.sign_in("procore")
        query = f"view=extended&per_page={PAGE}"
        first = await _figure(stranger, "the flat index", f"{stranger.documents}?{query}", headers)
        sorted_by = f"{query}&filters%5Bis_in_recycle_bin%5D=false&sort=document_type_then_name"
        second = await _figure(
            stranger, "the same in order of names", f"{stranger.documents}?{sorted_by}", headers
        )
        headers = await stranger.sign_in("microsoft")
        await fill_library(stranger, headers, count)
        delta = f"{stranger.drive}/root/delta?$top={PAGE}"
        third = await _figure(stranger, "delta of a library", delta, headers)
        return [first, second, third]


def furnish(folder: Path, count: int) -> None:
    """Make so many small files, some dozens in a folder, folders three deep."""
    for number in range(count):
        block, sheet = divmod(number, A_FOLDER)
        inside = folder / f"Area {block // 20:03}" / f"Level {block:04}"
        if sheet == 0:
            inside.mkdir(parents=True)
        (inside / f"A-{block:04}-{sheet:02} Grundriss.txt").write_text(f"{block} {sheet}")


async def fill_library(stranger: Stranger, headers: Mapping[str, str], count: int) -> None:
    """Upload one folder of files, and copy it as often as it takes."""
    session, root = stranger.session, f"{stranger.drive}/root"
    for sheet in range(A_FOLDER):
        address = f"{root}:/Level 0/A-{sheet:02} Grundriss.txt:/content"
        if sheet == 0:
            body = {"name": "Level 0", "folder": {}}
            async with session.post(f"{root}/children", json=body, headers=headers) as reply:
                block = (await reply.json())["id"]
        async with session.put(address, data=b"%d" % sheet, headers=headers) as reply:
            assert reply.status == 201, await reply.text()
    for number in range(1, count // A_FOLDER):
        address = f"{stranger.drive}/items/{block}/copy"
        body = {"name": f"Level {number}"}
        async with session.post(address, json=body, headers=headers) as reply:
            assert reply.status == 202, await reply.text()


async def _figure(
    stranger: Stranger, what: str, address: str, headers: Mapping[str, str]
) -> Figure:
    listing = await _listed(stranger, address, headers)
    if len(listing.ids) != listing.rows:
        raise SystemExit(f"{what}: a row came twice")
    return Figure(
        what=what,
        rows=listing.rows,
        pages=len(listing.bodies),
        carried_bytes=sum(map(len, listing.bodies)),
        seconds=listing.seconds,
        bare_seconds=await _bare(listing.bodies),
        peak_bytes=stranger.memory(),
    )


async def _listed(stranger: Stranger, address: str, headers: Mapping[str, str]) -> _Listing:
    begun = time.monotonic()
    bodies = [body async for body, _ in stranger.pages(address, headers)]
    seconds = time.monotonic() - begun
    ids = [row.id for body in bodies for row in _rows(body)]
    return _Listing(seconds, bodies, set(ids), len(ids))


def _rows(body: bytes) -> list[_Row]:
    if body.startswith(b"{"):
        return msgspec.json.decode(body, type=_Told).value
    return msgspec.json.decode(body, type=list[_Row])


async def _bare(bodies: list[bytes]) -> float:
    """Fetch the same bytes from a process that has them ready."""
    with tempfile.TemporaryDirectory(prefix="turnbuckle-pages-", dir=quick_place()) as folder:
        for number, body in enumerate(bodies):
            (Path(folder) / str(number)).write_bytes(body)
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--serve", folder, stdout=PIPE
        )
        try:
            assert process.stdout is not None
            address = (await process.stdout.readline()).decode().strip()
            async with aiohttp.ClientSession() as session:
                begun = time.monotonic()
                for number in range(len(bodies)):
                    async with session.get(f"{address}/{number}") as reply:
                        await reply.read()
                return time.monotonic() - begun
        finally:
            process.terminate()
            await process.wait()


async def _serve(folder: Path) -> None:
    """Send ready pages until somebody ends this process."""
    pages = {path.name: path.read_bytes() for path in folder.iterdir()}

    async def send(request: web.Request) -> web.Response:
        body = pages[request.match_info["page"]]
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/{page}", send)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def _rows_of(figures: Iterator[Figure], *, as_json: bool) -> str:
    if as_json:
        return json.dumps([asdict(figure) for figure in figures])
    return "\n".join(figure.line() for figure in figures)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("count", nargs="?", type=int, default=50_000, metavar="DOCUMENTS")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(asked.serve))
        return
    with tempfile.TemporaryDirectory(prefix="turnbuckle-bench-", dir=quick_place()) as folder:
        figures = asyncio.run(measure(Path(folder), asked.count))
    print(_rows_of(iter(figures), as_json=asked.json))


if __name__ == "__main__":
    main()
