"""What Procore's answers hold, as far as we read them; unknown fields are passed over.

Source: the fact sheet, sections 1, 6, 7.2, 7.3, 9 and 10.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct, field


class User(Struct, frozen=True):
    """A person or an account, as answers name it."""

    id: int
    login: str | None = None
    name: str | None = None

    @property
    def shown(self) -> str:
        """What people know them by."""
        return self.name or self.login or f"user {self.id}"


class FileVersion(Struct, frozen=True):
    """One version of a file; `number` grows by one with each."""

    id: int
    url: str | None = None
    size: int | None = None  # bytes
    number: int | None = None
    created_at: datetime | None = None
    created_by: User | None = None
    file_id: int | None = None


class IndexFile(Struct, frozen=True):
    """The part of a row of the flat index that only files have."""

    current_version: FileVersion | None = None
    checked_out_by: User | None = None
    checked_out_until: datetime | None = None


class DocumentRow(Struct, frozen=True):
    """A row of the flat index; `file` is there in the extended view only."""

    id: int
    name: str
    document_type: str  # "file" or "folder"
    parent_id: int | None = None
    created_at: datetime | None = None
    created_by: User | None = None
    updated_at: datetime | None = None
    is_deleted: bool = False
    is_recycle_bin: bool = False
    file: IndexFile | None = None


class FileRow(Struct, frozen=True):
    """A file, as single answers and folders show it."""

    id: int
    name: str
    parent_id: int | None = None
    size: int | None = None  # bytes
    created_at: datetime | None = None
    updated_at: datetime | None = None
    checked_out_until: datetime | None = None
    checked_out_by: User | None = None
    is_deleted: bool = False
    file_versions: list[FileVersion] = field(default_factory=list)


class FolderRow(Struct, frozen=True):
    """A folder with its direct children; those of its children are left empty by Procore."""

    id: int
    name: str
    parent_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    is_deleted: bool = False
    is_recycle_bin: bool = False
    folders: list["FolderRow"] = field(default_factory=list)
    files: list[FileRow] = field(default_factory=list)


class AlbumRow(Struct, frozen=True):
    """An album; `links` is in the list of albums only, and tells what can be done with it."""

    id: int
    name: str
    count: int | None = None  # photos that the account sees in it
    created_at: datetime | None = None
    updated_at: datetime | None = None
    links: dict[str, str | None] | None = None


class PhotoRow(Struct, frozen=True):
    """A photo, alone or in a list."""

    id: int
    filename: str
    url: str | None = None
    size: int | None = None  # bytes
    created_at: datetime | None = None
    updated_at: datetime | None = None
    image_category_id: int | None = None
    permanently_deleted: bool = False
    uploader: User | None = None


class IdRow(Struct, frozen=True):
    """A row of which nothing but the id was asked for."""

    id: int


class UploadSegment(Struct, frozen=True):
    """Where one piece of a segmented upload is put, and with which headers."""

    url: str
    headers: dict[str, str | int] = field(default_factory=dict)


class Upload(Struct, frozen=True):
    """A promised upload: `url` and `fields` for one POST, or `segments`."""

    uuid: str
    url: str | None = None
    fields: dict[str, str] | None = None
    segments: list[UploadSegment] | None = None


class Me(Struct, frozen=True):
    """The account that signed in."""

    id: int
    login: str | None = None
    name: str | None = None


class Company(Struct, frozen=True):
    """A company that the account belongs to."""

    id: int
    name: str
    is_active: bool = True


class ProjectRow(Struct, frozen=True):
    """A project of a company."""

    id: int
    name: str
    active: bool | None = None


class AccessLevel(Struct, frozen=True):
    """How much an account may do in one tool: None, Read Only, Standard or Admin."""

    id: int | None = None
    name: str | None = None


class ManifestTool(Struct, frozen=True):
    """One tool in the permission manifest of an account."""

    name: str = ""
    friendly_name: str | None = None
    available_for_user: bool = False
    user_access_level: AccessLevel | None = None


class Manifest(Struct, frozen=True):
    """What an account may do in a project."""

    tools: list[ManifestTool] = field(default_factory=list)


class Refusal(Struct, frozen=True):
    """Every shape in which Procore says no; section 5 of the fact sheet."""

    errors: Any = None
    message: Any = None
    error: Any = None
    error_description: Any = None
    reason: Any = None


class HookRow(Struct, frozen=True):
    """Where Procore posts word of changes."""

    id: str
    destination_url: str
    status: str = "active"
    trigger_count: int | None = None


class OneHook(Struct, frozen=True):
    """An answer with one hook."""

    data: HookRow


class HookPage(Struct, frozen=True):
    """A page of hooks."""

    data: list[HookRow] = field(default_factory=list)


class TriggersMade(Struct, frozen=True):
    """What a bulk made of the triggers that were asked for; refusals look different each."""

    data: list[dict[str, Any]] = field(default_factory=list)
