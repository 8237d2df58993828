"""An organisation's links. Removing one forgets what we know of it; files stay on both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import locks, models
from turnbuckle.store.integrations import Integrations
from turnbuckle.store.leases import refuse_if_running
from turnbuckle.store.names import NameTaken, UnknownName
from turnbuckle.store.records import Bound, Feed, Link
from turnbuckle.store.trees import dirty_all
from turnbuckle.store.units import tidy, unit

_TABLES_OF_A_LINK = (
    "pair", "dirty", "setaside", "activity", "intent", "helditem", "hold", "removed",
    "superseded", "answer", "run", "lease", "timing",
)  # fmt: skip
_TABLES_OF_A_FEED = ("seen", "former")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one organisation."""

    organisation: int

    @unit
    def add(
        self,
        name: str,
        *,
        left: Feed,
        right: Feed,
        bounds: Sequence[Bound],
        policy: Mapping[str, Any],
        path_start: Mapping[Side, int],
        now: datetime,
        project: Bound | None = None,
    ) -> Link:
        """Bind folders of the left feed to folders of the right one.

        Args:
            name: what people call it.
            left: where the left folders are.
            right: where the right folders are.
            bounds: one pair of folders for each tool, at least one.
            policy: what the owner wants.
            path_start: UTF-16 units above the bound folders, by side.
            now: the time.
            project: the pair above them, if its right name is to follow the left one.

        Raises:
            NameTaken: there is a link of that name.
            UnknownName: a feed is none of this organisation's.
        """
        locks.organisation(self.organisation)
        if self._rows().filter(name=name).exists():
            raise NameTaken(f"there is a link called {name!r} already; choose another name")
        own = models.Feed.objects.filter(organisation_id=self.organisation)
        if own.filter(id__in={left.id, right.id}).count() != len({left.id, right.id}):
            raise UnknownName("a link needs two sources of its own organisation")
        joined = Integrations(self.organisation).between(left.connection, right.connection, now=now)
        row = models.Link.objects.create(
            organisation_id=self.organisation,
            integration_id=joined,
            name=name,
            left_feed_id=left.id,
            right_feed_id=right.id,
            bounds=[_kept(bound) for bound in bounds],
            project=None if project is None else _kept(project),
            policy=dict(policy),
            path_start={side.value: units for side, units in path_start.items()},
            created=now,
        )
        models.Timing.objects.create(link=row, next_at=now)
        link = _record(row)
        dirty_all(link)
        return link

    @tidy
    def get(self, name: str) -> Link:
        """Give the link of that name.

        Raises:
            UnknownName: there is none; the message lists those that there are.
        """
        row = self._rows().filter(name=name).first()
        if row is None:
            known = ", ".join(self._rows().order_by("name").values_list("name", flat=True))
            raise UnknownName(
                f"there is no link called {name!r}; "
                + (f"there are: {known}" if known else "make one with `turnbuckle link add`")
            )
        return _record(row)

    @tidy
    def by_id(self, link: int) -> Link:
        """Give the link of that id.

        Raises:
            UnknownName: this organisation has none.
        """
        row = self._rows().filter(id=link).first()
        if row is None:
            raise UnknownName("this link was removed")
        return _record(row)

    @tidy
    def list(self) -> list[Link]:
        """Give all links, by name."""
        return [_record(row) for row in self._rows().order_by("name")]

    @unit
    def change(
        self, link: Link, *, policy: Mapping[str, Any], path_start: Mapping[Side, int]
    ) -> Link:
        """Replace what the owner wants and how long the paths above the roots are.

        What the new policy means for known items is thought through by the next run.
        """
        row = self._rows().select_for_update(no_key=True).get(id=link.id)
        row.policy = dict(policy)
        row.path_start = {side.value: units for side, units in path_start.items()}
        row.save(update_fields=["policy", "path_start"])
        changed = _record(row)
        dirty_all(changed)
        return changed

    @unit
    def switch(self, link: Link, tool: str, *, enabled: bool) -> Link:
        """Switch a tool of a link off, or on again; files stay where they are on both sides.

        Raises:
            UnknownName: the link has no such tool.
        """
        row = self._rows().select_for_update(no_key=True).get(id=link.id)
        found = [kept for kept in row.bounds if kept["tool"] == tool]
        if not found:
            known = ", ".join(kept["tool"] for kept in row.bounds)
            raise UnknownName(f"{row.name!r} has no tool {tool!r}; it has: {known}")
        found[0]["enabled"] = enabled
        row.save(update_fields=["bounds"])
        changed = _record(row)
        if enabled:
            dirty_all(changed)
        return changed

    @unit
    def pause(self, link: Link, reason: str) -> None:
        """Stop a link from running until `resume`; the reason is for people to read."""
        self._rows().filter(id=link.id).update(paused=reason or "paused")

    @unit
    def resume(self, link: Link) -> None:
        """Let a link run again."""
        self._rows().filter(id=link.id).update(paused="")

    @unit
    def remove(self, name: str, *, now: datetime) -> None:
        """Forget a link: base, history and, where no other link reads them, its feeds.

        Raises:
            UnknownName: there is none of that name.
            LinkBusy: it is being run now.
        """
        locks.organisation(self.organisation)
        link = self.get(name)
        refuse_if_running(link, now=now)
        locks.link(link)
        with connection.cursor() as sql:
            for table in _TABLES_OF_A_LINK:
                sql.execute(f"DELETE FROM store_{table} WHERE link_id = %s", [link.id])  # noqa: S608
        self._rows().filter(id=link.id).delete()
        for feed in {link.left_feed, link.right_feed}:
            _drop_if_unread(feed)

    def _rows(self) -> QuerySet[models.Link]:
        return models.Link.objects.filter(organisation_id=self.organisation)


def _drop_if_unread(feed: int) -> None:
    links = models.Link.objects
    if links.filter(left_feed_id=feed).exists() or links.filter(right_feed_id=feed).exists():
        return
    with connection.cursor() as sql:
        for table in _TABLES_OF_A_FEED:
            sql.execute(f"DELETE FROM store_{table} WHERE feed_id = %s", [feed])  # noqa: S608
    models.Feed.objects.filter(id=feed).delete()


def _record(row: models.Link) -> Link:
    return Link(
        id=row.id,
        organisation=row.organisation_id,
        integration=row.integration_id,
        name=row.name,
        left_feed=row.left_feed_id,
        right_feed=row.right_feed_id,
        bounds=tuple(_bound(kept) for kept in row.bounds),
        project=None if row.project is None else _bound(row.project),
        policy=row.policy,
        path_start={Side(side): units for side, units in row.path_start.items()},
        paused=row.paused,
        created=row.created,
        last_run_at=row.last_run_at,
        caution=row.caution,
        trouble=row.trouble,
    )


def _kept(bound: Bound) -> dict[str, Any]:
    return {
        "tool": bound.tool,
        "left": bound.left,
        "right": bound.right,
        "enabled": bound.enabled,
    }


def _bound(kept: Mapping[str, Any]) -> Bound:
    return Bound(
        tool=kept["tool"],
        left=ItemId(kept["left"]),
        right=ItemId(kept["right"]),
        enabled=kept["enabled"],
    )
