"""SharePoint changes Office, PDF and HTML files after an upload."""

import hashlib
import io
import zipfile

import pytest
from practice.microsoft.client import PEOPLE_TOKEN, Microsoft


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", "<w/>" * 100)
    return packed.getvalue()


SAMPLES = {
    "report.pdf": b"%PDF-1.4\n%%EOF\n",
    "page.html": b"<html></html>",
    "letter.docx": _archive(),
}


@pytest.mark.parametrize("name", SAMPLES)
async def test_an_upload_comes_out_changed_and_what_came_in_is_remembered(
    microsoft: Microsoft, name: str
) -> None:
    data = SAMPLES[name]
    microsoft.switches.rewrite_after_seconds = 0.0

    made = (await microsoft.put(name, data)).json
    read = await microsoft.download(made["id"])
    received = await microsoft.bare(
        "GET",
        f"{microsoft.service.address}/practice/received/"
        f"{microsoft.drive.place.drive_id}/{made['id']}",
        headers={"X-Practice-Token": PEOPLE_TOKEN},
    )

    assert read.body != data
    assert made["size"] == len(read.body)
    assert received.json == {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "rewritten": True,
    }


async def test_a_rewritten_office_file_can_still_be_opened(microsoft: Microsoft) -> None:
    microsoft.switches.rewrite_after_seconds = 0.0
    made = (await microsoft.put("letter.docx", _archive())).json

    read = await microsoft.download(made["id"])

    with zipfile.ZipFile(io.BytesIO(read.body)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["word/document.xml"]


async def test_a_plain_file_stays_as_it_is(microsoft: Microsoft) -> None:
    microsoft.switches.rewrite_after_seconds = 0.0
    made = (await microsoft.put("note.txt", b"text")).json

    received = await microsoft.bare(
        "GET",
        f"{microsoft.service.address}/practice/received/"
        f"{microsoft.drive.place.drive_id}/{made['id']}",
        headers={"X-Practice-Token": PEOPLE_TOKEN},
    )

    assert (await microsoft.download(made["id"])).body == b"text"
    assert received.json["rewritten"] is False


async def test_a_rewrite_may_come_seconds_later_and_shows_in_delta(microsoft: Microsoft) -> None:
    microsoft.switches.rewrite_after_seconds = 5.0
    info = {"lastModifiedDateTime": "2021-02-03T04:05:06Z"}
    begun = await microsoft.begin("report.pdf", fileSystemInfo=info)
    made = (await microsoft.send(begun.json["uploadUrl"], SAMPLES["report.pdf"])).json
    _, link = await microsoft.changes()

    quiet, _ = await microsoft.changes(link)
    microsoft.clock.advance(6)
    rows, _ = await microsoft.changes(link)

    assert made["size"] == len(SAMPLES["report.pdf"])
    assert len(quiet) == 1
    (after,) = [row for row in rows if row["id"] == made["id"]]
    assert after["size"] != made["size"]
    assert after["file"]["hashes"] != made["file"]["hashes"]
    assert after["eTag"] != made["eTag"]
    assert after["cTag"] != made["cTag"]
    assert after["lastModifiedBy"] == made["lastModifiedBy"]
    assert after["fileSystemInfo"] == made["fileSystemInfo"]


async def test_a_version_made_before_the_rewrite_keeps_its_bytes(microsoft: Microsoft) -> None:
    microsoft.switches.rewrite_after_seconds = 5.0
    made = (await microsoft.put("report.pdf", SAMPLES["report.pdf"])).json
    item = f"{microsoft.at}/items/{made['id']}"
    times = {"fileSystemInfo": {"lastModifiedDateTime": "2021-02-03T04:05:06Z"}}
    await microsoft.call("PATCH", item, json=times)

    for seconds in (6, 120):  # past the rewrite, and past the going of the bytes it replaced
        microsoft.clock.advance(seconds)
        await microsoft.call("GET", item)
    found = await microsoft.call("GET", f"{item}/versions/1.0/content")

    older = await microsoft.bare("GET", found.headers["Location"])
    assert older.body == SAMPLES["report.pdf"]
    assert (await microsoft.download(made["id"])).body != SAMPLES["report.pdf"]


async def test_the_service_may_change_the_etag_by_itself(microsoft: Microsoft) -> None:
    microsoft.switches.tag_bump_after_seconds = 2.0
    made = (await microsoft.put("note.txt", b"text")).json

    microsoft.clock.advance(3)
    after = (await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}")).json

    assert after["eTag"] != made["eTag"]
    assert after["cTag"] == made["cTag"]


async def test_a_session_over_a_rewritten_file_may_be_lost_once(microsoft: Microsoft) -> None:
    microsoft.switches.office_session_lost_once = True
    await microsoft.put("letter.docx", _archive())

    first = await microsoft.begin("letter.docx")
    made = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/letter.docx")
    path = f"{microsoft.at}/items/{made.json['id']}/createUploadSession"
    lost = await microsoft.call("POST", path, json={})
    refused = await microsoft.send(lost.json["uploadUrl"], b"new")
    again = await microsoft.call("POST", path, json={})
    taken = await microsoft.send(again.json["uploadUrl"], b"new")

    assert first.status == 200
    assert (refused.status, refused.error) == (404, "itemNotFound")
    assert taken.status == 200
