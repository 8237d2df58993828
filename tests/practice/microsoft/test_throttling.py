"""Resource units, 429 and what every answer carries."""

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.microsoft.limits import GraphLimits


async def test_the_minute_of_an_app_ends_with_429_and_begins_anew(microsoft: Microsoft) -> None:
    microsoft.limits.app_units_a_minute = 10
    look = f"{microsoft.at}/root"
    good = [await microsoft.call("GET", look) for _ in range(10)]
    microsoft.clock.advance(20)

    refused = await microsoft.call("GET", look)
    microsoft.clock.advance(int(refused.headers["Retry-After"]))
    after = await microsoft.call("GET", look)

    assert {one.status for one in good} == {200}
    assert "RateLimit-Limit" not in good[6].headers
    assert good[7].headers["RateLimit-Remaining"] == "2"
    assert (refused.status, refused.error, refused.inner) == (
        429,
        "activityLimitReached",
        "throttledRequest",
    )
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit-Reset"] == "40"
    assert after.status == 200
    assert microsoft.service.counters.refused == 1


async def test_refused_calls_count_too(microsoft: Microsoft) -> None:
    microsoft.limits.app_units_a_day = 3
    for _ in range(5):
        await microsoft.call("GET", f"{microsoft.at}/root")
    microsoft.limits.app_units_a_day = 5

    answer = await microsoft.call("GET", f"{microsoft.at}/root")

    assert answer.status == 429


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "/root", 1),
        ("GET", "/root/children", 2),
        ("GET", "/root/delta", 2),
        ("GET", "/root/delta?token=latest", 1),
        ("DELETE", "/root", 2),
    ],
)
async def test_calls_cost_what_the_page_on_throttling_says(
    microsoft: Microsoft, method: str, path: str, cost: int
) -> None:
    microsoft.limits.app_units_a_minute = 100
    microsoft.limits.headers_from_share = 0.0

    answer = await microsoft.call(method, f"{microsoft.at}{path}")

    assert answer.headers["RateLimit-Remaining"] == str(100 - cost)


async def test_a_person_by_hand_is_neither_counted_nor_throttled(microsoft: Microsoft) -> None:
    microsoft.limits.app_units_a_minute = 1
    before = microsoft.service.counters.calls
    await microsoft.become("ana")

    answers = [await microsoft.call("GET", f"{microsoft.at}/root") for _ in range(3)]

    assert {one.status for one in answers} == {200}
    assert microsoft.service.counters.calls == before


def test_the_limits_follow_the_number_of_licences() -> None:
    assert GraphLimits.for_licences(1_000).app_units_a_minute == 1_250
    assert GraphLimits.for_licences(1_001).app_units_a_minute == 2_500
    assert GraphLimits.for_licences(60_000).tenant_units_in_five_minutes == 93_750


async def test_every_answer_carries_ids_and_the_clocks_date(microsoft: Microsoft) -> None:
    answer = await microsoft.call(
        "GET", f"{microsoft.at}/items/nothing", headers={"client-request-id": "mine"}
    )

    assert answer.headers["client-request-id"] == "mine"
    assert answer.headers["Date"] == "Mon, 02 Mar 2026 12:00:00 GMT"
    inner = answer.json["error"]["innerError"]
    assert inner["request-id"] == answer.headers["request-id"]
    assert inner["client-request-id"] == "mine"
    assert inner["date"] == "2026-03-02T12:00:00"


async def test_calls_and_writes_are_counted_by_operation(microsoft: Microsoft) -> None:
    counters = microsoft.service.counters
    counters.reset()
    await microsoft.put("a.txt", b"x")
    await microsoft.call("GET", f"{microsoft.at}/root/delta")
    await microsoft.call("DELETE", f"{microsoft.at}/items/nothing")

    assert dict(counters) == {"PUT /content": 1, "GET /delta": 1, "DELETE /item": 1}
    assert counters.writes == 1
    assert [line.status for line in microsoft.service.log][-3:] == [201, 200, 404]


async def test_an_ordered_fault_answers_instead_of_the_work(microsoft: Microsoft) -> None:
    microsoft.service.faults.order(
        Fault(method="PUT", status=503, code="serviceNotAvailable", retry_after_seconds=7)
    )

    refused = await microsoft.put("a.txt", b"x")
    second = await microsoft.put("a.txt", b"x")

    assert (refused.status, refused.headers["Retry-After"]) == (503, "7")
    assert second.status == 201


async def test_a_429_may_lack_the_time_to_wait(microsoft: Microsoft) -> None:
    microsoft.limits.app_units_a_minute = 0
    microsoft.switches.throttled_without_wait = True

    answer = await microsoft.call("GET", f"{microsoft.at}/root")

    assert answer.status == 429
    assert "Retry-After" not in answer.headers


async def test_a_blocked_app_gets_503_until_it_is_released(microsoft: Microsoft) -> None:
    microsoft.switches.app_blocked = True
    refused = await microsoft.call("GET", f"{microsoft.at}/root")
    microsoft.switches.app_blocked = False

    answer = await microsoft.call("GET", f"{microsoft.at}/root")

    assert (refused.status, refused.error) == (503, "serviceNotAvailable")
    assert answer.status == 200
