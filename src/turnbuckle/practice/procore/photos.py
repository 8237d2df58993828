"""What the Photos tool keeps: albums, one level of them, and the photos in them."""

from dataclasses import dataclass, field

from turnbuckle.practice.persons import Person
from turnbuckle.practice.procore.nodes import Version


@dataclass(slots=True, eq=False, kw_only=True)
class Album:
    """An album; the API calls it an image category."""

    id: int
    name: str
    position: int
    created: int  # seconds since 1970
    updated: int
    by: Person | None = None  # None: Procore made it
    private: bool = False
    cover: int | None = None  # the id of a photo
    photos: dict[int, None] = field(default_factory=dict)  # ids, in order; without deleted ones


@dataclass(slots=True, eq=False, kw_only=True)
class Photo:
    """A photo; neither its bytes nor its file name ever change."""

    id: int
    album: int
    content: Version
    created: int  # seconds since 1970
    updated: int
    by: Person
    description: str | None = None
    private: bool = False
    starred: bool = False
    log_date: str | None = None
    deleted: bool = False  # it is in the recycle bin
    destroyed: bool = False  # it was deleted for ever

    @property
    def name(self) -> str:
        """The file name that it was uploaded with."""
        return self.content.name
