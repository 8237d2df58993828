"""The probe finds out how practice Microsoft is switched, whichever way it is; and behaves."""

import asyncio
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from actions.probe_ground import SCRATCH, in_words, microsoft, switches, told_value, unanswered

from turnbuckle.connectors.graph.probe import catalogue
from turnbuckle.connectors.graph.probe.catalogue import CHECKS, OPEN
from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.persons import person
from turnbuckle.wiring.microsoft import Destination

VALUES: dict[str, tuple[Any, ...]] = {
    "nfc_siblings_clash": (True, False),
    "device_names_with_extension_refused": (True, False),
    "session_default_conflict": ("replace", "fail"),
    "session_conflict_told_at": ("create", "last"),
    "session_if_match_always_fails": (False, True),
    "office_session_lost_once": (False, True),
    "storage_refuses_tokens": (False, True),
    "rewrite_after_seconds": (0.0, None, 5.0),
    "rewritten_suffixes": (None, frozenset({".pdf"}), frozenset({".dwg", ".html"})),
    "tag_bump_after_seconds": (None, 2.0),
    "new_file_ctag": (2, 1),
    "folders_have_ctag": (True, False),
    "app_writes_show_system_user": (False, True),
    "hash_missing_suffixes": (frozenset(), frozenset({".txt", ".dwg"})),
    "patch_answers_without_body": (False, True),
    "patched_time_makes_version": (True, False),
    "delta_gives_download_address": (True, False),
    "delta_gives_path": (True, False),
    "deletion_page_items": (7, 3, None),
    "tombstones_have_kind": (True, False),
    "deleted_children_told": (False, True),
    "subfolder_delta": (True, False),
    "delta_duplicates": (False, True),
    "delta_drops_tombstones": (False, True),
    "delta_children_first": (False, True),
    "delta_repeats_next_link": (False, True),
    "delta_begins_empty": (False, True),
    "enumeration_breaks_off": (False, True),
    "throttled_without_wait": (False, True),
    "library_restore": (False, True),
    "restored_version_keeps_ctag": (False, True),
    "current_version_content": (True, False),
    "unprovisioned_channels": (set(), {"General"}),
    "copy_polls": (1, 0, 3),
    "subscription_refusal": ("InvalidRequest", "ValidationError"),
}
HIDING = {
    "throttled_without_wait": "seen only where a limit is met",
    "rewrite_after_seconds": "a library that rewrites nothing does not tell what it rewrites",
    "delta_repeats_next_link": "a circle hides what comes after it",
    "delta_drops_tombstones": "what is not told has no form",
}
"""Switches whose other value hides what others do, each with the reason."""
NOTES = "Turnbuckle probe notes"  # what a person may call a folder
CASES = [(name, value) for name, values in VALUES.items() for value in values]


def asking(switch: str) -> Iterator[str]:
    for check in CHECKS:
        if switch in check.settles:
            yield check.name


@pytest.mark.parametrize(("switch", "value"), CASES, ids=in_words)
async def test_a_switch_is_found_whichever_way_it_is(
    tmp_path: Path, switch: str, value: Any
) -> None:
    limited = switch == "throttled_without_wait"
    # no header tells how much the tenant has left, so nobody can stay below it
    limits = GraphLimits(tenant_units_in_five_minutes=20) if limited else None
    also = ["tags", "set-time", "composed-names", "delta-deleted"] if limited else []
    async with microsoft(tmp_path, limits=limits, **{switch: value}) as probing:
        told = await probing(*also, *asking(switch))

    assert switches(told).get(switch, "not settled") == told_value(value), unanswered(told)
    assert switch not in told.open


def test_every_switch_is_settled_by_a_check_or_said_to_stay_open() -> None:
    settled = {name for check in CHECKS for name in check.settles}
    there = {each.name for each in fields(GraphSwitches)}
    told = f"a new switch needs a check, or a reason in {catalogue.__name__}.OPEN"

    assert settled | set(OPEN) == there, told
    assert settled & set(OPEN) == set()
    assert settled == set(VALUES)


def standing(service: PracticeMicrosoft) -> list[str]:
    """Give what stands in the channel's folder."""
    channel = service.channel("Site Office")
    return [each.name for each in channel.drive.tree.children(channel.folder)]


async def test_without_leave_to_write_nothing_is_written(tmp_path: Path) -> None:
    async with microsoft(tmp_path) as probing:
        told = await probing(writes=False)
        left = standing(probing.service)
        written = sum(probing.service.counters.written.values())

    assert (left, written) == ([], 0)
    assert [each.name for each in told.asked if each.calls and each.answer is None] == []


async def test_with_leave_all_checks_are_settled_and_all_that_was_made_is_in_the_bin(
    tmp_path: Path,
) -> None:
    async with microsoft(tmp_path) as probing:
        before = probing.service.counters.calls
        told = await probing()
        counted = probing.service.counters.calls - before
        left = standing(probing.service)

    most = {check.name: check.calls for check in CHECKS}
    assert set(unanswered(told)) == {"graph-retry-after"}
    assert (left, told.stayed) == ([], [])
    assert told.calls == counted
    assert [each.name for each in told.asked if each.calls > most[each.name]] == []


async def test_all_is_asked_within_the_real_limits_without_one_refusal(tmp_path: Path) -> None:
    async with microsoft(tmp_path, limits=GraphLimits()) as probing:
        told = await probing()

    assert set(unanswered(told)) == {"graph-retry-after"}


async def test_a_library_is_probed_where_there_is_no_team(tmp_path: Path) -> None:
    async with microsoft(tmp_path) as probing:
        site = f"https://{probing.service.team.site.host}/{probing.service.team.site.path}"
    async with microsoft(tmp_path, destination=Destination(site=site)) as probing:
        told = await probing("channels", "folder-delta", "tags")

    assert set(unanswered(told)) == {"channels"}
    assert "--team" in told.open["unprovisioned_channels"]


async def test_what_was_made_is_removed_when_the_probe_is_stopped(tmp_path: Path) -> None:
    async with microsoft(tmp_path) as probing:
        running = asyncio.create_task(probing())
        async with asyncio.timeout(120):
            while "patch" not in probing.looking.asked_names:
                await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        left = standing(probing.service)

    assert left == []
    assert probing.looking.stayed == [[]]


async def test_what_a_killed_probe_left_is_found_and_removed_and_nothing_of_a_person(
    tmp_path: Path,
) -> None:
    async with microsoft(tmp_path) as probing:
        channel = probing.service.channel("Site Office")
        for name in (SCRATCH, NOTES):
            channel.drive.add_folder(channel.folder, name, person("ana"))

        found = await probing.ground.leftovers()
        await probing.ground.remove_leftovers()
        left = standing(probing.service)

    assert found == [SCRATCH]
    assert left == [NOTES]


async def test_an_answer_that_fails_leaves_the_question_open(tmp_path: Path) -> None:
    async with microsoft(tmp_path) as probing:
        probing.service.faults.order(Fault(method="PATCH", status=500))
        told = await probing("patch", "tags")

    assert "500" in told.open["patch_answers_without_body"]
    assert [each.name for each in told.asked if each.answer] == ["tags"]


async def test_all_switches_are_found_in_one_go_when_all_are_otherwise(tmp_path: Path) -> None:
    otherwise = {name: values[1] for name, values in VALUES.items()}
    for name in HIDING:
        del otherwise[name]
    async with microsoft(tmp_path, **otherwise) as probing:
        told = await probing()

    found = switches(told)
    wrong = {
        name: (found.get(name, "not settled"), value)
        for name, value in otherwise.items()
        if found.get(name, "not settled") != told_value(value)
    }
    assert wrong == {}, unanswered(told)
