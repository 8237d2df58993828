import os
import threading
from pathlib import Path

import pytest
from django.db import connection as django_connection
from store.building import NOW, House

from turnbuckle.store import models, sealed
from turnbuckle.store.connections import TokenStore, save_secrets, secrets_of
from turnbuckle.store.lock_files import alone
from turnbuckle.store.names import NameTaken, StillUsed, UnknownName
from turnbuckle.store.vault import VaultError, key_file


def test_a_connection_is_found_by_its_name(house: House) -> None:
    made = house.scope.connections.add(
        "head office",
        system="microsoft",
        kind="live",
        settings={"tenant": "contoso"},
        secrets={},
        account="ada@example.com",
        now=NOW,
    )

    found = house.scope.connections.get("head office")

    assert found == made
    assert (found.settings, found.account, found.created) == (
        {"tenant": "contoso"},
        "ada@example.com",
        NOW,
    )


def test_connections_are_listed_by_name(house: House) -> None:
    assert [each.name for each in house.scope.connections.list()] == ["site", "team"]


def test_an_unknown_name_is_answered_with_those_that_there_are(house: House) -> None:
    with pytest.raises(UnknownName, match="there are: site, team"):
        house.scope.connections.get("sight")


def test_a_name_is_given_once(house: House) -> None:
    with pytest.raises(NameTaken):
        house.connection("site", "procore")


def test_settings_change_without_touching_the_secrets(house: House) -> None:
    site = house.scope.connections.get("site")

    changed = house.scope.connections.change(site, settings={"company_id": 4}, account="Ada")

    assert (changed.settings, changed.account) == ({"company_id": 4}, "Ada")
    assert secrets_of(changed) == {"secret": "site"}


def test_the_database_holds_no_secret_in_the_clear(house: House) -> None:
    site = house.scope.connections.get("site")
    save_secrets(site, {"client_secret": "open sesame"})

    sealed = bytes(models.Connection.objects.get(id=site.id).secrets)

    assert b"sesame" not in sealed
    assert secrets_of(site) == {"client_secret": "open sesame"}


def test_tokens_are_kept_beside_the_other_secrets(house: House) -> None:
    tokens = TokenStore(house.scope.connections.get("site"))
    before = tokens.load()

    tokens.save({"refresh_token": "one"})
    tokens.save({"refresh_token": "two"})

    assert before is None
    assert tokens.load() == {"refresh_token": "two"}
    assert secrets_of(tokens.connection)["secret"] == "site"


def test_tokens_for_a_refresh_token_that_was_replaced_meanwhile_are_dropped(house: House) -> None:
    tokens = TokenStore(house.scope.connections.get("site"))
    tokens.save({"refresh_token": "of a new sign-in"})

    tokens.save({"refresh_token": "late"}, used="old")
    late = tokens.load()
    tokens.save({"refresh_token": "next"}, used="of a new sign-in")

    assert late == {"refresh_token": "of a new sign-in"}
    assert tokens.load() == {"refresh_token": "next"}


@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: on a PostgreSQL its own locks do that"
)
def test_one_process_at_a_time_renews_the_tokens_of_a_connection(house: House, data: Path) -> None:
    tokens = TokenStore(house.scope.connections.get("site"))

    with tokens.alone():
        locks = list(data.glob("*.lock"))
        with pytest.raises(TimeoutError), alone(locks[0], patience_seconds=0):
            pass

    with alone(locks[0], patience_seconds=0):
        assert len(locks) == 1


@pytest.mark.django_db(transaction=True)
def test_tokens_wait_for_a_database_that_is_away_for_a_moment(house: House) -> None:
    tokens = TokenStore(house.scope.connections.get("site"))
    with django_connection.cursor() as sql:
        sql.execute("ALTER TABLE store_connection RENAME TO elsewhere")
    saving = threading.Thread(target=tokens.save, args=[{"refresh_token": "two"}])
    saving.start()
    saving.join(0.2)
    waited = saving.is_alive()

    with django_connection.cursor() as sql:
        sql.execute("ALTER TABLE elsewhere RENAME TO store_connection")
    saving.join(30)

    assert waited
    assert tokens.load() == {"refresh_token": "two"}


def test_new_secrets_end_the_tokens_of_the_old_ones(house: House) -> None:
    tokens = TokenStore(house.scope.connections.get("site"))
    tokens.save({"refresh_token": "one"})

    save_secrets(tokens.connection, {"client_secret": "new"})

    assert tokens.load() is None


def test_secrets_without_their_key_file_are_a_clear_line(house: House, data: Path) -> None:
    key_file(data).unlink()

    with pytest.raises(VaultError, match="put it back"):
        secrets_of(house.scope.connections.get("site"))


def test_after_sealing_again_the_old_key_is_not_needed(house: House, data: Path) -> None:
    old = key_file(data).read_text()
    key_file(data).unlink()
    new = _fresh_key(data)
    key_file(data).write_text(new + old)

    resealed = sealed.reseal()

    key_file(data).write_text(new)
    assert resealed == 2
    assert secrets_of(house.scope.connections.get("team")) == {"secret": "team"}


def test_a_connection_that_a_link_reads_from_is_not_removed(house: House) -> None:
    with pytest.raises(StillUsed, match="'tower' uses this connection"):
        house.scope.connections.remove("site")


def test_a_connection_that_nothing_uses_is_removed_with_its_feeds(house: House) -> None:
    house.scope.links.remove("tower", now=NOW)
    house.scope.feeds.of(house.scope.connections.get("site"), "project 8")

    house.scope.connections.remove("site")

    assert [each.name for each in house.scope.connections.list()] == ["team"]


def _fresh_key(data: Path) -> str:
    from turnbuckle.store.vault import open_vault

    open_vault(data, {}, secrets_exist=False)
    return key_file(data).read_text()
