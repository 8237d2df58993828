"""The log: one line on stderr for each thing that happened, and no secret in any of them.

On a terminal a line is made for people, anywhere else it is JSON: `timestamp`, `level`, `logger`,
`event`, and what it is about (`organisation`, `link`, `run`). What libraries log goes the same way,
from warnings on. `TURNBUCKLE_LOG` sets from which level on is told; without it services tell from
`info` on, and commands in the foreground nothing: what they have to say they print.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

from turnbuckle.sync.subject import subject
from turnbuckle.transport.redaction import redact

type Event = MutableMapping[str, Any]

VARIABLE = "TURNBUCKLE_LOG"
"""The environment variable that sets the level."""

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "off": logging.CRITICAL + 1,
}
_OURS = "turnbuckle"
_SECRET_NAME = re.compile(r"token|secret|password|authorization|signature|cookie", re.IGNORECASE)
_HIDDEN = "[hidden]"


class UnknownLevel(Exception):
    """`TURNBUCKLE_LOG` names no level; the text says which there are."""


def set_up(environment: Mapping[str, str], *, usual: str, stream: TextIO | None = None) -> None:
    """Send all logging of this process to stderr, in place of what was set up before.

    Args:
        environment: `TURNBUCKLE_LOG` is read from it.
        usual: the level where it names none.
        stream: instead of stderr.

    Raises:
        UnknownLevel: there is no such level.
    """
    named = environment.get(VARIABLE, "").strip().lower() or usual
    if named not in _LEVELS:
        raise UnknownLevel(f"{VARIABLE} is one of {', '.join(_LEVELS)}, not {named!r}")
    level = _LEVELS[named]
    if named == "off":
        handler: logging.Handler = logging.NullHandler()
    else:
        stream = stream or sys.stderr
        handler = logging.StreamHandler(stream)
        handler.setFormatter(_formatter(is_terminal=stream.isatty()))
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
    logging.getLogger(_OURS).setLevel(level)


def _formatter(*, is_terminal: bool) -> logging.Formatter:
    import structlog  # takes its time, and commands that log nothing do without

    last: Any = (
        structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer()
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
            _with_subject,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacted,
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def _with_subject(_logger: object, _method: str, event: Event) -> Event:
    return {**subject(), **event}


def _redacted(_logger: object, _method: str, event: Event) -> Event:
    return {name: each if name[:1] == "_" else _shown(name, each) for name, each in event.items()}


def _shown(name: str, value: Any) -> Any:
    """Give a value as it may be read, whatever it is."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAME.search(name):
        return _HIDDEN
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown("", each) for each in value]
    return redact(str(value))
