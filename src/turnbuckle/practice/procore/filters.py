"""The filters and the order that a call asks of a list: ``filters[name]``, ``filters[name][]``."""

from collections.abc import Collection

from multidict import MultiMapping

from turnbuckle.practice.procore.arguments import Range, time_range, truth, whole
from turnbuckle.practice.procore.refusals import invalid


class Filters:
    """What the query of a call says; each value that is malformed is refused.

    Args:
        query: the call's own.
        open_ends: whether a range of times may have an open end.
    """

    def __init__(self, query: MultiMapping[str], *, open_ends: bool) -> None:
        self._query = query
        self._open_ends = open_ends

    def one(self, name: str) -> str | None:
        """The only value of a filter, None where it is not asked for."""
        return self._query.get(f"filters[{name}]")

    def many(self, name: str) -> list[str]:
        """All values of a filter."""
        single = self._query.getall(f"filters[{name}]", [])
        return self._query.getall(f"filters[{name}][]", []) + single

    def numbers(self, name: str) -> frozenset[int]:
        """All values of a filter by ids."""
        return frozenset(whole(each, name) for each in self.many(name))

    def span(self, name: str) -> Range | None:
        """A stretch of time, None where there is none or it is empty."""
        value = self.one(name)
        return time_range(value, name, open_ends=self._open_ends) if value else None

    def yes(self, name: str) -> bool | None:
        """Yes or no, None where it is not asked for."""
        value = self.one(name)
        return None if value is None else truth(value, name)

    def order(self, sorts: Collection[str]) -> str:
        """The order asked for, empty where there is none.

        Raises:
            Refusal: the list has no such order.
        """
        sort = self._query.get("sort", "")
        if sort and sort not in sorts:
            raise invalid("sort", "is not an order of this list")
        return sort
