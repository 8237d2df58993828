"""Batches: up to twenty requests in one, each answered, charged and refused by itself.

Source: section 11 of the fact sheet; the Graph page on JSON batching. Parts are worked on one after
the other here; the service answers in any order, so nobody may rely on one.
"""

import base64
import binascii
import json
from typing import Any

from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from turnbuckle.practice.microsoft.asked import Asked, Part
from turnbuckle.practice.microsoft.refusals import Refusal, bad_request
from turnbuckle.practice.microsoft.wire import Json

MOST_PARTS = 20
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_NOT_TOLD = frozenset({"Date", "request-id", "client-request-id", "x-ms-ags-diagnostic"})


class Batch:
    """The parts of one batch, and how those went that were answered.

    Args:
        body: what was sent to ``$batch``.

    Raises:
        Refusal: 400, the batch as a whole makes no sense.
    """

    def __init__(self, body: Json) -> None:
        self.rows = _rows(body)
        _check_order(self.rows)
        self._went: dict[str, bool] = {}
        self._answers: list[Json] = []

    def part(self, row: Json, *, version: str, asked: Asked) -> Part:
        """Give a part as a request of its own.

        Args:
            row: one of `rows`.
            version: of the API, such as ``v1.0``.
            asked: the whole batch, as it came.

        Raises:
            Refusal: 424 where its prerequisite failed, 400 where it makes no sense by itself.
        """
        if not all(self._went[other.lower()] for other in row.get("dependsOn") or ()):
            raise Refusal(424, "FailedDependency", "A request that this one waits for failed.")
        headers = CIMultiDict({str(key): str(it) for key, it in (row.get("headers") or {}).items()})
        body = _body(row.get("body"), headers)
        headers["Content-Length"] = str(len(body))
        try:
            address = URL(f"/{version}/{row['url'].lstrip('/')}", encoded="%" in row["url"])
        except ValueError:
            raise bad_request("The url of this request cannot be read.") from None
        if address.path.lower().endswith("/$batch"):
            raise bad_request("A batch cannot hold another.")
        return Part(row["method"].upper(), address, headers, body, asked.scheme, asked.host)

    def answered(self, row: Json, response: web.Response) -> None:
        """Note how a part went."""
        self._went[row["id"].lower()] = response.status < 400
        headers = {key: told for key, told in response.headers.items() if key not in _NOT_TOLD}
        made: Json = {"id": row["id"], "status": response.status, "headers": headers}
        if isinstance(response.body, bytes) and response.body:
            headers["Content-Type"] = "application/json"
            made["body"] = json.loads(response.body)
        self._answers.append(made)

    @property
    def answers(self) -> Json:
        """What the batch is answered with."""
        return {"responses": self._answers}


def _rows(body: Json) -> list[Json]:
    rows = body.get("requests")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise bad_request("A batch needs a list of requests.")
    if len(rows) > MOST_PARTS:
        raise bad_request(f"A batch holds up to {MOST_PARTS} requests.")
    for row in rows:
        if not all(isinstance(row.get(key), str) and row[key] for key in ("id", "method", "url")):
            raise bad_request("Each request of a batch needs an id, a method and a url.")
        if row["method"].upper() not in _METHODS:
            raise bad_request("A request of the batch has a method that is not served.")
        if not isinstance(row.get("headers") or {}, dict):
            raise bad_request("The headers of a request must be an object.")
    if len({row["id"].lower() for row in rows}) < len(rows):
        raise bad_request("Two requests of the batch have the same id.")
    return rows


def _check_order(rows: list[Json]) -> None:
    """Each part waits for one other at most, which comes before it."""
    before: set[str] = set()
    for row in rows:
        waits = row.get("dependsOn") or []
        if not isinstance(waits, list) or len(waits) > 1:
            raise bad_request("A request of a batch can wait for one other at most.")
        if not all(isinstance(other, str) and other.lower() in before for other in waits):
            raise bad_request("A request of the batch waits for one that does not come before it.")
        before.add(row["id"].lower())


def _body(body: Any, headers: CIMultiDict[str]) -> bytes:
    if body is None:
        return b""
    kind = headers.get("Content-Type", "").lower()
    if not kind:
        raise bad_request("A request with a body needs a Content-Type.")
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if "json" in kind:
        raise bad_request("A JSON body is an object, not a text.")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise bad_request("A body that is not JSON must be base64.") from None
