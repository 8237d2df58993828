"""What the account may do, what Photos is called, and how calls are limited; nothing is written."""

from turnbuckle.connectors.procore.probe.ground import ProcoreGround
from turnbuckle.ports.probe import COPES, NOTHING, Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, rows, shown
from turnbuckle.transport.reply import Reply

_NEEDED = "Admin"
_LIMIT = "x-rate-limit-limit"
_TITLES = ("engine_name", "title")
_PHOTO_NAMES = ("images", "photos")


async def _account(ground: ProcoreGround) -> Answer:
    me = row(await ground.calls.call("GET", "/rest/v1.0/me"))
    listed = await ground.calls.call(
        "GET",
        "/rest/v1.1/projects",
        params={"company_id": ground.project.company, "per_page": 1, "page": 1},
    )
    total = listed.headers.get("total", "an unknown number of")
    rows(listed)
    return Answer(
        seen=f"signed in as user {me.get('id')}; the account reaches {total} projects",
        setting=NOTHING,
    )


async def _permissions(ground: ProcoreGround) -> Answer:
    manifest = row(await ground.call("GET", "/rest/v1.0/settings/permissions"))
    tools = {str(each.get("name")): each for each in manifest.get("tools", [])}
    photos = next((name for name in _PHOTO_NAMES if name in tools), None)
    told = [f"{name}: {_level(tools[name])}" for name in ("documents", photos) if name in tools]
    wanting = [each for each in told if not each.endswith(_NEEDED)]
    others = [name for name, each in tools.items() if each.get("friendly_name") == "Photos"]
    switches: dict[str, Value] = {} if photos is None else {"photos_tool": photos}
    seen = "; ".join(told) or "neither Documents nor Photos is in the manifest"
    if photos is None:
        seen += f"; Photos is called {', '.join(others) or 'nothing, so it is switched off'}"
    advice = "give the account Admin on both tools in Procore" if wanting else COPES
    return Answer(seen=seen, switches=switches, setting=advice)


def _level(tool: dict[str, object]) -> str:
    level = tool.get("user_access_level")
    return str(level.get("name")) if isinstance(level, dict) else "no access"


async def _manifest(ground: ProcoreGround) -> Answer:
    tools = rows(await ground.calls.call("GET", f"/rest/v1.0/projects/{ground.project.id}/tools"))
    off = {str(each[key]) for each in tools if not each["is_active"] for key in _TITLES}
    if not off:
        raise NotSettled("no tool of the project is switched off")
    manifest = row(await ground.call("GET", "/rest/v1.0/settings/permissions"))
    told = {str(each.get(key)) for each in manifest["tools"] for key in ("name", "friendly_name")}
    shown_all = bool(off & told)
    return Answer(
        seen=f"{sum(not each['is_active'] for each in tools)} tools are switched off;"
        f" the manifest {'tells of them all the same' if shown_all else 'has none of them'}",
        switches={"manifest_tells_off": shown_all},
    )


async def _company_header(ground: ProcoreGround) -> Answer:
    path, company = f"/rest/v1.0/projects/{ground.project.id}/documents", ground.project.company
    reply = await _nameless(ground, path, {"per_page": 1})
    listed = await _nameless(ground, "/rest/v1.1/projects", {"company_id": company, "per_page": 1})
    switches: dict[str, Value] = {"lists_need_company_header": listed.status >= 400}
    if reply.status >= 400:
        switches["missing_company_header"] = reply.status
    return Answer(
        seen=f"documents answer {shown(reply)}, the list of projects {shown(listed)}",
        switches=switches,
        setting="nothing: Turnbuckle always sends the header",
    )


async def _nameless(ground: ProcoreGround, path: str, params: dict[str, str | int]) -> Reply:
    return await ground.calls.call(
        "GET", path, params=params, wire=ground.nameless, may_be_401=True
    )


async def _limits(ground: ProcoreGround) -> Answer:
    reply = await ground.index()
    if _LIMIT not in reply.headers:
        raise NotSettled("the answer carries no X-Rate-Limit headers")
    return Answer(
        seen=f"{_told(reply)}; practice mode: ProcoreLimits, the one that is hit first",
        setting="nothing: Turnbuckle learns the limits from these headers",
    )


def _told(reply: Reply) -> str:
    names = (_LIMIT, "x-rate-limit-remaining", "x-rate-limit-reset")
    return ", ".join(f"{name} {reply.headers.get(name, '(missing)')}" for name in names)


async def _retry_after(ground: ProcoreGround) -> Answer:
    met = ground.calls.throttled
    if not met:
        raise NotSettled("no call of this probe was limited, and none is limited on purpose")
    says = met[-1].says_how_long
    return Answer(
        seen=f"{len(met)} calls limited, the last one {met[-1].status}"
        f" {'with' if says else 'without'} Retry-After",
        switches={"retry_after": says},
    )


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(name="account", question="Who are we, and what do we reach?", ask=_account, calls=2),
    Check(
        name="permissions",
        question="May the account do what a sync needs, and what is Photos called?",
        ask=_permissions,
        calls=1,
        settles=("photos_tool",),
    ),
    Check(
        name="company-header",
        question="What does a call answer that names no company?",
        ask=_company_header,
        calls=2,
        settles=("missing_company_header", "lists_need_company_header"),
    ),
    Check(
        name="manifest",
        question="Does the list of permissions tell of tools that are switched off?",
        ask=_manifest,
        calls=2,
        settles=("manifest_tells_off",),
    ),
    Check(name="limits", question="Which limits do the headers tell?", ask=_limits, calls=1),
)

LAST: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="retry-after",
        question="Does a limited call say how long to wait?",
        ask=_retry_after,
        calls=0,
        settles=("retry_after",),
    ),
)
"""What is known only when all the others have been asked."""
