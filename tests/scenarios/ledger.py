"""What people wrote and took away, token by token, so that nothing of it can get lost unseen."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from scenarios.acting import Hands, Shown
from scenarios.vocabulary import canonical, plain

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side

_EMPTY = "@0"  # empty contents cannot be told apart


def tokens(snapshot: Mapping[str, Shown]) -> Counter[str]:
    """Count the contents of a side, those of ignored files left out."""
    return Counter(
        plain(canonical(shown.token))
        for path, shown in snapshot.items()
        if shown.token is not None and not is_ignored(path)
    )


def is_ignored(path: str) -> bool:
    """Tell whether a file of this path is never synced."""
    name = Name(path.rstrip("/").rpartition("/")[2].partition("#dup-")[0])
    kind = Kind.FOLDER if path.endswith("/") else Kind.FILE
    return Policy().ignores(name, kind)


@dataclass(slots=True)
class Ledger:
    """The contents of one phase.

    Attributes:
        wanted: written by people, and not overwritten or deleted by people since.
        settled: on both sides when the phase began, and touched by nobody.
        shown: what each side held at some time.
        removed: what people took away, by side.
    """

    wanted: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    shown: dict[Side, set[str]] = field(default_factory=lambda: {side: set() for side in Side})
    removed: dict[Side, set[str]] = field(default_factory=lambda: {side: set() for side in Side})
    _is_new: bool = True

    def begin(self, snapshots: Mapping[Side, Mapping[str, Shown]]) -> None:
        """Begin a phase with both sides as they are."""
        held = {side: set(tokens(snapshot)) for side, snapshot in snapshots.items()}
        if self._is_new:  # what lies on one side alone was written by somebody before
            self.wanted = (held[Side.LEFT] ^ held[Side.RIGHT]) - {_EMPTY}
            self._is_new = False
        self.settled = (held[Side.LEFT] & held[Side.RIGHT]) - {_EMPTY}
        for side in Side:
            self.shown[side], self.removed[side] = set(held[side]), set()

    async def around(self, side: Side, hands: Hands, act: Callable[[], Awaitable[None]]) -> None:
        """Let people act, and note what they wrote and took away by that."""
        before = tokens(await hands.snapshot())
        await act()
        after = tokens(await hands.snapshot())
        for token in before - after:
            if token not in after:
                self.removed[side].add(token)
            self.wanted.discard(token)
            self.settled.discard(token)
        written = set(after - before)
        # what the other side's people have overwritten is not wanted for coming back here
        self.wanted |= written - self.removed[side.other] - {_EMPTY}
        self.removed[side] -= written
        self.shown[side] |= set(after)

    async def wrong(self, hands: Mapping[Side, Hands], *, on_both: bool) -> list[str]:
        """Say what got lost (check U1).

        Args:
            hands: the people of both sides.
            on_both: whether what nobody touched has to be on both sides.
        """
        held = {side: set(tokens(await hands[side].snapshot())) for side in Side}
        anywhere = held[Side.LEFT] | held[Side.RIGHT]
        wrong = [f"lost: {token}" for token in sorted(self.wanted - anywhere)]
        needed = held[Side.LEFT] & held[Side.RIGHT] if on_both else anywhere
        wrong += [f"not where it was: {token}" for token in sorted(self.settled - needed)]
        for side in Side:
            kept = {plain(canonical(token)) for token in await hands[side].kept()}
            gone = self.shown[side] - held[side] - self.removed[side] - kept - {_EMPTY}
            wrong += [
                f"in no bin and no history of the {side} side: {token}"
                for token in sorted(gone)
                if not token.startswith("?")
            ]
        return wrong
