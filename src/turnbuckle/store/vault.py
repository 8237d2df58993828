"""The vault: secrets are sealed with keys that lie outside the database.

The key file holds one master key a line, the newest one first, each with the day on which it was
made. All of them open. What was sealed with a key is sealed with the same one when it changes,
until `sealed.reseal` brings all of it over to the first: so of several machines, each with a key
file of its own, none seals with a key that another one does not have yet.

What is sealed begins with the id of its key, so that one which lacks the key can say which it is.
Every organisation has keys of its own, derived from the master keys, so that one organisation's
sealed text opens for no other.

Source: RFC 5869 (HKDF), and the Fernet specification for the sealed form.
"""

import base64
import binascii
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_VARIABLE = "TURNBUCKLE_KEY"
"""The environment variable that may hold the keys instead of the file, parted by spaces."""

IF_LOST = "if it is lost for good, begin with a new one: `turnbuckle keys lost`"

_MASTER_BYTES = 32
_ID_BYTES = 4
_FORM = f"each key is {_MASTER_BYTES} bytes in URL-safe base64"
_DAY = "#"  # before the day on which the key to its left was made


class VaultError(Exception):
    """The secrets cannot be opened or sealed; the message says what a person should do."""


class KeysLost(VaultError):
    """There is no key file, or no key in it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A master key.

    Attributes:
        master: 32 bytes.
        made: the day, as ISO 8601 has it; empty: not known.
    """

    master: bytes = field(repr=False)
    made: str = ""

    @property
    def id(self) -> str:
        """What it is called; nothing of the key can be told from it."""
        return _derived(self.master, "turnbuckle key id", _ID_BYTES).hex()

    @property
    def line(self) -> str:
        """How it stands in a key file."""
        made = f" {_DAY}{self.made}" if self.made else ""
        return f"{base64.urlsafe_b64encode(self.master).decode('ascii')}{made}\n"


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens organisations' secrets.

    Attributes:
        keys: the newest one first.
        origin: where they come from, for people.
        data: the data folder, where keys that were replaced are set aside.
    """

    keys: Sequence[Key]
    origin: str
    data: Path

    def seal(self, organisation: int, secrets: Mapping[str, Any], *, like: bytes = b"") -> bytes:
        """Give the sealed form of secrets that JSON can hold.

        Args:
            organisation: whose.
            secrets: what.
            like: something sealed with the key that is to be used; empty: the first one.

        Raises:
            VaultError: that key is not here.
        """
        key = self._key_of(organisation, like) if like else self.keys[0]
        plain = json.dumps(secrets).encode("utf-8")
        return key.id.encode("ascii") + b":" + _fernet(key, organisation).encrypt(plain)

    def unseal(self, organisation: int, sealed: bytes) -> dict[str, Any]:
        """Give the secrets that were sealed for this organisation.

        Raises:
            VaultError: none of the keys opens them.
        """
        key = self._key_of(organisation, sealed)
        try:
            opened = _fernet(key, organisation).decrypt(sealed.rpartition(b":")[2])
        except InvalidToken:
            raise VaultError(
                "the stored secrets were changed or belong to another organisation, and cannot be"
                " opened; put the database back from your backup, or connect the account again"
            ) from None
        secrets: dict[str, Any] = json.loads(opened)
        return secrets

    def id_of(self, organisation: int, sealed: bytes) -> str:
        """Give the id of the key that secrets were sealed with.

        Raises:
            VaultError: that key is not here.
        """
        return self._key_of(organisation, sealed).id

    def _key_of(self, organisation: int, sealed: bytes) -> Key:
        wanted, named, _ = sealed.decode("ascii", "replace").partition(":")
        for key in self.keys:
            if key.id == wanted if named else _opens(key, organisation, sealed):
                return key
        holds = ", ".join(key.id for key in self.keys)
        which = f"the key {wanted}" if named else "another key"
        aside = set_aside(self.data, wanted)
        if named and aside.exists():
            todo = f"that key was set aside in {aside}: put its line behind the others"
        else:
            todo = (
                "put the key file there that belongs to this database, from your backup or another"
                f" machine; {IF_LOST}"
            )
        raise VaultError(
            f"{self.origin} does not open the stored secrets: they were sealed with {which}, and"
            f" it holds {holds}; {todo}"
        )


def key_file(data: Path) -> Path:
    """Tell where the key file of a data folder is."""
    return data / "key"


def set_aside(data: Path, key: str) -> Path:
    """Tell where a key is put that was replaced."""
    return data / f"key.{key}"


def open_vault(data: Path, environment: Mapping[str, str], *, secrets_exist: bool) -> Vault:
    """Read the keys, and make the first one where nothing was sealed yet.

    Args:
        data: the data folder.
        environment: holds the keys where `KEY_VARIABLE` is set in it.
        secrets_exist: something is sealed already, so a new key could not open it.

    Raises:
        VaultError: the keys are missing, unreadable, malformed or readable for others.
        KeysLost: the key file is missing, or holds no key.
    """
    if environment.get(KEY_VARIABLE):
        origin = f"the variable {KEY_VARIABLE}"
        keys = _keys(environment[KEY_VARIABLE])
        if not keys:
            raise VaultError(f"{origin} holds something that is no key; {_FORM}")
        return Vault(keys, origin, data)
    path = key_file(data)
    if not path.exists():
        if secrets_exist:
            raise KeysLost(
                f"the key file {path} is missing, and stored secrets cannot be opened without it;"
                f" put it back from your backup; {IF_LOST}"
            )
        _make(path)
    origin = f"the key file {path}"
    keys = _keys(_read(path))
    if not keys:
        raise KeysLost(
            f"{origin} holds no key, or something that is none ({_FORM}); put it back from your"
            f" backup; {IF_LOST}"
        )
    return Vault(keys, origin, data)


def new_key(made: date) -> Key:
    """Make a key by chance, on that day."""
    return Key(os.urandom(_MASTER_BYTES), made.isoformat())


def _read(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077 and path.is_file():
            raise VaultError(
                f"other users of this machine may read the key file {path};"
                f" take that right away: chmod 600 {path}"
            )
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise VaultError(
            f"the key file {path} cannot be read ({error.strerror}); make it a file that belongs"
            " to the user whom Turnbuckle runs as"
        ) from error


def _keys(text: str) -> list[Key]:
    """Read keys; gives none at all where something else stands among them."""
    keys: list[Key] = []
    for word in text.split():
        if word.startswith(_DAY) and keys:
            keys[-1] = Key(keys[-1].master, word.removeprefix(_DAY))
            continue
        try:
            master = base64.urlsafe_b64decode(word)
        except (binascii.Error, ValueError):
            return []
        if len(master) != _MASTER_BYTES:
            return []
        keys.append(Key(master))
    return keys


def _make(path: Path) -> None:
    """Make the key file, whole or not at all; one that somebody else just made stays."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix="key-")  # 0600 from the start
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(new_key(datetime.now(UTC).date()).line.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            os.unlink(draft)
    except OSError as error:
        raise VaultError(f"the key file {path} cannot be written: {error}") from error


def _opens(key: Key, organisation: int, sealed: bytes) -> bool:
    try:
        _fernet(key, organisation).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _fernet(key: Key, organisation: int) -> Fernet:
    purpose = f"turnbuckle secrets of organisation {organisation}"
    return Fernet(base64.urlsafe_b64encode(_derived(key.master, purpose, 32)))


def _derived(master: bytes, purpose: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(master)
