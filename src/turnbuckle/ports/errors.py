"""What can go wrong at a remote, sorted by what we do next.

RemoteError
    Transient      repeat the same call             RateLimited, Unreachable, ServerError,
                                                    MalformedReply
    Outdated       look again, then plan again      Overtaken, Gone, CursorExpired
    Unacceptable   set this item aside, go on       BadName, TooLarge, EmptyRefused, TypeRefused,
                                                    Unsupported, Locked, CheckedOut, Unproven
    Blocked        stop this link, tell a person    SignInNeeded, WrongTenant, AccessDenied,
                                                    NoSpace, FolderLost, ProjectArchived,
                                                    ProjectMissing

Every message says, in plain words, what happened and what a person should do, and holds no secret.
"""

from datetime import timedelta


class RemoteError(Exception):
    """Something went wrong at a remote."""


class Transient(RemoteError):
    """Next: repeat the same call."""


class RateLimited(Transient):
    """The remote asks us to slow down.

    Next: the same call after `wait`; the run goes on with other items meanwhile.
    For the person: nothing to do.
    """

    def __init__(self, remote: str, wait: timedelta) -> None:
        self.remote = remote
        self.wait = wait
        super().__init__(f"{remote} asks us to wait {wait.total_seconds():.0f} s")


class Unreachable(Transient):
    """No answer, a broken connection, or a 5xx: nobody knows whether a write took effect.

    Next: the same call after a pause; a write is looked up first.
    """


class ServerError(Unreachable):
    """The remote failed of itself (a 5xx), time and again."""


class MalformedReply(Transient):
    """The remote answered something that its contract does not allow."""


class Outdated(RemoteError):
    """Next: look at the item again, then plan again."""


class Overtaken(Outdated):
    """Somebody was faster: the item is not what the plan expected, or the name is taken."""


class Gone(Outdated):
    """The item that the plan wanted to read or change is not there (any more)."""


class CursorExpired(Outdated):
    """The feed cannot tell changes from this cursor; everything must be told again."""


class Unacceptable(RemoteError):
    """Next: set this item aside with the reason, and go on with the others."""


class BadName(Unacceptable):
    """The remote refuses this name or path."""


class TooLarge(Unacceptable):
    """The remote takes no file of this size."""


class EmptyRefused(Unacceptable):
    """The remote takes no file without content."""


class TypeRefused(Unacceptable):
    """The remote takes no file of this type there (Procore's Photos take images alone)."""


class Unsupported(Unacceptable):
    """The remote cannot do this at all."""


class Locked(Unacceptable):
    """Somebody has the file open or checked out.

    Next: set aside and try again later.
    """


class CheckedOut(Locked):
    """Somebody has checked the file out of its document management."""


class Unproven(Unacceptable):
    """The remote neither shows the item nor proves that it is gone; never read as a deletion."""


class Blocked(RemoteError):
    """Next: stop this link and tell a person."""


class SignInNeeded(Blocked):
    """The credentials are wrong, expired or revoked.

    Attributes:
        connection: the id of the stored connection concerned; None where it is not known.
    """

    connection: int | None = None


class WrongTenant(Blocked):
    """The account belongs to another company or tenant than the one this link was made with."""


class AccessDenied(Blocked):
    """The account has no right to this."""


class FolderLost(Blocked):
    """The folder that a link is bound to cannot be seen; never read as a deletion."""


class ProjectArchived(Blocked):
    """The project can only be read; nothing can be written there until somebody reopens it."""


class ProjectMissing(Blocked):
    """The project was deleted or cannot be seen; never read as a deletion of its files."""


class NoSpace(Blocked):
    """The destination is full."""
