"""What an error of a remote is called in front of people."""

from turnbuckle.model.plans import Reason
from turnbuckle.ports.errors import (
    AccessDenied,
    BadName,
    Blocked,
    CheckedOut,
    EmptyRefused,
    FolderLost,
    Locked,
    NoSpace,
    ProjectArchived,
    ProjectMissing,
    RemoteError,
    SignInNeeded,
    TooLarge,
    Transient,
    TypeRefused,
    Unproven,
    Unsupported,
    WrongTenant,
)

_REASONS: tuple[tuple[type[RemoteError], Reason], ...] = (
    (CheckedOut, Reason.CHECKED_OUT),  # a kind of `Locked`, so it comes first
    (Locked, Reason.LOCKED),
    (NoSpace, Reason.QUOTA_FULL),
    (AccessDenied, Reason.PERMISSION),
    (TooLarge, Reason.TOO_LARGE),
    (EmptyRefused, Reason.EMPTY_NOT_ALLOWED),
    (TypeRefused, Reason.TYPE_NOT_ALLOWED),
    (BadName, Reason.BAD_NAME),
    (Unsupported, Reason.UNSUPPORTED),
    (Unproven, Reason.HIDDEN),
    (SignInNeeded, Reason.SIGN_IN),
    (WrongTenant, Reason.WRONG_TENANT),
    (FolderLost, Reason.ROOT_MISSING),
    (ProjectArchived, Reason.PROJECT_ARCHIVED),
    (ProjectMissing, Reason.PROJECT_MISSING),
    (Transient, Reason.SERVER_ERROR),  # it was repeated as often as makes sense
)


def reason_of(error: RemoteError) -> Reason:
    """Give the reason that an item is not in step for."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.SET_ASIDE)


def stopped_for(error: RemoteError) -> Reason | None:
    """Give the reason that a link is paused for; None where it may simply be run again."""
    return reason_of(error) if isinstance(error, Blocked) else None
