"""Webhooks by the first version of the API: hooks, triggers, deliveries, what can be told of.

The place is a company or a project, named in the body of a write and in the query of the rest.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.arguments import Fields, whole
from turnbuckle.practice.procore.body import read_body
from turnbuckle.practice.procore.call import Call, Route, answer
from turnbuckle.practice.procore.hook_forms import (
    add_trigger,
    hook_at,
    old_hook_row,
    old_trigger_row,
    place_of,
    read_hook,
    refused_row,
    remove_trigger,
    require_some,
)
from turnbuckle.practice.procore.hook_resources import Scope, old_resource_row
from turnbuckle.practice.procore.hooks import Hook
from turnbuckle.practice.procore.refusals import Refusal, invalid
from turnbuckle.practice.procore.state import State

API_VERSIONS = ("v2", "v3.0", "v4.0")
_ROOT = "/rest/v1.0/webhooks"
_OUTCOMES = frozenset({"ok", "retried", "failed", "discarded"})
_PAGE, _LARGEST_PAGE = 100, 1000


class HookCalls:
    """Operations below ``/rest/v1.0/webhooks``."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._hooks = state.hooks

    def routes(self) -> list[Route]:
        """All operations of this part."""
        hooks, hook = f"{_ROOT}/hooks", _ROOT + "/hooks/{id}"
        triggers = _ROOT + "/hooks/{hook_id}/triggers"
        table = (
            ("GET", hooks, "/hooks", self.index),
            ("POST", hooks, "/hooks", self.create),
            ("PATCH", hook, "/hooks", self.change),
            ("DELETE", hook, "/hooks", self.delete),
            ("GET", triggers, "/triggers", self.triggers),
            ("POST", triggers, "/triggers", self.create_trigger),
            ("POST", f"{triggers}/bulk", "/triggers/bulk", self.create_triggers),
            ("DELETE", f"{triggers}/bulk", "/triggers/bulk", self.delete_triggers),
            ("DELETE", triggers + "/{id}", "/triggers", self.delete_trigger),
            ("GET", _ROOT + "/hooks/{hook_id}/deliveries", "/deliveries", self.deliveries),
            ("GET", f"{_ROOT}/resources", "/webhooks/resources", self.resources),
            ("GET", f"{_ROOT}/resources/api_versions", "/webhooks/resources", self.versions),
        )
        return [
            Route(method=method, path=path, operation=f"{method} {name}", answering=answering)
            for method, path, name, answering in table
        ]

    async def index(self, call: Call) -> web.Response:
        """The hooks of a project, or of the company."""
        place = self._place_in_query(call)
        query = call.request.query
        wanted = {"namespace": query.get("namespace"), "payload_version": query.get("api_version")}
        found = [
            hook
            for hook in self._hooks.at(place)
            if all(value is None or getattr(hook, name) == value for name, value in wanted.items())
        ]
        return answer([old_hook_row(hook) for hook in found])

    async def create(self, call: Call) -> web.Response:
        """Set a hook up."""
        body = await read_body(call.request, self._state.blobs)
        place = place_of(self._state, call, body.raw("company_id"), body.raw("project_id"))
        form = await read_hook(self._hooks, body.part("hook"), "api_version")
        if form.payload_version is None:
            raise invalid("api_version", "can't be blank")
        hook = form.make(self._hooks, place, call.person.id)
        self._hooks.add(hook)
        return answer(old_hook_row(hook), 201)

    async def change(self, call: Call) -> web.Response:
        """Give a hook another address, header, namespace or version."""
        body = await read_body(call.request, self._state.blobs)
        hook = self._named(call, body, "id")
        form = await read_hook(self._hooks, body.part("hook"), "api_version")
        form.change(self._hooks, hook)
        return answer(old_hook_row(hook))

    async def delete(self, call: Call) -> web.Response:
        """Take a hook away."""
        self._hooks.remove(self._asked(call, "id"))
        return web.Response()

    async def triggers(self, call: Call) -> web.Response:
        """Of what a hook is told."""
        hook = self._asked(call, "hook_id")
        return answer([old_trigger_row(hook, each) for each in hook.triggers.values()])

    async def create_trigger(self, call: Call) -> web.Response:
        """Tell a hook of one more kind of event."""
        body = await read_body(call.request, self._state.blobs)
        hook = self._named(call, body, "hook_id")
        trigger = add_trigger(self._hooks, hook, body.part("trigger"))
        return answer(old_trigger_row(hook, trigger), 201)

    async def create_triggers(self, call: Call) -> web.Response:
        """Tell a hook of many kinds; what can be taken is, and the rest is named."""
        body = await read_body(call.request, self._state.blobs)
        hook = self._named(call, body, "hook_id")
        rows = body.raw("triggers")
        if not isinstance(rows, list):
            raise invalid("triggers", "is not a list")
        require_some(rows)
        made: list[Any] = []
        refused: list[Any] = []
        for number, row in enumerate(rows):
            fields = row if isinstance(row, Mapping) else {}
            try:
                trigger = add_trigger(self._hooks, hook, Fields(fields))
            except Refusal as refusal:
                refused.append(refused_row(number, row, refusal))
            else:
                made.append(old_trigger_row(hook, trigger))
        return _in_bulk(made, refused)

    async def delete_triggers(self, call: Call) -> web.Response:
        """Take many triggers away; those that are not there are named."""
        body = await read_body(call.request, self._state.blobs)
        hook = self._named(call, body, "hook_id")
        ids = body.raw("triggers")
        if not isinstance(ids, list):
            raise invalid("triggers", "is not a list")
        require_some(ids)
        gone: list[Any] = []
        refused: list[Any] = []
        for number, each in enumerate(ids):
            try:
                trigger_id = whole(each, "triggers")
                remove_trigger(self._hooks, hook, trigger_id)
            except Refusal as refusal:
                refused.append(refused_row(number, each, refusal))
            else:
                gone.append(trigger_id)
        return _in_bulk(gone, refused)

    async def delete_trigger(self, call: Call) -> web.Response:
        """Take a trigger away."""
        remove_trigger(self._hooks, self._asked(call, "hook_id"), call.in_path("id"))
        return web.Response()

    async def deliveries(self, call: Call) -> web.Response:
        """What was sent to a hook, the newest first."""
        hook = self._asked(call, "hook_id")
        outcome = call.request.query.get("filters[status]")
        if outcome is not None and outcome not in _OUTCOMES:
            raise invalid("filters[status]", "is not included in the list")
        rows = [each.old_row() for each in reversed(self._hooks.kept(hook))]
        told = [row for row in rows if row and (outcome in {None, row["outcome"]})]
        start, size = call.in_query("page_start") or 0, call.in_query("page_size") or _PAGE
        if start < 0 or size < 1:
            raise invalid("page_size", "is not a number from 1 on")
        return answer(told[start : start + min(size, _LARGEST_PAGE)])

    async def resources(self, call: Call) -> web.Response:
        """Of what a hook can be told."""
        place = self._place_in_query(call)
        scope = Scope.COMPANY if place.project_id is None else Scope.PROJECT
        return answer([old_resource_row(each) for each in self._hooks.resources(scope).values()])

    async def versions(self, call: Call) -> web.Response:
        """The versions that a payload may have."""
        self._place_in_query(call)
        return answer(list(API_VERSIONS))

    def _place_in_query(self, call: Call) -> Any:
        query = call.request.query
        return place_of(self._state, call, query.get("company_id"), query.get("project_id"))

    def _asked(self, call: Call, name: str) -> Hook:
        return hook_at(self._state, self._place_in_query(call), call.in_path(name))

    def _named(self, call: Call, body: Fields, name: str) -> Hook:
        place = place_of(self._state, call, body.raw("company_id"), body.raw("project_id"))
        return hook_at(self._state, place, call.in_path(name))


def _in_bulk(done: list[Any], refused: list[Any]) -> web.Response:
    if not refused:
        return answer({"success": done})
    return answer({"success": done, "errors": refused}, 207)
