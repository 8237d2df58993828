"""How the process was started, for the commands that care."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """What `__main__` saw on the command line before there were commands."""

    data_is_named: bool  # a data folder was given with `--data`
