"""What users wrote and what they took away, so that afterwards nothing else may be missing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulation.case import Word
from simulation.contents import is_own, token_of
from simulation.users import act

from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.people import People
from turnbuckle.model.items import ItemId, Kind
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import Gone


@dataclass
class Ledger:
    """Tokens and ids of one simulation.

    Attributes:
        written: every token that was ever put anywhere.
        wanted: tokens that a user wrote and that nobody has overwritten or deleted since.
        deleted: ids of what users deleted, with all that lay in it.
    """

    written: set[str] = field(default_factory=set)
    wanted: set[str] = field(default_factory=set)
    deleted: set[tuple[Side, ItemId]] = field(default_factory=set)

    def act(self, side: Side, people: People, word: Word) -> bool:
        """Let a user act and keep account of it; tell whether the remote let them."""
        ((verb, what),) = word.items()
        touched = list(_touched(people, verb, what))
        tokens = {token_of(node.blob) for node in touched if node.kind is Kind.FILE}
        if not act(people, word):
            return False
        self.wanted -= {token for token in tokens if token is not None}
        if verb in ("del", "replace"):
            self.deleted |= {(side, node.id) for node in touched}
        if verb in ("put", "new", "replace"):
            self.written.add(what[1])
            if is_own(what[1]):
                self.wanted.add(what[1])
        return True


def _touched(people: People, verb: str, what: str | list[str]) -> Iterator[Node]:
    """Give the items whose content the word takes away."""
    if verb not in ("put", "replace", "del"):
        return
    try:
        node = people.at(what if isinstance(what, str) else what[0])
    except Gone:
        return
    yield node
    if verb == "del":
        yield from people.remote.shelf.below(node)
