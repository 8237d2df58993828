"""Let something happen in the middle of a run: the process ends, an answer is lost, a user acts."""

from collections.abc import Callable

from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.model.side import Side


class Crash(BaseException):
    """The process ends here; nothing of ours may catch it."""


def at(
    stage: Stage,
    side: Side,
    when: When,
    op: Op,
    act: Callable[[], object],
    *,
    subject: str = "",
    times: int = 1,
) -> list[Moment]:
    """Do something at the next such moments of a side; give the list of those that came.

    Args:
        stage: where.
        side: whose calls.
        when: before, during or after the call.
        op: which call.
        act: what is done; what it raises comes out of the call.
        subject: only calls whose path, or page, holds this text.
        times: at so many moments.
    """
    came: list[Moment] = []

    def hook(moment: Moment) -> None:
        if (moment.when, moment.op) != (when, op) or subject not in moment.subject:
            return
        if len(came) < times:
            came.append(moment)
            act()

    stage.remotes[side].calls.hooks.append(hook)
    return came


def raising(error: BaseException) -> Callable[[], object]:
    """Give an act that raises an error."""

    def act() -> None:
        raise error

    return act


def clear_hooks(stage: Stage) -> None:
    """Let nothing happen any more."""
    for remote in stage.remotes.values():
        remote.calls.hooks.clear()
