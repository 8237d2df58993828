"""Photos: list, upload, move to another album, delete, retrieve."""

from collections.abc import Callable

from aiohttp import web

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.body import keep_bytes, read_body
from turnbuckle.practice.procore.call import Answering, Call, Route, answer
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.photo_questions import VIEWS, PhotoQuestion
from turnbuckle.practice.procore.photo_rows import PhotoRows
from turnbuckle.practice.procore.photo_viewer import open_photos
from turnbuckle.practice.procore.photos import Photo
from turnbuckle.practice.procore.refusals import denied, invalid, not_found
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.switches import ImageBody

DEFAULT_PER_PAGE = 100
_ATTRIBUTES = frozenset(
    {
        "private", "starred", "description", "image_category_id", "location_id", "mt_location",
        "trade_ids", "log_date", "source", "daily_log_segment_id", "data",
    }
)  # fmt: skip


class PhotoCalls:
    """Operations on images."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part; how a photo is retrieved is a switch."""
        one, many = "/rest/v1.0/images/{id}", "/rest/v1.0/images"
        retrieving = self._state.switches.retrieve_method
        table: tuple[tuple[str, str, str, Answering], ...] = (
            ("GET", many, "GET /images", self.index),
            ("POST", many, "POST /images", self.create),
            ("GET", one, "GET /images/{id}", self.show),
            ("PATCH", one, "PATCH /images", self.change),
            ("DELETE", one, "DELETE /images", self.delete),
            (retrieving, f"{one}/retrieve", "RETRIEVE /images", self.retrieve),
            ("GET", "/practice/bin/photos", "people's bin", self.bin),
        )
        return [
            Route(method=method, path=path, operation=operation, answering=answering)
            for method, path, operation, answering in table
        ]

    async def index(self, call: Call) -> web.Response:
        """The photos of a project, or of one album, a page at a time."""
        viewer = open_photos(self._state, call, Level.READ_ONLY)
        query, switches = call.request.query, self._state.switches
        view = query.get("serializer_view", "normal")
        if view not in VIEWS:
            raise invalid("serializer_view", "is not a view")
        largest = switches.images_per_page
        paging = Paging.asked(
            call.request.url, default=min(DEFAULT_PER_PAGE, largest), largest=largest
        )
        found = PhotoQuestion.asked(query, switches).answer(viewer)
        row = self._row(view, PhotoRows(self._state, viewer))
        page = [row(photo) for photo in paging.cut(found)]
        return answer(page, headers=paging.headers(call.request.url, len(found)))

    async def show(self, call: Call) -> web.Response:
        """One photo; one that was deleted for ever is still told, without an address."""
        viewer = open_photos(self._state, call, Level.READ_ONLY)
        photo = viewer.book.photos.get(call.in_path("id"))
        if photo is None or not (photo.destroyed and self._state.switches.tells_destroyed):
            photo = viewer.find(call.in_path("id"))
        return answer(PhotoRows(self._state, viewer).photo(photo, alone=True))

    async def create(self, call: Call) -> web.Response:
        """Make a photo of an upload, of a form's bytes, or of another photo."""
        viewer = open_photos(self._state, call, Level.STANDARD)
        body = await read_body(call.request, self._state.blobs)
        fields = body.part("image")
        if not any(fields.raw(name) is not None for name in _ATTRIBUTES):
            raise invalid("image", "has no attribute")
        album_id = fields.number("image_category_id")
        album = viewer.book.album(viewer.book.default_id if album_id is None else album_id)
        marks = _Marks(fields)
        source = body.number("source_image_id")
        uuid, name = self._upload(body)
        blob = fields.raw("data")
        if isinstance(blob, Blob):
            photo = viewer.book.create_photo(album, name or "image.jpg", blob, call.person)
            keep_bytes(call.request, blob)
        elif source is not None:
            copied = viewer.find(source).content
            photo = viewer.book.create_photo(album, copied.name, copied.blob, call.person)
        else:
            if uuid is None:
                raise invalid("upload_uuid", "can't be blank")
            if name is None:
                raise invalid("image_name", "can't be blank")
            company_id = viewer.project.company.id
            upload, blob = self._state.uploads.for_attaching(uuid, company_id, call.person)
            photo = viewer.book.create_photo(album, name, blob, call.person)
            upload.attached = True
        marks.set(photo)
        return answer(PhotoRows(self._state, viewer).photo(photo), 201)

    async def change(self, call: Call) -> web.Response:
        """Move to another album, or change what is said of a photo; a name is passed over."""
        viewer = open_photos(self._state, call, Level.STANDARD)
        photo = viewer.find(call.in_path("id"))
        fields = (await read_body(call.request, self._state.blobs)).part("image")
        marks, album_id = _Marks(fields), fields.number("image_category_id")
        if album_id is not None:
            viewer.book.move(photo, viewer.book.album(album_id))
        if marks.set(photo):
            viewer.book.describe(photo)
        return answer(PhotoRows(self._state, viewer).photo(photo))

    async def delete(self, call: Call) -> web.Response:
        """Put a photo into the recycle bin, or destroy it."""
        viewer = open_photos(self._state, call, Level.ADMIN)
        for_ever = call.flag("permanent")
        photo = viewer.book.photos.get(call.in_path("id"))
        if photo is None or (photo.deleted and not for_ever) or photo.destroyed:
            raise not_found("Image")
        viewer.book.delete(photo, for_ever=for_ever)
        return web.Response()

    async def retrieve(self, call: Call) -> web.Response:
        """Take a photo out of the recycle bin."""
        viewer = open_photos(self._state, call, Level.ADMIN)
        photo = viewer.book.photos.get(call.in_path("id"))
        if photo is None:
            raise not_found("Image")
        viewer.book.retrieve(photo)
        return answer(PhotoRows(self._state, viewer).photo(photo))

    async def bin(self, call: Call) -> web.Response:
        """What lies in the bin, for people's pages: the API has no such list."""
        if not call.grant.is_people:
            raise denied("Only people's pages show the bin of Photos")
        viewer = open_photos(self._state, call, Level.ADMIN)
        rows = PhotoRows(self._state, viewer)
        binned = (each for each in viewer.book.photos.values() if each.deleted)
        return answer([rows.photo(photo) for photo in binned if not photo.destroyed])

    def _row(self, view: str, rows: PhotoRows) -> Callable[[Photo], object]:
        if view != "ids_only":
            return rows.photo
        if self._state.switches.image_ids_as_objects:
            return lambda photo: {"id": photo.id}
        return lambda photo: photo.id

    def _upload(self, body: Fields) -> tuple[str | None, str | None]:
        """Read which upload is meant, and the photo's name, in the forms that are taken."""
        form = self._state.switches.image_body
        if "upload" in body and form is not ImageBody.REFERENCE:
            upload = body.part("upload")
            return upload.text("uuid"), upload.text("image_name")
        if form is ImageBody.GUIDE:
            return None, body.text("image_name")
        return body.text("upload_uuid"), body.text("image_name")


class _Marks:
    """What a call says of a photo besides its album; read before anything is changed."""

    def __init__(self, fields: Fields) -> None:
        self._private = fields.flag("private")
        self._starred = fields.flag("starred")
        self._description = fields.text("description")
        self._log_date = fields.text("log_date")
        self._named = [
            name for name in ("private", "starred", "description", "log_date") if name in fields
        ]

    def set(self, photo: Photo) -> bool:
        """Note it on the photo; tell whether there was anything."""
        photo.private = photo.private if self._private is None else self._private
        photo.starred = photo.starred if self._starred is None else self._starred
        if "description" in self._named:
            photo.description = self._description
        if "log_date" in self._named:
            photo.log_date = self._log_date
        return bool(self._named)
