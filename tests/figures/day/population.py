"""Who is kept in step: accounts with one project and with two hundred, and what people do all day.

Everything follows from one number. Procore accounts have tenants of their own or share one; links
have webhooks or none, Photos or not, a library of their own or one shared with others.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from turnbuckle.jobs.cadence import Cadence
from turnbuckle.model.side import Side
from turnbuckle.store.timings import Timing

DAY = timedelta(days=1)
NINE = 9 * 3600.0
_MORNING, _NOON, _EVENING = 7 * 3600.0, 11 * 3600.0, 18 * 3600.0
_LATE_NIGHT = 86_400.0 - 1_800  # a change after this could not be seen to arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a day it is."""

    links: int = 10_000
    accounts: int = 500
    changes_per_link: float = 5.0
    bulk_accounts: int = 8  # connect many projects at nine o'clock
    bulk_projects: int = 50
    bulk_files: int = 200
    seconds: float = 86_400.0
    workers: int = 6
    slots: int = 16
    seed: int = 5


@dataclass(slots=True, kw_only=True)
class Account:
    """One Procore account and the tenant it goes with."""

    number: int
    tenant: str
    links: list["SimLink"] = field(default_factory=list)
    busy: int = 0  # runs under way that are no quiet polls
    name: str = field(init=False)  # in the ledger and at the remote

    def __post_init__(self) -> None:
        self.name = f"procore {self.number}"


@dataclass(slots=True, kw_only=True)
class SimLink:
    """One link as the simulation knows it."""

    id: int
    account: Account
    photos: bool
    hooks: bool
    files: int
    made_at: datetime
    drive: str  # links of one drive share looks
    shares: bool  # its drive
    timing: Timing
    to_do: int = 0  # files of a first sync
    done: int = 0  # of them
    waiting: list["Change"] = field(default_factory=list)
    had_no_calls: bool = False  # since its last run that got through

    @property
    def is_bulk(self) -> bool:
        """Whether it is one of those that are connected at nine."""
        return bool(self.to_do)


@dataclass(frozen=True, slots=True)
class Change:
    """A file that somebody saved."""

    at: float  # seconds of the day
    link: int
    side: Side
    files: int
    told: float | None  # when word of it comes; None: it is lost, or there is none


@dataclass(slots=True)
class Population:
    """All accounts and links."""

    scale: Scale
    start: datetime
    cadence: Cadence = field(default_factory=Cadence)
    accounts: list[Account] = field(default_factory=list)
    links: dict[int, SimLink] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chance = random.Random(self.scale.seed)
        sizes = _sizes(self.scale, chance)
        for number, size in enumerate(sizes):
            shared = f"microsoft shared {number % 7}" if number % 5 == 0 and size < 100 else ""
            account = Account(number=number, tenant=shared or f"microsoft {number}")
            self.accounts.append(account)
            for _ in range(size):
                self._link(account, chance)
        for account in chance.sample(self.accounts, self.scale.bulk_accounts):
            for _ in range(self.scale.bulk_projects):
                link = self._link(account, chance)
                link.to_do = link.files = self.scale.bulk_files
                link.made_at = self.start + timedelta(seconds=NINE)
                link.timing = Timing(link=link.id, next_at=link.made_at)

    def _link(self, account: Account, chance: random.Random) -> SimLink:
        number = len(self.links) + 1
        made = self.start - timedelta(days=30)
        with_drive = f"{account.tenant} {len(account.links) // 10}"
        hooks, shares = account.number % 5 < 3, account.number % 10 == 0
        told = self.start - timedelta(hours=3) if hooks else None
        link = SimLink(
            id=number,
            account=account,
            photos=chance.random() < 0.5,
            hooks=hooks,
            files=round(chance.lognormvariate(6.5, 1.2)),
            made_at=made,
            drive=with_drive if shares else f"drive {number}",
            shares=shares,
            timing=Timing(
                link=number,
                next_at=self.start + chance.random() * self.cadence.poll,
                started_at=self.start - self.cadence.poll,
                ended_at=self.start - self.cadence.poll,
                swept_at=self.start - chance.random() * DAY * 0.95,
                told_left_at=told,
                told_right_at=told,
            ),
        )
        account.links.append(link)
        self.links[number] = link
        return link

    def day(self) -> Iterator[Change]:
        """Give what people save, in order."""
        chance = random.Random(self.scale.seed + 1)
        count = round(self.scale.links * self.scale.changes_per_link)
        quiet_hooks = {a.number for a in self.accounts if a.number % 50 == 1}  # fell silent
        links = [link for link in self.links.values() if not link.is_bulk]
        ends = min(_LATE_NIGHT, self.scale.seconds - 1_800)
        times = sorted(chance.triangular(_MORNING, _EVENING, _NOON) for _ in range(count))
        for at in times:
            if at >= ends:
                return
            link = links[int(len(links) * chance.random() ** 1.5)]
            side = Side.LEFT if chance.random() < 0.4 else Side.RIGHT
            heard = link.hooks and link.account.number not in quiet_hooks
            heard = heard and chance.random() > 0.01
            told = at + 1 + chance.expovariate(1 / 4) if heard else None
            yield Change(at, link.id, side, 1 + int(chance.expovariate(1.0)), told)


def _sizes(scale: Scale, chance: random.Random) -> list[int]:
    """Give how many links each account has: many have one, some two hundred."""
    large, single = max(1, scale.accounts // 25), scale.accounts * 3 // 10
    sizes = [200] * max(1, min(large, scale.links // 400)) + [1] * single
    rest = scale.accounts - len(sizes)
    left = scale.links - sum(sizes)
    weights = [0.2 + chance.random() for _ in range(rest)]
    sizes += [max(1, int(left * each / sum(weights))) for each in weights]
    sizes[-1] += scale.links - sum(sizes)
    chance.shuffle(sizes)
    return sizes
