"""The names of the real services, under which practice mode answers behind its own certificate.

A program written for the real services calls them by these names. It reaches us through our proxy
and trusts our certificate, because somebody told it to; then each name serves what it serves
there, and nothing of practice mode's own, such as people's pages.

Sources: the fact sheets of both services, their sections on hosts and sign-in.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar

type Names = Mapping[str, re.Pattern[str]]
"""Hosts, and the paths that each of them serves."""

_GRAPH = re.compile(r"/(?:v1\.0|beta)(?:/.*)?")
_SIGN_IN = re.compile(r"/(?!v1\.0(?:/|$)|v2\.0(?:/|$)|beta(?:/|$)|practice(?:/|$)).*")
_LOGIN = re.compile(r"/oauth/.*")
_API = re.compile(r"/(?:rest|vapid|oauth)/.*")  # the legacy names took both
_FILES = re.compile(r"/api/.*")
_ALL = re.compile(r"/.*")

MICROSOFT: Names = {
    "graph.microsoft.com": _GRAPH,
    "graph.microsoft.us": _GRAPH,
    "dod-graph.microsoft.us": _GRAPH,
    "microsoftgraph.chinacloudapi.cn": _GRAPH,
    "login.microsoftonline.com": _SIGN_IN,
    "login.microsoftonline.us": _SIGN_IN,
    "login.chinacloudapi.cn": _SIGN_IN,
}

FILES_HOST = "storage.procore.com"
WEB_HOST = "app.procore.com"

PROCORE: Names = {
    "login.procore.com": _LOGIN,
    "login-sandbox.procore.com": _LOGIN,
    "login-sandbox-monthly.procore.com": _LOGIN,
    "login.procoregov.com": _LOGIN,
    "api.procore.com": _API,
    WEB_HOST: _API,
    "us02.procore.com": _API,
    "sandbox.procore.com": _API,
    "api-monthly.procore.com": _API,
    "api-sandbox-monthly.procore.com": _API,
    "api.procoregov.com": _API,
    FILES_HOST: _FILES,
}

NO_NAMES: Names = {}

called_by_real_name: ContextVar[bool] = ContextVar("called_by_real_name", default=False)
"""Whether the request in hand was sent to a real service's name."""


def everything_at(hosts: frozenset[str]) -> Names:
    """Hosts that serve every path, as those of a tenant's sites do."""
    return dict.fromkeys(hosts, _ALL)
