"""Calls between a process that may be killed and the one that keeps the remotes, as frames."""

import asyncio
import pickle
import struct
from typing import Any

from turnbuckle.ports import errors

_LENGTH = struct.Struct("!I")


async def send(writer: asyncio.StreamWriter, *frame: Any) -> None:
    """Send one frame."""
    packed = pickle.dumps(frame)
    writer.write(_LENGTH.pack(len(packed)) + packed)
    await writer.drain()


async def receive(reader: asyncio.StreamReader) -> tuple[Any, ...]:
    """Give the next frame.

    Raises:
        EOFError: the other side is gone.
    """
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        frame: tuple[Any, ...] = pickle.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise EOFError("the other side is gone") from error
    return frame


def told_error(error: errors.RemoteError) -> tuple[str, str]:
    """Give an error as it crosses."""
    return type(error).__name__, str(error)


def error_of(name: str, text: str) -> errors.RemoteError:
    """Give it back."""
    error: errors.RemoteError = getattr(errors, name)(text)
    return error
