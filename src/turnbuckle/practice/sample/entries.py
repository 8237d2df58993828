"""What the sample is made of: one entry for each folder and file, parents first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Content = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder or file of the sample."""

    path: tuple[str, ...]  # below the project's root
    content: Content | None  # pieces of at most 1 MiB, made when asked; None: a folder
    modified: datetime
    author: int  # counts through the people of the sample company


def whole(body: bytes) -> Content:
    """Give content that is one piece, or none where the body is empty."""
    return lambda: (body,) if body else ()
