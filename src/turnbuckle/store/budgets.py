"""The ledger of all accounts' calls, kept in the database that all workers share.

One row is one account. A worker's question is one short transaction that locks that row alone, so
no account waits for another. The rules are `transport.sharing`'s; here they are only kept.

An account is the remote's, not an organisation's: where two organisations sign in as the same app
to the same company, the remote counts their calls together, and so do we. A row holds numbers,
times and random names of workers.
"""

from datetime import datetime

import msgspec

from turnbuckle.ports.budget import Ask, Slice, Standing, Word
from turnbuckle.store import closings, models
from turnbuckle.store.units import tidy, unit
from turnbuckle.transport.sharing import Sharing


@unit
def lease(account: str, ask: Ask, now: datetime) -> Slice:
    """Take in a worker's word, and lease it calls; see `ports.budget.Ledger`."""
    row, sharing = _locked(account, now)
    given = sharing.lease(ask, now)
    _keep(row, sharing, now)
    _pass_on(account, ask.word)
    return given


@unit
def tell(account: str, worker: str, word: Word, now: datetime) -> None:
    """Take in a worker's word; what is left of its slice is given back."""
    row, sharing = _locked(account, now)
    sharing.tell(worker, word, now)
    _keep(row, sharing, now)
    _pass_on(account, word)


@tidy
def standing(account: str, now: datetime) -> Standing | None:
    """Say where an account stands; None: nobody ever asked for it."""
    row = models.CallBudget.objects.filter(account=account).first()
    return None if row is None else _sharing(row).standing(account, now)


@tidy
def standings(now: datetime) -> list[Standing]:
    """Say where all accounts stand, of all organisations."""
    rows = models.CallBudget.objects.order_by("account")
    return [_sharing(row).standing(row.account, now) for row in rows]


def _locked(account: str, now: datetime) -> tuple[models.CallBudget, Sharing]:
    row, _ = models.CallBudget.objects.select_for_update().get_or_create(
        account=account, defaults={"changed_at": now}
    )
    return row, _sharing(row)


def _sharing(row: models.CallBudget) -> Sharing:
    return msgspec.convert(row.state, Sharing)


def _keep(row: models.CallBudget, sharing: Sharing, now: datetime) -> None:
    row.state, row.changed_at = msgspec.to_builtins(sharing), now
    row.save(update_fields=["state", "changed_at"])


def _pass_on(account: str, word: Word) -> None:
    if word.closed_until is not None:
        closings.announce(account, word.closed_until)
