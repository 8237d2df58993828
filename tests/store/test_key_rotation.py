"""Keys are exchanged beside a service at work, and wherever that is broken off nothing is lost."""

import json
import os
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from django.db import connection as django_connection
from store import rotating
from store.building import House

from turnbuckle.actions import keys
from turnbuckle.actions.keys import NoNewKey, NothingLost
from turnbuckle.store import models, sealed
from turnbuckle.store.connections import TokenStore, save_secrets, secrets_of
from turnbuckle.store.vault import VaultError, key_file, new_key, open_vault, set_aside

on_sqlite = pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="not needed here: it is about a file of SQLite"
)


def rotated(data: Path) -> keys.Rotated:
    """Exchange the key, on a PostgreSQL in the two steps that it takes there."""
    if django_connection.vendor == "postgresql":
        keys.add(data)
    return keys.rotate(data)


def opened(house: House) -> list[object]:
    return [secrets_of(each) for each in house.scope.connections.list()]


def test_after_an_exchange_everything_opens_with_the_new_key_alone(
    house: House, data: Path
) -> None:
    before, old = opened(house), keys.known().keys[0]

    done = rotated(data)

    known = keys.known()
    assert done.changed == 2
    assert [(key.id, key.seals) for key in known.keys] == [(done.key, 2)]
    assert done.key != old.id
    assert opened(house) == before


def test_the_old_key_is_set_aside_for_copies_from_before(house: House, data: Path) -> None:
    old, text = keys.known().keys[0], key_file(data).read_text()
    kept = bytes(models.Connection.objects.get(name="site").secrets)
    done = rotated(data)
    models.Connection.objects.filter(name="site").update(secrets=kept)  # a copy is put back

    with pytest.raises(VaultError, match=f"set aside in .*key.{old.id}: put its line behind"):
        opened(house)
    with key_file(data).open("a") as file:
        file.write(set_aside(data, old.id).read_text())

    assert done.asides == (set_aside(data, old.id),)
    assert set_aside(data, old.id).read_text() == text
    assert set_aside(data, old.id).stat().st_mode & 0o777 == 0o600
    assert opened(house) == [{"secret": "site"}, {"secret": "team"}]


def test_a_new_key_seals_nothing_before_the_exchange(house: House, data: Path) -> None:
    old = keys.known().keys[0].id
    new = keys.add(data).id

    save_secrets(house.scope.connections.get("site"), {"secret": "changed"})
    house.connection("third", "procore")

    assert [(key.id, key.seals) for key in keys.known().keys] == [(new, 0), (old, 3)]
    assert keys.rotate(data).changed == 3
    assert opened(house)[0] == {"secret": "changed"}


def test_a_second_new_key_beside_one_that_waits_is_refused(house: House, data: Path) -> None:
    keys.add(data)

    with pytest.raises(NoNewKey, match="holds a new key already"):
        keys.add(data)


def test_where_one_cannot_be_opened_nothing_is_sealed_anew(house: House, data: Path) -> None:
    other = open_vault(_folder(data, "other"), {}, secrets_exist=False)
    models.Connection.objects.filter(name="team").update(secrets=other.seal(1, {}))
    before = key_file(data).read_text()

    with pytest.raises(VaultError, match=r"^team: .* sealed with the key"):
        keys.rotate(data)

    assert key_file(data).read_text() == before


def test_a_machine_without_the_new_key_says_which_one_it_lacks(house: House, data: Path) -> None:
    old = key_file(data).read_text()
    done = rotated(data)
    key_file(data).write_text(old)  # as it still is on another machine

    with pytest.raises(VaultError, match=f"sealed with the key {done.key}, and it holds"):
        secrets_of(house.scope.connections.get("site"))
    with pytest.raises(VaultError, match=done.key):
        house.connection("third", "procore")
    assert not models.Connection.objects.filter(name="third").exists()


def test_keys_from_the_environment_are_exchanged_by_whoever_sets_it(
    house: House, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = key_file(data).read_text().split()[0]
    key_file(data).unlink()
    monkeypatch.setenv("TURNBUCKLE_KEY", old)
    with pytest.raises(NoNewKey, match="openssl rand"):
        keys.rotate(data)
    new = new_key(date(2026, 11, 23)).line.split()[0]
    monkeypatch.setenv("TURNBUCKLE_KEY", f"{new} {old}")

    done = keys.rotate(data)

    monkeypatch.setenv("TURNBUCKLE_KEY", new)
    assert (done.changed, done.in_variable, done.asides) == (2, True, ())
    assert opened(house) == [{"secret": "site"}, {"secret": "team"}]
    assert not key_file(data).exists()


@pytest.mark.ci
@on_sqlite
@pytest.mark.skipif(os.name != "posix", reason="not needed here: there is no fork")
def test_killed_before_any_step_all_secrets_open_and_a_second_try_ends_it(
    tmp_path: Path,
) -> None:
    folder = _with_two_connections(_folder(tmp_path, "source"))

    ended = subprocess.run(
        [sys.executable, rotating.__file__, str(folder)],
        env={**_environment(folder)},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip

    assert ended.stderr == ""
    tries = json.loads(ended.stdout)
    assert len(tries) > 20
    assert tries[-1]["said"] == {}
    for one in tries:
        assert one.get("before") == one.get("after") == [{"secret": "a"}, {"secret": "b"}], one
        assert (one["keys"], one["drafts"]) == (1, []), one


@pytest.mark.django_db(transaction=True)
def test_whoever_reads_and_saves_meanwhile_never_meets_a_key_that_it_lacks(
    house: House, data: Path
) -> None:
    over, wrong, saved = threading.Event(), [], [0]

    def work() -> None:
        tokens = TokenStore(house.scope.connections.get("site"))
        try:
            while not over.is_set():
                saved[0] += 1
                tokens.save({"refresh_token": str(saved[0])})
                assert tokens.load() == {"refresh_token": str(saved[0])}
        except BaseException as error:  # noqa: BLE001  it is told
            wrong.append(error)
        finally:
            django_connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    for _ in range(8):
        rotated(data)
    over.set()
    worker.join(60)

    assert wrong == []
    assert saved[0] > 1
    tokens = TokenStore(house.scope.connections.get("site"))
    assert tokens.load() == {"refresh_token": str(saved[0])}


@pytest.mark.parametrize("text", [None, "", "broken", "AAAA"], ids=["gone", "empty", "no", "short"])
def test_after_a_lost_key_a_new_one_is_made_and_what_it_cannot_open_is_forgotten(
    house: House, data: Path, text: str | None
) -> None:
    if text is None:
        key_file(data).unlink()
    else:
        key_file(data).write_text(text)
    with pytest.raises(VaultError, match="turnbuckle keys lost"):
        opened(house)

    gone, aside = keys.begin_anew(data)

    assert [each.name for each in gone] == ["site", "team"]
    assert opened(house) == [{}, {}]
    assert "turnbuckle connect" in house.scope.integrations.list()[0].paused
    assert (aside is None) == (text is None)
    assert aside is None or aside.read_text() == text


def test_links_wait_until_both_accounts_are_signed_in_again(house: House, data: Path) -> None:
    key_file(data).unlink()
    site, team = keys.begin_anew(data)[0]

    first = house.scope.connections.sign_in_again(site, settings={}, secrets={"s": 1}, account="a")
    between = house.scope.integrations.list()[0].paused
    second = house.scope.connections.sign_in_again(team, settings={}, secrets={"s": 2}, account="b")

    assert (first, second) == (0, 1)
    assert "sign in again" in between
    assert house.scope.integrations.list()[0].paused == ""
    assert opened(house) == [{"s": 1}, {"s": 2}]


def test_with_another_installations_key_only_what_it_does_not_open_is_forgotten(
    house: House, data: Path
) -> None:
    other = _folder(data, "other")
    open_vault(other, {}, secrets_exist=False)
    key_file(data).write_text(key_file(other).read_text())
    names, why = keys.lost()

    keys.begin_anew(data)

    assert names == ["site", "team"]
    assert "sealed with the key" in why
    assert key_file(data).read_text() == key_file(other).read_text()


def test_nothing_is_forgotten_while_all_secrets_open(house: House, data: Path) -> None:
    with pytest.raises(NothingLost):
        keys.begin_anew(data)

    assert opened(house) == [{"secret": "site"}, {"secret": "team"}]


def test_a_key_file_that_cannot_be_read_is_not_taken_for_lost(house: House, data: Path) -> None:
    key_file(data).rename(data / "elsewhere")
    key_file(data).mkdir()

    with pytest.raises(VaultError, match=r"cannot be read .*belongs to the user"):
        keys.begin_anew(data)

    assert not models.Connection.objects.filter(secrets=b"").exists()


def test_secrets_of_an_earlier_version_open_and_get_the_name_of_their_key(
    house: House, data: Path
) -> None:
    for row in models.Connection.objects.all():
        models.Connection.objects.filter(id=row.id).update(
            secrets=bytes(row.secrets).partition(b":")[2]
        )
    before = opened(house)

    save_secrets(house.scope.connections.get("site"), {"secret": "site"})
    seals = keys.known().keys[0].seals
    changed = sealed.reseal()

    assert before == opened(house) == [{"secret": "site"}, {"secret": "team"}]
    assert (seals, changed) == (2, 1)


def _folder(data: Path, name: str) -> Path:
    folder = data / name
    folder.mkdir()
    return folder


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": "turnbuckle.store.settings",
        "TURNBUCKLE_DATA": str(folder),
    }


_MAKE = """
import datetime, django
django.setup()
from pathlib import Path
from django.conf import settings
from turnbuckle.store import organisations, upkeep
upkeep.migrate(settings.TURNBUCKLE_DATA)
for name in "ab":
    organisations.of().connections.add(
        name, system="procore", kind="live", settings={}, secrets={"secret": name},
        now=datetime.datetime.now(datetime.UTC),
    )
"""


def _with_two_connections(folder: Path) -> Path:
    made = [sys.executable, "-c", _MAKE]
    subprocess.run(made, env=_environment(folder), timeout=60, check=True)
    return folder
