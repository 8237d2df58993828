"""Albums of the Photos tool: list, make, rename, delete."""

from aiohttp import web

from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.body import read_body
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.filters import Filters
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.photo_rows import PhotoRows
from turnbuckle.practice.procore.photo_viewer import PhotoViewer, open_photos
from turnbuckle.practice.procore.photos import Album
from turnbuckle.practice.procore.refusals import invalid
from turnbuckle.practice.procore.state import State

DEFAULT_PER_PAGE = 100


class AlbumCalls:
    """Operations on image categories."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        many = "/rest/v1.0/image_categories"
        table = (
            ("GET", many, "GET /image_categories", self.index),
            ("POST", many, "POST /image_categories", self.create),
            ("GET", f"{many}/ids_with_images", "GET /image_categories/ids", self.with_images),
            ("GET", f"{many}/{{id}}", "GET /image_categories/{id}", self.show),
            ("PATCH", f"{many}/{{id}}", "PATCH /image_categories", self.change),
            ("DELETE", f"{many}/{{id}}", "DELETE /image_categories", self.delete),
        )
        return [
            Route(method=method, path=path, operation=operation, answering=answering)
            for method, path, operation, answering in table
        ]

    async def index(self, call: Call) -> web.Response:
        """The albums that the caller sees, a page at a time."""
        viewer = open_photos(self._state, call, Level.READ_ONLY)
        albums = [each for each in viewer.book.albums.values() if viewer.sees_album(each)]
        largest = self._state.switches.images_per_page
        paging = Paging.asked(
            call.request.url, default=min(DEFAULT_PER_PAGE, largest), largest=largest
        )
        rows = PhotoRows(self._state, viewer)
        page = [rows.listed_album(album) for album in paging.cut(albums)]
        return answer(page, headers=paging.headers(call.request.url, len(albums)))

    async def with_images(self, call: Call) -> web.Response:
        """The ids of albums that hold photos, of those changed in the range where one is given."""
        viewer = open_photos(self._state, call, Level.READ_ONLY)
        open_ends = self._state.switches.open_ranges
        span = Filters(call.request.query, open_ends=open_ends).span("updated_at")
        found = {
            photo.album: None
            for photo in viewer.book.photos.values()
            if viewer.sees(photo) and (not span or span.holds(photo.updated))
        }
        return answer(list(found))

    async def show(self, call: Call) -> web.Response:
        """One album."""
        viewer = open_photos(self._state, call, Level.READ_ONLY)
        return answer(PhotoRows(self._state, viewer).album(viewer.find_album(call.in_path("id"))))

    async def create(self, call: Call) -> web.Response:
        """Make an album."""
        viewer = open_photos(self._state, call, Level.STANDARD)
        fields = await self._fields(call)
        private = fields.flag("private")
        album = viewer.book.create_album(fields.needed_text("name"), call.person)
        album.private = bool(private)
        self._set_cover(viewer, album, fields)
        return answer(PhotoRows(self._state, viewer).album(album), 201)

    async def change(self, call: Call) -> web.Response:
        """Rename an album, make it private, or give it a cover."""
        viewer = open_photos(self._state, call, Level.STANDARD)
        album = viewer.find_album(call.in_path("id"))
        fields = await self._fields(call)
        private = fields.flag("private")
        viewer.book.rename_album(album, fields.needed_text("name"))
        album.private = album.private if private is None else private
        self._set_cover(viewer, album, fields)
        return answer(PhotoRows(self._state, viewer).album(album))

    async def delete(self, call: Call) -> web.Response:
        """Delete an album."""
        viewer = open_photos(self._state, call, Level.ADMIN)
        viewer.book.delete_album(viewer.find_album(call.in_path("id")))
        return web.Response()

    async def _fields(self, call: Call) -> Fields:
        return (await read_body(call.request, self._state.blobs)).part("image_category")

    def _set_cover(self, viewer: PhotoViewer, album: Album, fields: Fields) -> None:
        cover = fields.number("album_cover_id")
        if cover is None:
            return
        if cover not in album.photos:
            raise invalid("album_cover_id", "is not a photo of this album")
        album.cover = cover
