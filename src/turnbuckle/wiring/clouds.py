"""Which installation of a remote a connection is about: a live cloud, or practice mode."""

from collections.abc import Mapping
from typing import Any

from turnbuckle.transport.clouds import MICROSOFT_CLOUDS, PROCORE_CLOUDS, Cloud, practice_cloud

CLOUDS: Mapping[str, Mapping[str, Cloud]] = {
    "procore": PROCORE_CLOUDS,
    "microsoft": MICROSOFT_CLOUDS,
}
"""The live clouds of each system, the usual one first."""


class UnknownCloud(Exception):
    """A person named a cloud or an address that cannot be used; the text says what can."""


def choose(
    system: str, name: str | None, *, practice: str | None, practice_storage: str | None
) -> dict[str, Any]:
    """Turn what a person chose into what a connection's settings keep.

    Args:
        system: a key of `CLOUDS`.
        name: of a live cloud; None: the usual one.
        practice: the address of a practice service on this machine, instead of a cloud.
        practice_storage: where that service's storage listens; None: anywhere on this machine.

    Raises:
        UnknownCloud: there is no such cloud, or the address is not on this machine.
    """
    if practice is not None:
        if name is not None:
            raise UnknownCloud("give --cloud or --practice, not both")
        chosen: dict[str, Any] = {"practice": practice, "practice_storage": practice_storage}
    else:
        chosen = {"cloud": name or next(iter(CLOUDS[system]))}
    cloud_of(system, chosen)
    return chosen


def cloud_of(system: str, settings: Mapping[str, Any]) -> Cloud:
    """Give the cloud of a connection's settings.

    Raises:
        UnknownCloud: there is none of that name, or the practice address is not on this machine.
    """
    if settings.get("practice"):
        try:
            return practice_cloud(system, settings["practice"], settings.get("practice_storage"))
        except ValueError as error:
            raise UnknownCloud(str(error)) from error
    known = CLOUDS[system]
    name = str(settings.get("cloud", ""))
    if name not in known:
        raise UnknownCloud(f"there is no cloud {name!r}; there are: {', '.join(known)}")
    return known[name]
