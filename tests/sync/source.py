"""One file on a remote, to be read by a transfer."""

from collections.abc import AsyncIterator

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE
from turnbuckle.model.items import Item
from turnbuckle.ports.errors import RemoteError
from turnbuckle.sync.transfer import Transfer

_PATH = "sheet.pdf"


class _Noting(MemoryConnector):
    """Notes where each read begins."""

    def __init__(self, remote: MemoryRemote) -> None:
        super().__init__(remote)
        self.starts: list[int] = []

    def read(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        self.starts.append(start)
        return super().read(item, start)


class Source:
    """A remote that tells no hashes, with one file, and how many of its bytes went by."""

    def __init__(self) -> None:
        self.clock = StepClock()
        self.remote = MemoryRemote(PROCORE_LIKE, self.clock)
        self.connector = _Noting(self.remote)
        self.sent = 0

    async def file(self, blob: Blob) -> Item:
        """Put the file there and give it as the remote tells it."""
        found = await self.connector.look(People(self.remote).put(_PATH, blob))
        assert found is not None
        return found

    def change(self, blob: Blob) -> None:
        """Let a user give the file new content."""
        People(self.remote).put(_PATH, blob)

    def transfer(self, item: Item) -> Transfer:
        """Begin a transfer of the file."""

        def count(sent: int) -> None:
            self.sent += sent

        return Transfer(self.connector, item, self.clock, count)

    def starts(self) -> list[int]:
        """Give the list of the bytes where reads begin, from now on."""
        self.connector.starts.clear()
        return self.connector.starts

    def fail(self, when: When, error: RemoteError, *, times: int) -> None:
        """Let so many reads fail."""
        left = [times]

        def hook(moment: Moment) -> None:
            if (moment.when, moment.op) == (when, Op.DOWNLOAD) and left[0]:
                left[0] -= 1
                raise error

        self.remote.calls.hooks.append(hook)
