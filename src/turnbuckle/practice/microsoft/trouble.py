"""What is wrong with one library for a while: items that apps do not see, and listings that lag."""

from dataclasses import dataclass, field

from turnbuckle.practice.microsoft.changes import ChangeLog
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.tree import Tree


@dataclass(slots=True)
class Trouble:
    """Set by tests and by the fault panel; nothing is wrong at first.

    Attributes:
        hidden: ids of items that are not shared with apps any more, each with all below it.
        lags_at: delta tells nothing that happened after this change; None: it is up to date.
    """

    hidden: set[str] = field(default_factory=set)
    lags_at: int | None = None

    def hides(self, tree: Tree, entry: Entry) -> bool:
        """Whether an app may not see this item."""
        if not self.hidden:
            return False
        return any(one.id in self.hidden for one in (entry, *tree.ancestors(entry)))

    def told_until(self, changes: ChangeLog) -> int:
        """The newest change that delta knows."""
        return changes.number if self.lags_at is None else min(self.lags_at, changes.number)

    def told_later(self, changes: ChangeLog) -> frozenset[str]:
        """The items of whose last change delta does not know yet."""
        return frozenset() if self.lags_at is None else frozenset(changes.since(self.lags_at))
