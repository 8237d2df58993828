"""What nobody public says about Procore, as switches, and its limits, as numbers.

The numbers in the comments are the rows of section 16 of the fact sheet; the defaults are the
values given there. A test or the panel may turn a switch while the service runs.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class NameTakenBody(StrEnum):
    """How the answer to a taken name looks."""

    FIELD_400 = "400 with the message under its field"
    FIELD_422 = "422 with the message under its field"
    TEXT_400 = "400 with a plain sentence"


class ImageBody(StrEnum):
    """Which form of a new photo's body is taken."""

    BOTH = "the reference's and the guide's"
    REFERENCE = "upload_uuid and image_name beside the image"
    GUIDE = "an object of its own for the upload"


PHOTO_TYPES = frozenset({"jpg", "jpeg", "gif", "png", "bmp", "tif"})


@dataclass(slots=True, kw_only=True)
class ProcoreSwitches:
    """How this Procore behaves where the contract leaves it open."""

    missing_company_header: int = 400  # 1: the status; or 403
    lists_need_company_header: bool = False  # 1: of companies, of projects; ProPyCore sends none
    checked_out_patch: int = 409  # 2: a PATCH of a file that somebody else checked out; or 403
    checked_out_version: int = 400  # 2: a new version or a delete of it; or 403, 409
    admin_passes_check_out: bool = False  # 2: Admins write to it all the same
    name_taken: NameTakenBody = NameTakenBody.FIELD_400  # 3
    unique_name_default: bool = False  # 4: rename automatically when the call does not say
    unique_name_pattern: str = "{stem} ({number}){suffix}"  # 4
    case_blind: bool = True  # 5: "a.pdf" and "A.pdf" are one name
    share_names: bool = False  # 5: a file and a folder may have one name
    bin_blocks_names: bool = False  # 5: a deleted item keeps its name from others
    touches_item: bool = True  # 6: delete, move and rename set `updated_at` of the item
    touches_descendants: bool = False  # 6: and of everything below it
    restore: int = 200  # 7: PATCH of parent_id out of the bin works; or 403, 404
    bin_in_index: bool = True  # 8: the flat index has deleted rows unless asked otherwise
    url_seconds: float | None = 3600  # 9: how long a file address works; None: endless
    url_expired_status: int = 403  # 9: the answer afterwards; or 401
    url_needs_bearer: bool = True  # 10: a file address asks for the bearer token
    url_counted: bool = False  # 11: the GET of a file address counts in the limits
    documents_per_page: int = 1000  # 12: where the flat index clamps `per_page`
    retry_after: bool = True  # 13: a 429 carries Retry-After
    limits_by_token: bool = False  # section 3: each token has limits of its own, says an older text
    image_body: ImageBody = ImageBody.BOTH  # 15
    retrieve_method: str = "PATCH"  # 16: how a photo is taken out of the bin; or POST
    album_keeps_photos: bool = True  # 16: photos of a deleted album are unclassified; else deleted
    clean_names: bool = True  # 18: replaces \ / : * ? " < > | by _
    same_album_names: bool = True  # 19: two albums may have one name; else 400
    same_photo_names: bool = True  # 19: two photos of an album may have one name; else 400
    open_ranges: bool = False  # 20: takes "A..." and "...B"; else 400
    empty_uploads: bool = True  # 21: takes files of 0 bytes; else 400
    newest_version_first: bool = True  # 22: the order of `file_versions`
    binned_content: bool = True  # a file address works while the file is in the bin; else 404
    largest_upload: int | None = None  # bytes; a larger one is refused (400) when it is promised
    inactive_refuses_writes: bool = True  # what an inactive project answers to a write: 403
    attach_twice: bool = False  # section 9: one upload may be attached again
    manifest_tells_off: bool = False  # section 6: the manifest has tools that are switched off
    photos_tool: str = "images"  # section 6: what the manifest calls Photos; or photos
    images_per_page: int = 1000  # section 10: where lists of photos and albums clamp `per_page`
    image_ids_as_objects: bool = False  # section 10: ids_only gives {"id": 7}; else 7
    photo_types: frozenset[str] | None = PHOTO_TYPES  # section 10: None: takes everything
    tells_destroyed: bool = True  # section 10: a photo deleted for ever is told without a url
    loopback_hooks: bool = False  # hooks may go to this machine, over http too
    public_hooks: bool = False  # public addresses are really posted to; else only accepted
    company_hooks_hear_projects: bool = False  # section 13: a company's hook hears of its projects
    version_events: bool = True  # 17: new bytes are told as a version beside the file
    restored_event: Literal["create", "update"] = "create"  # section 13: what a restore is told as
    bin_tells_content: bool = False  # section 13: a deletion tells of all below the folder
    event_source_filled: bool = True  # 17: who made the change is told; else null
    operation_from_token: bool = False  # section 13: Idempotency-Token is the source's operation
    events_doubled: bool = False  # 17: every event is delivered twice
    events_disordered_seconds: float = 0.0  # 17: every other event is so late, and overtaken
    event_delay_seconds: float = 0.0  # every event is so late
    events_lost_every: int = 0  # every so many-th event is lost; 0: none


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcoreLimits:
    """How many calls an account may make (row 14); None switches a limit off."""

    hourly: int | None = 3600
    hourly_seconds: float = 3600
    spike: int | None = 25
    spike_seconds: float = 10


NO_LIMITS = ProcoreLimits(hourly=None, spike=None)
"""For tests that are about something else."""
