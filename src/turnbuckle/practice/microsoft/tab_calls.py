"""Calls about the tabs of a channel."""

import re
from urllib.parse import quote

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.channel_calls import CHANNEL, channel_meant
from turnbuckle.practice.microsoft.identifiers import fixed_guid
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.routes import Parts, listed, route
from turnbuckle.practice.microsoft.teams import Channel, Tab
from turnbuckle.practice.microsoft.wire import Json, selected

_APP = re.compile(r".*/appCatalogs/teamsApps(?:/(?P<plain>[\w.-]+)|\('(?P<key>[\w.-]+)'\))")
_NAMES = {
    "com.microsoft.teamspace.tab.web": "Website",
    "com.microsoft.teamspace.tab.files.sharepoint": "Document Library",
    "com.microsoftstream.embed.skypeteamstab": "Stream",
    "com.microsoft.teamspace.tab.planner": "Planner",
}
_CONFIGURATION = ("entityId", "contentUrl", "removeUrl", "websiteUrl")
_LONGEST_NAME = 128


async def list_tabs(call: Call, parts: Parts) -> Reply:
    """GET the tabs of a channel."""
    team, channel = channel_meant(call, parts)
    rows = [_tab_json(call, channel, tab) for tab in channel.tabs.values()]
    return listed(call, f"/teams/{team.id}/channels/{channel.id}/tabs", rows)


async def show_tab(call: Call, parts: Parts) -> Reply:
    """GET one tab."""
    channel, tab = _tab(call, parts)
    return Reply(200, selected(_tab_json(call, channel, tab), call.select))


async def make_tab(call: Call, parts: Parts) -> Reply:
    """POST a tab: a name, the app bound to it, its configuration."""
    _, channel = channel_meant(call, parts)
    body = await call.json()
    found = _APP.fullmatch(str(body.get("teamsApp@odata.bind", "")))
    if found is None:
        raise _refused("A tab needs teamsApp@odata.bind.")
    app = found["plain"] or found["key"]
    if app not in _NAMES:
        raise Refusal(404, "NotFound", "The app is not installed in this Team.")
    name = _name_in(body)
    number = str(fixed_guid("tab", channel.id, app, name, str(len(channel.tabs))))
    tab = Tab(id=number, name=name, app=app, configuration=_configuration_in(body, {}))
    channel.tabs[tab.id] = tab
    return Reply(201, _tab_json(call, channel, tab))


async def change_tab(call: Call, parts: Parts) -> Reply:
    """PATCH a tab's name and configuration; its app stays."""
    channel, tab = _tab(call, parts)
    body = await call.json()
    if "displayName" in body:
        tab.name = _name_in(body)
    tab.configuration = _configuration_in(body, tab.configuration)
    return Reply(200, _tab_json(call, channel, tab))


async def delete_tab(call: Call, parts: Parts) -> Reply:
    """DELETE a tab."""
    channel, tab = _tab(call, parts)
    del channel.tabs[tab.id]
    return Reply(204)


def _tab(call: Call, parts: Parts) -> tuple[Channel, Tab]:
    _, channel = channel_meant(call, parts)
    tab = channel.tabs.get(parts["tab"].lower())
    if tab is None:
        raise Refusal(404, "NotFound", "There is no tab of this id.")
    return channel, tab


def _tab_json(call: Call, channel: Channel, tab: Tab) -> Json:
    where = f"https://teams.microsoft.com/l/channel/{quote(channel.id, safe='')}"
    made: Json = {
        "id": tab.id,
        "displayName": tab.name,
        "webUrl": f"{where}/tab%3a%3a{tab.id}",
        "configuration": tab.configuration,
    }
    if "teamsapp" in call.options.get("expand", "").lower():
        made["teamsApp"] = {
            "id": tab.app,
            "displayName": _NAMES[tab.app],
            "distributionMethod": "store",
        }
    return made


def _name_in(body: Json) -> str:
    name = body.get("displayName")
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        raise _refused(f"A tab needs a displayName of at most {_LONGEST_NAME} characters.")
    return name


def _configuration_in(body: Json, kept: dict[str, str | None]) -> dict[str, str | None]:
    given = body.get("configuration") or {}
    if not isinstance(given, dict):
        raise _refused("configuration must be an object.")
    made: dict[str, str | None] = {}
    for key in _CONFIGURATION:
        value = given.get(key, kept.get(key))
        if value is not None and not isinstance(value, str):
            raise _refused(f"{key} is text.")
        made[key] = value
    return made


def _refused(sentence: str) -> Refusal:
    return Refusal(400, "BadRequest", sentence)


_TABS = f"{CHANNEL}/tabs"
_TAB = f"{_TABS}/(?P<tab>[^/]+)"

ROUTES = (
    route("GET", _TABS, "/tabs", 2, "tabs", list_tabs),
    route("POST", _TABS, "/tabs", 2, "make tab", make_tab),
    route("GET", _TAB, "/tab", 1, "tabs", show_tab),
    route("PATCH", _TAB, "/tab", 2, "change tab", change_tab),
    route("DELETE", _TAB, "/tab", 2, "change tab", delete_tab),
)
"""Tabs."""
