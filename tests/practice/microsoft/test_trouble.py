"""Trouble that practice Microsoft makes on order, and what only happens at bad moments."""

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.microsoft.faults import Event, Fault
from turnbuckle.practice.microsoft.office import leave_owner_file
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.rollback import take_back
from turnbuckle.practice.persons import person

BEN, EWA = person("ben"), person("ewa")


def _file(microsoft: Microsoft, name: str, data: bytes = b"ink", folder: str = "") -> str:
    blob = microsoft.service.blobs.keep(data)
    return microsoft.drive.add_file(folder or microsoft.folder, name, blob, BEN)


async def test_what_is_hidden_from_apps_is_denied_and_told_neither_as_there_nor_as_gone(
    microsoft: Microsoft,
) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Private", BEN)
    item = _file(microsoft, "a.txt", folder=folder)
    _, link = await microsoft.changes()

    microsoft.drive.trouble.hidden.add(folder)

    assert (await microsoft.call("GET", f"{microsoft.at}/items/{item}")).status == 403
    assert (await microsoft.put("b.txt", b"x", folder)).status == 403
    listed = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}/children")
    assert listed.json["value"] == []
    rows, _ = await microsoft.changes()
    assert {row["id"] for row in rows}.isdisjoint({folder, item})
    assert all("deleted" not in row for row in (await microsoft.changes(link))[0])


async def test_what_is_hidden_may_look_as_if_it_were_not_there(microsoft: Microsoft) -> None:
    item = _file(microsoft, "a.txt")
    microsoft.drive.trouble.hidden.add(item)
    microsoft.switches.hidden_status = 404

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{item}")

    assert answer.status == 404


async def test_people_still_see_what_is_hidden_from_apps(microsoft: Microsoft) -> None:
    item = _file(microsoft, "a.txt")
    microsoft.drive.trouble.hidden.add(item)
    await microsoft.become("ben")

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{item}")

    assert answer.status == 200


async def test_a_feed_that_lags_tells_later_what_it_did_not_tell(microsoft: Microsoft) -> None:
    _, link = await microsoft.changes()
    microsoft.drive.trouble.lags_at = microsoft.drive.changes.number
    item = _file(microsoft, "a.txt")

    lagging, link = await microsoft.changes(link)
    fresh, _ = await microsoft.changes()
    microsoft.drive.trouble.lags_at = None
    later, _ = await microsoft.changes(link)

    assert item not in {row["id"] for row in (*lagging, *fresh)}
    assert item in {row["id"] for row in later}


async def test_an_enumeration_can_break_off_after_its_first_page(microsoft: Microsoft) -> None:
    for number in range(9):
        _file(microsoft, f"{number}.txt")
    microsoft.switches.enumeration_breaks_off = True

    first = await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=5")
    second = await microsoft.call("GET", first.json["@odata.nextLink"])

    assert (first.status, second.status) == (200, 500)


async def test_an_older_version_can_come_back_without_a_new_ctag(microsoft: Microsoft) -> None:
    item = _file(microsoft, "a.txt", b"old")
    entry = microsoft.drive.get(item)
    await microsoft.call("PUT", f"{microsoft.at}/items/{item}/content", data=b"new")
    microsoft.switches.restored_version_keeps_ctag = True
    before = entry.ctag_text

    microsoft.drive.restore_version(entry, 1, entry.created_by)

    assert entry.ctag_text == before
    assert (await microsoft.download(item)).body == b"old"


async def test_a_folder_with_an_open_file_is_renamed_only_where_the_switch_allows_it(
    microsoft: Microsoft,
) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    microsoft.drive.lock(_file(microsoft, "a.docx", folder=folder), EWA)
    path = f"{microsoft.at}/items/{folder}"

    held = await microsoft.call("PATCH", path, json={"name": "Plans"})
    microsoft.switches.open_file_holds_folder = False
    free = await microsoft.call("PATCH", path, json={"name": "Plans"})
    deleted = await microsoft.call("DELETE", path)

    assert (held.status, free.status, deleted.status) == (423, 200, 423)


async def test_an_app_that_is_disabled_cannot_sign_in_until_it_is_enabled(
    microsoft: Microsoft,
) -> None:
    microsoft.service.disable_app()

    used = await microsoft.call("GET", f"{microsoft.at}/root")
    asked = await microsoft.ask_token()
    microsoft.service.disable_app(False)
    again = await microsoft.ask_token()

    assert (used.status, asked.status, again.status) == (401, 401, 200)
    assert asked.json["error_codes"] == [7000112]


async def test_a_corrupt_download_has_the_right_length_and_wrong_bytes(
    microsoft: Microsoft,
) -> None:
    item = _file(microsoft, "a.txt", b"ink")
    microsoft.service.faults.order(Fault(host="storage", method="GET", corrupt=True))

    wrong, right = await microsoft.download(item), await microsoft.download(item)

    assert (len(wrong.body), wrong.body == b"ink", right.body) == (3, False, b"ink")


async def test_a_call_before_its_time_is_counted_as_hasty(microsoft: Microsoft) -> None:
    microsoft.service.faults.order(Fault(status=429, retry_after_seconds=30))
    await microsoft.call("GET", f"{microsoft.at}/root")

    microsoft.clock.advance(20)
    await microsoft.call("GET", f"{microsoft.at}/root")
    microsoft.clock.advance(10)
    await microsoft.call("GET", f"{microsoft.at}/root")

    assert microsoft.service.hasty == 1


async def test_somebody_can_act_at_the_moment_of_a_download(microsoft: Microsoft) -> None:
    item = _file(microsoft, "a.txt", b"old")

    async def saves(event: Event) -> None:
        if event.host == "storage":
            content = microsoft.service.blobs.keep(b"new")
            other = microsoft.drive.get(microsoft.drive.add_file(
                microsoft.folder, "b.txt", content, BEN
            ))  # fmt: skip
            assert other.content is not None
            microsoft.drive.replace(microsoft.drive.get(item), other.content, other.created_by)
            microsoft.service.faults.before.clear()

    microsoft.service.faults.before.append(saves)

    assert (await microsoft.download(item)).body == b"new"


async def test_only_the_named_types_are_rewritten_where_they_are_named(
    microsoft: Microsoft,
) -> None:
    microsoft.switches.rewrite_after_seconds = 0.0
    microsoft.switches.rewritten_suffixes = frozenset({".docx"})

    pdf, docx = await microsoft.put("a.pdf", b"ink"), await microsoft.put("a.docx", b"ink")

    found = [microsoft.drive.get(made.json["id"]).content for made in (pdf, docx)]
    assert [each is not None and each.received is not None for each in found] == [False, True]


async def test_a_library_taken_back_bins_the_new_and_brings_the_old_back(
    microsoft: Microsoft,
) -> None:
    edited, deleted = _file(microsoft, "a.txt", b"old"), _file(microsoft, "b.txt", b"kept")
    moment = microsoft.clock.now()
    microsoft.clock.advance(60)
    made = _file(microsoft, "c.txt")
    await microsoft.call("PUT", f"{microsoft.at}/items/{edited}/content", data=b"new")
    await microsoft.call("DELETE", f"{microsoft.at}/items/{deleted}")
    microsoft.clock.advance(60)

    take_back(microsoft.drive, moment, EWA)

    assert (await microsoft.download(edited)).body == b"old"
    assert (await microsoft.download(deleted)).body == b"kept"
    assert made in microsoft.drive.bin


async def test_office_leaves_an_owner_file_whose_name_nobody_else_may_give(
    microsoft: Microsoft,
) -> None:
    blob = microsoft.service.blobs.keep(b"ben")

    item = leave_owner_file(microsoft.drive, microsoft.folder, "~$a.docx", blob, BEN)

    assert microsoft.drive.get(item).name == "~$a.docx"
    with pytest.raises(Refusal):
        microsoft.drive.add_file(microsoft.folder, "~$b.docx", blob, BEN)
