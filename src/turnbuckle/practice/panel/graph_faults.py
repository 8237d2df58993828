"""Calls of practice Microsoft that go wrong on order, so many times; people are spared."""

from collections.abc import Sequence

from turnbuckle.practice.microsoft.faults import Fault, Faults, Host
from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Lasting, Option
from turnbuckle.practice.panel.fault_asks import BYTES, DELAY, STATUS, TIMES, WAIT

ANY = "any"
_STORAGE: dict[str, tuple[str, str]] = {  # what these requests are by: method and end of the path
    "PUT fragment": ("PUT", "/uploadSession$"),
    "GET session": ("GET", "/uploadSession$"),
    "GET download": ("GET", "/download.aspx$"),
    "GET monitor": ("GET", "^/_monitor/"),
}


class GraphFaults:
    """The deeds by which calls go wrong."""

    def __init__(self, faults: Faults, operations: Sequence[str]) -> None:
        self._faults = faults
        every = [*operations, *_STORAGE]
        self._options = [Option(ANY, "any call"), *(Option(one, one) for one in every)]

    def deeds(self) -> list[Deed]:
        """All of them."""
        where = Ask(name="operation", label="Which calls", options=lambda: self._options)
        which = (where, TIMES)
        transfers = ("GET download", "PUT fragment")
        direction = Ask(
            name="operation",
            label="Which transfer",
            options=lambda: [Option(one, one) for one in transfers],
        )
        return [
            Deed(
                key="delay",
                title="Slow answers",
                meaning="The calls wait before they are worked on",
                asks=(*which, DELAY),
                act=lambda given: self._order(given, delay_seconds=given["seconds"]),
            ),
            Deed(
                key="too_many",
                title="Too many requests",
                meaning="429 activityLimitReached, as when units are used up",
                asks=(*which, WAIT),
                act=lambda given: self._order(
                    given,
                    status=429,
                    code="activityLimitReached",
                    retry_after_seconds=given["wait_seconds"],
                ),
            ),
            Deed(
                key="error",
                title="Server errors",
                meaning="An error takes the place of the work",
                asks=(*which, STATUS),
                act=lambda given: self._order(given, status=given["status"]),
            ),
            Deed(
                key="page",
                title="A gateway's page",
                meaning="503 with HTML where JSON was due",
                asks=which,
                act=lambda given: self._order(given, status=503, html=True),
            ),
            Deed(
                key="lost",
                title="Lost answers",
                meaning="The work is done, then the connection breaks",
                asks=which,
                act=lambda given: self._order(given, lose_answer=True),
            ),
            Deed(
                key="broken",
                title="Broken connections",
                meaning="The connection breaks before anything is done",
                asks=which,
                act=lambda given: self._order(given, break_off=True),
            ),
            Deed(
                key="cut",
                title="Cut transfers",
                meaning="A transfer breaks off on its way, a person's too",
                asks=(direction, TIMES, BYTES),
                act=lambda given: self._order(given, cut_after_bytes=given["after_bytes"]),
            ),
            Deed(
                key="corrupt",
                title="Corrupt downloads",
                meaning="A download has the right length and one wrong byte, a person's too",
                asks=(TIMES,),
                act=lambda given: self._order({**given, "operation": "GET download"}, corrupt=True),
            ),
        ]

    def _order(self, given: Facts, **trouble: object) -> Lasting:
        operation = given["operation"]
        host: Host | None = None
        method = path = ""
        if operation in _STORAGE:
            host = "storage"
            method, path = _STORAGE[operation]
        fault = Fault(
            host=host,
            method=method,
            path=path,
            operation="" if operation in {ANY, *_STORAGE} else operation,
            times=given["times"],
            spares_people=True,
            **trouble,  # type: ignore[arg-type]
        )
        self._faults.order(fault)

        def end() -> None:  # that one, and not another just like it
            self._faults[:] = [one for one in self._faults if one is not fault]

        return Lasting(end, lambda: max(0, fault.times))
