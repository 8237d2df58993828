"""Webhooks that go astray, of either service."""

from collections.abc import Callable

from turnbuckle.practice.mishaps import Mishaps
from turnbuckle.practice.panel.deeds import Deed, Facts, Lasting
from turnbuckle.practice.panel.fault_asks import TIMES


def webhook_deeds(mishaps: Mishaps) -> list[Deed]:
    """The deeds by which word of changes is lost, or comes twice."""

    def lose(given: Facts) -> Lasting:
        mishaps.lose_next(given[TIMES.name])
        return Lasting(end=_ends(mishaps.lose_next), left=lambda: mishaps.losing)

    def double(given: Facts) -> Lasting:
        mishaps.double_next(given[TIMES.name])
        return Lasting(end=_ends(mishaps.double_next), left=lambda: mishaps.doubling)

    return [
        Deed(
            key="lose_webhooks",
            title="Lost webhooks",
            meaning="Nobody is told of the next changes",
            asks=(TIMES,),
            act=lose,
        ),
        Deed(
            key="double_webhooks",
            title="Doubled webhooks",
            meaning="The next changes are told twice",
            asks=(TIMES,),
            act=double,
        ),
    ]


def _ends(order: Callable[[int], None]) -> Callable[[], None]:
    return lambda: order(0)
