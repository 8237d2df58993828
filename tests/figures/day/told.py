"""What a day came to, in lines for people, and what of it must not be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from figures.day.population import Population, Scale
from figures.day.seen import Seen, fairness, percentiles
from figures.day.simulation import Simulation
from figures.day.virtual_time import run

from turnbuckle.transport.pacing import SHARE

LATEST_SWEEP = timedelta(hours=25)
LATEST_NUDGED_SECONDS = 60.0  # from a change that was told to the beginning of its run, 99 of 100
LATEST_POLLED_SECONDS = 360.0  # where nothing is moved apart
START = datetime(2026, 5, 14, tzinfo=UTC)
_HOURLY = 3600


@dataclass(slots=True)
class Told:
    """One day that has passed."""

    simulation: Simulation
    seen: Seen

    def lines(self) -> Iterator[str]:
        """Say it."""
        scale, remotes = self.simulation.scale, self.simulation.remotes
        accounts = self.simulation.population.accounts
        yield (
            f"{len(self.simulation.links):,} links in {len(accounts)} accounts,"
            f" {scale.seconds / 3600:.0f} hours, {scale.workers} workers of {scale.slots}"
        )
        runs = self.seen.runs
        yield "runs: " + ", ".join(f"{runs[kind]:,} {kind}" for kind in sorted(runs))
        calls = [remotes.calls[each.name] for each in accounts]
        yield (
            f"Procore calls: {sum(calls):,}, of one account {max(calls):,} at most;"
            f" refused {self.refused('procore')} of them, and Microsoft {self.refused('microsoft')}"
        )
        yield f"an hour's window of one account: {self.fullest():,} of {_HOURLY:,} at most"
        yield f"units of one Microsoft tenant in the day: {remotes.most_units_a_day():,}"
        for kind, values in sorted(self.seen.begun.items()):
            yield _lag(f"{kind}, {len(values):,}: run begun", values)
            yield _lag(f"{kind}: arrived", self.seen.arrival[kind])
        yield _lag("polls began late by", self.seen.late_polls)
        yield _lag("links in the queue", [float(each) for each in self.seen.depths])
        yield f"longest from one complete listing to the next: {self.seen.oldest_sweep}"
        yield self._apart()
        yield from self._bulk()
        yield (
            f"an idle link costs {self.idle('Procore'):.1f} Procore calls and"
            f" {self.idle('Graph'):.1f} Graph calls an hour"
        )

    def wrong(self) -> list[str]:
        """Say what must not be; empty: all is well."""
        nudged = percentiles(self.seen.begun["told by a webhook"])[2]
        polled = percentiles(self.seen.begun["found by a poll"])[2]
        unfinished = [each for each in self.simulation.links.values() if each.done < each.to_do]
        found = {
            f"Procore refused {self.refused('procore')} calls": self.refused("procore"),
            f"Microsoft refused {self.refused('microsoft')} calls": self.refused("microsoft"),
            f"a complete listing came after {self.seen.oldest_sweep}": self.overdue(),
            f"runs for word of changes began {nudged:.0f} s after": nudged > LATEST_NUDGED_SECONDS,
            f"polls found changes {polled:.0f} s after": polled > LATEST_POLLED_SECONDS,
            f"{len(unfinished)} first syncs did not end": unfinished,
        }
        return [text for text, is_wrong in found.items() if is_wrong]

    def refused(self, system: str) -> int:
        """Count calls that the remotes refused."""
        refused = self.simulation.remotes.refused
        return sum(count for name, count in refused.items() if name.startswith(system))

    def overdue(self) -> bool:
        """Tell whether a link was, or is, without a complete listing for too long."""
        last = self.simulation.population.start + timedelta(seconds=self.simulation.scale.seconds)
        oldest = max(
            last - (each.timing.swept_at or each.made_at) for each in self.simulation.links.values()
        )
        return max(oldest, self.seen.oldest_sweep) > LATEST_SWEEP

    def fullest(self) -> int:
        """Give the most calls that one account made in one window of an hour."""
        return max(self.simulation.remotes.hours.values(), default=0)

    def idle(self, api: str) -> float:
        """Give the calls an hour to `Procore` or `Graph` of an idle link, polled as usual.

        It is the average of all links: every second one has Photos beside Documents, and some look
        at Microsoft together.
        """
        polls, calls = self.seen.runs["quiet polls"], self.seen.runs[f"their {api} calls"]
        return calls / max(1, polls) * 12

    def _apart(self) -> str:
        ledger = self.simulation.ledger.accounts.values()
        moved = [each.pacing.apart_minutes for each in ledger if each.pacing.apart_minutes]
        if not moved:
            return "every account bears the polls of its links"
        return (
            f"{len(moved)} accounts have polls {min(moved)} to {max(moved)} minutes apart, so that"
            f" they take {SHARE:.0%} of the calls"
        )

    def _bulk(self) -> Iterator[str]:
        nine = self.simulation.population.start + timedelta(hours=9)
        for account, done in sorted(self.seen.halfway.items()):
            ended = self.seen.bulk_ended.get(account)
            took = "has not ended" if ended is None else f"took {ended - nine}"
            whole = sum(each == max(done) for each in done)
            yield (
                f"{len(done)} projects connected at nine: {took}; half way {whole} were through,"
                f" Jain's index {fairness(done):.2f}"
            )


def a_day(scale: Scale) -> Told:
    """Let a day pass."""

    async def passed() -> Told:
        simulation = Simulation(Population(scale, START))
        return Told(simulation, await simulation.through())

    return run(passed())


def _lag(what: str, values: list[float]) -> str:
    half, most, nearly, longest = percentiles(values)
    return f"{what}: {half:.0f} half, {most:.0f} p95, {nearly:.0f} p99, {longest:.0f} at most"
