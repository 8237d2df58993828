"""Change what the owner of a link wants: who wins, how much may be deleted, what is kept in step.

Nothing is written to either side here. The next run thinks everything through under the new
wishes, and what leaves the scope stays where it is on both sides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from turnbuckle.model.policy import Albums, LimitMode, Loser, Policy, Winner
from turnbuckle.model.scope import Direction, Rule
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import Clock
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.store.records import Link
from turnbuckle.sync.claiming import claimed
from turnbuckle.wiring.registry import policy_of, to_keep


class NoSuchRule(Exception):
    """The link has no rule of that number."""


class NothingWanted(Exception):
    """No wish was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants otherwise from now on; None and what is empty stay as they are.

    Attributes:
        drop_rules: numbers of rules to drop, counted from 1, before the new ones are added.
        clear_rules: drop all rules before the new ones are added.
        rules: rules to add at the end, where they hold against those before them.
        directions: by folder; None takes the folder's own direction away again.
        tools: by name, whether it is kept in step.
    """

    winner: Winner | None = None
    loser: Loser | None = None
    prefer: Side | None = None
    deletions_per_day: int | None = None
    deletion_mode: LimitMode | None = None
    albums: Albums | None = None
    drop_rules: tuple[int, ...] = ()
    clear_rules: bool = False
    rules: tuple[Rule, ...] = ()
    directions: Mapping[str, Direction | None] = field(default_factory=dict)
    tools: Mapping[str, bool] = field(default_factory=dict)


def policy(link: Link) -> Policy:
    """Give what the owner of a link wants now."""
    return policy_of(link.policy)


def change(scope: Scope, name: str, wishes: Wishes, clock: Clock | None = None) -> Link:
    """Change what the owner of a link wants.

    Raises:
        UnknownName: there is no such link, or it has no such tool.
        NoSuchRule, NothingWanted: what was asked for means nothing.
        LinkBusy: the link is being run now.
    """
    if wishes == Wishes():
        raise NothingWanted("nothing was given to set; --help lists what can be set")
    link = scope.links.get(name)
    with claimed(link, clock or agreed_clock()):
        wanted = changed(policy(link), wishes)
        for tool, enabled in wishes.tools.items():
            link = scope.links.switch(link, tool, enabled=enabled)
        if wanted != policy(link):
            link = scope.links.change(link, policy=to_keep(wanted), path_start=link.path_start)
    return link


def changed(now: Policy, wishes: Wishes) -> Policy:
    """Give a policy as it is with these wishes.

    Raises:
        NoSuchRule: a rule to drop is not there.
    """
    named = {
        name: wanted
        for name in ("winner", "loser", "prefer", "deletions_per_day", "deletion_mode", "albums")
        if (wanted := getattr(wishes, name)) is not None
    }
    return replace(
        now,
        **named,
        scope=_rules(now.scope, wishes),
        directions=_directions(now.directions, wishes.directions),
    )


def _rules(now: tuple[Rule, ...], wishes: Wishes) -> tuple[Rule, ...]:
    for number in wishes.drop_rules:
        if not 1 <= number <= len(now):
            known = f"it has {len(now)}" if now else "it has none"
            raise NoSuchRule(f"the link has no rule {number}; {known} (turnbuckle link show)")
    kept = [
        rule
        for number, rule in enumerate(now, 1)
        if number not in wishes.drop_rules and not wishes.clear_rules
    ]
    # a rule given again counts from its new place on
    return (*(rule for rule in kept if rule not in wishes.rules), *wishes.rules)


def _directions(
    now: Mapping[str, Direction], wanted: Mapping[str, Direction | None]
) -> dict[str, Direction]:
    merged = {**now, **wanted}
    return {folder: merged[folder] for folder in sorted(merged) if merged[folder] is not None}  # type: ignore[misc]
