"""The vault: secrets are sealed with keys that lie outside the database.

The key file holds one master key a line. The first one seals, all of them open, so a key is
replaced by putting a new line before the old one, sealing everything again (`connections.reseal`),
and taking the old line away. Every organisation has keys of its own, derived from the master keys,
so that one organisation's sealed text opens for no other.

Source: RFC 5869 (HKDF), and the Fernet specification for the sealed form.
"""

import base64
import binascii
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_VARIABLE = "TURNBUCKLE_KEY"
"""The environment variable that may hold the keys instead of the file, parted by spaces."""

_MASTER_BYTES = 32


class VaultError(Exception):
    """The secrets cannot be opened or sealed; the message says what a person should do."""


class Vault:
    """Seals and opens an organisation's secrets.

    Args:
        masters: the master keys, 32 bytes each; the first one seals, all of them open.
    """

    def __init__(self, masters: list[bytes]) -> None:
        self._masters = masters

    def seal(self, organisation: int, secrets: Mapping[str, Any]) -> bytes:
        """Give the sealed form of secrets that JSON can hold."""
        return self._keys(organisation).encrypt(json.dumps(secrets).encode("utf-8"))

    def unseal(self, organisation: int, sealed: bytes) -> dict[str, Any]:
        """Give the secrets that were sealed for this organisation.

        Raises:
            VaultError: none of the keys opens them.
        """
        try:
            opened = self._keys(organisation).decrypt(sealed)
        except InvalidToken:
            raise VaultError(
                "the key does not open the stored secrets; put the key file back that belongs to"
                " this database, or connect the accounts again"
            ) from None
        secrets: dict[str, Any] = json.loads(opened)
        return secrets

    def _keys(self, organisation: int) -> MultiFernet:
        return MultiFernet([Fernet(_derived(master, organisation)) for master in self._masters])


def key_file(data: Path) -> Path:
    """Tell where the key file of a data folder is."""
    return data / "key"


def open_vault(data: Path, environment: Mapping[str, str], *, secrets_exist: bool) -> Vault:
    """Read the keys, and make the first one where nothing was sealed yet.

    Args:
        data: the data folder.
        environment: holds the keys where `KEY_VARIABLE` is set in it.
        secrets_exist: something is sealed already, so a new key could not open it.

    Raises:
        VaultError: the keys are missing, unreadable, malformed or readable for others.
    """
    if environment.get(KEY_VARIABLE):
        return Vault(_masters(environment[KEY_VARIABLE], f"the variable {KEY_VARIABLE}"))
    path = key_file(data)
    if not path.exists():
        if secrets_exist:
            raise VaultError(
                f"the key file {path} is missing, and stored secrets cannot be opened without it;"
                " put it back from your backup, or connect the accounts again"
            )
        _make(path)
    return Vault(_masters(_read(path), f"the key file {path}"))


def _read(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise VaultError(
                f"other users of this machine may read the key file {path};"
                f" take that right away: chmod 600 {path}"
            )
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(f"the key file {path} cannot be read: {error}") from error


def _masters(text: str, origin: str) -> list[bytes]:
    masters = []
    for word in text.split():
        try:
            master = base64.urlsafe_b64decode(word)
        except (binascii.Error, ValueError):
            master = b""
        if len(master) != _MASTER_BYTES:
            raise VaultError(
                f"{origin} holds something that is no key; each key is {_MASTER_BYTES} bytes in"
                " URL-safe base64"
            )
        masters.append(master)
    if not masters:
        raise VaultError(f"{origin} holds no key; put it back from your backup")
    return masters


def _make(path: Path) -> None:
    """Make the key file, whole or not at all; one that somebody else just made stays."""
    text = base64.urlsafe_b64encode(os.urandom(_MASTER_BYTES)) + b"\n"
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix="key-")  # 0600 from the start
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            os.unlink(draft)
    except OSError as error:
        raise VaultError(f"the key file {path} cannot be written: {error}") from error


def _derived(master: bytes, organisation: int) -> bytes:
    info = f"turnbuckle secrets of organisation {organisation}".encode("ascii")
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return base64.urlsafe_b64encode(derivation.derive(master))
