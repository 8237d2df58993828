"""The Photos tool of one project: flat albums, photos in them, and a recycle bin.

Every project has the album "Unclassified", which holds what has no other album and can be neither
renamed nor deleted. Nothing here cleans a name, and two photos of one album may share theirs.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from turnbuckle.practice.blobs import Blob
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.names import LONGEST
from turnbuckle.practice.procore.nodes import Change, Version
from turnbuckle.practice.procore.photos import Album, Photo
from turnbuckle.practice.procore.refusals import invalid, name_taken, not_found, plain
from turnbuckle.practice.procore.switches import ProcoreSwitches

UNCLASSIFIED = "Unclassified"

Onlooker = Callable[[Change, Album | Photo], None]


def _nobody(change: Change, item: Album | Photo) -> None:
    """Nobody looks on."""


class PhotoBook:
    """One project's Photos; ids are whole numbers."""

    def __init__(
        self, identifiers: Identifiers, clock: PracticeClock, switches: ProcoreSwitches
    ) -> None:
        self._identifiers = identifiers
        self._clock = clock
        self._switches = switches
        self._positions = 0
        self.private_by_default = False  # a setting of the tool: new photos are private
        self.onlooker: Onlooker = _nobody  # hears of each change
        self.albums: dict[int, Album] = {}
        self.photos: dict[int, Photo] = {}  # all that ever were, deleted ones too
        self.by_key: dict[str, Photo] = {}
        self.default_id = self._new_album(UNCLASSIFIED, None, None).id

    # What others play with: cheap, synchronous, without HTTP.

    def add_album(self, name: str, by: Person, at: datetime | None = None) -> int:
        """Make an album as a person would; give its id."""
        return self.create_album(name, by, at=at).id

    def add_photo(
        self,
        name: str,
        blob: Blob,
        by: Person,
        *,
        album_id: int | None = None,
        at: datetime | None = None,
    ) -> int:
        """Upload a photo as a person would, without an album into "Unclassified"; give its id."""
        album = self.albums[self.default_id if album_id is None else album_id]
        return self.create_photo(album, name, blob, by, at=at).id

    def walk(self) -> Iterator[tuple[Album, Photo | None]]:
        """Tell each album alone, then each of its photos."""
        for album in self.albums.values():
            yield album, None
            for photo_id in album.photos:
                yield album, self.photos[photo_id]

    # Reading

    def now(self) -> int:
        """The time in whole seconds since 1970."""
        return int(self._clock.now().timestamp())

    def album(self, album_id: int) -> Album:
        """Give the album in which a photo may be put.

        Raises:
            Refusal: 400, there is none.
        """
        if album_id not in self.albums:
            raise invalid("image_category_id", "is not an album of this project")
        return self.albums[album_id]

    # Writing

    def create_album(self, name: str, by: Person, at: datetime | None = None) -> Album:
        """Make an album.

        Raises:
            Refusal: the name is no good, or taken where names are not shared.
        """
        self._require_album_name(name, None)
        return self._new_album(name, by, at)

    def rename_album(self, album: Album, name: str) -> None:
        """Give an album another name.

        Raises:
            Refusal: the name is no good, or it is the album that cannot be changed.
        """
        self._require_changeable(album)
        self._require_album_name(name, album)
        album.name = name
        album.updated = self.now()
        self.onlooker(Change.CHANGED, album)

    def delete_album(self, album: Album) -> None:
        """Delete an album; by the switch its photos become unclassified, or are deleted.

        Raises:
            Refusal: it is the album that cannot be deleted.
        """
        self._require_changeable(album)
        for photo_id in list(album.photos):
            photo = self.photos[photo_id]
            if self._switches.album_keeps_photos:
                self.move(photo, self.albums[self.default_id])
            else:
                self.delete(photo)
        del self.albums[album.id]
        self.onlooker(Change.GONE, album)

    def create_photo(
        self, album: Album, name: str, blob: Blob, by: Person, *, at: datetime | None = None
    ) -> Photo:
        """Keep a photo; its name must end like an image's.

        Raises:
            Refusal: the name is no good or taken where names are not shared, or it is no image.
        """
        self._require_photo_name(name, album)
        when = self._seconds(at)
        photo_id = self._identifiers.next()
        content = Version(
            id=self._identifiers.next(),
            number=1,
            file_id=photo_id,
            prostore_id=self._identifiers.next(),
            key=self._identifiers.ulid(),
            name=name,
            blob=blob,
            created=when,
            by=by,
        )
        photo = Photo(
            id=photo_id,
            album=album.id,
            content=content,
            created=when,
            updated=when,
            by=by,
            private=self.private_by_default,
        )
        self.photos[photo.id] = photo
        self.by_key[content.key] = photo
        album.photos[photo.id] = None
        self.onlooker(Change.CREATED, photo)
        return photo

    def describe(self, photo: Photo) -> None:
        """What is said about a photo is different."""
        photo.updated = self.now()
        self.onlooker(Change.CHANGED, photo)

    def move(self, photo: Photo, album: Album) -> None:
        """Put a photo into another album."""
        if album.id == photo.album:
            return
        self._require_free(photo.name, album)
        del self.albums[photo.album].photos[photo.id]
        photo.album = album.id
        album.photos[photo.id] = None
        self._touch(photo)

    def delete(self, photo: Photo, *, for_ever: bool = False) -> None:
        """Put a photo into the recycle bin, or destroy it."""
        if not photo.deleted:
            self.albums[photo.album].photos.pop(photo.id, None)
            photo.deleted = True
            self._touch(photo, Change.BINNED)
        photo.destroyed = photo.destroyed or for_ever

    def retrieve(self, photo: Photo) -> None:
        """Take a photo out of the bin, into its album or, where that is gone, "Unclassified".

        Raises:
            Refusal: 404, it is not in the bin.
        """
        if not photo.deleted or photo.destroyed:
            raise not_found("Image")
        if photo.album not in self.albums:
            photo.album = self.default_id
        self.albums[photo.album].photos[photo.id] = None
        photo.deleted = False
        self._touch(photo, Change.RESTORED)

    # Inside

    def _new_album(self, name: str, by: Person | None, at: datetime | None) -> Album:
        when = self._seconds(at)
        self._positions += 1
        album = Album(
            id=self._identifiers.next(),
            name=name,
            position=self._positions,
            created=when,
            updated=when,
            by=by,
        )
        self.albums[album.id] = album
        self.onlooker(Change.CREATED, album)
        return album

    def _require_changeable(self, album: Album) -> None:
        if album.id == self.default_id:
            raise plain(400, "the album of unclassified photos stays as it is")

    def _require_album_name(self, name: str, album: Album | None) -> None:
        _require_name(name, "name")
        others = (each for each in self.albums.values() if each is not album)
        if not self._switches.same_album_names and any(each.name == name for each in others):
            raise name_taken(self._switches)

    def _require_photo_name(self, name: str, album: Album) -> None:
        _require_name(name, "image_name")
        types = self._switches.photo_types
        stem, _, ending = name.rpartition(".")
        if types is not None and (not stem or ending.lower() not in types):
            raise invalid("image", "is not of a type that Photos takes")
        self._require_free(name, album)

    def _require_free(self, name: str, album: Album) -> None:
        if self._switches.same_photo_names:
            return
        if any(self.photos[each].name == name for each in album.photos):
            raise invalid("image_name", "has already been taken")

    def _touch(self, photo: Photo, change: Change = Change.CHANGED) -> None:
        if self._switches.touches_item:
            photo.updated = self.now()
        self.onlooker(change, photo)

    def _seconds(self, at: datetime | None) -> int:
        return self.now() if at is None else int(at.timestamp())


def _require_name(name: str, field: str) -> None:
    if not name.strip():
        raise invalid(field, "can't be blank")
    if len(name) > LONGEST:
        raise invalid(field, f"is too long (maximum is {LONGEST} characters)")
