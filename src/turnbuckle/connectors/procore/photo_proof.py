"""The proof that a photo or an album was deleted.

There is no bin to look into, and "not found" may as well mean "not shown to you". So three things
have to come together: Procore says that the thing is not there, a complete list does not name it
either, and after both the account is still shown as Admin, from whom nothing is hidden.

Source: the fact sheet, sections 5, 6 and 10; ENGINE.md, I12.
"""

from datetime import datetime, timedelta

from turnbuckle.connectors.procore import preflight
from turnbuckle.connectors.procore.photo_items import Part, part_of
from turnbuckle.connectors.procore.photo_lists import ALBUMS, PHOTOS, PhotoLists
from turnbuckle.connectors.procore.project import Project
from turnbuckle.connectors.procore.wire import PhotoRow
from turnbuckle.model.items import ItemId
from turnbuckle.ports.errors import Gone
from turnbuckle.transport.wire import Wire

_SWEEP_HOLDS = timedelta(minutes=1)


class PhotoProof:
    """Proves deletions in one project's Photos."""

    def __init__(self, wire: Wire, project: Project, lists: PhotoLists) -> None:
        self._wire = wire
        self._project = project
        self._lists = lists
        self._swept: tuple[datetime, set[int]] | None = None

    async def is_gone(self, item: ItemId) -> bool:
        """Tell whether the deletion of an item that Procore did not show just now is proven.

        One counted call, and those of a sweep unless there was one within the last minute.
        """
        part, number = part_of(item)
        if part is Part.ALBUM:
            listed = number in {row.id for row in await self._lists.albums()}
        else:
            listed = part is Part.TOP or await self._is_listed(number)
        return not listed and await self.sees_all()

    async def all_gone(self, items: list[ItemId]) -> bool:
        """Tell whether all of these, which a complete list did not name, are proven to be gone.

        One counted call for each, and one more.
        """
        for item in items:
            part, number = part_of(item)
            path = f"{ALBUMS if part is Part.ALBUM else PHOTOS}/{number}"
            if not await self._is_missing(path, part):
                return False
        return await self.sees_all()

    async def sees_all(self) -> bool:
        """Tell whether the account is an Admin of Photos now; one counted call."""
        return not await preflight.check_photos(self._wire, self._project)

    async def _is_missing(self, path: str, part: Part) -> bool:
        params = {"project_id": self._project.id}
        try:
            reply = await self._wire.call("GET", path, params=params, label=f"look at {part}")
        except Gone:
            return True
        return part is Part.PHOTO and reply.json(PhotoRow).permanently_deleted

    async def _is_listed(self, number: int) -> bool:
        now = self._wire.clock.now()
        if self._swept is None or now - self._swept[0] > _SWEEP_HOLDS or number in self._swept[1]:
            self._swept = (now, await self._lists.ids())
        return number in self._swept[1]
