"""What a killed process leaves behind, told so that equal states can be recognised.

Most accesses to the database are reads: a process that is killed before one of them, and one that
is killed before the next, leave the same. How a state goes on is seen once; the process is killed
every time.
"""

import hashlib
import pickle
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.side import Side

DATABASE = "turnbuckle.sqlite3"
_OF_THE_DATABASE = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}


def state_of(data: Path, remotes: Mapping[Side, MemoryRemote]) -> str:
    """Give a digest of all that the next process begins from.

    It is taken from a copy, since whoever opens the database repairs what the killed one left.
    All of it counts but for what names the killed process itself in the lease: each has an owner
    and a process of its own, and each is dead.

    Args:
        data: the data folder, right after the kill.
        remotes: both remotes, at rest.
    """
    digest = hashlib.sha256(pickle.dumps(dict(remotes)))
    copied = data.with_name(f"{data.name} as it was left")
    shutil.copytree(data, copied)
    for path in sorted(copied.rglob("*")):
        if path.is_file() and path.name not in _OF_THE_DATABASE:
            digest.update(f"\n{path.relative_to(copied)}\n".encode() + path.read_bytes())
    opened = sqlite3.connect(copied / DATABASE)
    opened.execute("UPDATE store_lease SET owner = '', process = ''")
    for line in opened.iterdump():
        digest.update(line.encode())
    opened.close()
    shutil.rmtree(copied)
    return digest.hexdigest()
