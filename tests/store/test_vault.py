import base64
import os
from pathlib import Path

import pytest

from turnbuckle.store.vault import VaultError, key_file, open_vault

SECRETS = {"client_secret": "s3cret-✓", "tokens": {"refresh": "r"}}


def _key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _put_keys(data: Path, *keys: str) -> None:
    path = key_file(data)
    path.write_text("".join(f"{key}\n" for key in keys))
    path.chmod(0o600)


def test_what_is_sealed_opens_again_and_cannot_be_read(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, {}, secrets_exist=False)

    sealed = vault.seal(1, SECRETS)

    assert b"s3cret" not in sealed
    assert open_vault(tmp_path, {}, secrets_exist=True).unseal(1, sealed) == SECRETS


def test_the_first_use_makes_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    open_vault(tmp_path, {}, secrets_exist=False)

    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_one_organisations_secrets_open_for_no_other(tmp_path: Path) -> None:
    vault = open_vault(tmp_path, {}, secrets_exist=False)

    with pytest.raises(VaultError):
        vault.unseal(2, vault.seal(1, SECRETS))


def test_a_new_key_seals_and_the_old_one_still_opens(tmp_path: Path) -> None:
    old, new = _key(), _key()
    _put_keys(tmp_path, old)
    sealed = open_vault(tmp_path, {}, secrets_exist=False).seal(1, SECRETS)

    _put_keys(tmp_path, new, old)
    both = open_vault(tmp_path, {}, secrets_exist=True)

    assert both.unseal(1, sealed) == SECRETS
    _put_keys(tmp_path, new)
    only_new = open_vault(tmp_path, {}, secrets_exist=True)
    assert only_new.unseal(1, both.seal(1, SECRETS)) == SECRETS
    with pytest.raises(VaultError, match="does not open the stored secrets"):
        only_new.unseal(1, sealed)


def test_the_environment_can_hold_the_key(tmp_path: Path) -> None:
    environment = {"TURNBUCKLE_KEY": _key()}

    sealed = open_vault(tmp_path, environment, secrets_exist=True).seal(1, SECRETS)

    assert open_vault(tmp_path, environment, secrets_exist=True).unseal(1, sealed) == SECRETS
    assert not key_file(tmp_path).exists()


def test_a_lost_key_file_is_not_replaced_by_a_new_key(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="is missing"):
        open_vault(tmp_path, {}, secrets_exist=True)

    assert not key_file(tmp_path).exists()


@pytest.mark.skipif(os.name != "posix", reason="not needed here: file rights are those of POSIX")
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    _put_keys(tmp_path, _key())
    key_file(tmp_path).chmod(0o640)

    with pytest.raises(VaultError, match="chmod 600"):
        open_vault(tmp_path, {}, secrets_exist=False)


@pytest.mark.parametrize("content", ["", "\n", "not a key", "AAAA", "Ä"])
def test_a_key_file_without_a_key_is_refused(tmp_path: Path, content: str) -> None:
    key_file(tmp_path).write_text(content)
    key_file(tmp_path).chmod(0o600)

    with pytest.raises(VaultError, match="key file"):
        open_vault(tmp_path, {}, secrets_exist=False)


def test_a_key_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="cannot be written"):
        open_vault(tmp_path / "nowhere", {}, secrets_exist=False)


def test_no_message_holds_a_key(tmp_path: Path) -> None:
    key = _key()
    _put_keys(tmp_path, key, "broken")

    with pytest.raises(VaultError) as refused:
        open_vault(tmp_path, {}, secrets_exist=False)

    assert key not in str(refused.value)
