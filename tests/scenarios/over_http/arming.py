"""The catalogue's faults as orders to the two practice services."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from scenarios.acting import Fault, NotHere
from scenarios.over_http.parts import Parts

from turnbuckle.practice.microsoft.faults import Event as GraphEvent
from turnbuckle.practice.microsoft.faults import Fault as GraphFault
from turnbuckle.practice.microsoft.faults import Host
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.microsoft.rollback import take_back
from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.faults import ANY, Event
from turnbuckle.practice.procore.switches import NO_LIMITS, ProcoreLimits

STORM = 10**9
SMALL_PAGE = 5
_EWA = person("ewa")
_GRAPH: dict[str, tuple[str, str, Host | None]] = {  # method, path, host
    "any": ("", "", None),
    "list": ("GET", "/children$", "graph"),
    "get": ("GET", "/items/[^/]+$", "graph"),
    "download": ("GET", "(/content|download\\.aspx)$", None),
    "upload": ("PUT", "/uploadSession$", "storage"),
    "create_folder": ("POST", "/children$", "graph"),
    "move": ("PATCH", "", "graph"),
    "delete": ("DELETE", "", "graph"),
    "delta": ("GET", "/delta$", "graph"),
}
_PROCORE = {
    "any": {ANY},
    "list": {"GET /documents", "GET /folders", "GET /images", "GET /image_categories"},
    "get": {"GET /files", "GET /folders/{id}", "GET /images/{id}"},
    "download": {"GET /file", "GET storage"},
    "upload": {"POST /files", "POST /file_versions", "PATCH /files", "POST /images"},
    "create_folder": {"POST /folders", "POST /image_categories"},
    "move": {"PATCH /files", "PATCH /folders", "PATCH /images", "PATCH /image_categories"},
    "delete": {"DELETE /files", "DELETE /folders", "DELETE /images", "DELETE /image_categories"},
    "delta": {"GET /documents"},
}
_QUIRKS = {
    "missing_tombstone": "delta_drops_tombstones",
    "child_before_parent": "delta_children_first",
    "duplicate_item": "delta_duplicates",
    "recreated_folder_no_tombstone": "delta_drops_tombstones",
}


class Arming:
    """Makes the services misbehave, and behave again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._undo: list[Callable[[], object]] = []
        self._remembered: datetime | None = None

    def remember(self) -> None:
        """Note the moment to which a library may go back."""
        self._remembered = self._parts.clock.now()
        self._parts.clock.advance(2)

    def arm(self, fault: Fault) -> None:
        """Order one fault.

        Raises:
            NotHere: no service of ours can do this.
        """
        order = getattr(self, f"_{fault['kind']}", None)
        if order is None:
            raise NotHere(f"no service does {fault['kind']}")
        order(fault)

    def disarm(self) -> None:
        """Take everything back."""
        while self._undo:
            self._undo.pop()()

    # Calls that fail, or whose answers are lost

    def _http(self, fault: Fault) -> None:
        times = STORM if fault["times"] == "storm" else int(fault["times"])
        if fault["side"] == "B":
            method, path, host = _GRAPH[fault["op"]]
            self._graph(
                GraphFault(
                    method=method,
                    path=path,
                    host=host,
                    status=fault["status"],
                    retry_after_seconds=fault.get("retry_after"),
                    times=times,
                )
            )
            return
        wait = fault.get("retry_after")
        headers = {} if wait is None else {"Retry-After": str(wait)}
        meant, left = _PROCORE[fault["op"]], times

        async def fails(event: Event) -> web.StreamResponse | None:
            nonlocal left
            if left <= 0 or not (ANY in meant or event.operation in meant):
                return None
            left -= 1
            body = {"message": "out of order"}
            return web.json_response(body, status=fault["status"], headers=headers)

        self._before_procore(fails)

    def _response_lost(self, fault: Fault) -> None:
        times = int(fault["times"])
        if fault["side"] == "B":
            method, path, host = _GRAPH[fault["op"]]
            order = GraphFault(method=method, path=path, host=host, lose_answer=True, times=times)
            self._graph(order)
            return
        left = times

        async def loses(event: Event, response: web.StreamResponse) -> bool:
            nonlocal left
            if left <= 0 or event.operation not in _PROCORE[fault["op"]] or response.status >= 400:
                return False
            left -= 1
            return True

        after = self._parts.procore.faults.after
        after.append(loses)
        self._undo.append(lambda: after.remove(loses))

    def _poison(self, fault: Fault) -> None:
        name = fault["path"].rpartition("/")[2]
        if fault["side"] == "A":
            raise NotHere("Procore names a new file in the body of a call, which no fault reads")
        order = GraphFault(path=re.escape(quote(name)), status=fault["status"], times=STORM)
        self._graph(order)

    def _budget(self, fault: Fault) -> None:
        if fault["side"] == "B":
            raise NotHere("Microsoft limits by resource units, not by requests")
        procore = self._parts.procore
        procore.set_limits(ProcoreLimits(hourly=None, spike=fault["requests_per_cycle"]))
        self._undo.append(lambda: procore.set_limits(NO_LIMITS))

    # Lists that do not tell everything

    def _partial_listing(self, fault: Fault) -> None:
        if fault["side"] == "B":
            self._delta_reset({"side": "B", "complete": False})
            return

        async def breaks(event: Event) -> web.StreamResponse | None:
            query = event.request.query
            changes_alone = "filters[updated_at]" in query
            first = query.get("page", "1") == "1"
            if event.operation != "GET /documents" or first or changes_alone:
                return None
            return web.json_response({"message": "out of order"}, status=500)

        self._before_procore(breaks)

    def _empty_listing(self, fault: Fault) -> None:
        """The root answers without children; what is asked by its id is not shown either."""
        tool, _, below = fault["path"].partition("/")
        if fault["side"] == "B" or below or tool != "D":
            raise NotHere("only the root of the left Documents can answer as if it were empty")
        tree = self._parts.left.documents.tree
        root = tree.nodes[tree.root_id]
        self._hide([number for number in (*root.folders, *root.files) if number != tree.bin_id])

    def _vanish(self, fault: Fault) -> None:
        if fault["side"] == "B":
            self._permission_lost(fault)
        else:
            self._hide([self._parts.left.documents.node(fault["path"]).id])

    def _hide(self, numbers: list[int]) -> None:
        """Make items private, and our account one that does not see private items."""
        parts, tree = self._parts, self._parts.left.documents.tree
        account = parts.accounts[0]
        for number in numbers:
            tree.set_private(tree.nodes[number], True)
        parts.procore.set_level(parts.project, account, Level.STANDARD)

        def show() -> None:
            parts.procore.set_level(parts.project, account, Level.ADMIN)
            for number in numbers:
                tree.set_private(tree.nodes[number], False)

        self._undo.append(show)

    def _permission_lost(self, fault: Fault) -> None:
        if fault["side"] == "A":
            self._hide([self._parts.left.documents.node(fault["path"]).id])
            return
        hidden = self._parts.drive.trouble.hidden
        item = self._parts.right.entry(fault["path"]).id
        hidden.add(item)
        self._undo.append(lambda: hidden.discard(item))

    def _stale_read(self, fault: Fault) -> None:
        """Delta lags for so many looks."""
        if fault["side"] == "A":
            raise NotHere("Procore's index is not known to lag behind its writes")
        trouble, looks = self._parts.drive.trouble, int(fault["cycles"])
        trouble.lags_at = self._parts.drive.changes.number

        async def looked(event: GraphEvent) -> None:
            nonlocal looks
            if event.request.path.endswith("/delta") and event.status == 200:
                looks -= 1
                if looks <= 0:
                    trouble.lags_at = None

        def up_to_date() -> None:
            trouble.lags_at = None

        self._after_graph(looked)
        self._undo.append(up_to_date)

    def _delta_reset(self, fault: Fault) -> None:
        if fault["side"] == "A":
            raise NotHere("Procore has no feed of changes that could be reset")
        self._parts.drive.expire_tokens()
        if not fault["complete"]:
            self._set(self._parts.drive.switches, "enumeration_breaks_off", True)
            self._set(self._parts.microsoft.limits, "largest_page_items", SMALL_PAGE)

    def _delta_quirk(self, fault: Fault) -> None:
        if fault["side"] == "A":
            raise NotHere("Procore has no feed of changes")
        self._set(self._parts.drive.switches, _QUIRKS[fault["quirk"]], True)

    # Rights and room

    def _token_revoked(self, fault: Fault) -> None:
        if fault["side"] == "B":
            self._parts.microsoft.disable_app()
            self._undo.append(lambda: self._parts.microsoft.disable_app(False))
            return
        procore = self._parts.procore
        procore.set_secret("changed by somebody")
        self._undo.append(lambda: procore.set_secret(procore.client_secret))

    def _quota_full(self, fault: Fault) -> None:
        if fault["side"] == "A":
            raise NotHere("Procore tells of no quota")
        self._set(self._parts.microsoft.limits, "quota_bytes", 0)

    # Contents

    def _rewrite_on_upload(self, fault: Fault) -> None:
        if fault["side"] == "A" or not fault["match"].startswith("*."):
            raise NotHere("only Microsoft rewrites, by the ending of a name")
        switches = self._parts.drive.switches
        self._set(switches, "rewritten_suffixes", frozenset({fault["match"][1:]}))
        self._set(switches, "rewrite_after_seconds", 0.0)

    def _etag_bump_after_upload(self, fault: Fault) -> None:
        if fault["side"] == "A":
            raise NotHere("Procore has no eTags")
        self._set(self._parts.drive.switches, "tag_bump_after_seconds", 1.0)

    def _corrupt_download(self, fault: Fault) -> None:
        if fault["side"] == "A":
            raise NotHere("Procore tells no hash, so nobody could notice")
        guid = self._parts.right.entry(fault["path"]).guid[1:-1].lower()
        order = GraphFault(host="storage", query=guid, corrupt=True, times=int(fault["times"]))
        self._graph(order)

    def _growing_upload(self, fault: Fault) -> None:
        """Somebody's upload comes in two saves; the second one while we download the first."""
        if fault["side"] == "A":
            raise NotHere("Procore shows a file only when all of it is there")
        parts = self._parts
        entry = parts.right.entry(fault["path"])
        if entry.content is None:
            raise NotHere("a folder does not grow")
        token = parts.contents.token(entry.content.blob.sha256)
        whole, half = parts.contents.bytes_of(token), parts.contents.bytes_of(token, 0.5)
        parts.drive.exchange(entry, half, added=0)
        grown = False

        async def grows(event: GraphEvent) -> None:
            if event.host == "storage" and event.request.method == "GET":
                finish()

        def finish() -> None:
            nonlocal grown
            if not grown:
                grown = True
                parts.drive.replace(entry, whole, Author(_EWA))

        before = parts.microsoft.faults.before
        before.append(grows)
        self._undo += [lambda: before.remove(grows), finish]

    # Time

    def _clock_skew(self, fault: Fault) -> None:
        clock = self._parts.left_clock if fault["who"] == "A" else self._parts.right_clock
        self._set(clock, "skew_seconds", float(fault["seconds"]))

    def _remote_rollback(self, fault: Fault) -> None:
        if fault["side"] == "A" or self._remembered is None:
            raise NotHere("only a library of Microsoft's goes back to an earlier time")
        take_back(self._parts.drive, self._remembered, _EWA)

    # Inside

    def _graph(self, order: GraphFault) -> None:
        faults = self._parts.microsoft.faults
        faults.order(order)

        def take_back_order() -> None:
            faults[:] = [each for each in faults if each is not order]

        self._undo.append(take_back_order)

    def _before_procore(self, hook: Any) -> None:
        before = self._parts.procore.faults.before
        before.append(hook)
        self._undo.append(lambda: before.remove(hook))

    def _after_graph(self, hook: Any) -> None:
        after = self._parts.microsoft.faults.after
        after.append(hook)
        self._undo.append(lambda: after.remove(hook))

    def _set(self, thing: object, name: str, value: object) -> None:
        before = getattr(thing, name)
        setattr(thing, name, value)
        self._undo.append(lambda: setattr(thing, name, before))
