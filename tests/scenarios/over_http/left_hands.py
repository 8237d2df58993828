"""The people of practice Procore: some work in Documents, some in Photos."""

from collections.abc import Mapping
from datetime import datetime

from scenarios.acting import Hands, Shown
from scenarios.over_http.contents import Contents
from scenarios.over_http.document_hands import DocumentHands
from scenarios.over_http.photo_hands import PhotoHands

from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.tree import DocumentTree


class LeftHands:
    """Whoever is asked: the path says in which tool.

    Attributes:
        acted_at: when somebody did something last, by the row's clock.
    """

    def __init__(
        self, tree: DocumentTree, book: PhotoBook, contents: Contents, clock: SimulatedClock
    ) -> None:
        self.acted_at: datetime | None = None
        self.documents = DocumentHands(tree, contents, clock)
        self.photos = PhotoHands(book, contents, clock)
        self._clock = clock

    def _at(self, path: str) -> Hands:
        hands: Hands = self.photos if path.startswith("P/") else self.documents
        return hands

    def _acted(self) -> None:
        self.acted_at = self._clock.now()

    async def plant(self, tree: Mapping[str, str]) -> None:
        """Put many files and folders there at once."""
        for tool, hands in (("D/", self.documents), ("P/", self.photos)):
            part = {path: token for path, token in tree.items() if path.startswith(tool)}
            if part:
                await hands.plant(part)
        self._acted()

    async def put(self, path: str, token: str) -> None:
        """Make a file, or give it a new version."""
        await self._at(path).put(path, token)
        self._acted()

    async def new(self, path: str, token: str) -> None:
        """Make a further file."""
        await self._at(path).new(path, token)
        self._acted()

    async def mkdir(self, path: str) -> None:
        """Make a folder, or an album."""
        await self._at(path).mkdir(path)
        self._acted()

    async def delete(self, path: str) -> None:
        """Put an item into the bin."""
        await self._at(path).delete(path)
        self._acted()

    async def move(self, path: str, to: str) -> None:
        """Move or rename."""
        await self._at(path).move(path, to)
        self._acted()

    async def swap(self, one: str, other: str) -> None:
        """Exchange two items."""
        await self._at(one).swap(one, other)
        self._acted()

    async def replace(self, path: str, token: str) -> None:
        """Delete a file and make another one of the name."""
        await self._at(path).replace(path, token)
        self._acted()

    async def copy(self, path: str, to: str) -> None:
        """Copy a file."""
        await self._at(path).copy(path, to)
        self._acted()

    async def touch(self, path: str) -> None:
        """Change metadata."""
        await self._at(path).touch(path)
        self._acted()

    async def restore(self, path: str) -> None:
        """Take out of the bin what was last deleted at this path."""
        await self._at(path).restore(path)
        self._acted()

    async def oldversion(self, path: str, token: str) -> None:
        """Make an earlier content the current one."""
        await self._at(path).oldversion(path, token)
        self._acted()

    async def lock(self, path: str) -> None:
        """Check a file out."""
        await self._at(path).lock(path)
        self._acted()

    async def unlock(self, path: str) -> None:
        """Check it in."""
        await self._at(path).unlock(path)
        self._acted()

    async def snapshot(self) -> Mapping[str, Shown]:
        """Give all below both tools."""
        return {**await self.documents.snapshot(), **await self.photos.snapshot()}

    async def kept(self) -> frozenset[str]:
        """Give what bins and histories hold."""
        return await self.documents.kept() | await self.photos.kept()
