"""This machine's clock, beside the time that remotes tell with every answer; and on PostgreSQL the
clock of the server, which all processes go by."""

from datetime import timedelta

from turnbuckle.actions.doctor.finding import Finding, trouble, well
from turnbuckle.transport.times_told import TimesTold

AREA = "clock"
_MOST = timedelta(minutes=2)
_MATTERS = "until then tokens seem good that are not, and links run at the wrong time"


def examine(times: TimesTold, of_server: TimesTold | None = None) -> list[Finding]:
    """Say how the clocks stand; nothing where no remote answered.

    Args:
        times: what was told, beside this machine's clock.
        of_server: the same beside the clock of the database's server; None: it has none.
    """
    if not times.ahead:
        return []
    found = []
    if (said := _off(times)) is not None:
        matters = _MATTERS if of_server is None else "until then its log tells wrong times"
        todo = f"set it (timedatectl set-ntp true); {matters}"
        found.append(trouble(AREA, f"this machine's clock is {said}", todo))
    if of_server is not None and (said := _off(of_server)) is not None:
        told = f"the clock of the database's server is {said}"
        found.append(trouble(AREA, told, f"set it there; {_MATTERS}"))
    return found or [well(AREA, "it agrees with what the remotes tell")]


def _off(times: TimesTold) -> str | None:
    """Say how far a clock is off, and by whom; None: it is not."""
    told = max(times.ahead.items(), key=lambda each: abs(each[1]), default=None)
    if told is None or abs(told[1]) < _MOST:
        return None
    return f"{_apart(told[1])} what {told[0]} tells"


def _apart(ahead: timedelta) -> str:
    minutes = round(abs(ahead) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    length = f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{length} {'behind' if ahead > timedelta() else 'ahead of'}"
