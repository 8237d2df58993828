"""Listen on the loopback address, plainly or behind our own certificate."""

import logging
import ssl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

LOOPBACK = "127.0.0.1"
_READ_BYTES = 1 << 20
_LOG = logging.getLogger(__name__)


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Tell of our own faults, and not of callers that speak no HTTP: they get a 400."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


_LOG.addFilter(is_worth_telling)


async def listen(
    app: web.Application,
    port: int,
    tls: ssl.SSLContext | None,
    runners: list[web.AppRunner],
    longest_line: int = 8190,
) -> str:
    """Serve an application; give its address, ``http://127.0.0.1:8070``.

    Args:
        app: what answers.
        port: 0 takes a free one.
        tls: the certificate to show; None: plain http.
        runners: the new runner is put there, so that the caller can end it, also after an error.
        longest_line: bytes of method, path and query that reach the application; else 400.

    Raises:
        OSError: the port is taken.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_LOG,
        shutdown_timeout=1.0,
        read_bufsize=_READ_BYTES,
        max_line_size=longest_line,
    )
    runners.append(runner)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, port, ssl_context=tls)
    await site.start()
    scheme = "http" if tls is None else "https"
    return f"{scheme}://{LOOPBACK}:{runner.addresses[0][1]}"
