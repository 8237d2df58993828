"""Versions of a file, and files that somebody holds."""

from typing import Any

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person


async def test_giving_a_time_by_patch_makes_a_version(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"one")).json
    info = {"lastModifiedDateTime": "2020-05-06T07:08:09Z"}

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{made['id']}", json={"fileSystemInfo": info}
    )

    assert answer.json["fileSystemInfo"]["lastModifiedDateTime"] == "2020-05-06T07:08:09Z"
    assert answer.json["lastModifiedDateTime"] == "2026-03-02T12:00:00Z"
    versions = await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}/versions")
    assert [row["id"] for row in versions.json["value"]] == ["2.0", "1.0"]


async def test_an_old_version_can_be_read_and_restored(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"one")).json
    await microsoft.put("note.txt", b"second")
    versions = f"{microsoft.at}/items/{made['id']}/versions"

    old = await microsoft.call("GET", f"{versions}/1.0/content")
    read = await microsoft.bare("GET", old.headers["Location"])
    restored = await microsoft.call("POST", f"{versions}/1.0/restoreVersion")

    assert read.body == b"one"
    assert restored.status == 204
    assert (await microsoft.download(made["id"])).body == b"one"
    ids = [row["id"] for row in (await microsoft.call("GET", versions)).json["value"]]
    assert ids == ["3.0", "2.0", "1.0"]


@pytest.mark.parametrize("code", ["resourceLocked", "notAllowed", "accessDenied"])
async def test_a_file_that_somebody_has_open_is_locked_for_others(
    microsoft: Microsoft, code: Any
) -> None:
    made = (await microsoft.put("note.txt", b"one")).json
    microsoft.switches.locked_code = code
    microsoft.drive.lock(made["id"], person("chloe"))

    over = await microsoft.put("note.txt", b"two")
    gone = await microsoft.call("DELETE", f"{microsoft.at}/items/{microsoft.folder}")
    microsoft.drive.unlock(made["id"])
    after = await microsoft.put("note.txt", b"two")

    assert (over.status, over.error) == (423, code)
    assert gone.status == 423
    assert after.status == 200


async def test_a_checked_out_file_says_so_and_opens_again_when_checked_in(
    microsoft: Microsoft,
) -> None:
    made = (await microsoft.put("note.txt", b"one")).json
    item = f"{microsoft.at}/items/{made['id']}"
    app = microsoft.token
    await microsoft.become("ben")
    await microsoft.call("POST", f"{item}/checkout")
    bens, microsoft.token = microsoft.token, app

    seen = await microsoft.call("GET", item)
    refused = await microsoft.put("note.txt", b"two")
    microsoft.token = bens
    await microsoft.call("POST", f"{item}/checkin", json={})
    microsoft.token = app
    after = await microsoft.put("note.txt", b"two")

    assert seen.json["publication"]["level"] == "checkout"
    assert refused.status == 423
    assert after.status == 200
