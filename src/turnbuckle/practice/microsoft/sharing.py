"""Who sees what in one library: what single items are shared with, and what was made private.

An item has its own permissions and those of its folder, and so on up to the library; one that was
made private has only its own. The owners of a library see all of it. Apps with a right on the
whole library do as well: permissions of people are nothing to them.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.microsoft.changes import ChangeLog
from turnbuckle.practice.microsoft.identifiers import fixed_guid
from turnbuckle.practice.microsoft.items import Entry
from turnbuckle.practice.microsoft.places import Place
from turnbuckle.practice.microsoft.tree import Tree
from turnbuckle.practice.persons import Person

Role = Literal["read", "write", "owner"]
Scope = Literal["anonymous", "organization", "users"]
_BY_WIDTH: tuple[Scope, ...] = ("anonymous", "organization", "users")


@dataclass(frozen=True, slots=True)
class Link:
    """An address by which people get at an item."""

    kind: Literal["view", "edit"]
    scope: Scope
    web_url: str


@dataclass(slots=True, kw_only=True)
class Share:
    """One permission that an item has of its own: of a person, of an app, or by a link."""

    id: str
    role: Role
    people: dict[str, Person] = field(default_factory=dict)  # by key
    app_id: str = ""
    app_name: str = ""
    link: Link | None = None
    expires: datetime | None = None

    def gives(self, now: datetime, *, write: bool) -> bool:
        """Whether it lets its holders read, or write, now."""
        return (self.expires is None or now < self.expires) and (not write or self.role != "read")

    @property
    def scope(self) -> Scope:
        """How wide the item is shared by it."""
        return self.link.scope if self.link is not None else "users"


class Sharing:
    """All permissions of the items of one library."""

    def __init__(self, place: Place, tree: Tree, changes: ChangeLog, clock: PracticeClock) -> None:
        self._place = place
        self._tree = tree
        self._changes = changes
        self._clock = clock
        self._made = 0
        self.own: dict[str, dict[str, Share]] = {}  # by item, then by the permission's id
        self.private: set[str] = set()  # items that do not have the permissions of their folder

    # -- asking ----------------------------------------------------------------------------------

    @property
    def is_plain(self) -> bool:
        """Whether no item differs from the library."""
        return not self.own and not self.private

    def knows(self, person: Person | None, app_id: str) -> bool:
        """Whether anything is shared with this person, or this app by itself."""
        return any(
            person.key in share.people if person is not None else share.app_id == app_id != ""
            for shares in self.own.values()
            for share in shares.values()
        )

    def admits(self, entry: Entry, person: Person, *, write: bool) -> bool:
        """Whether this person may read, or change, an item."""
        if person.key in self._place.owners:
            return True
        if self.is_plain:
            return self._place.admits(person, write=write)
        now = self._clock.now()
        for share in self.shares(entry):
            if person.key in share.people and share.gives(now, write=write):
                return True
        return self.reaches_library(entry) and self._place.admits(person, write=write)

    def admits_app(self, entry: Entry, app_id: str, *, write: bool) -> bool:
        """Whether an app was given this item."""
        now = self._clock.now()
        return any(
            share.app_id == app_id and share.gives(now, write=write) for share in self.shares(entry)
        )

    def shares(self, entry: Entry) -> Iterator[Share]:
        """The permissions of an item, its own first, without the library's."""
        for holder in self.holders(entry):
            yield from self.own.get(holder.id, {}).values()

    def holders(self, entry: Entry) -> Iterator[Entry]:
        """The item and the folders whose permissions it has."""
        yield entry
        if entry.id in self.private:
            return
        for above in self._tree.ancestors(entry):
            yield above
            if above.id in self.private:
                return

    def reaches_library(self, entry: Entry) -> bool:
        """Whether an item has the library's permissions: neither it nor a folder is private."""
        return not any(holder.id in self.private for holder in self.holders(entry))

    def scope(self, entry: Entry) -> Scope | None:
        """How wide an item is shared; None: as the library is."""
        if self.is_plain:
            return None
        found = {share.scope for share in self.shares(entry)}
        return next((scope for scope in _BY_WIDTH if scope in found), None)

    # -- changing --------------------------------------------------------------------------------

    def share(self, entry: Entry, person: Person, role: Role = "write") -> Share:
        """Share an item with a person; who has a permission on it already gets the new role."""
        for share in self.own.get(entry.id, {}).values():
            if share.link is None and person.key in share.people:
                share.role = role
                self.note(entry)
                return share
        name = f"i:0#.f|membership|{person.login}"
        return self._keep(entry, Share(id=self._id(name), role=role, people={person.key: person}))

    def give_app(self, entry: Entry, app_id: str, app_name: str, role: Role) -> Share:
        """Give an app with selected permissions one item."""
        name = self._id(f"i:0i.t|ms.sp.ext|{app_id}")
        made = Share(id=name, role=role, app_id=app_id.lower(), app_name=app_name)
        return self._keep(entry, made)

    def link(self, entry: Entry, link: Link) -> tuple[Share, bool]:
        """Make a link, or give the one there is; and whether it is new."""
        for share in self.own.get(entry.id, {}).values():
            known = share.link
            if known is not None and (known.kind, known.scope) == (link.kind, link.scope):
                return share, False
        self._made += 1
        name = str(fixed_guid("link", str(self._place.library), entry.id, str(self._made)))
        role: Role = "write" if link.kind == "edit" else "read"
        return self._keep(entry, Share(id=name, role=role, link=link)), True

    def make_private(self, entry: Entry, people: Iterable[Person] = ()) -> None:
        """From now on only these people, and the library's owners, see an item and all in it."""
        self.private.add(entry.id)
        self.own.pop(entry.id, None)
        for person in people:
            self.share(entry, person)
        self.note(entry)

    def make_common(self, entry: Entry) -> None:
        """Give an item the permissions of its folder again, and no other."""
        self.private.discard(entry.id)
        self.own.pop(entry.id, None)
        self.note(entry)

    def withdraw(self, entry: Entry, share: Share) -> None:
        """Take one of an item's own permissions away."""
        shares = self.own[entry.id]
        del shares[share.id]
        if not shares:
            del self.own[entry.id]
        self.note(entry)

    def note(self, entry: Entry) -> None:
        """Note that the permissions of an item changed; delta tells it to those who ask for it."""
        self._changes.share(entry.id)

    def _keep(self, entry: Entry, share: Share) -> Share:
        self.own.setdefault(entry.id, {})[share.id] = share
        self.note(entry)
        return share

    @staticmethod
    def _id(name: str) -> str:
        return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
