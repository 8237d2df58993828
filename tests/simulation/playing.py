"""Play seeds one after another on one database, and look for what is wrong with each."""

from pathlib import Path

from simulation import database
from simulation.case import Case
from simulation.contents import EMPTY, mark_of
from simulation.drawing import drawn
from simulation.play import Played, play
from simulation.shrinking import shrunk

_KEEP_THE_END = {
    "crash", "db_crash", "db_error", "http", "throttle", "lost", "broken", "reset", "corrupt",
}  # fmt: skip
"""Faults after which the trees are those that would have come without them (I8)."""


class Playing:
    """Plays cases on the database that was made ready."""

    def __init__(self, *, on_disk: bool, data: Path) -> None:
        self._empty = None if on_disk else database.dump()
        self._data = data

    def one(self, seed: int, *, again: bool) -> tuple[Played, list[str]]:
        """Play the case of a seed; `again` makes sure that it comes out the same (I5)."""
        return self.look(drawn(seed), again=again)

    def small(self, played: Played) -> Case:
        """Make a failing case as small as it goes."""
        again = not played.wrong  # it may be what comes out the second time that is wrong
        return shrunk(played.case, lambda case: bool(self.look(case, again=again)[1]))

    def look(self, case: Case, *, again: bool) -> tuple[Played, list[str]]:
        """Play a case and say what is wrong."""
        played = self._play(case)
        wrong = [*played.wrong, *self._kept_bytes(played)]
        if again and not wrong:
            wrong += self._differs(case, played)
        return played, wrong

    def _play(self, case: Case, *, faultless: bool = False) -> Played:
        if self._empty is not None:
            database.put_back(self._empty)
        return play(case, faultless=faultless)

    def _differs(self, case: Case, played: Played) -> list[str]:
        wrong = []
        if self._play(case).trace != played.trace:
            wrong.append("the same seed came out otherwise")
        if self._play(played.case).trace != played.trace:
            wrong.append("the case written down came out otherwise")
        kinds = {fault.kind for episode in case.episodes for fault in episode.faults}
        if kinds and kinds <= _KEEP_THE_END and not _locks(played.case):
            calm = self._play(case, faultless=True)
            # what is held depends on how much one look sees at once, and a fault cuts looks apart
            decided = calm.held or played.held
            if not decided and calm.trees != played.trees:
                wrong.append(f"other trees than without the faults: {_other(calm, played)}")
        return wrong

    def _kept_bytes(self, played: Played) -> list[str]:
        """Look for contents in the database, and on the disk (I35)."""
        marks = {mark_of(token): token for token in played.tokens if token != EMPTY}
        places = {} if self._empty is None else {"the database": database.dump()}
        if self._empty is None:
            files = (path for path in self._data.rglob("*") if path.is_file())
            places = {path.name: path.read_bytes() for path in files}
        return [
            f"{where} holds the bytes of {token!r}"
            for where, held in places.items()
            for mark, token in marks.items()
            if mark in held
        ]


def _locks(case: Case) -> bool:
    """Tell whether a file is open in the runs with faults, and closed where there are none."""
    words = (word for each in case.episodes for word in (*each.left, *each.right))
    return any(word is not None and "lock" in word for word in words)


def _other(calm: Played, played: Played) -> list[str]:
    return [
        path
        for one, other in zip(calm.trees, played.trees, strict=True)
        for path in sorted(one.keys() | other.keys())
        if one.get(path, "") != other.get(path, "")
    ]
