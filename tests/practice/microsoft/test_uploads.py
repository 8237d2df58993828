"""Upload sessions on the storage host."""

import hashlib

import aiohttp
import pytest
from practice.microsoft.client import PIECE, Microsoft

from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.persons import person

DATA = bytes(range(256)) * 5000  # 1,280,000 bytes: three whole pieces and a rest
SHA = hashlib.sha256(DATA).hexdigest()


async def test_a_file_in_one_fragment_is_there_at_once_with_the_time_given(
    microsoft: Microsoft,
) -> None:
    begun = await microsoft.begin(
        "a.bin",
        fileSize=len(DATA),
        fileSystemInfo={"lastModifiedDateTime": "2021-02-03T04:05:06Z"},
    )

    answer = await microsoft.send(begun.json["uploadUrl"], DATA)

    assert begun.json["nextExpectedRanges"] == ["0-"]
    assert begun.json["uploadUrl"].startswith(microsoft.service.storage_address)
    assert answer.status == 201
    assert answer.json["fileSystemInfo"]["lastModifiedDateTime"] == "2021-02-03T04:05:06Z"
    read = await microsoft.download(answer.json["id"])
    assert hashlib.sha256(read.body).hexdigest() == SHA


async def test_fragments_are_taken_in_order_and_the_file_appears_with_the_last(
    microsoft: Microsoft,
) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    first = await microsoft.send(url, DATA[: 2 * PIECE], 0, len(DATA))
    before = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/a.bin")
    last = await microsoft.send(url, DATA[2 * PIECE :], 2 * PIECE, len(DATA))

    assert (first.status, first.json["nextExpectedRanges"]) == (
        202,
        [f"{2 * PIECE}-{len(DATA) - 1}"],
    )
    assert before.status == 404
    assert last.status == 201
    assert hashlib.sha256((await microsoft.download(last.json["id"])).body).hexdigest() == SHA


async def test_an_upload_goes_on_after_a_break_from_where_the_service_says(
    microsoft: Microsoft,
) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))
    microsoft.service.faults.order(Fault(host="storage", method="PUT", cut_after_bytes=100_000))
    with pytest.raises(aiohttp.ClientError):
        await microsoft.send(url, DATA[PIECE : 3 * PIECE], PIECE, len(DATA))

    status = await microsoft.bare("GET", url)
    last = await microsoft.send(url, DATA[PIECE:], PIECE, len(DATA))

    assert status.json["nextExpectedRanges"] == [f"{PIECE}-{len(DATA) - 1}"]
    assert last.status == 201
    assert hashlib.sha256((await microsoft.download(last.json["id"])).body).hexdigest() == SHA


async def test_bytes_that_are_there_already_are_refused(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))

    again = await microsoft.send(url, DATA[:PIECE], 0, len(DATA))
    ahead = await microsoft.send(url, DATA[2 * PIECE :], 2 * PIECE, len(DATA))

    assert (again.status, again.inner) == (416, "fragmentOverlap")
    assert (ahead.status, ahead.inner) == (416, "fragmentOutOfOrder")


async def test_a_fragment_that_is_not_the_last_is_a_multiple_of_320_kib(
    microsoft: Microsoft,
) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    answer = await microsoft.send(url, DATA[:1000], 0, len(DATA))

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_the_total_may_not_change(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))

    answer = await microsoft.send(url, DATA[PIECE:], PIECE, len(DATA) + PIECE)

    assert answer.status == 400


async def test_a_fragment_larger_than_60_mib_is_refused(microsoft: Microsoft) -> None:
    microsoft.limits.fragment_bytes = 2 * PIECE
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    answer = await microsoft.send(url, DATA)

    assert answer.status == 413


async def test_a_cancelled_session_is_gone_and_leaves_no_bytes(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))

    cancelled = await microsoft.bare("DELETE", url)
    after = await microsoft.bare("GET", url)

    assert cancelled.status == 204
    assert (after.status, after.inner) == (404, "uploadSessionNotFound")
    files = [one for one in microsoft.service.blobs.folder.rglob("*") if one.is_file()]
    assert [one.name for one in files] == [".turnbuckle-practice"]


async def test_a_session_dies_a_quarter_of_an_hour_after_its_last_fragment(
    microsoft: Microsoft,
) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    microsoft.clock.advance(14 * 60)
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))
    microsoft.clock.advance(14 * 60)
    alive = await microsoft.bare("GET", url)
    microsoft.clock.advance(2 * 60)
    dead = await microsoft.bare("GET", url)

    assert alive.status == 200
    assert dead.status == 404


async def test_a_session_lives_a_day_at_most_however_busy_it_is(microsoft: Microsoft) -> None:
    microsoft.limits.upload_seconds = 30 * 3600
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    microsoft.clock.advance(24 * 3600)
    answer = await microsoft.bare("GET", url)

    assert (answer.status, answer.inner) == (401, "expiredToken")


async def test_a_token_at_an_upload_address_is_passed_over(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    answer = await microsoft.call("GET", url)

    assert answer.status == 200


async def test_an_upload_address_refuses_a_token_where_the_switch_says_so(
    microsoft: Microsoft,
) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    microsoft.switches.storage_refuses_tokens = True

    answer = await microsoft.call("GET", url)

    assert (answer.status, answer.error) == (401, "unauthenticated")


async def test_a_deferred_upload_appears_when_it_is_committed(microsoft: Microsoft) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}:/a.bin:/createUploadSession"
    begun = await microsoft.call("POST", path, json={"item": {}, "deferCommit": True})
    url = begun.json["uploadUrl"]

    sent = await microsoft.send(url, DATA)
    before = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/a.bin")
    committed = await microsoft.bare("POST", url)

    assert (sent.status, before.status) == (202, 404)
    assert (committed.status, committed.json["name"]) == (201, "a.bin")


async def test_a_name_taken_while_uploading_is_told_at_the_last_fragment(
    microsoft: Microsoft,
) -> None:
    begun = await microsoft.begin("a.bin", **{"@microsoft.graph.conflictBehavior": "fail"})
    url = begun.json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))
    await microsoft.put("A.BIN", b"somebody was faster")

    answer = await microsoft.send(url, DATA[PIECE:], PIECE, len(DATA))
    elsewhere = await microsoft.call(
        "PUT",
        f"{microsoft.at}/items/{microsoft.folder}:/b.bin",
        json={"name": "b.bin", "@microsoft.graph.sourceUrl": url},
    )

    assert (answer.status, answer.error) == (409, "nameAlreadyExists")
    assert elsewhere.status == 201
    read = await microsoft.download(elsewhere.json["id"])
    assert hashlib.sha256(read.body).hexdigest() == SHA


async def test_a_taken_name_is_told_at_the_start_when_failing_is_asked_for(
    microsoft: Microsoft,
) -> None:
    await microsoft.put("a.bin", b"x")

    older = await microsoft.begin("a.bin", **{"@name.conflictBehavior": "fail"})
    silent = await microsoft.begin("a.bin")
    microsoft.switches.session_default_conflict = "fail"
    strict = await microsoft.begin("a.bin")

    assert (older.status, older.error) == (409, "nameAlreadyExists")
    assert silent.status == 200
    assert strict.status == 409


async def test_a_session_over_an_item_keeps_its_id_and_its_history(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.bin", b"old")).json
    begun = await microsoft.call(
        "POST", f"{microsoft.at}/items/{made['id']}/createUploadSession", json={"item": {}}
    )

    answer = await microsoft.send(begun.json["uploadUrl"], DATA)

    assert (answer.status, answer.json["id"]) == (200, made["id"])
    versions = await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}/versions")
    assert [row["size"] for row in versions.json["value"]] == [len(DATA), 3]


async def test_a_session_that_expects_an_older_item_is_refused(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.bin", b"old")).json
    await microsoft.put("a.bin", b"newer")

    stale = await microsoft.begin("a.bin", headers={"If-Match": made["eTag"]})
    now = (await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}")).json
    right = await microsoft.begin("a.bin", headers={"If-Match": now["eTag"]})
    microsoft.switches.session_if_match_always_fails = True
    quirk = await microsoft.begin("a.bin", headers={"If-Match": now["eTag"]})

    assert (stale.status, stale.error) == (412, "resourceModified")
    assert right.status == 200
    assert quirk.status == 412


async def test_a_full_library_says_so_before_any_byte_is_sent(microsoft: Microsoft) -> None:
    microsoft.limits.quota_bytes = 1_000

    small = await microsoft.put("a.txt", b"x" * 1_001)
    session = await microsoft.begin("b.bin", fileSize=2_000)
    unsaid = await microsoft.begin("c.bin")
    sent = await microsoft.send(unsaid.json["uploadUrl"], DATA)

    assert (small.status, small.error) == (507, "quotaLimitReached")
    assert session.status == 507
    assert sent.status == 507


async def test_a_small_upload_has_its_own_limit(microsoft: Microsoft) -> None:
    microsoft.limits.small_put_bytes = 1_000

    answer = await microsoft.put("a.txt", b"x" * 1_001)

    assert answer.status == 413


async def test_an_unfinished_upload_cannot_be_seen(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    await microsoft.send(url, DATA[:PIECE], 0, len(DATA))

    children = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}/children")

    assert children.json["value"] == []


async def test_a_lost_answer_leaves_the_work_done(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]
    microsoft.service.faults.order(Fault(host="storage", method="PUT", lose_answer=True))
    with pytest.raises(aiohttp.ClientError):
        await microsoft.send(url, DATA)

    found = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/a.bin")

    assert found.json["size"] == len(DATA)
    assert (await microsoft.bare("GET", url)).status == 404


async def test_a_locked_file_refuses_a_session(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.bin", b"old")).json
    microsoft.drive.lock(made["id"], person("dilip"))

    answer = await microsoft.begin("a.bin")

    assert answer.status == 423


async def test_an_empty_file_cannot_come_by_session(microsoft: Microsoft) -> None:
    url = (await microsoft.begin("a.bin")).json["uploadUrl"]

    answer = await microsoft.bare("PUT", url, headers={"Content-Range": "bytes 0-0/0"})

    assert answer.status == 400


async def test_an_item_changed_while_uploading_over_it_is_not_overwritten(
    microsoft: Microsoft,
) -> None:
    made = (await microsoft.put("a.bin", b"old")).json
    begun = await microsoft.begin("a.bin", headers={"If-Match": made["eTag"]})
    await microsoft.put("a.bin", b"somebody was faster")

    answer = await microsoft.send(begun.json["uploadUrl"], DATA)

    assert (answer.status, answer.error) == (409, "resourceModified")
    assert (await microsoft.download(made["id"])).body == b"somebody was faster"


async def test_a_file_cannot_take_the_name_of_a_folder(microsoft: Microsoft) -> None:
    microsoft.drive.add_folder(microsoft.folder, "Drawings", person("ben"))

    small = await microsoft.put("drawings", b"x")
    session = await microsoft.begin("Drawings")

    assert (small.status, small.error) == (409, "nameAlreadyExists")
    assert (session.status, session.error) == (409, "nameAlreadyExists")
