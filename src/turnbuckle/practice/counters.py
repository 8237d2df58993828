"""How many calls a practice service has answered, by operation; what reports and tests read."""

from collections import Counter
from collections.abc import Mapping


class Counters(Counter[str]):
    """Counted API calls by operation, such as ``GET /documents``; a Counter, so a dict too.

    Calls made as a person count nowhere: people use the web pages, which no API limit concerns.
    """

    def __init__(self, counted: Mapping[str, int] | None = None) -> None:
        super().__init__(counted or {})
        self.written: Counter[str] = Counter()  # successful writes by operation
        self.refused = 0  # calls answered 429; they are not among the counted ones

    @property
    def calls(self) -> int:
        """All counted calls."""
        return self.total()

    @property
    def writes(self) -> int:
        """All successful writes."""
        return self.written.total()

    def reset(self) -> None:
        """Start again at nothing, for instance before the run that is to be measured."""
        self.clear()
        self.written.clear()
        self.refused = 0
