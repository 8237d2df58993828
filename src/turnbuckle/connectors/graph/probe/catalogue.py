"""All questions to Microsoft 365 in the order in which they are asked, and those that stay open."""

from collections.abc import Mapping

from turnbuckle.connectors.graph.probe import (
    content_checks,
    delta_checks,
    item_checks,
    place_checks,
)
from turnbuckle.connectors.graph.probe.ground import GraphGround
from turnbuckle.ports.probe import Check

CHECKS: tuple[Check[GraphGround], ...] = (
    *place_checks.CHECKS,
    *item_checks.CHECKS,
    *content_checks.CHECKS,
    *delta_checks.CHECKS,
    *place_checks.WRITING,
    *place_checks.LAST,
)

_SOMEBODY = "somebody else would have to hold a file open in Office, or checked out"
_CHANNEL = "a channel or a Team would have to be made, and its name stays taken for 30 days"
_NOTICE = "it takes an address of yours that Microsoft can reach; Turnbuckle subscribes to nothing"
_AID = "this is an aid of practice mode alone; Microsoft has no such thing"
OPEN: Mapping[str, str] = {
    "loopback_hooks": _AID,
    "public_hooks": _AID,
    "selected_sites_subscribe": _NOTICE,
    "unauthorized_subscriptions_stop": _NOTICE,
    "notice_seconds": _NOTICE,
    "notices_per_change": _NOTICE,
    "notices_lost_every": _NOTICE,
    "channel_site_seconds": _CHANNEL,
    "asking_opens_standard_channels": _CHANNEL,
    "renamed_channel_renames_folder": _CHANNEL,
    "team_creation_seconds": _CHANNEL,
    "anonymous_links": "the probe opens nothing to strangers, not for a moment",
    "delta_token_life_seconds": "a token would have to be kept for weeks",
    "resync_code": "Microsoft cannot be made to forget a token",
    "delta_link_malformed": "the service did so for a day in 2019; a run then lists all anew",
    "names_lose_entities": "the service did so once; the name that comes back is what counts",
    "larger_told_suffixes": "only some photos of phones were told so, and no other file tells it",
    "app_blocked": "Microsoft blocks an app for misuse alone; every call would then answer 503",
    "locked_code": _SOMEBODY,
    "open_file_holds_folder": _SOMEBODY,
    "granted_apps_see_private_items": "a person would have to make an item private",
    "hidden_status": "an administrator would have to take an item out of the app's sight",
}
"""The simulator's switches that no check settles, each with the reason."""
