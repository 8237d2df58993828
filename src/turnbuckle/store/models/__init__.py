"""models: the tables.

Other rooms never see these classes; they get the frozen records of `records`.
"""

from turnbuckle.store.models.alerts import Alert, Telling
from turnbuckle.store.models.budgets import CallBudget
from turnbuckle.store.models.decisions import (
    Answer,
    HeldItem,
    Hold,
    Removed,
)
from turnbuckle.store.models.hooks import Delivery, Hook
from turnbuckle.store.models.items import (
    Batch,
    Dirty,
    Former,
    ItemColumns,
    PairRow,
    Seen,
    Staged,
)
from turnbuckle.store.models.news import News
from turnbuckle.store.models.outlooks import Outlook
from turnbuckle.store.models.places import (
    Connection,
    Feed,
    Integration,
    Link,
    Organisation,
)
from turnbuckle.store.models.timings import Timing
from turnbuckle.store.models.work import (
    Activity,
    Epoch,
    Intent,
    Lease,
    Run,
    SetAside,
    Superseded,
)

__all__ = [
    "Activity",
    "Alert",
    "Answer",
    "Batch",
    "CallBudget",
    "Connection",
    "Delivery",
    "Dirty",
    "Epoch",
    "Feed",
    "Former",
    "HeldItem",
    "Hold",
    "Hook",
    "Integration",
    "Intent",
    "ItemColumns",
    "Lease",
    "Link",
    "News",
    "Organisation",
    "Outlook",
    "PairRow",
    "Removed",
    "Run",
    "Seen",
    "SetAside",
    "Staged",
    "Superseded",
    "Telling",
    "Timing",
]
