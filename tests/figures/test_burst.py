"""A thousand webhooks a second are answered quickly by a service that copies files meanwhile.

Times are those of a machine that others may be using too. The sender needs a tenth of a processor;
where even that comes late, the times tell of the others, and another burst is sent, up to two more.
Where the last one is disturbed as well, the test says so and judges no times; that each post is
answered as it has to be, and each one that is taken is recorded, is asserted under any load.
"""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from figures.besieged import LARGE, TAKEN, Besieged, besieged
from portal.burst import Answered, Burst, sent

pytestmark = pytest.mark.ci

_A_SECOND = 1000
_LINKS = 30
_MOST_MS = 100.0
_ON_TIME_MS = 5.0  # on a machine that nobody else uses, it is 1 to 3
_BURSTS = 3


async def test_ten_thousand_webhooks_in_ten_seconds_are_answered_and_each_link_runs_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    async with besieged(tmp_path, _LINKS) as site:
        await _holds_out(site, 10.0, capsys)


async def test_webhooks_are_answered_as_quickly_where_postgresql_records_them(
    tmp_path: Path,
    postgres: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres)
    async with besieged(tmp_path, _LINKS) as site:
        await _holds_out(site, 5.0, capsys)


async def _holds_out(site: Besieged, seconds: float, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(_BURSTS):
        burst = await _one_burst(site, seconds, capsys)
        is_quick = burst.answered.within(0.99) < _MOST_MS
        if is_quick:
            break
    if burst.was_disturbed and not is_quick:
        late = f"{burst.answered.late_milliseconds:.0f} ms"
        pytest.skip(f"not needed here: times tell of others, as the sender itself was {late} late")
    assert is_quick, burst.answered.line()
    assert {link for link, count in burst.runs.items() if count > 1} <= {LARGE}


@dataclass(frozen=True, slots=True)
class _Over:
    """What came of one burst."""

    answered: Answered
    runs: Counter[str]

    @property
    def was_disturbed(self) -> bool:
        """Whether the sender came late, so that the times are not those of the service."""
        return self.answered.late_milliseconds >= _ON_TIME_MS


async def _one_burst(site: Besieged, seconds: float, capsys: pytest.CaptureFixture[str]) -> _Over:
    """Send one, and check what holds under any load: no post is lost, no link left out."""
    targets = site.targets()
    posts = int(_A_SECOND * seconds)
    site.no_polls()
    runs, recorded = site.runs(), site.recorded()
    site.begin_copying()

    answered = await sent(
        Burst(
            address=site.base,
            targets=[target for target, _ in targets],
            a_second=_A_SECOND,
            seconds=seconds,
            first=recorded * 10,
        )
    )

    with capsys.disabled():
        print(f"\n{posts} webhooks: {answered.line()} (load {os.getloadavg()[0]:.1f})")
    await site.idle()
    over = _Over(answered=answered, runs=Counter(site.runs()) - Counter(runs))
    expected = Counter(targets[number % len(targets)][1] for number in range(posts))
    assert answered.statuses == expected
    assert site.recorded() - recorded == expected[TAKEN]
    assert over.runs[LARGE] >= 1
    assert len(over.runs) == _LINKS + 1
    return over
