"""Where nobody knows how a service behaves it is a switch, and the two sides agree either way."""

import pytest
from sync.over_http.stage import Scene, Stage

from turnbuckle.practice.microsoft.switches import GraphSwitches
from turnbuckle.practice.procore.switches import NameTakenBody, ProcoreSwitches
from turnbuckle.practice.working_day import play_working_day, text_for

NAMES = ("Plan.pdf", "Minutes.docx", "Hours.xlsx", "Notes.txt", "R\u00e9sum\u00e9: 50% #1.txt")
TREE = {
    f"{folder}/{inner}/{name}": text_for(name, f"{folder} {inner}")
    for folder in ("Drawings", "Specs", "Site", "RFIs")
    for inner in ("Level 1", "Level 2", "Level 3")
    for name in NAMES
}
PLAIN = ProcoreSwitches(case_blind=False, clean_names=False)
SCENES = {
    "as the facts say": Scene(procore=ProcoreSwitches()),
    "Procore, contrary": Scene(
        procore=ProcoreSwitches(
            case_blind=False,
            clean_names=False,
            touches_item=False,
            touches_descendants=True,
            bin_in_index=False,
            url_needs_bearer=False,
            newest_version_first=False,
            documents_per_page=7,
            name_taken=NameTakenBody.FIELD_422,
            url_counted=True,
            retry_after=False,
        )
    ),
    "Procore, other names": Scene(
        procore=ProcoreSwitches(
            share_names=True,
            unique_name_default=True,
            name_taken=NameTakenBody.TEXT_400,
            open_ranges=True,
            attach_twice=True,
            clean_names=False,
        )
    ),
    "Microsoft, uploads": Scene(
        procore=PLAIN,
        microsoft=GraphSwitches(
            session_default_conflict="fail",
            session_conflict_told_at="last",
            session_if_match_always_fails=True,
            office_session_lost_once=True,
            rewrite_after_seconds=20,
            tag_bump_after_seconds=8,
            new_file_ctag=1,
        ),
    ),
    "Microsoft, answers": Scene(
        procore=PLAIN,
        microsoft=GraphSwitches(
            app_writes_show_system_user=True,
            folders_have_ctag=False,
            patch_answers_without_body=True,
            hash_missing_suffixes=frozenset({".pdf", ".xlsx"}),
            locked_code="notAllowed",
            nfc_siblings_clash=False,
        ),
    ),
    "Microsoft, feed": Scene(
        procore=PLAIN,
        microsoft=GraphSwitches(
            delta_gives_download_address=False,
            delta_gives_path=False,
            deletion_page_items=None,
            deleted_children_told=True,
            delta_duplicates=True,
            delta_children_first=True,
            delta_begins_empty=True,
            delta_token_life_seconds=40,
        ),
    ),
}


@pytest.mark.parametrize("link", SCENES.values(), indirect=True, ids=SCENES.keys())
async def test_after_a_working_day_both_sides_are_equal_and_at_rest(link: Stage) -> None:
    link.left.plant(dict(TREE))
    await link.run()
    link.clock.advance(60)
    await link.run()
    link.clock.advance(600)

    day = await play_working_day(link.startup, link.clock)
    report = await link.run()
    assert not report.stopped
    for _ in range(3):
        link.clock.advance(600)
        report = await link.run(complete=True)

    assert report.writes == link.cost.writes == link.cost.transfers == 0
    assert day.conflicts == 1
    await link.assert_equal()


BLOCKED = Scene(procore=ProcoreSwitches(case_blind=False, clean_names=False, bin_blocks_names=True))


@pytest.mark.parametrize("link", [BLOCKED], indirect=True)
async def test_a_name_that_procores_bin_blocks_is_set_aside_with_a_reason_and_not_lost(
    link: Stage,
) -> None:
    link.left.plant({"A-101.txt": b"ink", "A-102.txt": b"ink"})
    await link.in_step()

    await link.right.put("A-101.txt", b"still needed")
    await link.left.delete("A-101.txt")
    report = await link.run()

    assert {path for _, path, _ in report.set_aside} == {"A-101.txt"}
    assert not report.stopped
    assert await link.right.read("A-101.txt") == b"still needed"
    await link.left.put("A-102.txt", b"new ink")
    await link.run()
    assert link.right.files()["A-102.txt"] == link.left.files()["A-102.txt"]
