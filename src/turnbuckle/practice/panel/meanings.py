"""What each switch and each limit means, in words for the person at the panel."""

from turnbuckle.practice.panel.knobs import Meaning

PROCORE_SWITCHES = {
    "missing_company_header": Meaning("What a call without Procore-Company-Id answers", (400, 403)),
    "lists_need_company_header": Meaning(
        "The lists of companies and of projects ask for Procore-Company-Id, too"
    ),
    "checked_out_patch": Meaning(
        "What a change of somebody else's checked-out file answers", (409, 403)
    ),
    "checked_out_version": Meaning(
        "What a new version, or a delete, of it answers", (400, 403, 409)
    ),
    "admin_passes_check_out": Meaning("Admins may write to files that others checked out"),
    "name_taken": Meaning("How the answer to a taken name looks"),
    "unique_name_default": Meaning(
        "A taken name is numbered when the call does not say what to do"
    ),
    "unique_name_pattern": Meaning(
        "How a taken name is numbered",
        ("{stem} ({number}){suffix}", "{stem}-{number}{suffix}", "{stem}_{number}{suffix}"),
    ),
    "case_blind": Meaning("a.pdf and A.pdf are one name"),
    "share_names": Meaning("A file and a folder may have one name"),
    "bin_blocks_names": Meaning("What is in the recycle bin keeps its name from others"),
    "touches_item": Meaning("A delete, a move and a rename set updated_at of the item"),
    "touches_descendants": Meaning("... and of everything below it"),
    "restore": Meaning("What moving an item out of the bin answers", (200, 403, 404)),
    "bin_in_index": Meaning("The flat index tells deleted items unless it is asked not to"),
    "url_seconds": Meaning("How long a file address works; empty: for ever"),
    "url_expired_status": Meaning("What an address answers that is too old", (403, 401)),
    "url_needs_bearer": Meaning("A file address asks for the access token as well"),
    "url_counted": Meaning("Fetching a file address counts against the limits"),
    "documents_per_page": Meaning("The largest page of the flat index", least=1),
    "retry_after": Meaning("A 429 says how long to wait"),
    "limits_by_token": Meaning("Each token has limits of its own; else all of an account's do"),
    "image_body": Meaning("Which form of a new photo's body is taken"),
    "retrieve_method": Meaning("By which method a photo leaves the bin", ("PATCH", "POST")),
    "album_keeps_photos": Meaning(
        "Photos of a deleted album stay, unclassified; else they go with it"
    ),
    "clean_names": Meaning('Each of \\ / : * ? " < > | in a new name becomes an underscore'),
    "same_album_names": Meaning("Two albums may have one name"),
    "same_photo_names": Meaning("Two photos of an album may have one name"),
    "open_ranges": Meaning("Filters take ranges without an end, such as 2026-01-01..."),
    "empty_uploads": Meaning("Files of 0 bytes are taken"),
    "newest_version_first": Meaning("Versions are told newest first"),
    "binned_content": Meaning("A file's address works while the file is in the bin"),
    "largest_upload": Meaning("The most bytes of an upload; empty: no end"),
    "inactive_refuses_writes": Meaning("An inactive project can only be read"),
    "attach_twice": Meaning("One upload may become two files"),
    "photos_tool": Meaning("What the list of tools calls Photos", ("images", "photos")),
    "images_per_page": Meaning("The largest page of photos and albums", least=1),
    "image_ids_as_objects": Meaning('ids_only gives {"id": 7}; else 7'),
    "photo_types": Meaning("Endings that Photos takes, with commas between; empty: all"),
    "tells_destroyed": Meaning("Photos deleted for ever are still told, without an address"),
    "loopback_hooks": Meaning("Webhooks may go to this machine, over http too"),
    "public_hooks": Meaning("Webhooks to public addresses are really posted; else they fail"),
    "company_hooks_hear_projects": Meaning("A company's webhook may hear of its projects' things"),
    "version_events": Meaning("A new version is told beside its file"),
    "restored_event": Meaning("What a webhook calls it when something leaves the bin"),
    "bin_tells_content": Meaning("A deleted folder is told with all that was in it"),
    "event_source_filled": Meaning("Webhooks tell who made the change; else null"),
    "operation_from_token": Meaning("Webhooks tell the call's Idempotency-Token as its operation"),
    "events_doubled": Meaning("Every webhook comes twice"),
    "events_disordered_seconds": Meaning(
        "How late every other webhook is, so that the next overtakes it"
    ),
    "event_delay_seconds": Meaning("How late every webhook is"),
    "events_lost_every": Meaning("Every so many-th event is lost; 0: none"),
    "manifest_tells_off": Meaning("The list of tools has those that are switched off, too"),
}

PROCORE_LIMITS = {
    "hourly": Meaning("Calls in an hour; empty: no end"),
    "hourly_seconds": Meaning("How long that hour is, in seconds", least=1),
    "spike": Meaning("Calls in a burst; empty: no end"),
    "spike_seconds": Meaning("How long a burst is, in seconds", least=1),
}

GRAPH_SWITCHES = {
    "nfc_siblings_clash": Meaning("Names equal but for composed letters cannot stand side by side"),
    "device_names_with_extension_refused": Meaning("CON.txt is refused as CON is"),
    "session_default_conflict": Meaning(
        "What an upload session does with a taken name when nobody says"
    ),
    "session_conflict_told_at": Meaning("When a session learns that a name is taken"),
    "session_if_match_always_fails": Meaning(
        "If-Match on an upload session answers 412 even when right"
    ),
    "office_session_lost_once": Meaning(
        "The first fragment over a rewritten Office file answers 404"
    ),
    "storage_refuses_tokens": Meaning("Upload and download addresses refuse calls with a token"),
    "rewrite_after_seconds": Meaning("When Office, PDF and HTML files are rewritten; empty: never"),
    "rewritten_suffixes": Meaning(
        "Only these endings are rewritten, with dots and commas; empty: all"
    ),
    "tag_bump_after_seconds": Meaning("When the service changes an eTag on its own; empty: never"),
    "new_file_ctag": Meaning("The number in the first cTag of a new file"),
    "folders_have_ctag": Meaning("Folders carry a cTag"),
    "app_writes_show_system_user": Meaning("What an app wrote is shown as written by the system"),
    "names_lose_entities": Meaning("HTML entities in new names are decoded"),
    "larger_told_suffixes": Meaning(
        "Files with these endings are told larger than what a download gives"
    ),
    "hash_missing_suffixes": Meaning(
        "Files with these endings have no hash until they are downloaded"
    ),
    "patch_answers_without_body": Meaning("A PATCH answers 204 without a body"),
    "patched_time_makes_version": Meaning("Setting a file's time makes a version"),
    "delta_gives_download_address": Meaning("Delta tells download addresses"),
    "delta_gives_path": Meaning("Delta tells the path of the parent"),
    "deletion_page_items": Meaning(
        "Pages with a deletion hold at most so many; empty: as ever", least=1
    ),
    "tombstones_have_kind": Meaning("A deletion says whether it was a file or a folder"),
    "deleted_children_told": Meaning("What was in a deleted folder is told one by one"),
    "delta_token_life_seconds": Meaning("How long a delta token is good; empty: for ever"),
    "resync_code": Meaning(
        "What a delta token that is too old asks for (410)",
        ("resyncChangesApplyDifferences", "resyncChangesUploadDifferences"),
    ),
    "subfolder_delta": Meaning("Delta works below a folder; else 501"),
    "delta_duplicates": Meaning("Delta tells items twice"),
    "delta_drops_tombstones": Meaning("Delta forgets deletions"),
    "delta_children_first": Meaning("Delta tells children before their folders"),
    "delta_repeats_next_link": Meaning("Delta's nextLink leads to the same page again"),
    "delta_link_malformed": Meaning("A deltaLink is refused when it comes back"),
    "delta_begins_empty": Meaning("The first page of delta holds only a nextLink"),
    "enumeration_breaks_off": Meaning("A fresh enumeration fails after its first page"),
    "throttled_without_wait": Meaning("A 429 does not say how long to wait"),
    "app_blocked": Meaning("Every call of apps answers 503"),
    "library_restore": Meaning("Libraries restore by the API, as a personal OneDrive does"),
    "locked_code": Meaning("What a locked file's 423 is called"),
    "open_file_holds_folder": Meaning(
        "A folder with an open file in it is neither renamed nor moved"
    ),
    "restored_version_keeps_ctag": Meaning("An older version comes back without a new cTag"),
    "hidden_status": Meaning("What an item answers that is not shared with the app"),
    "current_version_content": Meaning("The current version can be read by its number"),
    "unprovisioned_channels": Meaning(
        "Channels whose filesFolder answers 404, with commas between"
    ),
    "channel_site_seconds": Meaning(
        "How long a new channel's files take, from being asked for to being there"
    ),
    "asking_opens_standard_channels": Meaning(
        "Asking for a standard channel's files makes its folder; else opening the tab does"
    ),
    "renamed_channel_renames_folder": Meaning(
        "The folder of a renamed standard channel is renamed, too; General's always is"
    ),
    "team_creation_seconds": Meaning("How long a new Team takes to be found"),
    "anonymous_links": Meaning("People may make links that need no sign-in"),
    "granted_apps_see_private_items": Meaning(
        "An app that was granted a single site sees what people made private there"
    ),
    "loopback_hooks": Meaning("Notices may go to this machine, over http too"),
    "public_hooks": Meaning("Public addresses are really posted to; else nobody is there"),
    "subscription_refusal": Meaning("What a refused subscription's error is called"),
    "selected_sites_subscribe": Meaning("An app may subscribe to a site that it was granted"),
    "unauthorized_subscriptions_stop": Meaning(
        "A subscription with a lifecycle address falls silent until it is reauthorized"
    ),
    "notice_seconds": Meaning("How long after a change its notice comes"),
    "notices_per_change": Meaning("How many notices one change gives", least=1),
    "notices_lost_every": Meaning("Every so many-th notice is lost; 0: none"),
    "copy_polls": Meaning("How often a copy says that it goes on before it is done"),
}

GRAPH_LIMITS = {
    "app_units_a_minute": Meaning("Resource units of an app in a minute; empty: no end"),
    "app_units_a_day": Meaning("Resource units of an app in a day; empty: no end"),
    "tenant_units_in_five_minutes": Meaning("Units of the tenant in five minutes; empty: no end"),
    "user_requests_in_five_minutes": Meaning("Calls for a person in five minutes; empty: no end"),
    "headers_from_share": Meaning("From which share of the minute RateLimit headers are sent"),
    "quota_bytes": Meaning("What a library holds, with versions and bin; empty: no end"),
    "small_put_bytes": Meaning("The most bytes of an upload in one call", least=1),
    "file_bytes": Meaning("The most bytes of a file", least=1),
    "fragment_bytes": Meaning("The most bytes of a fragment", least=1),
    "fragment_step_bytes": Meaning("Fragments are multiples of so many bytes", least=1),
    "name_characters": Meaning("The longest name", least=1),
    "path_characters": Meaning("The longest path", least=1),
    "deleted_channel_days": Meaning("How long the name of a deleted channel is kept", least=0),
    "subscription_minutes": Meaning("The longest life of a subscription", least=1),
    "subscriptions_of_library": Meaning("Subscriptions to a library; empty: no end"),
    "subscriptions_of_site": Meaning("Subscriptions to a site's libraries; empty: no end"),
    "page_items": Meaning("Items on a page when nobody says", least=1),
    "largest_page_items": Meaning("Items on a page at most", least=1),
    "access_token_seconds": Meaning("How long an access token is good", least=1),
    "refresh_token_seconds": Meaning("How long a refresh token is good", least=1),
    "code_seconds": Meaning("How long a sign-in code is good", least=1),
    "upload_seconds": Meaning("How long an upload session waits for its next fragment", least=1),
    "upload_longest_seconds": Meaning("How long an upload session lives at most", least=1),
    "download_seconds": Meaning("How long a download address is good", least=1),
}
