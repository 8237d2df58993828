"""Files that somebody holds, and what that keeps others from."""

from collections.abc import Mapping
from dataclasses import dataclass

from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.microsoft.tree import Tree


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody holds a file: checked out, or open in Office."""

    holder: Author
    checked_out: bool


def stands_in_the_way(
    locks: Mapping[str, Lock], tree: Tree, entry: Entry, author: Author, *, inside: bool = True
) -> bool:
    """Whether somebody else holds the item or, for a folder, something in it.

    A file in it that is open in Office, and not checked out, counts only where `inside` says so.
    """
    for item, lock in locks.items():
        if lock.holder.key == author.key:
            continue
        held = tree.entries[item]
        counts = inside or lock.checked_out
        if held is entry or (counts and entry.is_folder and tree.is_within(held, entry.id)):
            return True
    return False


def locked(switches: GraphSwitches) -> Refusal:
    """The refusal 423, whose code differs by the age of the service."""
    if switches.locked_code == "notAllowed":
        return Refusal(423, "notAllowed", inner="resourceLocked")
    if switches.locked_code == "accessDenied":
        return Refusal(423, "accessDenied", "The file is checked out, or somebody is editing it.")
    return Refusal(423, "resourceLocked")
