"""Stands for a command that the nursery runs: `python -S -E starting.py SOCKET ARGUMENT...`.

It hands over its streams, its folder and its environment, passes signals on to the command, and
ends as the command ends. It imports little, so that it is there at once.
"""

import json
import os
import signal
import socket
import sys


def _ended(line: str) -> None:
    status = int(line)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    sys.exit(os.WEXITSTATUS(status))


with socket.socket(socket.AF_UNIX) as nursery:
    nursery.connect(sys.argv[1])
    order = {
        "arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ),
    }  # fmt: skip
    socket.send_fds(nursery, [json.dumps(order).encode() + b"\n"], [0, 1, 2])
    with nursery.makefile("r") as told:
        child = int(told.readline())
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, lambda number, frame: os.kill(child, number))
        for stream in (0, 1, 2):
            os.close(stream)
        _ended(told.readline())
