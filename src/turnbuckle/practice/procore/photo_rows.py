"""How albums and photos look in answers."""

from typing import Any

from turnbuckle.practice.procore.nodes import stamp
from turnbuckle.practice.procore.photo_viewer import PhotoViewer
from turnbuckle.practice.procore.photos import Album, Photo
from turnbuckle.practice.procore.rows import user
from turnbuckle.practice.procore.state import State

Row = dict[str, Any]


class PhotoRows:
    """Writes down albums and photos as one viewer gets them; made anew for each call."""

    def __init__(self, state: State, viewer: PhotoViewer) -> None:
        self._state = state
        self._viewer = viewer
        company, self._project = viewer.project.company, viewer.project.id
        self._files_at = (
            f"{state.files_address}/api/v5/files/us-east-1/pro-core.com/companies/{company.id}"
        )
        self._for = f"companyId={company.id}&projectId={self._project}"
        seconds = state.switches.url_seconds
        self._expires = "0" if seconds is None else str(int(state.now() + seconds))

    def listed_album(self, album: Album) -> Row:
        """An album as the list of albums has it."""
        book = self._viewer.book
        at = f"/rest/v1.0/image_categories/{album.id}?project_id={self._project}"
        words = ("show",) if album.id == book.default_id else ("show", "delete", "update")
        cover = next(iter(album.photos), None) if album.cover is None else album.cover
        shown = book.photos.get(cover) if cover is not None else None
        return {
            "id": album.id,
            "count": self._count(album),
            "cover_photo": None if shown is None else self._url(shown),
            "created_at": stamp(album.created),
            "links": dict.fromkeys(words, at),
            "name": album.name,
            "private": album.private,
            "updated_at": stamp(album.updated),
            "position": album.position,
        }

    def album(self, album: Album) -> Row:
        """One album alone; it tells no `updated_at` and no links."""
        return {
            "id": album.id,
            "name": album.name,
            "position": album.position,
            "album_cover_id": album.cover,
            "created_at": stamp(album.created),
            "private": album.private,
            "count": self._count(album),
        }

    def photo(self, photo: Photo, *, alone: bool = False) -> Row:
        """A photo; alone it tells of its tiles too."""
        album = self._viewer.book.albums.get(photo.album)
        url = None if photo.destroyed else self._url(photo)
        row: Row = {
            "id": photo.id,
            "url": url,
            "size": photo.content.blob.size,
            "filename": photo.name,
            "description": photo.description,
            "thumbnail_url": url,
            "taken_at": None,
            "created_at": stamp(photo.created),
            "updated_at": stamp(photo.updated),
            "location": None,
            "image_category_name": "" if album is None else album.name,
            "image_category_id": photo.album,
            "permanently_deleted": photo.destroyed,
            "private": photo.private,
            "projection": "regular",
            "starred": photo.starred,
            "width": 0,
            "height": 0,
            "image_category_private": album is not None and album.private,
            "origin_id": None,
            "daily_log_header_id": None,
            "daily_log_segment_id": None,
            "daily_log_segment": None,
            "gps_lat": None,
            "gps_long": None,
            "uploader": user(photo.by),
            "links": self._links(photo),
            "trades": [],
            "comments_count": 0,
        }
        return row | {"tiling_status": "none", "tiles_config": None} if alone else row

    def _count(self, album: Album) -> int:
        book = self._viewer.book
        return sum(self._viewer.sees(book.photos[each]) for each in album.photos)

    def _url(self, photo: Photo) -> str:
        key = photo.content.key
        signature = self._state.signer.sign("file", key, self._expires)
        return f"{self._files_at}/{key}?{self._for}&sig={self._expires}-{signature}"

    def _links(self, photo: Photo) -> Row:
        at = f"/rest/v1.0/images/{photo.id}"
        asked = f"?image_category_id={photo.album}&project_id={self._project}"
        return {
            "self": at + asked,
            "update": at + asked,
            "delete": at + asked,
            "permanentlyDelete": f"{at}{asked}&permanent=true",
            "retrieve": f"{at}/retrieve?project_id={self._project}",
        }
