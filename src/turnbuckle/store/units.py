"""Units of work: one function, one transaction, in whatever thread it is called.

The engine is async and calls the store through threads. Django keeps a connection for each thread;
after the outermost unit a connection that broke is closed, so that the thread's next unit gets a
working one.
"""

import functools
from collections.abc import Callable

from django.db import connection, transaction


def unit[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction: all of its changes are kept, or none."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return work(*args, **kwargs)

    return tidy(run)


def tidy[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Make a function leave no broken connection behind; it has no transaction of its own.

    For what only reads: on SQLite a transaction of ours would wait for the writers.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:  # an inner unit leaves this to the outermost one
                connection.close_if_unusable_or_obsolete()

    return run
