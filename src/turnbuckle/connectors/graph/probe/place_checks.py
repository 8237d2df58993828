"""The drive, its delta, and the Team's channels, as they are; nothing is written."""

from datetime import timedelta
from typing import Any

from turnbuckle.connectors.graph.addresses import VERSION, segment
from turnbuckle.connectors.graph.probe.ground import GraphGround
from turnbuckle.ports.probe import NOTHING, Answer, Check, NotSettled
from turnbuckle.transport.raw_calls import row, shown

_PREFER = "deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges"
_MOST_CHANNELS = 12
_NOWHERE = "https://turnbuckle-probe.invalid/"
_SUBSCRIBED = timedelta(hours=1)
_REFUSALS = frozenset({"InvalidRequest", "ValidationError"})
_SOME_ROWS = 50
_MORE_PAGES = 2


async def _drive(ground: GraphGround) -> Answer:
    reply = await ground.get(ground.drive)
    drive = row(reply)
    quota = drive.get("quota") or {}
    limits = sorted(name for name in reply.headers if name.startswith("ratelimit-"))
    return Answer(
        seen=f"a {drive.get('driveType')}, {quota.get('remaining', 'an untold number of')} bytes"
        f" free, state {quota.get('state', 'untold')};"
        f" limits in the headers: {', '.join(limits) or 'none yet'}",
        setting=NOTHING,
    )


async def _first_page(ground: GraphGround) -> Answer:
    body = row(await ground.get(f"{ground.drive}/root/delta", top=_SOME_ROWS))
    rows, more = body["value"], "@odata.nextLink" in body
    keys = sorted({key for each in rows for key in each if not key.startswith("@odata")})
    return Answer(
        seen=f"asked for {_SOME_ROWS} rows, got {len(rows)}{', and more to come' if more else ''};"
        f" keys: {', '.join(keys)}",
        setting=NOTHING,
    )


async def _enumeration(ground: GraphGround) -> Answer:
    page = await ground.get(f"{ground.drive}/root/delta", top=1)
    for number in range(2, 2 + _MORE_PAGES):
        link = row(page).get("@odata.nextLink")
        if link is None:
            break
        page = await ground.calls.call("GET", str(link))
        if page.status >= 500:
            return _broken_off(f"page {number} of a fresh enumeration answers {shown(page)}", True)
    else:
        return _broken_off(f"{1 + _MORE_PAGES} pages of a fresh enumeration answer 200", False)
    raise NotSettled("all of the drive fits on one page or two")


def _broken_off(seen: str, breaks: bool) -> Answer:
    return Answer(
        seen=seen,
        switches={"enumeration_breaks_off": breaks},
        setting="nothing: an enumeration that breaks off is begun anew",
    )


async def _subfolder(ground: GraphGround) -> Answer:
    folder = ground.scratch if ground.may_write else str(ground.folder_id)
    item = await ground.look(folder)
    if "root" in item:
        raise NotSettled("the destination is the top of its drive; name a folder below it")
    path = f"{ground.item(folder)}/delta"
    reply = await ground.calls.call("GET", path, params={"token": "latest"})
    if reply.status not in {200, 400, 405, 501}:
        raise NotSettled(f"delta of a folder answers {shown(reply)}")
    return Answer(
        seen=f"delta of a folder answers {shown(reply)}",
        switches={"subfolder_delta": reply.status == 200},
        setting="nothing: Turnbuckle follows the whole drive",
    )


async def _forms(ground: GraphGround) -> Answer:
    function = await ground.get(f"{ground.drive}/root/delta(token='latest')")
    preferred = await ground.calls.call(
        "GET",
        f"{ground.drive}/root/delta",
        params={"token": "latest"},
        headers={"Prefer": _PREFER},
    )
    applied = preferred.headers.get("preference-applied", "nothing")
    return Answer(
        seen=f"delta(token='latest') answers {shown(function)}; with Prefer for removed and"
        f" shared items {shown(preferred)}, applied: {applied}",
        setting=NOTHING,
    )


async def _channels(ground: GraphGround) -> Answer:
    if ground.team is None:
        raise NotSettled("the destination is no channel; name one with --team and --channel")
    team = f"{VERSION}/teams/{segment(ground.team)}/channels"
    channels = row(await ground.get(team))["value"][:_MOST_CHANNELS]
    missing, told = [], []
    for channel in channels:
        reply = await ground.get(f"{team}/{segment(channel['id'])}/filesFolder")
        told.append(f"{channel.get('membershipType', 'a channel')}: {shown(reply)}")
        if reply.status == 404:
            missing.append(str(channel["displayName"]))
    return Answer(
        seen=f"the folders of {len(channels)} channels: {'; '.join(told)}",
        switches={"unprovisioned_channels": sorted(missing)},
        setting="open the Files tab of these channels once in Teams" if missing else NOTHING,
    )


async def _subscription(ground: GraphGround) -> Answer:
    """Subscribe with an address that nobody can reach, which is refused before anything is made."""
    ends = ground.clock.now() + _SUBSCRIBED
    body = {
        "changeType": "updated",
        "notificationUrl": _NOWHERE,
        "resource": f"drives/{ground.drive_id}/root",
        "expirationDateTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    reply = await ground.calls.call("POST", f"{VERSION}/subscriptions", json=body)
    if reply.status < 300:
        await ground.calls.call("DELETE", f"{VERSION}/subscriptions/{row(reply)['id']}")
        raise NotSettled("a subscription to an address that is none was taken; it is deleted again")
    code = (reply.json(dict[str, Any]).get("error") or {}).get("code")
    if code not in _REFUSALS:
        raise NotSettled(f"a subscription to an address that is none answers {shown(reply)}")
    return Answer(
        seen=f"a subscription to an address that is none answers {shown(reply)}",
        switches={"subscription_refusal": str(code)},
        setting=NOTHING,
    )


async def _throttled(ground: GraphGround) -> Answer:
    met = [each for each in ground.calls.throttled if each.status == 429]
    if not met:
        raise NotSettled("no call of this probe was limited, and none is limited on purpose")
    silent = sum(not each.says_how_long for each in met)
    return Answer(
        seen=f"{len(met)} calls limited, {silent} of them without Retry-After",
        switches={"throttled_without_wait": silent > 0},
    )


CHECKS: tuple[Check[GraphGround], ...] = (
    Check(name="drive", question="What kind of drive is it, and is it full?", ask=_drive, calls=1),
    Check(
        name="delta-page",
        question="What does delta tell of what is there?",
        ask=_first_page,
        calls=1,
    ),
    Check(
        name="enumeration",
        question="Can a drive be enumerated over several pages?",
        ask=_enumeration,
        calls=1 + _MORE_PAGES,
        settles=("enumeration_breaks_off",),
    ),
    Check(
        name="folder-delta",
        question="Can one folder's changes be followed?",
        ask=_subfolder,
        calls=2,
        settles=("subfolder_delta",),
    ),
    Check(
        name="delta-forms",
        question="Are the other forms of delta taken?",
        ask=_forms,
        calls=2,
    ),
    Check(
        name="channels",
        question="Which channels of the Team have no folder yet?",
        ask=_channels,
        calls=1 + _MOST_CHANNELS,
        settles=("unprovisioned_channels",),
    ),
)

WRITING: tuple[Check[GraphGround], ...] = (
    Check(
        name="subscription",
        question="How is a subscription refused whose address nobody can reach?",
        ask=_subscription,
        calls=2,
        settles=("subscription_refusal",),
        writes=True,
    ),
)

LAST: tuple[Check[GraphGround], ...] = (
    Check(
        name="graph-retry-after",
        question="Does a limited call say how long to wait?",
        ask=_throttled,
        calls=0,
        settles=("throttled_without_wait",),
    ),
)
"""What is known only when all the others have been asked."""
