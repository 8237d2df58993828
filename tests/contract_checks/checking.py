"""Hold every exchange with practice mode against the published contracts.

What a test sends by hand may be wrong on purpose: then only the answer has to be right. What was
accepted, and all that our connectors send, has to be as the contract says. A shape that was found
right is not looked at again, so that long runs stay quick.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from contract_checks.contract import Contract, Operation, Schema
from contract_checks.graph_addresses import described

from turnbuckle.practice.exchanges import Exchange

_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_PARTS = "multipart/form-data"

# What the fact sheets and the notes beside the contracts name: the documents lack it.
_LINK_OPTIONS = {
    "token",
    "$token",
    "$skiptoken",
    "$deltatoken",
    "@microsoft.graph.conflictBehavior",
}
_OTHER_STATUS = {
    ("post", "/drives/{drive-id}/items/{driveItem-id}/copy"): {202},
    ("get", "/drives/{drive-id}/items/{driveItem-id}/content"): {302, 304},
    ("get", "/drives/{drive-id}/root/content"): {302, 304},
    ("get", "/drives/{drive-id}/items/{driveItem-id}/versions/{driveItemVersion-id}/content"): {
        302,
        304,
    },
}
_PROCORE_REFUSES = frozenset({400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 422, 429})
_MORE_FIELDS = {
    "graph": {
        "email", "group",  # SharePoint's identities have them
        "deferCommit",
        "userId", "tenantId",  # of members who are people; the document has the bare member only
    },
    "procore": {
        "tiling_status", "tiles_config",  # of one photo
        "upload",  # one of two forms in which a new photo may be told
        "file_name", "file_size", "content_type",  # of a new unified upload, as the guide has it
    },
}  # fmt: skip
_MORE_OPERATIONS = {
    "graph": re.compile(
        r"POST /drives/[^/]+/items/[^/]+/permanentDelete"
        r"|PUT /drives/[^/]+/items/[^/]+"  # an upload whose end was deferred
        r"|POST /\$batch"
        r"|GET /teams/[^/]+/operations/[^/]+"  # where the answer to a new Team points
    ),
    "procore": re.compile(r"POST /rest/v1\.0/images/\d+/retrieve"),  # or PATCH: unconfirmed
}
_NOT_ALWAYS = frozenset({"Link"})  # a single page has none
_SHORT_VIEWS = re.compile(r"(?:serializer_view=ids_only|view=(?:ids|compact))(?:&|$)")
_SERVED = {
    "graph": re.compile(r"/v[12]\.0(?=/)"),
    "procore": re.compile(r"(?=/rest/|/oauth/(?!authorize))"),
}
"""What of a service the contracts are about: not its pages, nor Microsoft's sign-in."""


@cache
def contracts(service: str) -> tuple[Contract, ...]:
    """Give the documents of a service; the first that knows an operation speaks."""
    if service == "graph":
        return (Contract("graph.json"),)
    own = Contract("procore.yaml", "procore-additions.yaml", "procore-hooks.yaml")
    return own, Contract("procore-subset.json", tells_null=False)


class Checker:
    """Checks exchanges, and keeps what it found and which operations it saw."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.lenient = False  # what is sent by hand may be against the contract, and be accepted
        self.exercised: Counter[tuple[str, str]] = Counter()
        self._right: set[object] = set()

    def see(self, exchange: Exchange) -> None:
        """Check one exchange."""
        path, _, query = exchange.path.partition("?")
        served = _SERVED[exchange.service].match(path)
        if served is None:
            return  # sign-in to Microsoft, people's pages: no part of the contract
        path = path[served.end() :]
        told = f"{exchange.service}: {exchange.method} {exchange.path} ({exchange.status})"
        for fault in self._faults(exchange, path, query):
            self.faults.append(f"{told}: {fault}")

    def _faults(self, exchange: Exchange, path: str, query: str) -> Iterator[str]:
        refused = exchange.status >= HTTPStatus.BAD_REQUEST or self.lenient
        is_ours = "Turnbuckle/" in exchange.asked_headers.get("User-Agent", "")
        found = self._find(exchange, path)
        if found is None:
            other = _MORE_OPERATIONS.get(exchange.service)
            told = described(path) if exchange.service == "graph" else path
            known = other is not None and other.fullmatch(f"{exchange.method} {told}")
            if not known and (not refused or is_ours):
                yield "the contract has no such operation"
            return
        contract, operation = found
        if exchange.status < HTTPStatus.BAD_REQUEST:
            self.exercised[(exchange.service, operation.name)] += 1
        if not refused or is_ours:
            yield from self._request_faults(contract, operation, exchange, query)
        yield from self._answer_faults(contract, operation, exchange)

    def _find(self, exchange: Exchange, path: str) -> tuple[Contract, Operation] | None:
        method = "get" if exchange.method == "HEAD" else exchange.method
        if exchange.service == "graph":
            path = described(path)
        for contract in contracts(exchange.service):
            operation = contract.find(method, path)
            if operation is not None:
                return contract, operation
        return None

    # -- requests ----------------------------------------------------------------------------------

    def _request_faults(
        self, contract: Contract, operation: Operation, exchange: Exchange, query: str
    ) -> Iterator[str]:
        known = {one["name"] for one in operation.described["parameters"] if one["in"] == "query"}
        needed = {
            one["name"]
            for one in operation.described["parameters"]
            if one["in"] == "query" and one.get("required")
        }
        sent = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
        if exchange.service == "graph":
            sent = {
                name if name[:1] in {"$", "@"} or name in known else f"${name}" for name in sent
            }
            known = known | _LINK_OPTIONS | {f"${name}" for name in known}
        for name in sorted(sent - known):
            if not _is_filter(name, known):
                yield f"the operation has no parameter {name!r}"
        for name in sorted(needed - sent):
            yield f"the parameter {name!r} is missing"
        if exchange.asked is None:
            return
        body = contract.resolved(operation.described.get("requestBody", {}))
        kind = exchange.asked_headers.get("Content-Type", "").partition(";")[0].strip()
        content = body.get("content", {})
        # the digest of Procore's document tells of one kind of body only
        media = content.get(kind) or (content.get(_PARTS) if kind == _JSON else None)
        if media is None:
            if exchange.asked:
                yield f"the operation takes no body of the type {kind!r}"
            return
        value = _read(kind, exchange.asked)
        if value is not None or body.get("required"):
            yield from self._value_faults(contract, media["schema"], value, "asked", exchange)

    # -- answers -----------------------------------------------------------------------------------

    def _answer_faults(
        self, contract: Contract, operation: Operation, exchange: Exchange
    ) -> Iterator[str]:
        if exchange.status in _OTHER_STATUS.get((operation.method, operation.path), ()):
            return
        response = contract.response(operation, exchange.status)
        if response is None:
            known = exchange.service == "procore" and exchange.status in _PROCORE_REFUSES
            if exchange.status < HTTPStatus.INTERNAL_SERVER_ERROR and not known:
                yield f"the operation never answers {exchange.status}"
            return
        limited = exchange.status == HTTPStatus.TOO_MANY_REQUESTS  # which tells what it likes to
        for name in () if limited else response.get("headers", {}):
            if name not in exchange.headers and name not in _NOT_ALWAYS:
                yield f"answered: the header {name!r} is missing"
        content = response.get("content", {})
        kind = exchange.headers.get("Content-Type", "").partition(";")[0].strip()
        if exchange.answered is None or exchange.method == "HEAD":
            return
        media = content.get(kind)
        if media is None or "schema" not in media:
            return
        if _SHORT_VIEWS.search(exchange.path.partition("?")[2]):
            return
        value = _read(kind, exchange.answered)
        if exchange.status >= HTTPStatus.BAD_REQUEST:
            value = _REFUSALS[exchange.service](value)
        yield from self._value_faults(contract, media["schema"], value, "answered", exchange)

    def _value_faults(
        self, contract: Contract, schema: Schema, value: object, what: str, exchange: Exchange
    ) -> Iterator[str]:
        shape = (id(schema), _shape(value))
        if shape in self._right:
            return
        more = _MORE_FIELDS.get(exchange.service, set())
        found = [f"{what}: {fault}" for fault in contract.faults(schema, value, more)]
        if not found:
            self._right.add(shape)
        yield from found


def _is_filter(name: str, known: set[str]) -> bool:
    """Procore's filters may be given once or as a list: ``filters[id]`` and ``filters[id][]``."""
    return name.removesuffix("[]") in known or f"{name}[]" in known


def _read(kind: str, body: bytes) -> Any:
    if kind == _FORM:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    return json.loads(body) if body else None


def _as_spelt_in_the_document(value: Any) -> Any:
    """Graph says `innerError` with a `date`; the document spells both otherwise, wrongly. A finer
    code may be in it, too."""
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict) or "innerError" not in error:
        return value
    inner = {key: each for key, each in error["innerError"].items() if key not in ("date", "code")}
    kept: Mapping[str, Any] = {key: each for key, each in error.items() if key != "innerError"}
    return {**value, "error": {**kept, "innererror": inner}}


def _told_by_procore(value: Any) -> Any:
    """Procore has no single shape of errors: what is null counts as absent, and a 409 shows all."""
    known = ("errors", "error", "message", "code", "fields", "reason")
    if not isinstance(value, dict):
        return value
    return {key: each for key, each in value.items() if key in known and each is not None}


_REFUSALS = {"graph": _as_spelt_in_the_document, "procore": _told_by_procore}


def _shape(value: object) -> object:
    """Give what a schema can tell apart, but for what is in a string or a number."""
    if isinstance(value, dict):
        return frozenset((name, _shape(each)) for name, each in value.items())
    if isinstance(value, list):
        return ("list", frozenset(map(_shape, value)))
    return type(value)
