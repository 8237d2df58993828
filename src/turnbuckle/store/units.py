"""Units of work: one function, one transaction, in whatever thread it is called.

The engine is async and calls the store through threads. On SQLite a thread keeps its connection,
and writers take turns (see `turns`); on PostgreSQL every outermost unit borrows one from the
process's pool. There several work side by side: what belongs together is locked (see `locks`), and
a unit that PostgreSQL ended because of others, with all of its changes undone, is done once more;
so is one that met what others made or removed beside it, for it decides anew by what is there now.

A connection that broke ends the unit and is thrown away: nothing of the unit is half done, and the
next one gets a working connection. Only whether its last commit came through is not known then;
the journal is made for that.
"""

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import Error, IntegrityError, OperationalError, connection, transaction

from turnbuckle.store.turns import WRITERS
from turnbuckle.store.unusable import StoreUnusable, in_words, is_worth_repeating

_together = threading.local()
_TRIES = 4
_FIRST_WAIT_SECONDS = 0.05


def unit[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction: all of its changes are kept, or none.

    The function may run several times, so nothing but the database may know that it ran.
    """

    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        takes_turns = connection.vendor == "sqlite" and not connection.in_atomic_block
        with WRITERS.one() if takes_turns else nullcontext(), transaction.atomic():
            return work(*args, **kwargs)

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:  # the outermost unit is repeated as a whole
            return once(*args, **kwargs)
        again: Any = once
        kept = [_kept(argument) for argument in args]
        named = {name: _kept(argument) for name, argument in kwargs.items()}
        for tries in range(1, _TRIES):
            try:
                result: R = again(*kept, **named)
            except (OperationalError, IntegrityError) as error:
                if not is_worth_repeating(error):
                    raise
                time.sleep(random.uniform(0.5, 1.5) * _FIRST_WAIT_SECONDS * 2**tries)
            else:
                return result
        last: R = again(*kept, **named)
        return last

    return tidy(run)


def tidy[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Make a function leave no broken connection behind; it has no transaction of its own.

    For what only reads: on SQLite a transaction of ours would wait for the writers. Of what is
    wrong with a PostgreSQL it tells as `StoreUnusable`.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:  # an inner unit leaves all this to the outermost one
            return work(*args, **kwargs)
        is_kept = getattr(_together, "is_kept", False)
        try:
            return work(*args, **kwargs)
        except Error as error:
            is_kept = False
            words = in_words(error)
            if words is None:
                raise
            raise StoreUnusable(words) from error
        finally:
            if not is_kept:
                connection.close_if_unusable_or_obsolete()

    return run


def together[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Make units and reads that follow each other in a function borrow one connection for all.

    Each is as before a transaction of its own. On PostgreSQL every one would else ask the pool, and
    the connection for a sign of life. Not for what waits or computes for long: others want it too.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        before = getattr(_together, "is_kept", False)
        _together.is_kept = True
        try:
            return work(*args, **kwargs)
        finally:
            _together.is_kept = before
            if not (before or connection.in_atomic_block):
                connection.close_if_unusable_or_obsolete()

    return run


def in_turn(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Carry a statement out for each row; for none, the database is not even asked."""
    if rows:
        with connection.cursor() as sql:
            sql.executemany(statement, rows)


def _kept(argument: Any) -> Any:
    """Keep what can be walked through only once, so that a second try finds it too."""
    return list(argument) if isinstance(argument, Iterator) else argument
