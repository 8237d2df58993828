"""All questions to Procore in the order in which they are asked, and those that stay open."""

from collections.abc import Mapping

from turnbuckle.connectors.procore.probe import (
    account_checks,
    change_checks,
    content_checks,
    list_checks,
    name_checks,
    photo_checks,
)
from turnbuckle.connectors.procore.probe.ground import ProcoreGround
from turnbuckle.ports.probe import Check

CHECKS: tuple[Check[ProcoreGround], ...] = (
    *account_checks.CHECKS,
    *list_checks.CHECKS,
    *list_checks.WRITING,
    *name_checks.CHECKS,
    *change_checks.CHECKS,
    *content_checks.WRITING,
    *photo_checks.CHECKS,
    *content_checks.CHECKS,
    *account_checks.LAST,
)

_SECOND_ACCOUNT = "it takes a second account that holds a file checked out"
_HOOK = "it takes a hook, and an address of yours that Procore can reach; Turnbuckle makes no hooks"
_AID = "this is an aid of practice mode alone; Procore has no such thing"
OPEN: Mapping[str, str] = {
    "loopback_hooks": _AID,
    "public_hooks": _AID,
    "limits_by_token": "a person's second token ends the first one, and the probe ends nobody's",
    **dict.fromkeys(
        (
            "company_hooks_hear_projects",
            "version_events",
            "restored_event",
            "bin_tells_content",
            "event_source_filled",
            "operation_from_token",
            "events_doubled",
            "events_disordered_seconds",
            "event_delay_seconds",
            "events_lost_every",
        ),
        _HOOK,
    ),
    "checked_out_patch": _SECOND_ACCOUNT,
    "checked_out_version": _SECOND_ACCOUNT,
    "admin_passes_check_out": _SECOND_ACCOUNT,
    "inactive_refuses_writes": "a project would have to be made inactive",
}
"""The simulator's switches that no check settles, each with the reason."""
