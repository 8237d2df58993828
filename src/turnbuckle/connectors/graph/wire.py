"""The JSON of Microsoft Graph, as far as we read it; keys that we do not name are ignored.

A facet counts when it is there: `{}` is enough. Times stay text here, because old items carry
times that no calendar library takes gladly (year 1, no zone).

Source: sections 3, 4 and 8 of the Graph fact sheet.
"""

from typing import Any

import msgspec

type Facet = dict[str, Any] | None


class Struct(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """Graph writes its keys in camel case."""


class Identity(Struct, frozen=True):
    """A person or an app."""

    id: str | None = None
    display_name: str | None = None


class IdentitySet(Struct, frozen=True):
    """Who did something: a person, an app, or a person through an app."""

    user: Identity | None = None
    application: Identity | None = None


class Hashes(Struct, frozen=True):
    """The one hash that SharePoint gives, base64; often missing."""

    quick_xor_hash: str | None = None


class FileFacet(Struct, frozen=True):
    """The item is a file."""

    hashes: Hashes | None = None


class FileTimes(Struct, frozen=True):
    """The times that a client may write."""

    created_date_time: str | None = None
    last_modified_date_time: str | None = None


class ParentReference(Struct, frozen=True):
    """Where an item hangs; a root has neither id nor path."""

    drive_id: str | None = None
    id: str | None = None
    site_id: str | None = None


class Publication(Struct, frozen=True):
    """Whether a file is checked out."""

    level: str | None = None
    checked_out_by: IdentitySet | None = None


class DriveItem(Struct, frozen=True):
    """A file, a folder, or something that is neither (a notebook, a shortcut)."""

    id: str
    name: str | None = None
    size: int | None = None
    e_tag: str | None = None
    c_tag: str | None = None
    web_url: str | None = None
    created_date_time: str | None = None
    last_modified_date_time: str | None = None
    last_modified_by: IdentitySet | None = None
    parent_reference: ParentReference | None = None
    file: FileFacet | None = None
    folder: Facet = None
    package: Facet = None
    remote_item: Facet = None
    root: Facet = None
    deleted: Facet = None
    malware: Facet = None
    publication: Publication | None = None
    file_system_info: FileTimes | None = None
    download_url: str | None = msgspec.field(default=None, name="@microsoft.graph.downloadUrl")


class Listing[T](Struct, frozen=True):
    """One page of anything."""

    value: list[T] = []
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")
    delta_link: str | None = msgspec.field(default=None, name="@odata.deltaLink")


class UploadSession(Struct, frozen=True):
    """An upload under way; a reply between two fragments has no address."""

    upload_url: str = ""
    next_expected_ranges: list[str] = []


class Named(Struct, frozen=True):
    """A team, a channel or a group."""

    id: str
    display_name: str | None = None
    membership_type: str | None = None
    web_url: str | None = None


class Site(Struct, frozen=True):
    """A SharePoint site."""

    id: str
    display_name: str | None = None
    name: str | None = None
    web_url: str | None = None


class Quota(Struct, frozen=True):
    """How full a drive is; numbers may be missing for restricted accounts."""

    remaining: int | None = None
    state: str | None = None


class Drive(Struct, frozen=True):
    """A document library, or somebody's OneDrive."""

    id: str
    name: str | None = None
    web_url: str | None = None
    drive_type: str | None = None
    quota: Quota | None = None


class Subscription(Struct, frozen=True):
    """A wish to be told of changes."""

    id: str
    resource: str
    notification_url: str
    expiration_date_time: str
    lifecycle_notification_url: str | None = None
