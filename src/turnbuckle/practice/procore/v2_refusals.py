"""What the API's second version answers when it says no: all its refusals have one shape."""

from typing import Any

from aiohttp import web

from turnbuckle.practice.procore.call import Answering, Call
from turnbuckle.practice.procore.refusals import Refusal, settings_problem

_CODES = {
    400: "BAD_REQUEST",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    406: "NOT_ACCEPTABLE",
    409: "CONFLICT",
    410: "GONE",
    422: "UNPROCESSABLE_ENTITY",
}


def in_v2(answering: Answering) -> Answering:
    """Give the same answering, with its refusals in the second version's shape."""

    async def handle(call: Call) -> web.StreamResponse:
        try:
            return await answering(call)
        except Refusal as refusal:
            code = _CODES.get(refusal.status, "ERROR")
            raise settings_problem(refusal.status, code, _sentence(refusal.body)) from None

    return handle


def _sentence(body: Any) -> str:
    """What a refusal of the first version says, in one sentence."""
    told = body.get("errors", body.get("message", "The call is refused"))
    if isinstance(told, dict):
        return "; ".join(f"{field} {', '.join(problems)}" for field, problems in told.items())
    return str(told)
