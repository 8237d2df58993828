"""People in the Photos of practice Procore: flat albums, and photos that never change.

An album goes into nobody's bin: whoever deletes one deletes its photos first, and those do.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from scenarios.acting import NotHere, Shown
from scenarios.over_http.contents import Contents
from scenarios.over_http.document_hands import ACT_SECONDS, ANA

from turnbuckle.model.items import ItemId
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.procore.photo_book import UNCLASSIFIED, PhotoBook
from turnbuckle.practice.procore.photos import Album, Photo


class PhotoHands:
    """People at work in the Photos of one project."""

    def __init__(self, book: PhotoBook, contents: Contents, clock: SimulatedClock) -> None:
        self.book = book
        self._contents = contents
        self._clock = clock

    async def plant(self, tree: Mapping[str, str]) -> None:
        """Put many photos there at once."""
        self._begin()
        for path, token in tree.items():
            album = self._made_album(path)
            if token != "dir":
                self._add(album, path, token)

    async def put(self, path: str, token: str) -> None:
        """Upload a photo; Procore gives none that is there new bytes."""
        if any(shown == path for shown, _, photo in self._walk() if photo is not None):
            raise NotHere("Procore gives no photo new bytes")
        await self.new(path, token)

    async def new(self, path: str, token: str) -> None:
        """Upload a photo, whatever the others are called."""
        self._begin()
        self._add(self._made_album(path), path, token)

    async def mkdir(self, path: str) -> None:
        """Make an album."""
        self._begin()
        self._made_album(path)

    async def delete(self, path: str) -> None:
        """Put a photo into the bin; or all of an album's photos, and delete the album."""
        self._begin()
        if not path.endswith("/"):
            self.book.delete(self._photo(path))
            return
        album = self.album(path)
        for number in list(album.photos):
            self.book.delete(self.book.photos[number])
        self.book.delete_album(album)

    async def move(self, path: str, to: str) -> None:
        """Rename an album, or put a photo into another one under the name that it has."""
        self._begin()
        if path.endswith("/"):
            self.book.rename_album(self.album(path), to.rstrip("/").rpartition("/")[2])
            return
        photo = self._photo(path)
        if to.rpartition("/")[2] != photo.name:
            raise NotHere("Procore renames no photo")
        self.book.move(photo, self._made_album(to))

    async def swap(self, one: str, other: str) -> None:
        """Exchange two photos; their names would have to change."""
        raise NotHere(f"Procore renames no photo, so {one} and {other} stay")

    async def replace(self, path: str, token: str) -> None:
        """Delete a photo and upload another one of the name."""
        await self.delete(path)
        await self.new(path, token)

    async def copy(self, path: str, to: str) -> None:
        """Upload the same content once more."""
        self._begin()
        name = to.rpartition("/")[2]
        blob = self._photo(path).content.blob
        self.book.add_photo(name, blob, ANA, album_id=self._made_album(to).id)

    async def touch(self, path: str) -> None:
        """Say something about a photo."""
        self._begin()
        photo = self._photo(path)
        photo.description = f"seen at {self._clock.now():%H:%M:%S}"
        photo.updated = self.book.now()

    async def restore(self, path: str) -> None:
        """Take the photo of that name out of the bin that was deleted last."""
        self._begin()
        name = path.rpartition("/")[2]
        binned = [one for one in self.book.photos.values() if one.deleted and one.name == name]
        self.book.retrieve(max(binned, key=lambda one: one.updated))

    async def oldversion(self, path: str, token: str) -> None:
        """Photos have one version."""
        raise NotHere(f"the photo {path} never was {token}: Procore keeps one version of a photo")

    async def lock(self, path: str) -> None:
        """Nobody checks photos out."""
        raise NotHere(f"nobody can check out the photo {path}")

    async def unlock(self, path: str) -> None:
        """Nobody checks photos out."""
        raise NotHere(f"nobody can check out the photo {path}")

    async def snapshot(self) -> Mapping[str, Shown]:
        """Give all albums and photos."""
        found = {}
        for path, album, photo in self._walk():
            if photo is not None:
                token = self._contents.token(photo.content.blob.sha256)
                found[path] = Shown(ItemId(f"photo:{photo.id}"), token)
            elif album.name != UNCLASSIFIED or album.photos:
                found[path] = Shown(ItemId(f"album:{album.id}"), None)
        return found

    async def kept(self) -> frozenset[str]:
        """Give what the bin holds."""
        binned = (one for one in self.book.photos.values() if one.deleted and not one.destroyed)
        return frozenset(self._contents.token(one.content.blob.sha256) for one in binned)

    # What the theatre asks besides

    def album(self, path: str) -> Album:
        """Give the album of that name.

        Raises:
            LookupError: there is none.
        """
        name = _album_name(path)
        for album in self.book.albums.values():
            if album.name == name:
                return album
        raise LookupError(f"there is no album {name} on the left")

    def _begin(self) -> None:
        self._clock.advance(ACT_SECONDS)

    def _add(self, album: Album, path: str, token: str) -> None:
        name = path.rpartition("/")[2]
        self.book.add_photo(name, self._contents.blob(token), ANA, album_id=album.id)

    def _made_album(self, path: str) -> Album:
        try:
            return self.album(path)
        except LookupError:
            return self.book.albums[self.book.add_album(_album_name(path), ANA)]

    def _photo(self, path: str) -> Photo:
        wanted = path.removesuffix("#dup-1")
        for shown, _, photo in self._walk():
            if photo is not None and shown.removesuffix("#dup-1") == wanted:
                return photo
        raise LookupError(f"{path} is not there on the left")

    def _walk(self) -> Iterator[tuple[str, Album, Photo | None]]:
        for album in self.book.albums.values():
            photos = [self.book.photos[number] for number in sorted(album.photos)]
            names = Counter(photo.name for photo in photos)
            numbers: Counter[str] = Counter()
            yield f"P/{album.name}/", album, None
            for photo in photos:
                numbers[photo.name] += 1
                twin = f"#dup-{numbers[photo.name]}" if names[photo.name] > 1 else ""
                yield f"P/{album.name}/{photo.name}{twin}", album, photo


def _album_name(path: str) -> str:
    """The name of the album that a path is in, or is."""
    return path.split("/")[1]
