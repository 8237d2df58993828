"""What people can do on a memory remote, and what the remote tells of it afterwards."""

import pytest

from turnbuckle.connectors.memory.blobs import Generated
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE, TEAMS_LIKE, MemoryTraits
from turnbuckle.model.items import Item, ItemId, Kind
from turnbuckle.ports.errors import BadName, CursorExpired, Gone, Locked, Overtaken, Unproven


@pytest.fixture(params=[PROCORE_LIKE, TEAMS_LIKE], ids=["procore-like", "teams-like"])
def remote(request: pytest.FixtureRequest) -> MemoryRemote:
    traits: MemoryTraits = request.param
    return MemoryRemote(traits)


@pytest.fixture
def people(remote: MemoryRemote) -> People:
    return People(remote)


async def changed(remote: MemoryRemote, since: str) -> tuple[list[str], list[ItemId]]:
    pages = [page async for page in MemoryConnector(remote).changes(type(remote.cursor())(since))]
    names = [str(item.name) for page in pages for item in page.items]
    return names, [item for page in pages for item in page.gone]


def item(remote: MemoryRemote, people: People, path: str) -> Item:
    return remote.item(people.at(path))


def test_a_put_makes_the_folders_on_the_way(people: People) -> None:
    people.put("D/x/a.pdf", b"ink")

    assert people.snapshot() == {"D/": None, "D/x/": None, "D/x/a.pdf": b"ink"}


def test_a_second_put_is_a_new_version_of_the_same_item(
    people: People, remote: MemoryRemote
) -> None:
    people.put("a.pdf", b"one")
    before = item(remote, people, "a.pdf")

    people.put("a.pdf", b"two")

    after = item(remote, people, "a.pdf")
    assert (after.id, people.at("a.pdf").history) == (before.id, [(1, b"one")])
    assert after.version != before.version


def test_a_replaced_file_has_a_new_id(people: People) -> None:
    before = people.put("a.pdf", b"one")

    assert people.replace("a.pdf", b"two") != before


def test_a_touch_leaves_the_version_as_it_was(people: People, remote: MemoryRemote) -> None:
    people.put("a.pdf", b"one")
    before = item(remote, people, "a.pdf")

    people.touch("a.pdf")

    after = item(remote, people, "a.pdf")
    assert after.version == before.version
    assert after.modified != before.modified


async def test_a_touch_is_told_by_the_feed(people: People, remote: MemoryRemote) -> None:
    people.put("a.pdf", b"one")
    since = remote.cursor()

    people.touch("a.pdf")

    assert await changed(remote, since) == (["a.pdf"], [])


def test_two_items_exchange_their_places(people: People) -> None:
    one, other = people.put("x/a.pdf", b"a"), people.put("y/b.pdf", b"b")

    people.swap("x/a.pdf", "y/b.pdf")

    assert (people.id_of("y/b.pdf"), people.id_of("x/a.pdf")) == (one, other)


def test_a_folder_is_copied_with_all_below_it(people: People) -> None:
    people.put("x/y/a.pdf", b"a")

    people.copy("x", "z")

    assert people.snapshot("z") == {"y/": None, "y/a.pdf": b"a"}
    assert people.id_of("z/y/a.pdf") != people.id_of("x/y/a.pdf")


def test_a_deleted_folder_comes_back_with_all_old_ids(people: People) -> None:
    inside = people.put("x/a.pdf", b"a")
    people.delete("x")
    assert people.snapshot() == {}

    people.restore("x")

    assert people.id_of("x/a.pdf") == inside


async def test_a_restored_folder_is_told_with_all_below_it(
    people: People, remote: MemoryRemote
) -> None:
    people.put("x/y/a.pdf", b"a")
    people.delete("x")
    since = remote.cursor()

    people.restore("x")

    assert await changed(remote, since) == (["x", "y", "a.pdf"], [])


def test_of_two_deleted_items_of_one_path_the_later_one_comes_back(people: People) -> None:
    people.put("a.pdf", b"one")
    later = people.replace("a.pdf", b"two")
    people.delete("a.pdf")

    assert people.restore("a.pdf") == later


def test_a_name_that_was_taken_meanwhile_stops_a_restore(people: People) -> None:
    people.put("a.pdf", b"one")
    people.delete("a.pdf")
    people.put("a.pdf", b"two")

    with pytest.raises(Overtaken, match="has this name already"):
        people.restore("a.pdf")


def test_an_earlier_version_comes_from_the_history_only(people: People) -> None:
    people.put("a.pdf", b"one")
    people.put("a.pdf", b"two")

    people.oldversion("a.pdf", b"one")

    assert people.snapshot() == {"a.pdf": b"one"}
    with pytest.raises(Gone):
        people.oldversion("a.pdf", b"never")


def test_a_folder_does_not_go_into_itself(people: People) -> None:
    people.mkdir("x/y")

    with pytest.raises(Overtaken, match="into itself"):
        people.move("x", "x/y/z")


def test_what_somebody_else_has_open_cannot_be_deleted_even_with_its_folder(
    people: People, remote: MemoryRemote
) -> None:
    people.put("x/a.pdf", b"a")
    people.lock("x/a.pdf")

    with pytest.raises(Locked, match="Pat has"):
        People(remote, "Kim").delete("x")


def test_names_equal_but_for_case_are_the_same_only_where_the_remote_folds() -> None:
    exact, folding = People(MemoryRemote(PROCORE_LIKE)), People(MemoryRemote(TEAMS_LIKE))
    for people in (exact, folding):
        people.put("Plan.pdf", b"one")
        people.put("plan.PDF", b"two")

    assert exact.snapshot() == {"Plan.pdf": b"one", "plan.PDF": b"two"}
    assert folding.snapshot() == {"Plan.pdf": b"two"}


def test_a_forbidden_name_is_refused_to_people_too() -> None:
    with pytest.raises(BadName, match="spelled"):
        People(MemoryRemote(TEAMS_LIKE)).put("a:b.pdf", b"")


def test_items_may_share_a_name_where_the_remote_allows_it() -> None:
    people = People(MemoryRemote(MemoryTraits(duplicate_names=True)))
    people.new("a.jpg", b"one")

    second = people.new("a.jpg", b"two")

    assert people.snapshot() == {"a.jpg": b"one", "a.jpg#dup-2": b"two"}
    assert people.id_of("a.jpg#dup-2") == second


async def test_a_hidden_item_is_neither_told_nor_proven_gone(
    people: People, remote: MemoryRemote
) -> None:
    hidden = people.put("x/a.pdf", b"a")
    since = remote.cursor()

    people.hide("x")

    assert await changed(remote, since) == ([], [])
    assert [each.name for each in remote.feed.tell(None).items] == ["root"]
    with pytest.raises(Unproven):
        await MemoryConnector(remote).look(hidden)


async def test_a_folder_that_is_shown_again_is_told(people: People, remote: MemoryRemote) -> None:
    folder = people.mkdir("x")
    people.hide("x")
    since = remote.cursor()

    people.show(folder)

    assert await changed(remote, since) == (["x"], [])


async def test_expired_cursors_are_refused(people: People, remote: MemoryRemote) -> None:
    since = remote.cursor()

    remote.expire_cursors()

    with pytest.raises(CursorExpired):
        await changed(remote, since)


@pytest.mark.parametrize("tells", [False, True])
async def test_a_deleted_folder_has_one_tombstone_or_one_for_each_item(tells: bool) -> None:
    remote = MemoryRemote(MemoryTraits(tells_descendants=tells))
    people = People(remote)
    inside, folder = people.put("x/a.pdf", b"a"), people.id_of("x")
    since = remote.cursor()

    people.delete("x")

    assert await changed(remote, since) == ([], [folder, inside] if tells else [folder])


def test_the_same_calls_give_the_same_ids_and_times() -> None:
    def worked() -> list[Item]:
        remote = MemoryRemote(TEAMS_LIKE)
        people = People(remote)
        people.put("x/a.pdf", b"a")
        people.move("x/a.pdf", "b.pdf")
        return list(remote.feed.tell(None).items)

    assert worked() == worked()


def test_a_file_too_many_bytes_to_hold_is_kept_as_its_recipe(people: People) -> None:
    people.put("a.zip", Generated(seed=7, size=5 * 10**9))

    assert people.snapshot() == {"a.zip": Generated(7, 5 * 10**9)}
    assert people.at("a.zip").kind is Kind.FILE
