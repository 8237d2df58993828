"""What a nudge makes of a link's timing, where no burst comes: as `store.timings.nudge` in SQL.

A test holds the two together.
"""

from dataclasses import replace
from datetime import datetime

from turnbuckle.model.side import Side
from turnbuckle.store.timings import SETTLING, By, Timing


def nudged(kept: Timing, by: By, *, now: datetime, side: Side | None = None) -> Timing:
    """Give the timing of a link for which somebody asks a run."""
    first = (kept.nudged_at or now) if kept.is_nudged else now
    made = replace(kept, nudges=kept.nudges + 1, nudged_at=first)
    if by is By.PERSON:
        return replace(made, nudged_by=by.value, next_at=min(kept.next_at, now))
    keeps = kept.is_nudged and kept.nudged_by == By.PERSON.value
    told = {f"told_{one.value}_at": now for one in Side if side in (one, None)}
    settled, rests = now + SETTLING, kept.resting_until
    soon = min(kept.next_at, settled)
    if rests is not None and rests > settled:
        soon = min(kept.next_at, rests)
    elif keeps:
        soon = kept.next_at
    return replace(
        made,
        nudged_by=By.PERSON.value if keeps else by.value,
        next_at=soon,
        **told,  # type: ignore[arg-type]
    )
