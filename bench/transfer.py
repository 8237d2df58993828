"""How fast one large file crosses, each way, beside a bare curl pipe between the same services.

    PYTHONPATH=tests python bench/transfer.py [BYTES]

Prints seconds, speed, the most memory that the syncing process had, and the ratio to curl; as JSON
with `--json`. Both practice services run in this process, so curl and the sync meet the same ones.
"""

import argparse
import asyncio
import json
import random
import shlex
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp
from figures.installation import Installation

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.world import CHANNEL, PracticeWorld, WorldSettings

GIB = 1 << 30
MIB = 1 << 20
FRAGMENT_BYTES = 60 * MIB  # the most that an upload session takes at once


@dataclass(frozen=True, slots=True)
class Figure:
    """One way across."""

    way: str
    size_bytes: int
    seconds: float  # of the whole process, its start included
    curl_seconds: float
    peak_bytes: int  # the most memory of the syncing process

    def line(self) -> str:
        """Say it."""
        speed, bare = (self.size_bytes / MIB / each for each in (self.seconds, self.curl_seconds))
        return (
            f"{self.way}: {self.size_bytes / GIB:.2f} GiB in {self.seconds:.1f} s, {speed:.0f}"
            f" MiB/s, {self.peak_bytes / MIB:.0f} MiB of memory at most; curl {bare:.0f} MiB/s"
            f" ({self.curl_seconds:.1f} s), ratio {self.curl_seconds / self.seconds:.2f}"
        )


async def measure(folder: Path, size: int) -> list[Figure]:
    """Let a file of that size cross each way."""
    settings = WorldSettings(documents="empty", folder=folder / "practice", limits="off")
    async with PracticeWorld(settings) as world:
        ours = Installation(folder / "ours")
        await ours.link(world.startup)
        await ours.run()
        return [
            await _figure(world, ours, "Procore to Teams", size),
            await _figure(world, ours, "Teams to Procore", size),
        ]


async def _figure(world: PracticeWorld, ours: Installation, way: str, size: int) -> Figure:
    from_procore = way.startswith("Procore")
    blob = await asyncio.to_thread(_large_blob, world, size)
    documents = world.procore.documents(world.project_id)
    channel = world.microsoft.channel(CHANNEL)
    if from_procore:
        item = str(documents.add_file(documents.root_id, "scan-p.bin", blob, PERSONS[0]))
    else:
        item = await asyncio.to_thread(
            channel.drive.add_file, channel.folder, "scan-m.bin", blob, PERSONS[0]
        )
    script = await (_pipe_right if from_procore else _pipe_left)(world, item, size)
    curl = await _timed(script, folder=ours.temporary)
    begun = time.monotonic()
    ended = await ours.run()
    seconds = time.monotonic() - begun
    _check(world, way, blob)
    return Figure(way, size, seconds, curl, ended.peak_bytes)


def _large_blob(world: PracticeWorld, size: int) -> Blob:
    piece = random.Random(size).randbytes(8 * MIB)
    with world.blobs.begin() as writer:
        left = size
        while left > 0:
            writer.write(piece[: min(left, len(piece))])
            left -= len(piece)
        return writer.finish()


def _check(world: PracticeWorld, way: str, blob: Blob) -> None:
    name = "scan-p.bin" if way.startswith("Procore") else "scan-m.bin"
    rows = [
        *world.procore.documents(world.project_id).walk(),
        *world.microsoft.channel(CHANNEL).drive.walk(),
    ]
    held = [row[5] for row in rows if row[2] == name]
    if held != [blob.sha256] * 2:
        raise SystemExit(f"{name} did not cross as it was")


async def _timed(script: str, folder: Path) -> float:
    path = folder / "pipe.sh"
    path.write_text(f"set -eu -o pipefail\n{script}\n")
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec("bash", str(path))
    if await process.wait():
        raise SystemExit("the curl pipe failed")
    seconds = time.monotonic() - begun
    path.unlink()
    return seconds


async def _pipe_right(world: PracticeWorld, item: str, size: int) -> str:
    """Ranges of the file from Procore's storage into the fragments of an upload session."""
    procore, microsoft = world.startup["procore"], world.startup["microsoft"]
    async with aiohttp.ClientSession() as session:
        headers = await _bearer(session, procore["address"], world)
        headers["Procore-Company-Id"] = str(procore["company_id"])
        address = f"{procore['address']}/rest/v1.0/files/{item}?project_id={procore['project_id']}"
        async with session.get(address, headers=headers) as reply:
            url = (await reply.json())["file_versions"][0]["url"]
        source = await _location(session, url, headers)
        headers = await _bearer(session, microsoft["address"], world)
        target = (
            f"{microsoft['address']}/v1.0/drives/{quote(microsoft['drive_id'], safe='!')}"
            "/root:/curl.bin:/createUploadSession"
        )
        async with session.post(target, headers=headers, json={}) as reply:
            upload = (await reply.json())["uploadUrl"]
    return "\n".join(
        f"curl -sf -r {start}-{end} {shlex.quote(source)} | curl -sf -o /dev/null -T - "
        f"-H 'Transfer-Encoding:' -H 'Expect:' -H 'Content-Length: {end - start + 1}' "
        f"-H 'Content-Range: bytes {start}-{end}/{size}' {shlex.quote(upload)}"
        for start, end in _spans(size)
    )


def _spans(size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, size, FRAGMENT_BYTES):
        yield start, min(start + FRAGMENT_BYTES, size) - 1


async def _pipe_left(world: PracticeWorld, item: str, size: int) -> str:
    """The file from Microsoft's storage into one form for Procore's storage."""
    procore, microsoft = world.startup["procore"], world.startup["microsoft"]
    async with aiohttp.ClientSession() as session:
        headers = await _bearer(session, microsoft["address"], world)
        drive = quote(microsoft["drive_id"], safe="!")
        content = f"{microsoft['address']}/v1.0/drives/{drive}/items/{item}/content"
        source = await _location(session, content, headers)
        headers = await _bearer(session, procore["address"], world)
        headers["Procore-Company-Id"] = str(procore["company_id"])
        async with session.post(
            f"{procore['address']}/rest/v1.1/projects/{procore['project_id']}/uploads",
            headers=headers,
            json={
                "response_filename": "curl.bin",
                "response_content_type": "application/octet-stream",
                "size": size,
            },
        ) as reply:
            promised = await reply.json()
    head = "".join(
        f'--curl\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in promised["fields"].items()
    )
    head += (
        '--curl\r\nContent-Disposition: form-data; name="file"; filename="curl.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    tail = "\r\n--curl--\r\n"
    length = len(head.encode()) + size + len(tail)
    return (
        f"(printf %s {shlex.quote(head)}; curl -sf {shlex.quote(source)}; "
        f"printf %s {shlex.quote(tail)}) | curl -sf -o /dev/null -X POST -T - "
        f"-H 'Transfer-Encoding:' -H 'Expect:' -H 'Content-Length: {length}' "
        f"-H 'Content-Type: multipart/form-data; boundary=curl' {shlex.quote(promised['url'])}"
    )


async def _bearer(
    session: aiohttp.ClientSession, address: str, world: PracticeWorld
) -> dict[str, str]:
    async with session.post(
        f"{address}/practice/token",
        headers={"X-Practice-Token": world.people_token},
        json={"as": "ana"},
    ) as reply:
        return {"Authorization": f"Bearer {(await reply.json())['access_token']}"}


async def _location(session: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> str:
    async with session.get(url, headers=headers, allow_redirects=False) as reply:
        return reply.headers["Location"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("size", nargs="?", type=int, default=2 * GIB, metavar="BYTES")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="turnbuckle-bench-") as folder:
        figures = asyncio.run(measure(Path(folder), asked.size))
    if asked.json:
        print(json.dumps([asdict(figure) for figure in figures]))
    else:
        print("\n".join(figure.line() for figure in figures))


if __name__ == "__main__":
    main()
