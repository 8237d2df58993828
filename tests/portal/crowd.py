"""Many links, each with a project of its own that has a hook, in a database that is there."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from store.building import House

from turnbuckle.store import hooks, models


@dataclass
class Crowd:
    """So many links, and what their hooks' posts came to."""

    links: int
    now: datetime
    hooks: list[tuple[str, str]] = field(default_factory=list)  # paths and secrets
    commits: int = 0

    def __post_init__(self) -> None:
        house = House()
        connection = house.scope.connections.get("site")
        for number in range(1, self.links):
            feed = house.scope.feeds.of(connection, f"project {number + 100}")
            house.bind(f"tower {number}", feed, house.right)
        hooks.sow(self.now, systems=("procore",), kinds=("practice",))
        for claimed in hooks.claim(self.now, self.links, base="https://sync.example.com"):
            secret = hooks.begin(claimed)
            hooks.made(claimed, "r", expires=None, now=self.now, next_at=self.now)
            self.hooks.append((f"/hooks/procore/{claimed.key}/{claimed.hook.id}", secret))

    def ring(self) -> None:
        """Count a commit that brought word."""
        self.commits += 1

    def due(self) -> int:
        """How many links were nudged and are to run, each of them once."""
        return models.Timing.objects.filter(nudges__gt=F("taken")).count()
