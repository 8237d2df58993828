"""Settings from the environment. What is secret may come from here, never from a command line."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

CLIENT_SECRET = "TURNBUCKLE_CLIENT_SECRET"  # noqa: S105  the variable's name, no secret


def client_secret(environment: Mapping[str, str]) -> str | None:
    """Give the client secret that the environment holds; None where it holds none."""
    return environment.get(CLIENT_SECRET) or None


def data_folder() -> Path:
    """Give the data folder that this process works in."""
    folder: Path = settings.TURNBUCKLE_DATA
    return folder
