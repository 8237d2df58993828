"""Word of changes in a library: Graph's subscriptions, and only to the library's top.

One address gets both kinds of notice, those of changes and those of the subscription's own life.
A subscription is asked for with a little less than its longest life, for the clocks of two
machines never agree.

Source: section 9 of the Graph fact sheet.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from turnbuckle.connectors.graph.addresses import VERSION, drive, segment
from turnbuckle.connectors.graph.api import GraphApi
from turnbuckle.connectors.graph.wire import Listing, Subscription
from turnbuckle.ports.announcing import Hook
from turnbuckle.ports.errors import Gone, MalformedReply
from turnbuckle.transport.wire import Wire

LIFE = timedelta(minutes=42_300) - timedelta(hours=1)
_ALL = f"{VERSION}/subscriptions"


class Subscriptions:
    """Sets up where word of one library's changes is posted."""

    def __init__(self, wire: Wire, drive_id: str) -> None:
        self._api = GraphApi(wire)
        self._resource = drive(drive_id).removeprefix(VERSION) + "/root"

    async def hooks(self) -> AsyncIterator[Hook]:
        """Give our app's subscriptions to this library; pages of all that it has are read."""
        wanted = _key(self._resource)
        async for one in self._api.each(_ALL, Listing[Subscription], label="subscriptions"):
            if _key(one.resource) == wanted:
                yield _hook(one)

    async def make(self, address: str, secret: str) -> Hook:
        """Subscribe; Graph calls the address before it answers. One counted call."""
        wish = {
            "changeType": "updated",
            "notificationUrl": address,
            "lifecycleNotificationUrl": address,
            "resource": self._resource,
            "expirationDateTime": self._end(),
            "clientState": secret,
        }
        reply = await self._api.call("POST", _ALL, label="subscribe", expect={201}, json=wish)
        return _hook(reply.json(Subscription))

    async def renew(self, hook: Hook) -> Hook:
        """Let a subscription live on; this also says that our app still may. One counted call."""
        reply = await self._api.call(
            "PATCH",
            f"{_ALL}/{segment(hook.id)}",
            label="renew subscription",
            json={"expirationDateTime": self._end()},
        )
        return _hook(reply.json(Subscription))

    async def remove(self, hook: str) -> None:
        """Unsubscribe; one counted call."""
        address = f"{_ALL}/{segment(hook)}"
        try:
            await self._api.call("DELETE", address, label="unsubscribe", expect={204})
        except Gone:
            return

    def _end(self) -> str:
        end = self._api.wire.clock.now().astimezone(UTC) + LIFE
        return f"{end:%Y-%m-%dT%H:%M:%SZ}"


def _key(resource: str) -> str:
    # Blind to case: nobody says how a resource is told back, and callers know ours by its address.
    return unquote(resource).strip("/").casefold()


def _hook(one: Subscription) -> Hook:
    try:
        expires = datetime.fromisoformat(one.expiration_date_time)
    except ValueError as error:
        raise MalformedReply("Microsoft told no readable end of a subscription") from error
    if expires.tzinfo is None:
        expires = expires.replace(tzinfo=UTC)
    both = one.lifecycle_notification_url in {None, one.notification_url}
    return Hook(id=one.id, address=one.notification_url, expires=expires, hears=both)
