"""Links of one feed share each look at it: it is asked once for all, and nothing is missed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from scenarios.stage import Stage

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.people import People
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS
from turnbuckle.ports.clock import SystemClock
from turnbuckle.store import deliveries, models, news, organisations
from turnbuckle.store.deliveries import Word
from turnbuckle.store.looks import Wanted
from turnbuckle.store.records import Bound
from turnbuckle.sync.ends import Ends
from turnbuckle.sync.report import Report
from turnbuckle.sync.running import run_link

LINKS = 50
POLL = timedelta(minutes=5)


@dataclass
class Street:
    """Many links between folders of the same two remotes, in step with each other."""

    stage: Stage
    all: list[Ends]

    @property
    def right(self) -> People:
        return self.stage.right

    async def poll(self, which: int) -> Report:
        """Run a link as the schedule does: any look of this poll's time will do."""
        clock = self.stage.clock
        return await run_link(
            self.all[which], clock, wanted=Wanted(after=clock.now() - POLL, closely=False)
        )

    async def nudge(self, which: int, wanted: Wanted) -> Report:
        """Run a link after word of a change."""
        return await run_link(self.all[which], self.stage.clock, wanted=wanted)

    def word(self) -> Wanted:
        """Say now that something changed."""
        return Wanted(after=self.stage.clock.now(), closely=True)

    async def posted(self, side: Side) -> None:
        """Take a post of the hook of one feed."""
        await asyncio.to_thread(self._post, side)

    def _post(self, side: Side) -> None:
        now, link = self.stage.clock.now(), self.stage.ends.link
        feed = models.Feed.objects.get(id=link.feed(side))
        hook, _ = models.Hook.objects.get_or_create(
            connection_id=feed.connection_id,
            feed_address=feed.address,
            defaults={"organisation_id": feed.organisation_id, "next_at": now},
        )
        deliveries.take([Word(hook=hook.id, mark=now.isoformat(), what="changed")], now=now)

    def asked(self) -> Counter[Op]:
        """Count the looks at both feeds since the calls were zeroed."""
        found: Counter[Op] = Counter()
        for remote in self.stage.remotes.values():
            found += Counter({op: remote.calls.started[op] for op in (Op.LIST, Op.DELTA)})
        return found

    async def due(self) -> list[int]:
        """Give the places of the links with news."""
        links = [ends.link.id for ends in self.all]
        return sorted(
            links.index(each) for each in await asyncio.to_thread(news.links_with_news, 99)
        )


def settled(stage: Stage, links: int) -> Street:
    scope, first = organisations.of(), stage.ends.link
    made = [
        replace(
            stage.ends,
            link=scope.links.add(
                f"house {number} of {first.name}",
                left=scope.feeds.get(first.left_feed),
                right=scope.feeds.get(first.right_feed),
                bounds=[
                    Bound(
                        tool=DOCUMENTS,
                        left=stage.left.mkdir(f"House {number}"),
                        right=stage.right.mkdir(f"House {number}"),
                    )
                ],
                policy={},
                path_start=dict.fromkeys(Side, 0),
                now=stage.clock.now(),
            ),
        )
        for number in range(links)
    ]
    return Street(stage, made)


@pytest.fixture
async def street(stage: Stage) -> Street:
    found = await asyncio.to_thread(settled, stage, 3)
    return await _in_step(found)


@pytest.fixture
async def long_street(stage: Stage) -> Street:
    found = await asyncio.to_thread(settled, stage, LINKS)
    return await _in_step(found)


async def _in_step(street: Street) -> Street:
    for which in range(len(street.all)):
        await street.poll(which)
    await asyncio.to_thread(models.News.objects.all().delete)
    await street.stage.clock.sleep(3600)
    street.stage.zero()
    return street


async def test_fifty_links_of_one_drive_cost_one_look_at_it_in_each_poll(
    long_street: Street,
) -> None:
    for which in range(LINKS):
        await long_street.poll(which)

    assert long_street.asked() == {Op.DELTA: 2}  # one of each side
    assert await long_street.due() == []


async def test_a_change_makes_its_own_link_due_and_no_other(street: Street) -> None:
    street.right.put("House 2/plan.pdf", b"ink")
    await street.poll(1)  # its look tells of it
    assert await street.due() == [2]

    report = await street.poll(2)

    assert report.writes == 1
    assert street.asked() == {Op.DELTA: 2}
    assert street.stage.left.snapshot()["House 2/plan.pdf"] == b"ink"
    assert await street.due() == []


async def test_news_of_a_paused_link_waits_until_it_may_run_again(street: Street) -> None:
    links, paused = street.all[2].scope.links, street.all[2].link
    await asyncio.to_thread(links.pause, paused, "a holiday")
    street.right.put("House 2/plan.pdf", b"ink")
    await street.poll(1)

    meanwhile = await street.due()
    await asyncio.to_thread(links.resume, paused)

    assert meanwhile == []
    assert await street.due() == [2]


async def test_what_moves_from_one_house_to_another_concerns_both(street: Street) -> None:
    street.right.put("House 0/plan.pdf", b"ink")
    await street.nudge(0, street.word())
    await street.stage.clock.sleep(600)
    street.right.move("House 0/plan.pdf", "House 2/plan.pdf")

    await street.poll(1)

    assert await street.due() == [0, 2]


async def test_word_of_a_change_is_not_answered_by_a_look_that_began_before_it(
    street: Street,
) -> None:
    words: list[Wanted] = []

    async def change(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.DELTA, When.AFTER) and not words:
            street.right.put("House 1/late.pdf", b"ink")
            words.append(street.word())

    street.stage.remotes[Side.RIGHT].calls.hooks.append(change)
    await street.poll(0)

    report = await street.nudge(1, words[0])

    assert report.writes == 1
    assert "House 1/late.pdf" in street.stage.left.snapshot()


async def test_after_word_of_a_change_one_look_serves_all_who_heard_it(street: Street) -> None:
    word = street.word()

    for which in range(3):
        await street.nudge(which, word)

    assert street.asked() == {Op.DELTA: 2}


async def test_after_a_post_of_one_side_all_its_links_together_ask_that_side_once(
    street: Street,
) -> None:
    for which in range(3):
        await street.poll(which)
    street.stage.zero()
    street.right.put("House 2/plan.pdf", b"ink")
    await street.posted(Side.RIGHT)

    for which in range(3):
        await street.poll(which)

    assert street.asked() == {Op.DELTA: 1}
    assert street.stage.left.snapshot()["House 2/plan.pdf"] == b"ink"


async def test_a_post_that_comes_during_a_look_is_followed_by_another_one(street: Street) -> None:
    posts: list[Moment] = []

    async def change(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.DELTA, When.AFTER) and not posts:
            posts.append(moment)
            street.right.put("House 1/late.pdf", b"ink")
            await street.posted(Side.RIGHT)

    street.stage.remotes[Side.RIGHT].calls.hooks.append(change)
    await street.poll(0)

    report = await street.poll(1)

    assert report.writes == 1
    assert "House 1/late.pdf" in street.stage.left.snapshot()


async def test_what_a_post_leads_to_is_done_by_a_look_of_these_seconds_at_the_other_side(
    street: Street,
) -> None:
    await street.poll(0)
    await street.stage.clock.sleep(11)
    street.stage.zero()
    street.right.put("House 0/plan.pdf", b"ink")
    await street.posted(Side.RIGHT)

    report = await street.poll(0)

    assert report.writes == 1
    assert street.asked() == {Op.DELTA: 2}


async def test_what_is_done_is_done_by_a_look_of_these_seconds(street: Street) -> None:
    street.right.put("House 1/plan.pdf", b"ink")
    await street.poll(0)
    await street.stage.clock.sleep(11)
    street.right.put("House 1/plan.pdf", b"more ink")
    street.stage.zero()

    await street.poll(1)

    assert street.asked() == {Op.DELTA: 2}
    assert street.stage.left.snapshot()["House 1/plan.pdf"] == b"more ink"


async def test_of_two_runs_at_once_one_asks_and_the_other_waits_for_what_it_finds(
    transactional_db: None,
) -> None:
    street = await _in_step(await asyncio.to_thread(settled, await asyncio.to_thread(Stage), 2))

    async def dawdle(moment: Moment) -> None:
        if (moment.op, moment.when) == (Op.DELTA, When.BEFORE):
            await asyncio.sleep(0.5)

    for remote in street.stage.remotes.values():
        remote.calls.hooks.append(dawdle)
    clock = SystemClock()
    word = Wanted(after=clock.now(), closely=True)

    async with asyncio.timeout(30):
        reports = await asyncio.gather(*(run_link(ends, clock, wanted=word) for ends in street.all))

    assert street.asked() == {Op.DELTA: 2}
    assert [report.stopped for report in reports] == ["", ""]


async def test_a_run_that_is_killed_leaves_what_is_new(street: Street) -> None:
    street.right.put("House 1/plan.pdf", b"ink")
    await street.poll(0)

    def die(moment: Moment) -> None:
        raise RuntimeError("killed")

    street.stage.remotes[Side.LEFT].calls.hooks.append(die)
    with pytest.raises(RuntimeError):
        await street.poll(1)

    assert await street.due() == [1]
