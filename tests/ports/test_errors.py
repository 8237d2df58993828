"""Each error of a remote names what happens next, and only one thing."""

from datetime import timedelta

from turnbuckle.ports import errors
from turnbuckle.ports.errors import (
    Blocked,
    Outdated,
    RateLimited,
    RemoteError,
    Transient,
    Unacceptable,
)

NEXT_STEPS = {Transient, Outdated, Unacceptable, Blocked}


def kinds() -> set[type[RemoteError]]:
    """Give the errors that connectors raise: all but the base and the four next steps."""
    every = {each for each in vars(errors).values() if isinstance(each, type)}
    remote = {each for each in every if issubclass(each, RemoteError)}
    return remote - NEXT_STEPS - {RemoteError}


def test_every_error_names_exactly_one_next_step() -> None:
    unclear = [
        kind.__name__
        for kind in kinds()
        if sum(issubclass(kind, next_step) for next_step in NEXT_STEPS) != 1
    ]

    assert unclear == []


def test_the_table_at_the_top_lists_every_error() -> None:
    table = (errors.__doc__ or "").split("Every message")[0]

    assert [kind.__name__ for kind in kinds() if kind.__name__ not in table] == []


def test_an_error_of_the_limits_says_who_asks_and_for_how_long() -> None:
    error = RateLimited("Procore", timedelta(seconds=7.6))

    assert str(error) == "Procore asks us to wait 8 s"
    assert error.wait == timedelta(seconds=7.6)
