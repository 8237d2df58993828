"""A practice Procore with one project, and our connector on it, over real sockets."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from turnbuckle.connectors.procore.connector import open_wire
from turnbuckle.connectors.procore.items import file_id, folder_id, number_of
from turnbuckle.connectors.procore.photo_items import album_id, part_of, photo_id, top_id
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.sign_in import App, AppTokens, SignInHost
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.model.items import Cursor, Item, ItemId
from turnbuckle.model.pages import Page
from turnbuckle.ports.connector import Connector, Content
from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.server import PracticeProcore
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreLimits, ProcoreSwitches
from turnbuckle.practice.procore.tree import DocumentTree
from turnbuckle.transport.addresses import open_session
from turnbuckle.transport.budget import Budget
from turnbuckle.transport.clouds import Cloud, practice_cloud
from turnbuckle.transport.meter import Meter
from turnbuckle.transport.tokens import Tokens
from turnbuckle.transport.wire import Wire

ANA, BEN = PERSONS[:2]
LONG_AGO = timedelta(days=30)
PEOPLE_TOKEN = "people-token-of-the-tests"


@dataclass
class World:
    """Everything that a test of the connector touches."""

    service: PracticeProcore
    blobs: Blobs
    clock: SimulatedClock
    session: aiohttp.ClientSession
    meter: Meter
    project: Project
    tokens: Tokens
    documents: Documents

    @property
    def cloud(self) -> Cloud:
        return practice_cloud("procore", self.service.address, self.service.storage_address)

    @property
    def tree(self) -> DocumentTree:
        return self.service.documents(self.project.id)

    @property
    def root(self) -> ItemId:
        return folder_id(self.tree.root_id)

    @property
    def calls(self) -> int:
        """Counted calls so far, as Procore counted them."""
        return self.service.counters.calls

    def host(self, client_id: str | None = None, secret: str | None = None) -> SignInHost:
        app = App(client_id or self.service.client_id, secret or self.service.client_secret)
        return SignInHost(self.cloud, app, self.session, self.clock, self.meter)

    def wire(self, tokens: Tokens, company: int | None) -> Wire:
        return open_wire(
            cloud=self.cloud,
            tokens=tokens,
            budget=Budget(self.clock),
            session=self.session,
            clock=self.clock,
            meter=self.meter,
            company=company,
        )

    def open(self, **options: int) -> Documents:
        """The connector as a process that starts afresh has it."""
        wire = self.wire(self.tokens, self.project.company)
        return Documents(wire, self.project, self.service.service_account.id, **options)

    def folder(self, name: str, parent: ItemId | None = None) -> ItemId:
        """A folder that Ana made a month ago."""
        at = self.clock.now() - LONG_AGO
        return folder_id(self.tree.add_folder(self._number(parent), name, ANA, at))

    async def file(self, name: str, data: bytes = b"ink", parent: ItemId | None = None) -> ItemId:
        """A file that Ana made a month ago."""
        at = self.clock.now() - LONG_AGO
        blob = await self.blobs.store(_chunks(data))
        return file_id(self.tree.add_file(self._number(parent), name, blob, ANA, at))

    async def write(self, item: ItemId, data: bytes) -> None:
        """Ben gives a file a new version now."""
        blob = await self.blobs.store(_chunks(data))
        self.tree.add_version(self.tree.nodes[number_of(item)[1]], blob, BEN)

    def delete(self, item: ItemId) -> None:
        """Ben puts an item into the bin now."""
        self.tree.delete(self.tree.nodes[number_of(item)[1]])

    def restore(self, item: ItemId, parent: ItemId | None = None) -> None:
        """Ben takes an item out of the bin now."""
        folder = self.tree.nodes[self._number(parent)]
        self.tree.place(self.tree.nodes[number_of(item)[1]], folder, None)

    @property
    def book(self) -> PhotoBook:
        return self.service.photos(self.project.id)

    @property
    def top(self) -> ItemId:
        """The folder that stands for Photos."""
        return top_id(self.project.id)

    def open_photos(self, **options: int) -> Photos:
        """The connector of Photos as a process that starts afresh has it."""
        wire = self.wire(self.tokens, self.project.company)
        return Photos(wire, self.project, self.service.service_account.id, **options)

    def open_together(self) -> Together:
        """Both tools as one feed, as a process that starts afresh has them."""
        return Together(self.open(), self.open_photos())

    def album(self, name: str) -> ItemId:
        """An album that Ana made a month ago."""
        return album_id(self.book.add_album(name, ANA, self.clock.now() - LONG_AGO))

    def photo(self, name: str, album: ItemId | None = None, data: bytes = b"light") -> ItemId:
        """A photo that Ana uploaded a month ago."""
        number = None if album is None else part_of(album)[1]
        at = self.clock.now() - LONG_AGO
        blob = self.blobs.keep(data)
        return photo_id(self.book.add_photo(name, blob, ANA, album_id=number, at=at))

    def bin(self, photo: ItemId) -> None:
        """Ben deletes a photo now."""
        self.book.delete(self.book.photos[part_of(photo)[1]])

    def put(self, photo: ItemId, album: ItemId) -> None:
        """Ben puts a photo into another album now."""
        self.book.move(self.book.photos[part_of(photo)[1]], self.book.albums[part_of(album)[1]])

    def _number(self, parent: ItemId | None) -> int:
        return self.tree.root_id if parent is None else number_of(parent)[1]


@asynccontextmanager
async def opened(
    folder: Path, limits: ProcoreLimits = NO_LIMITS, **switches: object
) -> AsyncIterator[World]:
    """Start a practice Procore with names taken as they are, and other switches as asked."""
    clock = SimulatedClock(datetime(2026, 5, 14, 8, tzinfo=UTC))
    strict = {"lists_need_company_header": True}  # other people's clients leave it out, not ours
    chosen = {"case_blind": False, "clean_names": False, **strict, **switches}
    blobs = Blobs(folder / "blobs")
    service = PracticeProcore(
        blobs=blobs,
        clock=clock,
        limits=limits,
        switches=ProcoreSwitches(**chosen),  # type: ignore[arg-type]
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    project = Project(service.company_id, service.add_project("Harbour Tower"))
    session = open_session()
    try:
        cloud = practice_cloud("procore", service.address, service.storage_address)
        meter = Meter()
        app = App(service.client_id, service.client_secret)
        tokens = AppTokens(SignInHost(cloud, app, session, clock, meter))
        wire = open_wire(
            cloud=cloud,
            tokens=tokens,
            budget=Budget(clock),
            session=session,
            clock=clock,
            meter=meter,
            company=project.company,
        )
        documents = Documents(wire, project, service.service_account.id)
        clock.advance(3600)  # the project is older than any overlap
        yield World(service, blobs, clock, session, meter, project, tokens, documents)
    finally:
        await session.close()
        await service.stop()


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data


@dataclass(frozen=True)
class Told:
    """One page set."""

    pages: list[Page]

    @property
    def items(self) -> dict[ItemId, Item]:
        return {item.id: item for page in self.pages for item in page.items}

    @property
    def names(self) -> set[str]:
        return {str(item.name) for item in self.items.values()}

    @property
    def gone(self) -> set[ItemId]:
        return {item for page in self.pages for item in page.gone}

    @property
    def full(self) -> bool:
        return self.pages[-1].full

    @property
    def cursor(self) -> Cursor:
        cursor = self.pages[-1].cursor
        assert cursor is not None
        return cursor


async def told(connector: Connector, since: Cursor | None = None) -> Told:
    return Told([page async for page in connector.changes(since)])


async def bytes_of(connector: Connector, item: Item, start: int = 0) -> bytes:
    return b"".join([chunk async for chunk in connector.read(item, start)])


def content(data: bytes, on_open: Callable[[], None] | None = None) -> Content:
    async def giving(start: int) -> AsyncIterator[bytes]:
        if on_open is not None:
            on_open()
        for place in range(start, len(data), 1 << 20):
            yield data[place : place + (1 << 20)]

    return Content(size=len(data), modified=None, open=giving)
