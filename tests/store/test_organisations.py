import pytest
from store.building import NOW, House, a_file, a_pair, dirty, states, tell

from turnbuckle.model.items import ItemId, Version
from turnbuckle.model.side import Side
from turnbuckle.store import history, journal, missing, notes, organisations, queries, set_aside
from turnbuckle.store.connections import secrets_of
from turnbuckle.store.journal import Outcome
from turnbuckle.store.names import UnknownName
from turnbuckle.store.records import Entry


@pytest.fixture
def ours(db: None) -> House:
    return House("ours")


@pytest.fixture
def theirs(db: None) -> House:
    return House("theirs")


def test_the_same_names_and_addresses_are_different_things_in_two_organisations(
    ours: House, theirs: House
) -> None:
    assert ours.link.name == theirs.link.name
    assert ours.left.address == theirs.left.address
    assert ours.link.id != theirs.link.id
    assert ours.left.id != theirs.left.id
    assert ours.scope.links.list() == [ours.link]
    assert [each.organisation for each in ours.scope.connections.list()] == [ours.scope.id] * 2


def test_what_one_organisation_is_told_the_other_does_not_see(ours: House, theirs: House) -> None:
    tell(theirs.left, a_file(1, version=Version("theirs")))

    tell(ours.left, a_file(1), a_file(2), full=True)
    tell(ours.left, full=True)
    notes.note_gone(ours.left, ItemId("file:1"), now=NOW)

    assert states(ours.left) == {"file:1": "gone", "file:2": "missing"}
    assert states(theirs.left) == {"file:1": "present"}
    assert dirty(theirs.link) == {("left", "file:1")}
    assert missing.tops(theirs.left, 10) == []


def test_what_one_organisation_does_the_other_does_not_see(ours: House, theirs: House) -> None:
    tell(theirs.left, a_file(1))
    mine, its = ours.run(), theirs.run()
    journal.intend(theirs.link, its, 1, {}, now=NOW)
    pair = a_pair(a_file(1), a_file("x"))
    outcome = Outcome(
        seen=[(Side.RIGHT, a_file("x"))],
        pairs=[pair],
        clean=[(Side.LEFT, ItemId("file:1"))],
        activity=[Entry(side=Side.RIGHT, what="created", path="ours.pdf")],
    )

    journal.settle(ours.link, mine, [outcome], marks=None, now=NOW)
    set_aside.put(ours.link, Side.LEFT, ItemId("file:1"), path="ours.pdf", reason="open", now=NOW)

    view = queries.overview(theirs.link)
    assert (view.files, view.undecided, view.set_aside) == (0, 1, ())
    assert history.lines(theirs.link, 10) == []
    assert set_aside.waiting(theirs.link, NOW) == frozenset()
    assert journal.open_intents(ours.link) == []
    assert states(theirs.right) == {}


def test_one_organisation_cannot_reach_what_the_other_has(ours: House, theirs: House) -> None:
    foreign = theirs.scope.connections.get("site")

    with pytest.raises(UnknownName):
        ours.scope.feeds.of(foreign, "project 7")
    with pytest.raises(UnknownName):
        ours.scope.feeds.get(theirs.left.id)
    with pytest.raises(UnknownName):
        ours.scope.connections.by_id(foreign.id)
    with pytest.raises(UnknownName):
        ours.bind("stolen", ours.left, theirs.right)


def test_one_organisation_cannot_pause_or_remove_what_the_other_has(
    ours: House, theirs: House
) -> None:
    ours.scope.links.pause(theirs.link, "nonsense")
    ours.scope.links.remove("tower", now=NOW)

    assert theirs.scope.links.list() == [theirs.link]


def test_removing_a_connection_of_one_organisation_leaves_that_of_the_other(
    ours: House, theirs: House
) -> None:
    ours.scope.links.remove("tower", now=NOW)

    ours.scope.connections.remove("site")

    assert secrets_of(theirs.scope.connections.get("site")) == {"secret": "site"}


def test_an_unknown_organisation_is_said_to_be_so(db: None) -> None:
    with pytest.raises(UnknownName, match="'nobody'"):
        organisations.of("nobody")
