import pytest
from store.building import NOW, House, a_file, a_pair, dirty, states, tell

from turnbuckle.model.items import ItemId
from turnbuckle.model.side import Side
from turnbuckle.store import journal, leases, models, set_aside
from turnbuckle.store.journal import Outcome
from turnbuckle.store.names import NameTaken, UnknownName
from turnbuckle.store.records import Entry


def test_a_link_is_found_by_its_name(house: House) -> None:
    assert house.scope.links.get("tower") == house.link
    assert house.link.path_start == {Side.RIGHT: 40}
    assert (house.link.feed(Side.LEFT), house.link.root(Side.LEFT)) == (house.left.id, "top")
    assert (house.link.feed(Side.RIGHT), house.link.root(Side.RIGHT)) == (house.right.id, "root")


def test_links_are_listed_by_name(house: House) -> None:
    house.bind("annex", house.left, house.right)

    assert [each.name for each in house.scope.links.list()] == ["annex", "tower"]


def test_an_unknown_name_is_answered_with_those_that_there_are(house: House) -> None:
    with pytest.raises(UnknownName, match="there are: tower"):
        house.scope.links.get("power")


def test_a_name_is_given_once(house: House) -> None:
    with pytest.raises(NameTaken):
        house.bind("tower", house.left, house.right)


def test_a_feed_is_made_once_for_all_links_that_read_it(house: House) -> None:
    team = house.scope.connections.get("team")

    assert house.scope.feeds.of(team, "drive b!1").id == house.right.id
    assert house.scope.feeds.of(team, "drive b!2").id != house.right.id


def test_a_paused_link_tells_why_until_it_is_resumed(house: House) -> None:
    house.scope.links.pause(house.link, "sign in again")
    paused = house.scope.links.get("tower").paused

    house.scope.links.resume(house.link)

    assert paused == "sign in again"
    assert house.scope.links.get("tower").paused == ""


def test_a_new_policy_makes_the_link_think_about_everything_again(house: House) -> None:
    tell(house.left, a_file(1))
    models.Dirty.objects.all().delete()

    changed = house.scope.links.change(house.link, policy={"winner": "left"}, path_start={})

    assert (changed.policy, changed.path_start) == ({"winner": "left"}, {})
    assert dirty(house.link) == {("left", "file:1")}


def test_a_removed_link_leaves_nothing_behind(house: House) -> None:
    _live_a_little(house)

    house.scope.links.remove("tower", now=NOW)

    assert house.scope.links.list() == []
    for table in (models.PairRow, models.Dirty, models.SetAside, models.Activity, models.Run):
        assert table._default_manager.count() == 0
    assert models.Seen.objects.count() == 0
    assert models.Feed.objects.count() == 0


def test_a_removed_link_leaves_another_one_of_the_same_feeds_as_it_was(house: House) -> None:
    other = house.bind("annex", house.left, house.right)
    _live_a_little(house)
    before = dirty(other)

    house.scope.links.remove("tower", now=NOW)

    assert house.scope.links.list() == [other]
    assert states(house.left) == {"file:1": "present"}
    assert dirty(other) == before != set()


def test_a_link_that_is_being_run_is_not_removed(house: House) -> None:
    house.lease()

    with pytest.raises(leases.LinkBusy):
        house.scope.links.remove("tower", now=NOW)


def _live_a_little(house: House) -> None:
    """Let the link have something of everything."""
    lease = house.lease()
    run = house.run()
    tell(house.left, a_file(1))
    journal.intend(house.link, run, 1, {}, now=NOW)
    journal.settle(
        house.link,
        run,
        [
            Outcome(
                pairs=[a_pair(a_file(1), a_file(2))],
                activity=[Entry(side=Side.LEFT, what="created", path="a")],
            )
        ],
        marks=None,
        now=NOW,
    )
    set_aside.put(house.link, Side.LEFT, ItemId("file:1"), path="a", reason="open", now=NOW)
    leases.release(lease)
