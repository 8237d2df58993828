"""Look after the keys that stored secrets are sealed with: list, exchange, begin anew.

An exchange can be broken off anywhere and said again. First the new key is put into the key file,
beside the old one; then everything is sealed anew, in one transaction; and only then the old one is
set aside. Where several machines share a database, the new key is to be on all of them before it
seals anything, so there the first step is a command of its own.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from turnbuckle.store import connections, key_changes, sealed
from turnbuckle.store.records import Connection
from turnbuckle.store.vault import KEY_VARIABLE, Key, KeysLost, VaultError

_MADE_BY_HAND = "openssl rand -base64 32 | tr '+/' '-_'"


class NoNewKey(Exception):
    """There is no key yet to seal with instead; the text says how to get one."""


class NothingLost(Exception):
    """The keys open everything that is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInUse:
    """A key, and what it is good for.

    Attributes:
        id: what it is called.
        made: the day, as ISO 8601 has it; empty: not known.
        seals: so many connections' secrets.
    """

    id: str
    made: str
    seals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All keys that there are here.

    Attributes:
        origin: where they come from, for people.
        keys: the newest one first.
        shut: the connections whose secrets none of them opens.
        why: what to do about these.
    """

    origin: str
    keys: tuple[KeyInUse, ...]
    shut: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What became of an exchange.

    Attributes:
        key: seals everything now.
        changed: the secrets of so many connections were sealed with another one before.
        asides: where keys were put that are not needed any more.
        in_variable: the keys come from a variable, out of which a person has to take the others.
    """

    key: str
    changed: int
    asides: tuple[Path, ...]
    in_variable: bool


def known() -> Known:
    """Say which keys there are, and what is sealed with them.

    Raises:
        VaultError: there are none to be had.
    """
    vault, found = sealed.vault(), sealed.counted()
    return Known(
        origin=vault.origin,
        keys=tuple(
            KeyInUse(id=key.id, made=key.made, seals=found.by_key.get(key.id, 0))
            for key in vault.keys
        ),
        shut=found.shut,
        why=found.why,
    )


def add(data: Path) -> Key:
    """Put a new key into the key file; it seals nothing before `rotate`.

    Raises:
        NoNewKey: there is one already, or the keys are not in a file.
        VaultError: the key file cannot be read or written.
    """
    with key_changes.alone(data):
        keys = sealed.vault().keys
        if _in_variable(os.environ):
            raise NoNewKey(_by_hand())
        if len(keys) > 1:
            raise NoNewKey(
                f"the key file holds a new key already, {keys[0].id}; copy the file to the other"
                " machines, then: turnbuckle keys rotate"
            )
        return key_changes.add(data, keys, datetime.now(UTC).date())


def rotate(data: Path) -> Rotated:
    """Seal everything with a new key, and set the old one aside; finishes what was broken off.

    Raises:
        NoNewKey: it has to be brought to other machines first.
        VaultError: something cannot be opened, or the key file not be written.
    """
    with key_changes.alone(data):
        in_variable = _in_variable(os.environ)
        keys, found = sealed.vault().keys, sealed.counted()
        if found.shut:
            raise VaultError(f"{', '.join(found.shut)}: {found.why}")
        if len(keys) == 1:
            if in_variable:
                raise NoNewKey(_by_hand())
            if connection.vendor == "postgresql":
                raise NoNewKey(
                    "every machine needs the new key before it seals anything: make it with"
                    " `turnbuckle keys add`, copy the key file to the other machines, then come"
                    " back"
                )
            keys = [key_changes.add(data, keys, datetime.now(UTC).date()), *keys]
        changed = sealed.reseal()
        asides = [] if in_variable else key_changes.keep_first(data, keys)
    return Rotated(key=keys[0].id, changed=changed, asides=tuple(asides), in_variable=in_variable)


def lost() -> tuple[list[str], str]:
    """Say what is lost with the key, before anything is given up.

    Returns:
        The names of the connections whose secrets cannot be opened, and why; no names where
        there is no key at all that could open any.

    Raises:
        NothingLost: the keys open everything.
        VaultError: the keys are there and cannot be read, which a person can mend.
    """
    try:
        found = sealed.counted()
    except KeysLost as error:
        return [], str(error)
    if not found.shut:
        raise NothingLost("the keys open all stored secrets; nothing has to be given up")
    return list(found.shut), found.why


def begin_anew(data: Path) -> tuple[list[Connection], Path | None]:
    """Forget the secrets that no key opens, with a new key where there is none any more.

    Returns:
        The connections that somebody has to sign in for again, and where a key file of no use was
        put.

    Raises:
        NothingLost: the keys open everything.
        VaultError: the keys are there and cannot be read, which a person can mend.
    """
    with key_changes.alone(data):
        names, _ = lost()
        aside = None
        if not names:
            aside = key_changes.put_away(data)
            key_changes.add(data, [], datetime.now(UTC).date())
        return connections.forget_shut(), aside


def _in_variable(environment: Mapping[str, str]) -> bool:
    return bool(environment.get(KEY_VARIABLE))


def _by_hand() -> str:
    return (
        f"the keys come from {KEY_VARIABLE}: put a new one before the old, with a space between,"
        f" for all processes ({_MADE_BY_HAND} makes one), restart them, then:"
        " turnbuckle keys rotate"
    )
