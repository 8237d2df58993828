"""The catalogue's `policy`, as the engine's settings."""

from collections.abc import Mapping
from typing import Any

from scenarios.vocabulary import SIDES

from turnbuckle.model.policy import Albums, LimitMode, Policy, Winner

_WINNERS = {"A": Winner.LEFT, "B": Winner.RIGHT, "newest": Winner.NEWEST}


def policy_of(told: Mapping[str, Any]) -> Policy:
    """Read a policy; what it does not say is as the product has it.

    What the engine has no switch for (an edit beats a deletion, and so on) is how it always is.
    """
    made = Policy()
    limit = told.get("delete_limit", {})
    mass = told.get("mass_change_guard", {})
    return Policy(
        winner=_WINNERS[told.get("conflict_winner", "A")],
        prefer=SIDES.get(told.get("rename_vs_rename", "A"), made.prefer),
        deletions_per_day=limit.get("per_window", made.deletions_per_day),
        deletion_mode=LimitMode(limit.get("mode", made.deletion_mode)),
        deletion_share=limit.get("share_of_pair", made.deletion_share),
        deletion_share_files=limit.get("min_share_items", made.deletion_share_files),
        hold_emptied=told.get("root_emptied_guard", made.hold_emptied),
        change_share=mass.get("share_of_pair", made.change_share),
        change_files=mass.get("min_items", made.change_files),
        albums=Albums(told.get("nested_albums", made.albums)),
    )
