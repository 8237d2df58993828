"""Leases: at most one process runs a link, and one that lost its lease commits nothing more.

Every new holder gets a larger fence. The journal compares it in each of its transactions, so a
process that was stopped for an hour and wakes up finds itself fenced off.
"""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from turnbuckle.store import models
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Lease, Link, Run
from turnbuckle.store.units import unit

_given_back: set[str] = set()
"""Holders of this process whose run is over, and of which the database could not be told."""


class LinkBusy(Exception):
    """Another process runs this link now."""


class LeaseLost(Exception):
    """The lease of this run ended, and somebody else may run the link."""


@unit
def acquire(link: Link, owner: str, *, now: datetime, ttl: timedelta) -> Lease:
    """Take the lease of a link.

    A lease whose time is over, or whose process on this machine is dead, is taken over.

    Args:
        link: what to run.
        owner: who asks, unique to this holder (a random text); asking again renews.
        now: the time.
        ttl: how long the lease holds without a renewal.

    Raises:
        LinkBusy: another holder is at it; the message says who and until when.
        UnknownName: the link was removed.
    """
    row = _held(link)
    if not models.Link.objects.filter(id=link.id).exists():
        raise UnknownName(f"the link {link.name!r} was removed")
    mine = row.owner == owner
    if not mine:
        _refuse_if_held(link, row, now)
    row.owner, row.process, row.until = owner, this_process(), now + ttl
    row.fence += 0 if mine else 1
    row.save()
    return Lease(link=link.id, owner=owner, fence=row.fence, until=row.until)


def refuse_if_running(link: Link, *, now: datetime) -> None:
    """Make sure, inside the caller's unit, that nobody runs a link, nor begins to.

    Raises:
        LinkBusy: somebody does.
    """
    _refuse_if_held(link, _held(link), now)


@unit
def renew(lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
    """Hold a lease for longer.

    Raises:
        LeaseLost: somebody else took it over.
    """
    until = now + ttl
    held = models.Lease.objects.filter(link_id=lease.link, fence=lease.fence, owner=lease.owner)
    if not held.update(until=until):
        raise LeaseLost("another process took over this link; this run ends")
    return Lease(link=lease.link, owner=lease.owner, fence=lease.fence, until=until)


def release(lease: Lease) -> None:
    """Give a lease back; one that was lost stays with its new holder.

    Where the database cannot be told, this process at least takes it for given back.
    """
    _given_back.add(lease.owner)
    _release(lease)
    _given_back.discard(lease.owner)


@unit
def _release(lease: Lease) -> None:
    held = models.Lease.objects.filter(link_id=lease.link, fence=lease.fence, owner=lease.owner)
    held.update(owner="", process="", until=None)


def hold(run: Run) -> None:
    """Make sure, inside the caller's unit, that a run still holds its link.

    Raises:
        LeaseLost: it does not.
    """
    leases = models.Lease.objects.select_for_update(no_key=True)
    if leases.filter(link_id=run.link, fence=run.fence).exclude(owner="").first() is None:
        raise LeaseLost("another process took over this link; this run ends and writes nothing")


def this_process() -> str:
    """Name this process: host, process id, and when it started where the system tells."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def _refuse_if_held(link: Link, row: models.Lease, now: datetime) -> None:
    is_held = row.owner and row.owner not in _given_back
    if is_held and row.until and row.until > now and not _is_dead(row.process):
        raise LinkBusy(
            f"the link {link.name!r} is being run by {_readable(row.process)}; wait for it, or end"
            f" it (its claim ends at {row.until:%H:%M:%S} UTC)"
        )


def _held(link: Link) -> models.Lease:
    """Hold the row of a link's lease; made where nobody ever held one, so that others wait."""
    row, _ = models.Lease.objects.select_for_update(no_key=True).get_or_create(link_id=link.id)
    return row


def _readable(process: str) -> str:
    host, _, rest = process.partition(" ")
    return f"process {rest.partition(' ')[0]} on {host}" if host else "another process"


def _is_dead(process: str) -> bool:
    """Tell whether a process of this machine is surely dead; False where we cannot know."""
    host, number, started = [*process.split(" "), "", "", ""][:3]
    if host != socket.gethostname() or not number.isdecimal() or os.name != "posix":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(number)) != started


def _started(number: int) -> str:
    """Give the start of a process in the kernel's ticks since boot, empty where it is not told.

    Process ids come again (in a container always the same ones); the start does not.
    """
    try:
        told = Path(f"/proc/{number}/stat").read_text()
    except OSError:
        return ""
    fields = told.rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""
