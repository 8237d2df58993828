"""Sort Procore's refusals by what we do next.

There is no single shape of an error, and the status alone does not tell a taken name from a bad
one: all known shapes are read into (field, sentence) pairs, and the words decide.

Source: the fact sheet, sections 5, 7.4 and 16 (rows 1 to 3).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from turnbuckle.connectors.procore.wire import Refusal
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    CheckedOut,
    EmptyRefused,
    Gone,
    MalformedReply,
    Overtaken,
    ProjectArchived,
    RemoteError,
    SignInNeeded,
    TooLarge,
    TypeRefused,
    Unreachable,
)
from turnbuckle.transport.redaction import redact
from turnbuckle.transport.statuses import common_error

REMOTE = "Procore"
_INVALID = frozenset({400, 409, 422})
_TAKEN = re.compile(r"already (?:been taken|exist|in use)|\btaken\b", re.IGNORECASE)
_LOCKED = re.compile(r"checked[ _-]?out|\blocked\b", re.IGNORECASE)
_LARGE = re.compile(r"too (?:large|big)|exceeds? .{0,40}size|EntityTooLarge", re.IGNORECASE)
_TYPE = re.compile(r"\b(?:of a type|(?:file|content|image) type|not an image)\b", re.IGNORECASE)
_NAMES = frozenset({"name", "image_name"})
_PLACES = frozenset({"parent_id", "parent", "image_category_id"})
_ARCHIVED = re.compile(
    r"\bproject\b.{0,30}\b(?:inactive|archived)\b|\b(?:inactive|archived) project\b", re.IGNORECASE
)
_EMPTY = re.compile(r"\bis (?:empty|too small)\b|\bzero\b", re.IGNORECASE)
_IN_BIN = re.compile(r"recycle bin|\bdeleted\b", re.IGNORECASE)
_INTO_ITSELF = re.compile(r"\b(?:inside|itself|descendants?|ancestors?|circular)\b", re.IGNORECASE)
_DEPTH = 4


def sort_error(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """Make the error of a refused API call; see `transport.wire.SortError`."""
    said = list(sentences(body))
    words = "; ".join(f"{name} {text}" if name else text for name, text in said)
    detail = redact(words)[:300]
    if status in _INVALID:
        return _invalid(status, said, words, detail)
    if status == 403:
        return _denied(words, detail)
    return common_error(REMOTE, status, detail)


def _invalid(status: int, said: list[tuple[str, str]], words: str, detail: str) -> RemoteError:
    if _TAKEN.search(words) and not _LOCKED.search(words):
        return Overtaken(f"{REMOTE} has another item of that name in the folder")
    if _LOCKED.search(words) or (status == 409 and not words):
        return CheckedOut("the file is checked out in Procore; it is tried again when it is free")
    if _LARGE.search(words):
        return TooLarge(f"{REMOTE} takes no file of this size ({detail})")
    if _IN_BIN.search(words):
        return Gone(f"the item, or the folder it should go to, is in Procore's bin ({detail})")
    if _INTO_ITSELF.search(words):
        return Overtaken(f"{REMOTE} does not move a folder into itself ({detail})")
    if _TYPE.search(words):
        return TypeRefused(f"{REMOTE} takes no file of this type there ({detail})")
    if any(name in _PLACES for name, _ in said):
        return Gone(f"{REMOTE} does not take this folder as a place ({detail})")
    if any(name in _NAMES for name, _ in said):
        return BadName(f"{REMOTE} refuses the name ({detail}); rename the item")
    if _EMPTY.search(words):
        return EmptyRefused(f"{REMOTE} takes no empty files ({detail})")
    if status == 409:
        return Overtaken(f"{REMOTE} says that somebody changed it at the same time ({detail})")
    return MalformedReply(f"{REMOTE} did not understand a call of ours: {status} {detail}")


def _denied(words: str, detail: str) -> RemoteError:
    if _LOCKED.search(words):
        return CheckedOut("the file is checked out in Procore; it is tried again when it is free")
    if _ARCHIVED.search(words):
        return ProjectArchived(
            f"the project is inactive in {REMOTE} and can only be read ({detail}); make it active"
            " again, or remove the link"
        )
    folded = words.casefold()
    if "not connected" in folded:
        return AccessDenied(
            "the app is not connected to this Procore company; a company administrator must "
            "install it in Procore's App Management"
        )
    if "invalid project or company" in folded:
        return AccessDenied(
            "the connected Procore account does not reach this project; add the project to the "
            "app's permitted projects in Procore"
        )
    return AccessDenied(
        f"{REMOTE} does not allow this to the connected account ({detail or 'no reason given'}); "
        "give it Admin on this tool there"
    )


def sort_storage_error(status: int, headers: Mapping[str, str], body: bytes) -> RemoteError:
    """Make the error of a refused upload to Procore's storage."""
    words = body[:4000].decode("utf-8", "replace")
    if status == 413 or _LARGE.search(words):
        return TooLarge(f"{REMOTE}'s storage takes no file of this size")
    if 400 <= status < 500:
        # The permission was for one hour and these very bytes; the next try gets a new one.
        return Unreachable(f"{REMOTE}'s storage did not take the upload ({status})")
    return common_error(f"{REMOTE}'s storage", status)


def sort_sign_in_error(status: int, body: bytes) -> RemoteError:
    """Make the error of a refused token call."""
    words = "; ".join(text for _, text in sentences(body))
    folded = words.casefold()
    if status in {400, 401, 403}:
        if "client" in folded:
            what = "Procore does not know this client id and secret; check both and connect again"
        elif "code" in folded:
            what = "Procore does not accept the sign-in code any more; start signing in again"
        else:
            what = "Procore's permission for Turnbuckle has ended or was revoked; sign in again"
        return SignInNeeded(what)
    return common_error(f"{REMOTE}'s sign-in", status, redact(words)[:200])


def sentences(body: bytes) -> Iterator[tuple[str, str]]:
    """Read a refusal of any known shape.

    Returns:
        Pairs of the field that is concerned (empty: the call as a whole) and what is said of it.
    """
    try:
        refusal = msgspec.json.decode(body, type=Refusal)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = " ".join(body[:300].decode("utf-8", "replace").split())
        if text and not text.startswith(("[", "{", "<")):
            yield "", text
        return
    for part in (
        refusal.errors,
        refusal.message,
        refusal.error,
        refusal.error_description,
        refusal.reason,
    ):
        yield from _told("", part, _DEPTH)


def _told(name: str, part: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(part, str) and part:
        yield name, part
    elif isinstance(part, list) and depth:
        for each in part:
            yield from _told(name, each, depth - 1)
    elif isinstance(part, dict) and depth:
        for key, value in part.items():
            yield from _told("" if key == "base" else str(key), value, depth - 1)
