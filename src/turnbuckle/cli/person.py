"""Who sits at this machine: what is decided on the command line is kept under that name."""

import getpass


def person() -> str:
    """Give the operating system's name for the user; empty where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return ""
