"""Integrations: two connections joined, shared by all links between them."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from store.building import NOW, House

from turnbuckle.store import organisations
from turnbuckle.store.names import UnknownName


@pytest.fixture
def theirs(db: None) -> House:
    """Give another organisation with the same names."""
    return House("another")


def test_links_between_the_same_two_connections_share_an_integration(house: House) -> None:
    site = house.scope.connections.get("site")

    second = house.bind("annex", house.scope.feeds.of(site, "project 8"), house.right)

    assert second.integration == house.link.integration
    assert [each.id for each in house.scope.integrations.list()] == [second.integration]


def test_links_of_another_connection_have_an_integration_of_their_own(house: House) -> None:
    other = house.scope.feeds.of(house.connection("other site", "procore"), "project 7")

    second = house.bind("annex", other, house.right)

    mine, another = house.scope.integrations.list()
    assert (mine.id, another.id) == (house.link.integration, second.integration)
    assert mine.key != another.key
    assert len(mine.key) >= 43  # 256 bits


def test_the_key_is_not_shown_where_a_record_is(house: House) -> None:
    integration = house.scope.integrations.of(house.link)

    assert integration.key not in repr(integration)


def test_a_connection_that_is_paused_pauses_all_integrations_that_need_it(house: House) -> None:
    team = house.scope.connections.get("team")
    other = house.scope.feeds.of(house.connection("other site", "procore"), "project 7")
    house.bind("annex", other, house.right)

    assert house.scope.integrations.pause(team, "sign in again") == 2
    assert house.scope.integrations.pause(team, "another reason") == 0
    assert {each.paused for each in house.scope.integrations.list()} == {"sign in again"}
    assert house.scope.integrations.resume(team) == 2
    assert {each.paused for each in house.scope.integrations.list()} == {""}


def test_an_integration_of_another_organisation_cannot_be_reached(
    house: House, theirs: House
) -> None:
    site, team = (theirs.scope.connections.get(name) for name in ("site", "team"))

    assert house.scope.integrations.pause(site, "nonsense") == 0
    with pytest.raises(UnknownName):
        house.scope.integrations.get(theirs.link.integration)
    with pytest.raises(UnknownName):
        house.scope.integrations.between(site.id, team.id, now=NOW)


def test_what_the_owner_set_is_kept(house: House) -> None:
    integration = house.scope.integrations.of(house.link)

    house.scope.integrations.change(integration, {"poll_seconds": 60})

    assert organisations.of().integrations.of(house.link).settings == {"poll_seconds": 60}


def test_an_integration_goes_with_its_connection(house: House) -> None:
    house.scope.links.remove("tower", now=NOW)

    house.scope.connections.remove("team")

    assert house.scope.integrations.list() == []


@pytest.mark.django_db(transaction=True)
def test_links_from_before_there_were_integrations_are_joined() -> None:
    ours, theirs = House(), House("another")
    ours.bind("annex", ours.scope.feeds.of(ours.scope.connections.get("site"), "8"), ours.right)
    MigrationExecutor(connection).migrate([("store", "0004_former")])

    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())

    tower, annex = ours.scope.links.list()
    assert tower.integration == annex.integration
    assert [each.id for each in ours.scope.integrations.list()] == [tower.integration]
    (other,) = theirs.scope.integrations.list()
    assert theirs.scope.links.get("tower").integration == other.id
    assert other.key not in {"", ours.scope.integrations.of(tower).key}
