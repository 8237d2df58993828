"""Units that can meet on a PostgreSQL: each pair of them side by side, time and again.

None fails, nothing is counted twice or lost, and none has to be done again because two of them
waited for each other's rows: they take these in one order (see `locks`).

`tests/postgres` has these carried out on one; without `DATABASE_URL` there is nothing to see.
"""

import itertools
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import Error
from django.db.backends.signals import connection_created
from store.building import NOW, TTL, House, a_file, a_pair
from store.test_hooks import BASE, BOTH, working
from store.test_side_by_side import at_once

from turnbuckle.model.items import Cursor, Version
from turnbuckle.model.pages import Page
from turnbuckle.model.side import Side
from turnbuckle.ports.budget import Ask, Purpose, Word
from turnbuckle.store import (
    budgets,
    deliveries,
    hooks,
    journal,
    leases,
    models,
    news,
    outlooks,
    runs,
    timings,
    trees,
)
from turnbuckle.store.journal import Outcome
from turnbuckle.store.leases import LinkBusy
from turnbuckle.store.records import Feed, Link
from turnbuckle.store.timings import After, By

pytestmark = [
    pytest.mark.skipif(
        "DATABASE_URL" not in os.environ, reason="not needed here: SQLite has one writer at a time"
    ),
    pytest.mark.django_db(transaction=True),
]
_ROUNDS = 3
_PATIENCE_SECONDS = 30
_TAKEN = "23505"  # both made the account's row; one of them takes the other's
_ACCOUNT = "procore https://api.procore.com app 7"
_OUTLOOK = outlooks.Outlook(
    recorded_at=NOW, is_first=True, steps_left=1, seconds_left=1, account=_ACCOUNT,
    calls_left=1, calls_limit=1, calls_until=NOW,
)  # fmt: skip
type Work = Callable[[str], object]
"""What somebody does; told a text that no other call is told."""


class Street:
    """Two links whose feeds lie crosswise: what is the left one's first is the right one's last."""

    def __init__(self) -> None:
        self.house = House()
        site, team = (self.house.scope.connections.get(name) for name in ("site", "team"))
        feeds = self.house.scope.feeds
        self.shared: Feed = feeds.of(team, "drive b!2")
        self.far: Feed = feeds.of(team, "drive b!3")
        self.near: Feed = feeds.of(site, "project 8")
        self.first: Link = self.house.bind("first", self.shared, self.far)
        self.second: Link = self.house.bind("second", self.near, self.shared)
        hooks.sow(NOW, **BOTH)
        for each in hooks.claim(NOW, 10, base=BASE):
            working(each)
        self.hooks = dict(models.Hook.objects.values_list("feed_address", "id"))

    def post(self, mark: str) -> None:
        """A remote tells of the feed that both links read."""
        self._take(mark, self.shared)

    def post_elsewhere(self, mark: str) -> None:
        """Remotes tell of the two others."""
        self._take(mark, self.near, self.far)

    def _take(self, mark: str, *feeds: Feed) -> None:
        words = [
            deliveries.Word(hook=self.hooks[feed.address], mark=mark, what="changed", asked="renew")
            for feed in feeds
        ]
        assert deliveries.take(words, now=NOW) == len(words)

    def tend(self, mark: str) -> None:
        """Hooks are tended, in another order than that of their numbers."""
        del mark
        models.Hook.objects.filter(feed_address=self.shared.address).update(next_at=NOW)
        models.Hook.objects.filter(feed_address=self.near.address).update(
            next_at=NOW - timedelta(seconds=1)
        )
        hooks.reap(NOW, base=BASE)
        for each in hooks.claim(NOW, 10, base=BASE):
            hooks.well(each, expires=None, next_at=NOW + timedelta(hours=1))

    def post_to_nobody(self, mark: str) -> None:
        """A hook comes, is told of, and goes."""
        feed = self.house.scope.feeds.of(self.house.scope.connections.get("site"), mark)
        link = self.house.bind(mark, feed, self.far)
        hooks.sow(NOW, **BOTH)
        number = models.Hook.objects.get(feed_address=mark).id
        said = deliveries.Word(hook=number, mark=mark, what="changed")
        for claimed in hooks.claim(NOW, 99, base=BASE):
            if claimed.hook.id == number:  # unless somebody else tends it
                ended = at_once(
                    lambda: deliveries.take([said], now=NOW), partial(hooks.forget, claimed)
                )
                assert ended in ([0, None], [1, None])
        self.house.scope.links.remove(link.name, now=NOW)

    def run(self, mark: str) -> None:
        """A worker runs the link; another one may be at it."""
        with suppress(LinkBusy):
            lease = leases.acquire(self.first, mark, now=NOW, ttl=TTL)
            run = runs.start(self.first, lease, now=NOW)
            intent = journal.intend(self.first, run, 1, {"step": mark}, now=NOW)
            left, right = a_file(mark), a_file(f"r {mark}")
            outcome = Outcome(
                intent=intent,
                seen=[(Side.LEFT, left), (Side.RIGHT, right)],
                pairs=[a_pair(left, right)],
                clean=[(Side.LEFT, left.id)],
            )
            marks = trees.marks(self.first)
            journal.settle(self.first, run, [outcome], marks=marks, now=NOW)
            outlooks.record(run, _OUTLOOK)
            news.take(self.first, news.waiting(self.first))
            runs.finish(run, "done", {}, now=NOW)
            leases.release(lease)

    def look(self, mark: str) -> None:
        """A worker looks at the feed that both links read, and finds something."""
        with suppress(trees.Superseded):
            batch = trees.begin_pages(self.shared, full=False)
            trees.stage(batch, Page(items=[a_file(1, version=Version(mark)), a_file(mark)]))
            trees.apply(batch, Cursor(mark), now=NOW)

    def tick(self, mark: str) -> None:
        """The schedule looks around, and a run begins and ends."""
        del mark
        timings.due_now(news.links_with_news(99), now=NOW)
        timings.clock_went_back(NOW)
        for due in timings.due(NOW, 99, practice=True):
            began = timings.begin(due.link, now=NOW, practice=True)
            if began is not None:
                timings.end(began, After(next_at=NOW), now=NOW)

    def ask(self, mark: str) -> None:
        """A person wants both to run, at another cadence."""
        scope = self.house.scope
        scope.integrations.change(scope.integrations.of(self.second), {"usual_seconds": len(mark)})
        timings.nudge([self.second.id, self.first.id], By.PERSON, now=NOW)

    def sign(self, mark: str) -> None:
        """An account is signed out, and in again."""
        connections, integrations = self.house.scope.connections, self.house.scope.integrations
        integrations.pause(connections.get("team"), mark)
        connections.sign_in_again(
            connections.get("team"), settings={}, secrets={"secret": mark}, account=""
        )

    def spend(self, mark: str) -> None:
        """A worker leases calls, and tells what came of them."""
        ask = Ask(worker=mark, purpose=Purpose.FRESH)
        budgets.lease(_ACCOUNT, ask, NOW)
        budgets.tell(_ACCOUNT, mark, Word(), NOW)

    def remove(self, mark: str) -> None:
        """A link between the same feeds is made and removed."""
        made = self.house.bind(mark, self.shared, self.near)
        timings.nudge([made.id], By.PERSON, now=NOW)
        self.house.scope.links.remove(made.name, now=NOW)


@contextmanager
def refusals() -> Iterator[list[str]]:
    """Give the codes of what PostgreSQL refuses meanwhile, on any connection."""
    codes: list[str] = []

    def see(execute: Callable[..., Any], *told: Any) -> Any:
        try:
            return execute(*told)
        except Error as error:
            codes.append(str(getattr(error.__cause__, "sqlstate", "")))
            raise

    def opened(connection: Any, **_: object) -> None:
        connection.execute_wrappers.append(see)

    connection_created.connect(opened)
    try:
        yield codes
    finally:
        connection_created.disconnect(opened)


def meet(one: Work, other: Work, marks: Iterator[str]) -> list[object]:
    """Do both at the same time, time and again; give what they raised."""
    met = threading.Barrier(2)

    def again(work: Work) -> Callable[[], None]:
        def rounds() -> None:
            for _ in range(_ROUNDS):
                met.wait(_PATIENCE_SECONDS)
                try:
                    work(next(marks))
                except BaseException:
                    met.abort()
                    raise

        return rounds

    ended = at_once(again(one), again(other))
    return [each for each in ended if not isinstance(each, threading.BrokenBarrierError | None)]


def test_whoever_meets_whom_none_fails_and_none_waits_in_a_circle() -> None:
    street = Street()
    works: Mapping[str, Work] = {
        each.__name__: each
        for each in (
            street.post, street.post_elsewhere, street.tend, street.post_to_nobody, street.run,
            street.look, street.tick, street.ask, street.sign, street.remove,
        )
    }  # fmt: skip
    marks = map("mark {}".format, itertools.count())

    with refusals() as codes:
        wrong = {}
        for one, other in itertools.combinations_with_replacement(works, 2):
            before = len(codes)
            raised = meet(works[one], works[other], marks)
            if raised or codes[before:]:
                wrong[one, other] = (raised, codes[before:])

    assert not wrong


def test_workers_that_lease_calls_of_one_account_at_once_wait_for_each_other() -> None:
    street = Street()

    with refusals() as codes:
        raised = meet(street.spend, street.spend, map("worker {}".format, itertools.count()))

    assert not raised
    assert not set(codes) - {_TAKEN}
