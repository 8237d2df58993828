"""This machine's clock, beside the time that remotes tell with every answer."""

from datetime import timedelta

from turnbuckle.actions.doctor.finding import Finding, trouble, well
from turnbuckle.transport.times_told import TimesTold

AREA = "clock"
_MOST = timedelta(minutes=2)


def examine(times: TimesTold) -> list[Finding]:
    """Say how the clock stands; nothing where no remote answered."""
    if not times.ahead:
        return []
    host, ahead = max(times.ahead.items(), key=lambda told: abs(told[1]))
    if abs(ahead) < _MOST:
        return [well(AREA, "it agrees with what the remotes tell")]
    return [
        trouble(
            AREA,
            f"this machine's clock is {_apart(ahead)} what {host} tells",
            "set it (timedatectl set-ntp true); until then tokens seem good that are not, and"
            " links run at the wrong time",
        )
    ]


def _apart(ahead: timedelta) -> str:
    minutes = round(abs(ahead) / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    length = f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{length} {'behind' if ahead > timedelta() else 'ahead of'}"
