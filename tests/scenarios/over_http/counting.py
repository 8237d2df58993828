"""What our app did at both services, counted as the catalogue means it, and what was refused.

It listens at the services themselves, after the work and before the answer, so a call whose answer
is lost counts as well. One content is one transfer, however many calls and fragments it took.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import unquote

from aiohttp import web
from scenarios.acting import Counts, Refused
from scenarios.over_http.left_hands import LeftHands
from scenarios.over_http.right_hands import RightHands

from turnbuckle.model.side import Side
from turnbuckle.practice.clock import SimulatedClock
from turnbuckle.practice.microsoft.addresses import read_address
from turnbuckle.practice.microsoft.faults import Event as GraphEvent
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.procore.faults import Event as ProcoreEvent
from turnbuckle.practice.procore.nodes import Node
from turnbuckle.practice.procore.server import PracticeProcore

_LISTS = frozenset({"GET /documents", "GET /images", "GET /image_categories"})
_OUT_OF_ORDER = (
    *("already been taken", "is not a folder here", "is inside the folder"),
    *("is not an album", "is in the recycle bin"),
)


class Counting:
    """Counts from the moment it is made."""

    def __init__(
        self,
        procore: PracticeProcore,
        microsoft: PracticeMicrosoft,
        left: LeftHands,
        right: RightHands,
        clock: SimulatedClock,
    ) -> None:
        self.counts = Counts()
        self._left = left
        self._right = right
        self._clock = clock
        self._looked = dict.fromkeys(Side, datetime.min.replace(tzinfo=UTC))
        self._versions: dict[int, int] = {}
        self._photos: Counter[int] = Counter()  # deleted ones, by their album
        procore.faults.before.insert(0, self._before_procore)
        procore.faults.after.insert(0, self._after_procore)
        procore.faults.refused.append(self._procore_refused)
        microsoft.faults.after.insert(0, self._after_graph)

    def zero(self) -> None:
        """Count from nothing again."""
        self.counts = Counts()
        self._photos.clear()

    # Procore

    async def _before_procore(self, event: ProcoreEvent) -> web.StreamResponse | None:
        if event.operation.startswith("DELETE"):
            self._left.documents.note_place(_number(event.request))
        if event.operation == "DELETE /images":
            photo = self._left.photos.book.photos.get(_number(event.request))
            self._photos[0 if photo is None else photo.album] += 1
        if event.operation == "PATCH /files":
            node = self._node(event.request)
            self._versions[id(event.request)] = 0 if node is None else len(node.versions)
        return None

    async def _after_procore(self, event: ProcoreEvent, response: web.StreamResponse) -> bool:
        if event.operation in _LISTS:
            self._looked[Side.LEFT] = self._clock.now()
        elif response.status < 400:
            self._count_procore(event)
        return False

    def _count_procore(self, event: ProcoreEvent) -> None:
        match event.operation:
            case "POST /files" | "POST /file_versions" | "POST /images":
                self._transfer()
            case "PATCH /files":
                node, before = self._node(event.request), self._versions.pop(id(event.request), 0)
                if node is not None and len(node.versions) > before:
                    self._transfer()
                else:
                    self._move()
            case "PATCH /folders" | "PATCH /images" | "PATCH /image_categories":
                self._move()
            case "POST /folders" | "POST /image_categories":
                self.counts.writes += 1
            case "DELETE /files" | "DELETE /folders":
                self._delete()
            case "DELETE /image_categories":
                with_it = self._photos.pop(_number(event.request), 0)
                self.counts.deletes -= with_it  # an album is deleted after what lies in it
                self.counts.writes -= with_it
                self._delete()
            case "DELETE /images":
                self._delete(forever=event.request.query.get("permanent") in {"true", "1"})

    def _procore_refused(
        self, event: ProcoreEvent, status: int, body: Mapping[str, object]
    ) -> None:
        if event.request.method == "GET":
            return
        why = json.dumps(body)
        what = f"{event.request.method} {event.request.path}"
        ordered = any(words in why for words in _OUT_OF_ORDER)
        self._refused(Side.LEFT, what, f"{status} {why[:200]}", out_of_order=ordered)

    def _node(self, request: web.Request) -> Node | None:
        return self._left.documents.tree.nodes.get(_number(request))

    # Graph

    async def _after_graph(self, event: GraphEvent) -> None:
        request = event.request
        if event.host == "storage":
            if request.method == "PUT" and event.status in {200, 201}:
                self._transfer()
            return
        address = read_address("/" + request.rel_url.raw_path.lstrip("/").partition("/")[2])
        if address is None or address.item is None:
            return
        if address.action == "delta":
            self._looked[Side.RIGHT] = self._clock.now()
        elif event.status >= 400 and request.method != "GET":
            into = address.action in {"children", "createUploadSession", "content"}
            ordered = event.status == 409 or (event.status == 404 and into)
            what = f"{request.method} {unquote(request.rel_url.raw_path)}"
            self._refused(Side.RIGHT, what, f"status {event.status}", out_of_order=ordered)
        elif event.status < 400:
            self._count_graph(request.method, address.action)

    def _count_graph(self, method: str, action: str) -> None:
        match method, action:
            case "PUT", "content":
                self._transfer()
            case "PATCH", "":
                self._move()
            case "POST", "children":
                self.counts.writes += 1
            case "DELETE", "":
                self._delete()
            case "POST", "permanentDelete":
                self._delete(forever=True)

    # Both

    def _refused(self, side: Side, what: str, why: str, *, out_of_order: bool) -> None:
        """Note a refusal; it was no wrong order if somebody acted there since we looked."""
        hands = self._left if side is Side.LEFT else self._right
        faster = hands.acted_at is not None and hands.acted_at > self._looked[side]
        self.counts.refused.append(Refused(side, what, out_of_order and not faster, why))

    def _transfer(self) -> None:
        self.counts.transfers += 1
        self.counts.writes += 1

    def _move(self) -> None:
        self.counts.moves += 1
        self.counts.writes += 1

    def _delete(self, *, forever: bool = False) -> None:
        self.counts.deletes += 1
        self.counts.writes += 1
        self.counts.forever += forever


def _number(request: web.Request) -> int:
    """The id in a call's path; 0 where there is none."""
    number = request.match_info.get("id", "")
    return int(number) if number.isdigit() else 0
