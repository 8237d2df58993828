"""What nobody could confirm about Microsoft 365, as switches; and its faults, off by default.

Each default is the answer that the fact sheet holds for more likely. A test may turn a switch
while the service runs.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True, kw_only=True)
class GraphSwitches:
    """Behaviour that differs by tenant, by age of the service, or that no source settles."""

    # Names (section 6)
    nfc_siblings_clash: bool = True  # names equal but for composition cannot stand side by side
    device_names_with_extension_refused: bool = True  # CON.txt, not only CON
    names_lose_entities: bool = False  # "&amp;" in a name that is given is kept as "&"

    # Uploads (section 5)
    session_default_conflict: Literal["fail", "replace"] = "replace"  # documented: fail
    session_conflict_told_at: Literal["create", "last"] = "create"  # when `fail` is answered
    session_if_match_always_fails: bool = False  # 412 even with the right eTag, seen in 2023
    office_session_lost_once: bool = False  # replacing a rewritten Office file: first fragment 404
    storage_refuses_tokens: bool = False  # 401 for an Authorization header; rclone 1.60 sends it

    # After an upload
    rewrite_after_seconds: float | None = 0.0  # Office, PDF, HTML; 0: at once; None: never
    rewritten_suffixes: frozenset[str] | None = None  # of names, with the dot; None: all kinds
    tag_bump_after_seconds: float | None = None  # the service changes the eTag on its own
    new_file_ctag: int = 2  # a sample after a small PUT had eTag 1 and cTag 2

    # Items (section 3)
    folders_have_ctag: bool = True
    app_writes_show_system_user: bool = False
    larger_told_suffixes: frozenset[str] = frozenset()  # size is more than what is there: ".heic"
    hash_missing_suffixes: frozenset[str] = frozenset()  # no hash until somebody downloads
    patch_answers_without_body: bool = False
    patched_time_makes_version: bool = True

    # Delta (section 4)
    delta_gives_download_address: bool = True
    delta_gives_path: bool = True
    deletion_page_items: int | None = 7  # pages with a tombstone shrink to this; None: they do not
    tombstones_have_kind: bool = True  # with the `file` or `folder` facet, seen in 2026
    deleted_children_told: bool = False  # one by one, beside the folder
    delta_token_life_seconds: float | None = None
    resync_code: str = "resyncChangesApplyDifferences"
    subfolder_delta: bool = True  # else 501 notSupported, as before 2021
    delta_duplicates: bool = False
    delta_drops_tombstones: bool = False
    delta_children_first: bool = False
    delta_repeats_next_link: bool = False
    delta_link_malformed: bool = False  # the deltaLink is refused (400) when it comes back
    delta_begins_empty: bool = False  # the first page of a set has only a nextLink
    enumeration_breaks_off: bool = False  # every page of a fresh one but the first fails

    # Throttling (section 7)
    throttled_without_wait: bool = False  # 429 lacks Retry-After now and then
    app_blocked: bool = False  # 503 for every call until somebody releases the app

    # Bin, locks, versions
    library_restore: bool = False
    locked_code: Literal["resourceLocked", "notAllowed", "accessDenied"] = "resourceLocked"
    open_file_holds_folder: bool = True  # nobody renames or moves a folder with an open file in it
    restored_version_keeps_ctag: bool = False  # seen: an older version comes back unnoticed
    hidden_status: Literal[403, 404] = 403  # what an item answers that is not shared with the app
    current_version_content: bool = True  # /versions/{id}/content serves the current one as well

    # Teams (section 10)
    unprovisioned_channels: set[str] = field(default_factory=set)  # filesFolder is 404, by name
    channel_site_seconds: float = 3.0  # from asking a new channel for its files to having them
    asking_opens_standard_channels: bool = False  # else only who opens Files makes the folder
    renamed_channel_renames_folder: bool = False  # of General always
    team_creation_seconds: float = 2.0  # from POST /teams to a Team that can be found

    # Sharing (section 4)
    anonymous_links: bool = True  # the tenant lets people make links for anybody
    granted_apps_see_private_items: bool = True  # of sites granted to them: Sites.Selected

    # Change notifications (section 9)
    loopback_hooks: bool = False  # receivers may be on this machine, over http too
    public_hooks: bool = False  # public addresses are really posted to; else found unreachable
    subscription_refusal: Literal["InvalidRequest", "ValidationError"] = "InvalidRequest"
    selected_sites_subscribe: bool = False  # an app may with a grant to write on the site alone
    unauthorized_subscriptions_stop: bool = False  # those with a lifecycle address, until renewed
    notice_seconds: float = 0.5  # from a change to its notice
    notices_per_change: int = 1  # one rename gave tens or hundreds
    notices_lost_every: int = 0  # every so many-th notice is lost; 0: none

    # Copies between drives
    copy_polls: int = 1  # answers "inProgress" this often before "completed"
