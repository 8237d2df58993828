"""One person looking at one project's Photos: what they may do, and what they see."""

from dataclasses import dataclass

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.call import Call
from turnbuckle.practice.procore.company import Level, Project
from turnbuckle.practice.procore.photo_book import PhotoBook
from turnbuckle.practice.procore.photos import Album, Photo
from turnbuckle.practice.procore.refusals import denied, not_found
from turnbuckle.practice.procore.state import State


@dataclass(frozen=True, slots=True)
class PhotoViewer:
    """One person looking at one project's Photos."""

    person: Person
    project: Project

    @property
    def book(self) -> PhotoBook:
        """The albums and the photos."""
        return self.project.photos

    @property
    def level(self) -> Level:
        """What they may do."""
        return self.project.photo_level(self.person)

    def require(self, level: Level) -> None:
        """Refuse whoever is below that level, or anybody when the tool is off.

        Raises:
            Refusal: with status 403.
        """
        if self.project.frozen and level > Level.READ_ONLY:
            raise denied("The project is inactive and can only be read")
        if not self.project.photos_on:
            raise denied("The Photos tool is not enabled in this project")
        if self.level < level:
            raise denied(f"This needs the level {level.label} on Photos")

    def sees_album(self, album: Album) -> bool:
        """Whether the album is there for them: private ones are for Admins and their makers."""
        return self.level is Level.ADMIN or not album.private or album.by == self.person

    def sees(self, photo: Photo) -> bool:
        """Whether the photo is there for them; what is in the bin is there for nobody."""
        if photo.deleted:
            return False
        if self.level is Level.ADMIN or photo.by == self.person:
            return True
        return not photo.private and self.sees_album(self.book.albums[photo.album])

    def find_album(self, album_id: int) -> Album:
        """Give the album.

        Raises:
            Refusal: 404 when it is absent or not visible to them.
        """
        album = self.book.albums.get(album_id)
        if album is None or not self.sees_album(album):
            raise not_found("Image category")
        return album

    def find(self, photo_id: int) -> Photo:
        """Give the photo.

        Raises:
            Refusal: 404 when it is absent, deleted, or not visible to them.
        """
        photo = self.book.photos.get(photo_id)
        if photo is None or not self.sees(photo):
            raise not_found("Image")
        return photo


def open_photos(state: State, call: Call, level: Level) -> PhotoViewer:
    """Give the caller's view of the Photos of the project that the query names.

    Raises:
        Refusal: the project is not theirs, or their level on Photos is too low.
    """
    project_id = call.needed_in_query("project_id")
    project = state.companies.open_project(project_id, call.company, call.person)
    viewer = PhotoViewer(call.person, project)
    viewer.require(level)
    return viewer
