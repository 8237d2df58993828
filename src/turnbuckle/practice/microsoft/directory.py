"""All addresses that name no item: people, Teams, channels, tabs, sites, grants, subscriptions."""

import re
from urllib.parse import unquote

from turnbuckle.practice.microsoft import (
    channel_calls,
    grant_calls,
    site_calls,
    subscription_calls,
    tab_calls,
    team_calls,
    user_calls,
)
from turnbuckle.practice.microsoft.routes import Parts, Route

DIRECTORY: tuple[Route, ...] = (
    *user_calls.ROUTES,
    *team_calls.ROUTES,
    *channel_calls.ROUTES,
    *tab_calls.ROUTES,
    *site_calls.ROUTES,
    *grant_calls.ROUTES,
    *subscription_calls.ROUTES,
)
"""The first that matches method and whole path answers."""

_KEYED = re.compile(
    r"/(users|teams|channels|members|tabs|operations|groups|sites|subscriptions)\('([^']*)'\)"
)


def find_route(method: str, raw_path: str) -> tuple[Route, Parts] | None:
    """The route of a path below the API's version, and the parts of the path it names."""
    text = _plain(raw_path)
    for route in DIRECTORY:
        found = route.pattern.fullmatch(text) if route.method == method else None
        if found is not None:
            return route, {key: part for key, part in found.groupdict().items() if part}
    return None


def is_address(raw_path: str) -> bool:
    """Whether there is anything under this path, by whatever method."""
    text = _plain(raw_path)
    return any(route.pattern.fullmatch(text) is not None for route in DIRECTORY)


def _plain(raw_path: str) -> str:
    text = re.sub(r"/{2,}", "/", unquote(raw_path)).rstrip("/")
    return _KEYED.sub(r"/\1/\2", text)
