"""Keep a practice world from one start to the next, in the folder that has its files' bytes.

The whole world is one picture of the services' memory, taken every few seconds while something
changes and once more at the end, and written beside the old one before it takes its place. A
process that is killed loses what came after the last picture, and nothing else: bytes that an
older picture needs are taken from the disk only when a newer one is there.

A picture can only be read by the code that took it; that of another version is refused in words.
It is read only where it belongs to us, and with the classes of practice mode alone, so that a
folder from somewhere else runs nothing but them.
"""

import asyncio
import fcntl
import hashlib
import io
import os
import pickle
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MethodType
from typing import IO, Any

import aiohttp

from turnbuckle.practice.blobs import MARKER, Blob, Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.posting import ask_dns
from turnbuckle.practice.startup import CannotStart

PICTURE = "world"
_BEGINNING = b"turnbuckle practice world "
_PAUSE_SECONDS = 2.0
_SHARE = 20  # a picture may take one part in so many of the time
_OURS = "turnbuckle.practice."
_MADE_ANEW: dict[str, type] = {"turn": asyncio.Lock, "news": asyncio.Event}
_FUNCTIONS = frozenset({(__name__, "method_of"), (ask_dns.__module__, ask_dns.__name__)})
_PLAIN = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("uuid", "UUID"),
    }
)


class Keeper:
    """Takes pictures of one world into the folder of its blobs, and reads the last one.

    Args:
        blobs: where the files' bytes are; nobody else may use the folder meanwhile.
        clock: what a picture that is read tells the time by.

    Raises:
        CannotStart: another practice mode uses the folder.
    """

    def __init__(self, blobs: Blobs, clock: PracticeClock) -> None:
        self._blobs = blobs
        self._clock = clock
        self._path = blobs.folder / PICTURE
        self._last = b""
        self._over = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._locked = (blobs.folder / MARKER).open("ab")
        try:
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._locked.close()
            raise CannotStart(f"another practice mode uses {blobs.folder}; end it first") from None
        blobs.spare_dropped()

    def close(self) -> None:
        """Let others use the folder."""
        self._locked.close()

    def last(self) -> Any:
        """Give the world of the last picture; None where there is none yet.

        Raises:
            CannotStart: it cannot be read, is damaged, or another version took it.
        """
        try:
            with self._path.open("rb") as file:
                if os.fstat(file.fileno()).st_uid != os.geteuid():
                    raise CannotStart(f"{self._path} belongs to somebody else")
                beginning, mark, picture = file.readline(), file.readline(), file.read()
        except FileNotFoundError:
            self._blobs.sweep(())
            return None
        if beginning != _beginning():
            raise CannotStart(
                f"{self._blobs.folder} was made by another version of practice mode;"
                " name another folder, or remove it"
            )
        if mark != _mark(picture):
            raise CannotStart(f"{self._path} is damaged; name another folder, or remove it")
        reader = _Reader(io.BytesIO(picture), self._blobs, self._clock)
        try:
            world = reader.load()
        except pickle.UnpicklingError as error:
            raise CannotStart(
                f"{self._path} cannot be read ({error}); name another folder, or remove it"
            ) from error
        self._blobs.sweep(reader.blobs)
        return world

    def start(self, world: Callable[[], object]) -> None:
        """Take pictures from now on; `world` gives what is to be kept, as it is then."""
        self._keeping = asyncio.create_task(self._keep(world), name="practice-keeper")

    async def stop(self) -> None:
        """Take no more pictures by itself; one that is being taken is finished."""
        self._over.set()
        if self._keeping is not None:
            await self._keeping

    async def _keep(self, world: Callable[[], object]) -> None:
        while not self._over.is_set():
            began = time.monotonic()
            with suppress(OSError):  # the last picture tells whoever ends practice mode
                await self.take(world())
            wait = max(_PAUSE_SECONDS, (time.monotonic() - began) * _SHARE)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._over.wait()

    async def take(self, world: object) -> None:
        """Take one picture, unless it shows what the last one showed."""
        picture = io.BytesIO()
        _Writer(picture, self._blobs, self._clock).dump(world)
        mark = _mark(picture.getbuffer())
        if mark == self._last:
            return
        dropped = self._blobs.dropped
        self._blobs.dropped = []
        await asyncio.to_thread(self._write, mark, picture.getbuffer(), dropped)
        self._last = mark

    def _write(self, mark: bytes, picture: memoryview, dropped: list[Path]) -> None:
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            new.chmod(0o600)  # it holds the tokens
            file.write(_beginning() + mark)
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        for path in dropped:
            path.unlink(missing_ok=True)


@cache
def _beginning() -> bytes:
    """Say whose picture this is: of all the code that took it."""
    told = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        told.update(path.read_bytes())
    return _BEGINNING + told.hexdigest().encode() + b"\n"


def _mark(picture: bytes | memoryview) -> bytes:
    return hashlib.sha256(picture).hexdigest().encode() + b"\n"


def method_of(owner: object, name: str) -> Any:
    """Give a method of something of practice mode, by its name.

    Raises:
        pickle.UnpicklingError: it is not one of ours.
    """
    ours = type(owner).__module__.startswith(_OURS) and not name.startswith("__")
    found = getattr(owner, name, None) if ours else None
    if not isinstance(found, MethodType):
        raise pickle.UnpicklingError(f"it names the method {name}")
    return found


class _Writer(pickle.Pickler):
    """Leaves out what each start makes anew: the folder, the clock, connections, who waits."""

    def __init__(self, file: IO[bytes], blobs: Blobs, clock: PracticeClock) -> None:
        super().__init__(file, protocol=5)
        self._named = {id(blobs): "blobs", id(clock): "clock"}

    def persistent_id(self, thing: object) -> Any:
        if isinstance(thing, Blob):
            return ("blob", thing.id, thing.size, thing.sha256)
        for name, kind in _MADE_ANEW.items():
            if isinstance(thing, kind):
                return name
        if isinstance(thing, asyncio.Task | aiohttp.ClientSession | ssl.SSLContext):
            return "nothing"
        return self._named.get(id(thing))

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, MethodType):
            return method_of, (thing.__self__, thing.__func__.__name__)
        return NotImplemented


class _Reader(pickle.Unpickler):
    """Knows no class but those of practice mode and a few plain ones."""

    def __init__(self, file: IO[bytes], blobs: Blobs, clock: PracticeClock) -> None:
        super().__init__(file)
        self._given = {"blobs": blobs, "clock": clock, "nothing": None}
        self._known: dict[str, Blob] = {}

    @property
    def blobs(self) -> set[str]:
        """The ids of all blobs that the picture shows."""
        return set(self._known)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN | _FUNCTIONS:
            return super().find_class(module, name)
        if module.startswith(_OURS) and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, told: Any) -> Any:
        if isinstance(told, tuple):
            return self._known.setdefault(told[1], Blob(*told[1:]))
        if told in _MADE_ANEW:
            return _MADE_ANEW[told]()
        return self._given[told]
