"""What the database tells whoever watches the service: how much there is of what, right now.

Numbers of all organisations together or of each, never of one link: there may be ten thousand. A
few queries; those over all links read one row of each, the others what waits alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from turnbuckle.ports.budget import Standing
from turnbuckle.store import alerts, budgets, models, recipients
from turnbuckle.store.alerts import Kind
from turnbuckle.store.link_states import LinkState, runs_now, with_states
from turnbuckle.store.timings import URGENCY
from turnbuckle.store.units import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What is left of the budgets of all accounts at one remote that told their limits.

    Attributes:
        least: the smallest share that an account has left, from 0 to 1.
        closed: how many accounts the remote asked to wait.
    """

    accounts: int
    limit: int
    left: int
    least: float
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How things stand at one moment.

    Attributes:
        links: by organisation and state.
        lag_seconds: for how long the links have been due that are due and do not run, by
            organisation and quantile over these links: 0.5, 0.95 or 1.
        queue: links that are due and do not run, by who asks: person, webhook or schedule.
        running: links that are being run.
        held: batches that wait for a decision, by organisation.
        aside: items that failed and wait for their next try, by organisation.
        calls: by remote.
        hooks: by their state.
        alerts: open ones, by organisation and kind.
        alerts_untold: beginnings and ends on their way to a recipient: waiting, or given up.
    """

    links: Mapping[tuple[str, LinkState], int]
    lag_seconds: Mapping[tuple[str, str], float]
    queue: Mapping[str, int]
    running: int
    held: Mapping[str, int]
    aside: Mapping[str, int]
    calls: Mapping[str, Calls]
    hooks: Mapping[str, int]
    alerts: Mapping[tuple[str, Kind], int]
    alerts_untold: Mapping[str, int]


_QUANTILES = (0.5, 0.95, 1.0)


@tidy
def read(now: datetime, *, practice: bool) -> Gauges:
    """Read all of them; see `link_states.with_states` for `practice`."""
    organisations = list(models.Organisation.objects.values_list("name", flat=True))
    links = _links(now, practice)
    waiting = _waiting(now, practice)
    lags: dict[str, list[float]] = {name: [] for name in organisations}
    for organisation, since, _ in waiting:
        lags.setdefault(organisation, []).append((now - since).total_seconds())
    queue = dict.fromkeys(map(_asker, range(len(URGENCY))), 0)
    for *_, place in waiting:
        queue[_asker(place)] += 1
    open_holds = models.Hold.objects.filter(closed=None, decision="")
    return Gauges(
        links={
            (name, each): links.get((name, each), 0) for name in organisations for each in LinkState
        },
        lag_seconds={
            (name, f"{share:g}"): seconds
            for name, values in lags.items()
            for share, seconds in _quantiles(values).items()
        },
        queue=queue,
        running=sum(count for (_, state), count in links.items() if state is LinkState.RUNNING),
        held=_by_organisation(organisations, open_holds),
        aside=_by_organisation(organisations, models.SetAside.objects.all()),
        calls=_calls(budgets.standings(now)),
        hooks=dict(models.Hook.objects.values_list("state").annotate(Count("id"))),
        alerts={(name, kind): 0 for name in organisations for kind in Kind} | alerts.counted(),
        alerts_untold=recipients.counted(),
    )


def _links(now: datetime, practice: bool) -> dict[tuple[str, LinkState], int]:
    rows = with_states(now, practice=practice).values_list("organisation", "state")
    return {
        (organisation, LinkState(state)): count
        for organisation, state, count in rows.annotate(count=Count("id")).order_by()
    }


def _waiting(now: datetime, practice: bool) -> list[tuple[str, datetime, int]]:
    """Give whose links wait for their turn, since when, and who asks, as a place in `URGENCY`."""
    asks = Case(
        *(
            When(Q(nudges__gt=F("taken"), nudged_by=by), then=Value(place))
            for place, by in enumerate(URGENCY[:-1])
        ),
        default=Value(len(URGENCY) - 1),
        output_field=IntegerField(),
    )
    rows = with_states(now, practice=practice).filter(
        next_at__lte=now, link__paused="", link__integration__paused=""
    )
    waiting = rows.exclude(runs_now(now)).annotate(asks=asks)
    return list(waiting.values_list("organisation", "since", "asks"))


def _asker(place: int) -> str:
    return URGENCY[place] or "schedule"


def _quantiles(values: list[float]) -> dict[float, float]:
    """Give the quantiles by nearest rank; zero where nothing waits."""
    ordered = sorted(values) or [0.0]
    return {each: ordered[round(each * (len(ordered) - 1))] for each in _QUANTILES}


def _by_organisation(
    organisations: Sequence[str], rows: QuerySet[models.Hold] | QuerySet[models.SetAside]
) -> dict[str, int]:
    counted = rows.values_list("link__organisation__name").annotate(count=Count("id")).order_by()
    return dict.fromkeys(organisations, 0) | dict(counted)


def _calls(standings: Sequence[Standing]) -> dict[str, Calls]:
    told: dict[str, list[Standing]] = defaultdict(list)
    for each in standings:
        told[each.account.partition(" ")[0]].append(each)
    return {remote: _together(some) for remote, some in told.items()}


def _together(standings: Sequence[Standing]) -> Calls:
    known = [(each.left, each.limit) for each in standings if each.left is not None and each.limit]
    return Calls(
        accounts=len(known),
        limit=sum(limit for _, limit in known),
        left=sum(left for left, _ in known),
        least=min((left / limit for left, limit in known), default=1.0),
        closed=sum(each.closed_until is not None for each in standings),
    )
