"""Webhooks by the second version of the API: the place is in the path, ids are strings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.arguments import Fields
from turnbuckle.practice.procore.body import read_body, read_list
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.hook_deliveries import Question
from turnbuckle.practice.procore.hook_events import Place
from turnbuckle.practice.procore.hook_forms import (
    add_trigger,
    hook_at,
    hook_row,
    place_of,
    read_hook,
    refused_row,
    remove_trigger,
    require_some,
    trigger_row,
)
from turnbuckle.practice.procore.hook_resources import LISTED_VERSIONS, Scope, resource_row
from turnbuckle.practice.procore.hooks import Hook
from turnbuckle.practice.procore.paging import Paging
from turnbuckle.practice.procore.refusals import Refusal, invalid
from turnbuckle.practice.procore.state import State

_COMPANY = "/rest/v2.0/companies/{company_id}"
_PAGE, _LARGEST_PAGE = 10, 100


class HookV2Calls:
    """Operations below ``/webhooks`` of a company or of a project."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._hooks = state.hooks

    def routes(self) -> list[Route]:
        """All operations of this part, for companies and for projects."""
        hook, triggers = "/hooks/{id}", "/hooks/{hook_id}/triggers"
        table = (
            ("GET", "/hooks", "/hooks", self.index),
            ("POST", "/hooks", "/hooks", self.create),
            ("GET", hook, "/hooks/{id}", self.show),
            ("PATCH", hook, "/hooks", self.change),
            ("DELETE", hook, "/hooks", self.delete),
            ("GET", triggers, "/triggers", self.triggers),
            ("POST", triggers, "/triggers", self.create_trigger),
            ("POST", f"{triggers}/bulk", "/triggers/bulk", self.create_triggers),
            ("DELETE", triggers + "/{id}", "/triggers", self.delete_trigger),
            ("GET", "/hooks/{hook_id}/deliveries", "/deliveries", self.deliveries),
            ("GET", "/resources", "/webhooks/resources", self.resources),
        )
        return [
            Route(
                method=method,
                path=f"{owner}/webhooks{path}",
                operation=f"{method} {name}",
                answering=answering,
            )
            for owner in (_COMPANY, _COMPANY + "/projects/{project_id}")
            for method, path, name, answering in table
        ]

    async def index(self, call: Call) -> web.Response:
        """The hooks of a project, or of a company, where the namespace must be named."""
        place = self._place(call)
        query = call.request.query
        namespace, version = query.get("namespace"), query.get("payload_version")
        if place.project_id is None and not namespace:
            raise invalid("namespace", "can't be blank")
        found = [
            hook
            for hook in self._hooks.at(place)
            if namespace in {None, hook.namespace} and version in {None, hook.payload_version}
        ]
        counts = call.flag("include_trigger_count")
        return _page(call, found, lambda hook: hook_row(hook, with_count=counts))

    async def create(self, call: Call) -> web.Response:
        """Set a hook up."""
        place = self._place(call)
        body = await read_body(call.request, self._state.blobs)
        form = await read_hook(self._hooks, body, "payload_version")
        hook = form.make(self._hooks, place, call.person.id)
        self._hooks.add(hook)
        return answer({"data": hook_row(hook)}, 201)

    async def show(self, call: Call) -> web.Response:
        """One hook."""
        return answer({"data": hook_row(self._hook(call, "id"))})

    async def change(self, call: Call) -> web.Response:
        """Change a hook, or switch it off or on."""
        hook = self._hook(call, "id")
        body = await read_body(call.request, self._state.blobs)
        form = await read_hook(self._hooks, body, "payload_version")
        form.change(self._hooks, hook)
        return answer({"data": hook_row(hook)})

    async def delete(self, call: Call) -> web.Response:
        """Take a hook away with its triggers."""
        self._hooks.remove(self._hook(call, "id"))
        return web.Response(status=204)

    async def triggers(self, call: Call) -> web.Response:
        """Of what a hook is told."""
        hook = self._hook(call, "hook_id")
        return _page(call, list(hook.triggers.values()), lambda each: trigger_row(hook, each))

    async def create_trigger(self, call: Call) -> web.Response:
        """Tell a hook of one more kind of event."""
        hook = self._hook(call, "hook_id")
        body = await read_body(call.request, self._state.blobs)
        return answer({"data": trigger_row(hook, add_trigger(self._hooks, hook, body))}, 201)

    async def create_triggers(self, call: Call) -> web.Response:
        """Tell a hook of many kinds; where some cannot be taken the answer is 207."""
        hook = self._hook(call, "hook_id")
        rows = await read_list(call.request)
        require_some(rows)
        told: list[Any] = []
        refused = 0
        for number, row in enumerate(rows):
            fields = row if isinstance(row, Mapping) else {}
            try:
                trigger = add_trigger(self._hooks, hook, Fields(fields))
            except Refusal as refusal:
                told.append(refused_row(number, row, refusal))
                refused += 1
            else:
                told.append(trigger_row(hook, trigger))
        return answer({"data": told}, 207 if refused else 201)

    async def delete_trigger(self, call: Call) -> web.Response:
        """Take a trigger away."""
        remove_trigger(self._hooks, self._hook(call, "hook_id"), call.in_path("id"))
        return web.Response(status=204)

    async def deliveries(self, call: Call) -> web.Response:
        """What was sent to a hook in the last 28 days, the newest first unless asked otherwise."""
        hook = self._hook(call, "hook_id")
        found = Question.asked(call.request.query).answer(self._hooks.kept(hook))
        return _page(call, found, lambda each: each.row())

    async def resources(self, call: Call) -> web.Response:
        """Of what a hook can be told."""
        place = self._place(call)
        version = call.request.query.get("payload_version")
        if version is None:
            raise invalid("payload_version", "can't be blank")
        if version not in LISTED_VERSIONS:
            raise invalid("payload_version", "is not included in the list")
        scope = Scope.COMPANY if place.project_id is None else Scope.PROJECT
        found = list(self._hooks.resources(scope).values())
        return _page(call, found, lambda each: resource_row(each, version))

    def _place(self, call: Call) -> Place:
        named = call.request.match_info
        return place_of(self._state, call, named["company_id"], named.get("project_id"))

    def _hook(self, call: Call, name: str) -> Hook:
        return hook_at(self._state, self._place(call), call.in_path(name))


def _page[Row](call: Call, rows: Sequence[Row], shown: Callable[[Row], Any]) -> web.Response:
    paging = Paging.asked(call.request.url, default=_PAGE, largest=_LARGEST_PAGE)
    data = [shown(row) for row in paging.cut(rows)]
    return answer({"data": data}, headers=paging.headers(call.request.url, len(rows)))
