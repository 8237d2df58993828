"""Starts commands without importing everything anew: `python tests/cli/nursery.py SOCKET`.

What every command imports from others is imported once. Each command is a child process of its
own, forked before any thread was started and before any setting was read; its arguments, its
environment and its three streams come over a socket, from `starting.py`. That program stands for
the command: it hands signals on and ends as the command ended; when it is killed, the command is.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
from array import array
from contextlib import suppress
from dataclasses import dataclass

_LARGEST_ORDER = 1 << 20


@dataclass(frozen=True)
class Order:
    """A command to become."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


MUCH = (
    "aiohttp.web",
    "django.core.management",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "msal",
    "oauthlib.oauth2",
    "rich.progress",
    "typer.main",
    "turnbuckle.connectors.graph.connector",
    "turnbuckle.connectors.procore.connector",
    "turnbuckle.planning",
    "turnbuckle.practice.world",
)
"""What commands import, but nothing that reads our settings or the data folder."""


class Nursery:
    """Takes orders at a socket until whoever started it is gone."""

    def __init__(self, address: str) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(address)
        self._door.listen()
        self._bell, self._ringer = socket.socketpair()
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        self._children: dict[int, socket.socket] = {}

    def serve(self) -> Order | None:
        """Give an order to carry out, in a child; None, in the nursery, when it is over."""
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        with selectors.DefaultSelector() as watched:
            for each in (self._door, self._bell, sys.stdin):
                watched.register(each, selectors.EVENT_READ)
            while True:
                for key, _ in watched.select():
                    if key.fileobj is sys.stdin:
                        return None
                    if key.fileobj is self._door:
                        caller, _ = self._door.accept()
                        order = self._fork(caller)
                        if order is not None:
                            return order
                        watched.register(caller, selectors.EVENT_READ)
                    elif key.fileobj is self._bell:
                        self._bell.recv(4096)
                        for caller in self._buried():
                            watched.unregister(caller)
                            caller.close()
                    else:  # whoever waited for the command was killed
                        self._kill_child_of(key.fileobj)

    def _fork(self, caller: socket.socket) -> Order | None:
        """Make a child; gives its order in the child only."""
        text, streams = _received(caller)
        child = os.fork()
        if child != 0:
            for stream in streams:
                os.close(stream)
            self._children[child] = caller
            caller.sendall(f"{child}\n".encode())
            return None
        for each in (self._door, self._bell, self._ringer, caller, *self._children.values()):
            each.close()
        return Order(**json.loads(text), streams=streams)

    def _buried(self) -> list[socket.socket]:
        told = []
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0] != 0:
                caller = self._children.pop(ended[0])
                with suppress(OSError):  # nobody waits any more
                    caller.sendall(f"{ended[1]}\n".encode())
                told.append(caller)
        return told

    def _kill_child_of(self, caller: object) -> None:
        for child, waiting in self._children.items():
            if waiting is caller:
                os.kill(child, signal.SIGKILL)


def _received(caller: socket.socket) -> tuple[str, list[int]]:
    text, streams, _, _ = socket.recv_fds(caller, _LARGEST_ORDER, 3)
    while not text.endswith(b"\n"):
        text += caller.recv(_LARGEST_ORDER)
    return text.decode(), list(array("i", streams))


def _be_a_command(order: Order) -> None:
    """Become `turnbuckle`, with the streams, the folder and the environment of the order."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for place, stream in enumerate(order.streams):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    tempfile.tempdir = None
    sys.argv = ["turnbuckle", *order.arguments]
    from turnbuckle.__main__ import main

    main()


if __name__ == "__main__":
    nursery = Nursery(sys.argv[1])
    for name in MUCH:
        importlib.import_module(name)
    gc.freeze()  # no command looks through what all of them share, which would copy it
    print("ready", flush=True)
    order = nursery.serve()
    if order is not None:
        _be_a_command(order)
