"""An alert in words, also for commands that tell nobody and so need no HTTP."""

from turnbuckle.store.alerts import Alert


def alert_in_words(alert: Alert) -> str:
    """Say what an alert is about, without its link."""
    return f"{alert.kind.value} since {alert.opened_at:%Y-%m-%d %H:%M} UTC: {alert.said}"
