"""What time remotes say that it is, heard from the answers to whatever is asked of them.

Every answer tells when it was made (`Date`), so no call is spent on it. A difference of some
seconds means nothing: the header knows whole seconds, and the answer was on its way.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp

from turnbuckle.ports.clock import Clock


class TimesTold:
    """Listens to a session, and keeps how far each host is ahead of our clock.

    Attributes:
        ahead: by host; negative: it is behind us. Of several answers the smallest difference.

    Source: RFC 9110, section 6.6.1.
    """

    def __init__(self, clock: Clock) -> None:
        self.ahead: dict[str, timedelta] = {}
        self._clock = clock

    def listen(self, session: aiohttp.ClientSession) -> None:
        """Hear all answers to this session from now on."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._heard)
        trace.freeze()
        session.trace_configs.append(trace)

    async def _heard(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        answered: aiohttp.TraceRequestEndParams,
    ) -> None:
        moment = _moment(answered.response.headers.get("date", ""))
        host = answered.url.host
        if moment is None or host is None:
            return
        ahead = moment - self._clock.now()
        self.ahead[host] = min(self.ahead.get(host, ahead), ahead, key=abs)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
