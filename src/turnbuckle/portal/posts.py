"""What somebody posted to us, and whether it is word of a hook of ours.

A post is told from forged ones by three things: the key of the integration and the hook's number
in its address, and the hook's secret. Procore sends the secret as the header `Authorization`,
Microsoft as `clientState` beside each notice. Only then is anything else of it looked at, and even
that is believed no further than that somebody should look.

Source: section 13 of Procore's fact sheet, section 9 of Graph's.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from turnbuckle.store.deliveries import Door, Word
from turnbuckle.store.hooks import proof_of

_LONGEST_WHAT = 120  # characters
_ASKED = {"reauthorizationRequired": "renew", "subscriptionRemoved": "anew"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody sent.

    Attributes:
        system, key, number: of the address.
        authorization: the header; empty: there is none.
        token: Microsoft asks who is there, and wants this back; None: it does not ask.
    """

    system: str
    key: str
    number: int
    authorization: str = ""
    token: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sender is answered, and what is to be recorded before."""

    status: int
    text: str = ""
    word: Word | None = None


TAKEN, WRONG_BODY, WRONG_SECRET, UNKNOWN = 202, 400, 401, 404


def judge(post: Post, door: Door | None) -> Verdict:
    """Decide what a post is; `door` is that of its number, None where there is none."""
    key = "" if door is None else door.key
    if not hmac.compare_digest(key.encode(), post.key.encode()) or door is None:
        return Verdict(UNKNOWN)
    if door.system != post.system:
        return Verdict(UNKNOWN)
    return _READERS[door.system](post, door)


def _procore(post: Post, door: Door) -> Verdict:
    if not _is_secret(post.authorization, door):
        return Verdict(WRONG_SECRET)
    told = _decoded(post.body)
    if not isinstance(told, dict):
        return Verdict(WRONG_BODY)
    # Payloads of the version v4.0 are flat, and name things in other words.
    name = told.get("resource_name") or told.get("resource_type") or "something"
    event = told.get("event_type") or told.get("reason") or "changed"
    mark = str(told.get("ulid") or told.get("id") or sha256(post.body).hexdigest())
    word = Word(hook=door.hook, mark=_clipped(mark), what=_clipped(f"{name} {event}"))
    return Verdict(TAKEN, word=word)


def _microsoft(post: Post, door: Door) -> Verdict:
    if post.token is not None:
        return Verdict(200, text=post.token)
    told = _decoded(post.body)
    rows = told.get("value") if isinstance(told, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Verdict(WRONG_BODY)
    ours = [row for row in rows if _is_secret(row.get("clientState"), door)]
    if not ours:
        return Verdict(WRONG_SECRET)
    events = [str(row.get("lifecycleEvent") or "") for row in ours]
    asked = [_ASKED[event] for event in events if event in _ASKED]
    return Verdict(
        TAKEN,
        word=Word(
            hook=door.hook,
            mark=secrets.token_hex(8),  # two notices may be equal to the letter
            what=_clipped(next(filter(None, events), "") or str(ours[0].get("changeType"))),
            changed=any(event != "reauthorizationRequired" for event in events),
            asked=max(asked, default="", key=lambda each: each == "anew"),
        ),
    )


_READERS: dict[str, Callable[[Post, Door], Verdict]] = {
    "procore": _procore,
    "microsoft": _microsoft,
}
SYSTEMS = frozenset(_READERS)
"""The remotes that post to us."""


def _is_secret(given: object, door: Door) -> bool:
    if not isinstance(given, str) or not door.proof:
        return False
    return hmac.compare_digest(proof_of(given), door.proof)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _clipped(text: str) -> str:
    shown = text[:_LONGEST_WHAT]
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else "?" for each in shown)
    return shown.encode("utf-8", "replace").decode()
