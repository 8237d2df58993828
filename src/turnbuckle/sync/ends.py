"""The two ends of a link: its connectors and its feeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from turnbuckle.model.policy import Policy, Terms
from turnbuckle.model.side import Side
from turnbuckle.ports.connector import Connector
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Connection, Feed, Link
from turnbuckle.transport.budget import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAs:
    """Whose eyes a side is seen with; empty where that is not known."""

    user: str = ""  # as the remote knows the account
    tenant: str = ""  # the company or tenant that it belongs to


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """One link with all that a run of it needs; it knows of no other organisation."""

    scope: Scope
    link: Link
    connectors: Mapping[Side, Connector]
    policy: Policy
    accounts: Mapping[Side, SeenAs] = field(default_factory=dict)
    connections: Mapping[Side, Connection] = field(default_factory=dict)
    budgets: Sequence[Budget] = ()  # that its calls are taken from

    def feed(self, side: Side) -> Feed:
        """Give one side's feed as it stands now."""
        return self.scope.feeds.get(self.link.feed(side))

    @property
    def terms(self) -> Terms:
        """What the owner wants, and what both remotes can do."""
        return Terms(
            policy=self.policy,
            left=self.connectors[Side.LEFT].capabilities,
            right=self.connectors[Side.RIGHT].capabilities,
            path_start=dict(self.link.path_start),
        )
