"""What a call asks of the list of photos: filters, an order, one album."""

from collections.abc import Callable
from dataclasses import dataclass

from multidict import MultiMapping

from turnbuckle.practice.procore.arguments import Range, whole
from turnbuckle.practice.procore.filters import Filters
from turnbuckle.practice.procore.photo_viewer import PhotoViewer
from turnbuckle.practice.procore.photos import Photo
from turnbuckle.practice.procore.refusals import invalid
from turnbuckle.practice.procore.switches import ProcoreSwitches

_KEYS: dict[str, Callable[[Photo], tuple[int, int]]] = {
    "deleted_at": lambda photo: (0, photo.id),
    "created_at": lambda photo: (photo.created, photo.id),
    "exposure_date": lambda photo: (photo.created, photo.id),
    "taken_at": lambda photo: (photo.created, photo.id),
    "most_recent": lambda photo: (-photo.created, -photo.id),
}
SORTS = frozenset(_KEYS) | {f"-{name}" for name in _KEYS}
"""All values of `sort`; there is none by `updated_at`."""

VIEWS = frozenset({"normal", "android", "mobile", "mobile_feed", "prostore_file", "ids_only"})
_NOTHING_HAS = ("location_id", "trade_ids", "daily_log_segment_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoQuestion:
    """What a call asks; made by `asked`."""

    album: int | None
    ids: frozenset[int]
    uploaders: frozenset[int]
    created: Range | None
    updated: Range | None
    private: bool | None
    starred: bool | None
    words: str
    nothing: bool  # asks for what no photo here has: a place, a trade, a tour in the round
    sort: str

    @classmethod
    def asked(cls, query: MultiMapping[str], switches: ProcoreSwitches) -> "PhotoQuestion":
        """Read the query of a call.

        Raises:
            Refusal: a value is malformed.
        """

        filters = Filters(query, open_ends=switches.open_ranges)
        projection = filters.one("projection")
        if projection not in {None, "360", "regular"}:
            raise invalid("projection", "is neither 360 nor regular")
        album = query.get("image_category_id")
        return cls(
            album=None if album is None else whole(album, "image_category_id"),
            ids=filters.numbers("id"),
            uploaders=filters.numbers("uploader_id"),
            created=filters.span("created_at"),
            updated=filters.span("updated_at"),
            private=filters.yes("private"),
            starred=filters.yes("starred"),
            words=(filters.one("query") or "").casefold(),
            nothing=projection == "360"
            or filters.one("log_date") is not None
            or any(filters.many(name) for name in _NOTHING_HAS),
            sort=filters.order(SORTS),
        )

    def answer(self, viewer: PhotoViewer) -> list[Photo]:
        """Give all photos that the viewer sees and that answer the question, in its order.

        Raises:
            Refusal: 404, the album is not there.
        """
        book = viewer.book
        if self.album is not None:
            photos = [book.photos[each] for each in viewer.find_album(self.album).photos]
        else:
            photos = list(book.photos.values())
        found = [photo for photo in photos if viewer.sees(photo) and self._fits(photo)]
        key = _KEYS.get(self.sort.removeprefix("-"), lambda photo: (photo.id, 0))
        return sorted(found, key=key, reverse=self.sort.startswith("-"))

    def _fits(self, photo: Photo) -> bool:
        return (
            not self.nothing
            and (not self.ids or photo.id in self.ids)
            and (not self.uploaders or photo.by.id in self.uploaders)
            and (self.created is None or self.created.holds(photo.created))
            and (self.updated is None or self.updated.holds(photo.updated))
            and self.private in {None, photo.private}
            and self.starred in {None, photo.starred}
            and self.words in f"{photo.name} {photo.description or ''}".casefold()
        )
