"""How much a link has still to do, how long that takes, and the calls that are left for it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from turnbuckle.store import models
from turnbuckle.store.leases import hold
from turnbuckle.store.records import Link, Run
from turnbuckle.store.units import tidy, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a run knew when it recorded this.

    Attributes:
        is_first: the link was never in step before.
        seconds_left: until all steps are done; None: cannot be told.
        account: the one whose calls will be short first, as `store.budgets` names it.
        calls_left: of that account, in the window that ends at `calls_until`; None: not known.
    """

    recorded_at: datetime
    is_first: bool
    steps_left: int
    seconds_left: int | None
    account: str
    calls_left: int | None
    calls_limit: int | None
    calls_until: datetime | None


@unit
def record(run: Run, outlook: Outlook) -> None:
    """Keep what a run knows now, in the place of what it knew before.

    Raises:
        LeaseLost: the run does not hold the link any more, which may be gone.
    """
    hold(run)
    models.Outlook.objects.update_or_create(link_id=run.link, defaults=asdict(outlook))


@tidy
def of(link: Link) -> Outlook | None:
    """Give what a link's last run recorded; None: nothing yet."""
    row = models.Outlook.objects.filter(link_id=link.id).first()
    if row is None:
        return None
    return Outlook(
        recorded_at=row.recorded_at,
        is_first=row.is_first,
        steps_left=row.steps_left,
        seconds_left=row.seconds_left,
        account=row.account,
        calls_left=row.calls_left,
        calls_limit=row.calls_limit,
        calls_until=row.calls_until,
    )
