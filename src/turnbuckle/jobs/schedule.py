"""When a link is due: pure, of its timing, its cadence and the time.

Polls and sweeps of a link lie on a grid of their own, at a place that follows from the link's id:
ten thousand links that were made together, or that all ran late after a night without the service,
spread over the whole interval again by themselves.

Webhooks are believed as far as they prove true. A poll that finds what none told waits a moment,
because word may be late; if still none came, polls come closer at once, and move apart again step
by step. Where nothing was missed for a day they may get rarer, if the owner wants that.

No poll comes closer than the accounts can bear: what `transport.pacing` found is kept with the
link, for the polls of all links of an account count.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from turnbuckle.jobs.cadence import Cadence
from turnbuckle.model.side import Side
from turnbuckle.store.looks import Wanted
from turnbuckle.store.timings import After, By, Timing

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_GOLDEN = 0.6180339887498949  # multiples of it spread evenly, however many there are
_FIRST_REST = timedelta(seconds=30)
_LONGEST_REST = timedelta(minutes=30)
_LATE_WORD = timedelta(minutes=2)  # a webhook may come so long after its change
_SHORTLY = timedelta(seconds=10)
_STEP_APART = timedelta(minutes=15)  # after a miss, polls move apart once in this time
_TRUSTED_AFTER = timedelta(days=1)  # without a miss
_TOLD_LATELY = timedelta(days=7)  # webhooks that told of a link are expected to go on so long


def is_sweep(began: Timing, cadence: Cadence, made_at: datetime) -> bool:
    """Tell whether a run that begins is to list both sides completely.

    The first run of a link does so anyway, and goes on where it was after a break.

    Args:
        began: the link's timing at the beginning.
        cadence: how often.
        made_at: when the link was made.
    """
    if began.started_at is None or began.ended_at is None:
        return False
    slot = _next_slot(began.swept_at or made_at, cadence.sweep, began.link)
    return slot <= began.started_at


def looks_that_will_do(began: Timing, cadence: Cadence) -> Wanted | None:
    """Say which looks at its feeds serve a run that begins; None: it has to look itself.

    A poll does with any look of the last interval, because whoever made it noted whom its news
    concern; but not with one that the link's last run knew already, else a poll that begins a
    little earlier in its second than the last one would do with that one's look. A run that
    webhooks asked for does with such a one as well: the feed that they spoke of is looked at
    closely, as every feed is whose hook said something (see `looks`), and of the other one nobody
    spoke. A person, and a link's first run, get looks of their own.
    """
    now = began.started_at
    if now is None or began.ended_at is None:
        return None
    if began.is_nudged and began.nudged_by != By.WEBHOOK:
        return None
    latest = now - interval(began, began.missed_at, cadence, now)
    if not began.is_nudged:
        latest = max(latest, began.ended_at)
    return Wanted(after=latest, closely=False)


def after(
    began: Timing,
    cadence: Cadence,
    *,
    news: Side | None,
    swept: bool,
    made_at: datetime,
    now: datetime,
    apart: timedelta | None = None,
) -> After:
    """Decide when a link is due after a run that got through.

    Args:
        began: its timing when the run began.
        cadence: how often.
        news: the side on which the run found that something had changed; None: on none.
        swept: whether it was a complete run.
        made_at: when the link was made.
        now: when it ended.
        apart: its accounts bear polls so far apart; None: none was asked, so it is as it was.
    """
    if apart is not None and apart.total_seconds() != began.apart_seconds:
        began = replace(began, apart_seconds=apart.total_seconds())
    unheralded_at, unheralded_on, missed_at = _judged(began, news, now)
    swept_at = began.started_at if swept else began.swept_at
    poll = _next_slot(now, interval(began, missed_at, cadence, now), began.link)
    sweep = _next_slot(swept_at or made_at, cadence.sweep, began.link)
    if unheralded_at is not None:  # see soon whether word came
        poll = min(poll, max(unheralded_at + _LATE_WORD, now + _SHORTLY))
    return After(
        next_at=min(poll, sweep) if sweep > now else poll,
        apart_seconds=began.apart_seconds,
        swept_at=swept_at,
        unheralded_at=unheralded_at,
        unheralded_on=unheralded_on,
        missed_at=missed_at,
    )


def after_failure(began: Timing, *, now: datetime, chance: float) -> After:
    """Decide when a link is tried again: later each time, and never together with all others.

    Args:
        began: its timing when the run began.
        now: when it failed.
        chance: from 0 to 1.
    """
    until = now + _rest(began.failures + 1) * (0.75 + 0.5 * chance)
    return After(
        next_at=until,
        failures=began.failures + 1,
        resting_until=until,
        apart_seconds=began.apart_seconds,
        swept_at=began.swept_at,
        unheralded_at=began.unheralded_at,
        unheralded_on=began.unheralded_on,
        missed_at=began.missed_at,
    )


def interval(
    timing: Timing, missed_at: datetime | None, cadence: Cadence, now: datetime
) -> timedelta:
    """Say how far apart polls lie now, by what webhooks were worth and accounts can bear.

    Args:
        timing: what is known of them.
        missed_at: when a poll last found what none had told.
        cadence: how often.
        now: the time.
    """
    return max(_wanted(timing, missed_at, cadence, now), timedelta(seconds=timing.apart_seconds))


def _wanted(
    timing: Timing, missed_at: datetime | None, cadence: Cadence, now: datetime
) -> timedelta:
    if missed_at is not None and now - missed_at < _TRUSTED_AFTER:
        steps = int((now - missed_at) / _STEP_APART)
        apart: timedelta = cadence.close * 2 ** min(steps, 16)
        return min(apart, cadence.usual)
    are_told = _tells(timing, Side.LEFT, now) and _tells(timing, Side.RIGHT, now)
    return cadence.rare if are_told else cadence.usual


def _judged(
    began: Timing, news: Side | None, now: datetime
) -> tuple[datetime | None, str, datetime | None]:
    """Say what a run means for the trust in webhooks: news without word, and word that is missed.

    Returns:
        When and on which side news was found that no webhook told of yet; when none told at all.
    """
    untold, missed_at = began.unheralded_at, began.missed_at
    side = Side(began.unheralded_on) if began.unheralded_on else None
    if untold is not None and side is not None:
        told = began.told_at(side)
        if told is not None and told > untold:
            untold, side = None, None
        elif now - untold >= _LATE_WORD:
            untold, side, missed_at = None, None, now
    if untold is None and news is not None and not began.is_nudged and _tells(began, news, now):
        untold, side = began.started_at, news
    return untold, "" if side is None else side.value, missed_at


def _tells(timing: Timing, side: Side, now: datetime) -> bool:
    """Whether webhooks of a side are expected to tell of changes."""
    told = timing.told_at(side)
    return told is not None and now - told < _TOLD_LATELY


def _rest(failures: int) -> timedelta:
    doubled: timedelta = _FIRST_REST * 2 ** min(failures - 1, 16)
    return min(doubled, _LONGEST_REST)


def _next_slot(moment: datetime, every: timedelta, link: int) -> datetime:
    """Give the link's first place on its grid after a moment."""
    start = _EPOCH + every * (link * _GOLDEN % 1.0)
    return start + every * ((moment - start) // every + 1)
