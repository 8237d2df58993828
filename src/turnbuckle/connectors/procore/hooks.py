"""Word of changes in a project's tools, or in a company's Documents: Procore's hooks.

By the second version of the API; the reference calls the first one deprecated. A hook is told of
nothing until it has triggers, which are set in one more call: one whose triggers are not all there
was broken off, and hears nothing, or not all. Nobody signs what is posted: the value of
`Authorization` that we choose is all that tells Procore's posts from forged ones.

What a move, a restore or a rename is told as is confirmed nowhere, so we ask for every kind of
event there is.

Source: section 13 of the fact sheet.
"""

import re
from collections.abc import AsyncIterator, Sequence

from turnbuckle.connectors.procore.project import Project, WholeCompany
from turnbuckle.connectors.procore.wire import HookPage, HookRow, OneHook, TriggersMade
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.ports.announcing import Hook
from turnbuckle.ports.errors import Gone, MalformedReply, RemoteError, Unsupported
from turnbuckle.transport.wire import Wire

NAMESPACE = "turnbuckle"
PAYLOAD = "v2.0"
_EVENTS = ("create", "update", "delete")
_OF_PROJECTS = {
    DOCUMENTS: ("Project Files", "Project File Versions", "Project Folders"),
    PHOTOS: ("Images", "Image Categories"),
}
_OF_COMPANIES = ("Company Files", "Company File Versions", "Company Folders")
_ROWS_A_PAGE = 100
_MOST_PAGES = 50
_NEXT = re.compile(r"""rel\s*=\s*"?'?next\b""", re.IGNORECASE)


class Hooks:
    """Sets up where word of changes in one place is posted.

    Args:
        wire: made by `open_wire`, with the company.
        holder: whose tools are meant.
        tools: those of a project that are synced; a company has Documents alone.
    """

    def __init__(self, wire: Wire, holder: Project | WholeCompany, tools: Sequence[str]) -> None:
        self._wire = wire
        at = f"/rest/v2.0/companies/{holder.company}"
        if isinstance(holder, Project):
            at += f"/projects/{holder.id}"
            resources = [name for tool in tools for name in _OF_PROJECTS[tool]]
        else:
            resources = list(_OF_COMPANIES)
        self._path = f"{at}/webhooks/hooks"
        self._triggers = [
            {"resource_name": name, "event_type": event} for name in resources for event in _EVENTS
        ]

    async def hooks(self) -> AsyncIterator[Hook]:
        """Give the hooks of our namespace at this place; one counted call for a hundred."""
        for page in range(1, _MOST_PAGES + 1):
            reply = await self._wire.call(
                "GET",
                self._path,
                params={
                    "namespace": NAMESPACE,
                    "include_trigger_count": "true",
                    "page": page,
                    "per_page": _ROWS_A_PAGE,
                },
                label="list hooks",
            )
            rows = reply.json(HookPage).data
            for row in rows:
                yield self._hook(row)
            if not rows or not _NEXT.search(reply.headers.get("link", "")):
                return

    async def make(self, address: str, secret: str) -> Hook:
        """Set a hook up with its triggers; two counted calls.

        A hook that could not be given them is taken away again.
        """
        wish = {
            "payload_version": PAYLOAD,
            "namespace": NAMESPACE,
            "destination_url": address,
            "destination_headers": {"Authorization": secret},
        }
        try:
            reply = await self._wire.call(
                "POST", self._path, json=wish, expect={201}, label="make hook"
            )
        except MalformedReply as error:  # so a refusal is sorted that names nothing we know
            raise Unsupported(f"Procore sets up no hook for this address ({error})") from error
        row = reply.json(OneHook).data
        try:
            await self._trigger(row.id)
        except RemoteError:
            await self.remove(row.id)
            raise
        return Hook(id=row.id, address=row.destination_url, expires=None)

    async def renew(self, hook: Hook) -> Hook:
        """Give the hook back: Procore's live for ever. No call."""
        return hook

    async def remove(self, hook: str) -> None:
        """Take a hook away with its triggers; one counted call."""
        try:
            await self._wire.call(
                "DELETE", f"{self._path}/{hook}", expect={200, 204}, label="remove hook"
            )
        except Gone:
            return

    async def _trigger(self, hook: str) -> None:
        reply = await self._wire.call(
            "POST",
            f"{self._path}/{hook}/triggers/bulk",
            json=self._triggers,
            expect={201, 207},
            label="set triggers",
        )
        made = {
            (str(row.get("resource_name")), str(row.get("event_type", "")).lower())
            for row in reply.json(TriggersMade).data
            if row.get("id") is not None
        }
        wanted = {(each["resource_name"], each["event_type"]) for each in self._triggers}
        if not wanted <= made:
            missing = ", ".join(sorted({name for name, _ in wanted - made}))
            raise Unsupported(f"Procore does not tell of all changes in {missing}")

    def _hook(self, row: HookRow) -> Hook:
        whole = row.trigger_count is None or row.trigger_count >= len(self._triggers)
        return Hook(
            id=row.id,
            address=row.destination_url,
            expires=None,
            hears=row.status == "active" and whole,
        )
