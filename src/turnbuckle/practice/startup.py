"""The start-up file: where the practice services are and how to get in, for this user alone."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class CannotStart(Exception):
    """Practice mode did not come up; the text says what to do."""


def write_startup(path: Path, startup: Mapping[str, Any]) -> None:
    """Write the file so that nobody else can read it, and never half of it.

    Args:
        path: an older file of that name is replaced.
        startup: what is written, as JSON.

    Raises:
        OSError: the folder does not take it.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as target:
            json.dump(startup, target, indent=2)
            target.write("\n")
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
