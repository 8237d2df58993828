"""A memory remote of whose recycle bin our app may take things back, as far as it allows it."""

from collections.abc import AsyncIterator

from turnbuckle.connectors.memory.blobs import piece, size_of
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.moments import Op
from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.items import Item, ItemId
from turnbuckle.ports.connector import CHUNK_BYTES
from turnbuckle.ports.errors import Gone, Unproven, Unsupported


class RestoringConnector(MemoryConnector):
    """Keeps `ports.Restores` as well.

    Args:
        remote: whose bin it is.
        restores: an app may take things out of it.
        shows: an app may read the files in it.
    """

    def __init__(self, remote: MemoryRemote, *, restores: bool = True, shows: bool = True) -> None:
        super().__init__(remote)
        self._bin = remote
        self._restores = restores
        self._shows = shows

    async def restore(self, item: ItemId, parent: ItemId) -> Item:
        """Take an item, with all below it, out of the bin into a folder.

        Raises:
            Overtaken, Gone, Unsupported.
        """
        node = self._known(item)
        async with self._calls.call(Op.MOVE, self._bin.shelf.path(node)) as call:
            if not self._bin.shelf.is_gone(node):
                call.took_effect = False
                return self._bin.item(node)
            if not self._restores:
                raise Unsupported("no app may take anything out of this bin")
            self._bin.bring_back(node, parent)
            return self._bin.item(node)

    async def read_binned(self, item: Item, start: int = 0) -> AsyncIterator[bytes]:
        """Give the content of a file in the bin.

        Raises:
            Gone, Unsupported.
        """
        node = self._known(item.id)
        async with self._calls.call(Op.DOWNLOAD, self._bin.shelf.path(node)):
            if not self._shows:
                raise Unsupported("no app may read what is in this bin")
            if self._bin.version(node) != item.version:
                raise Gone(f"{node.name!r} was deleted at another version")
            for place in range(start, size_of(node.blob), CHUNK_BYTES):
                yield piece(node.blob, place, CHUNK_BYTES)

    def _known(self, item: ItemId) -> Node:
        node = self._bin.shelf.get(item)
        if node is None:
            raise Gone(f"there never was an item {item}")
        try:
            return self._bin.seen(item)
        except Gone:
            return node
        except Unproven as error:
            raise Gone(f"item {item} cannot be seen") from error
