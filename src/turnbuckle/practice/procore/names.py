"""Which names Documents takes, and when two names in one folder are the same."""

import re
from collections.abc import Callable

from turnbuckle.practice.procore.refusals import invalid, name_taken
from turnbuckle.practice.procore.switches import ProcoreSwitches

LONGEST = 255  # characters; no public source says where Procore stops
_UNWANTED = re.compile(r'[\\/:*?"<>|]')

_Key = tuple[int, str, str]


class NameBook:
    """The names in use, by folder."""

    def __init__(self, switches: ProcoreSwitches) -> None:
        self._switches = switches
        self._owners: dict[_Key, int] = {}
        self._claims: dict[int, tuple[int, str, bool]] = {}
        self._sorted_by = self._sameness

    def accept(self, name: str) -> str:
        """Give the name as Procore stores it.

        Raises:
            Refusal: it is empty or too long.
        """
        if self._switches.clean_names:
            name = _UNWANTED.sub("_", name)
        if not name.strip():
            raise invalid("name", "can't be blank")
        if len(name) > LONGEST:
            raise invalid("name", f"is too long (maximum is {LONGEST} characters)")
        return name

    def claim(self, owner: int, parent: int, name: str, is_folder: bool) -> None:
        """Give `owner` this name in this folder, in place of the one it had.

        Raises:
            Refusal: another item has it.
        """
        self._sort()
        key = self._key(parent, name, is_folder)
        if self._owners.get(key, owner) != owner:
            raise name_taken(self._switches)
        self.release(owner)
        self._owners[key] = owner
        self._claims[owner] = (parent, name, is_folder)

    def release(self, owner: int) -> None:
        """Free the name of an item."""
        self._sort()
        claim = self._claims.pop(owner, None)
        if claim is not None and self._owners.get(self._key(*claim)) == owner:
            del self._owners[self._key(*claim)]

    def bin(self, owner: int) -> None:
        """An item goes into the bin; by the switch, its name is free or stays blocked."""
        if not self._switches.bin_blocks_names:
            self.release(owner)

    def free_name(self, parent: int, name: str, is_folder: bool) -> str:
        """Give the name, or the first of its numbered forms that nobody has in this folder."""
        self._sort()
        stem, dot, ending = name.rpartition(".")
        if is_folder or not dot or not stem:
            stem, suffix = name, ""
        else:
            suffix = dot + ending
        return self._first_free(
            name, lambda tried: self._key(parent, tried, is_folder) in self._owners, stem, suffix
        )

    def _first_free(
        self, name: str, is_taken: Callable[[str], bool], stem: str, suffix: str
    ) -> str:
        number = 1
        tried = name
        while is_taken(tried):
            tried = self._switches.unique_name_pattern.format(
                stem=stem, number=number, suffix=suffix
            )
            number += 1
        return tried

    @property
    def _sameness(self) -> tuple[bool, bool]:
        return self._switches.share_names, self._switches.case_blind

    def _sort(self) -> None:
        """Sort the names anew when somebody turned a switch by which they are the same."""
        if self._sorted_by == self._sameness:
            return
        self._sorted_by = self._sameness
        self._owners = {self._key(*claim): owner for owner, claim in self._claims.items()}

    def _key(self, parent: int, name: str, is_folder: bool) -> _Key:
        kind = ("folder" if is_folder else "file") if self._switches.share_names else ""
        return parent, kind, name.casefold() if self._switches.case_blind else name
