"""A driveItem becomes an item: the samples of section 3 of the fact sheet, and their gaps."""

from datetime import UTC, datetime

import msgspec
import pytest

from turnbuckle.connectors.graph.items import is_item, moment, to_item, written_time
from turnbuckle.connectors.graph.wire import DriveItem
from turnbuckle.model.items import Kind

APP = "B002E760-4b75-5493-acb1-8cea466fdb7f"
SAMPLE = """{
 "@odata.type": "#microsoft.graph.driveItem", "createdDateTime": "2022-11-01T08:00:00Z",
 "eTag": "\\"{AB},3\\"", "id": "01ABC", "lastModifiedDateTime": "2022-11-03T08:00:00Z",
 "name": "a.pdf", "webUrl": "https://x/a.pdf", "cTag": "\\"c:{AB},2\\"", "size": 12,
 "createdBy": {"user": {"email": "ana@x", "id": "1", "displayName": "Ana"}},
 "lastModifiedBy": {"application": {"id": "b002e760-4b75-5493-acb1-8cea466fdb7f",
  "displayName": "Turnbuckle"}, "user": {"displayName": "SharePoint App"}},
 "parentReference": {"driveType": "documentLibrary", "driveId": "b!x", "id": "01PAR",
  "path": "/drives/b!x/root:/a"},
 "file": {"mimeType": "application/pdf",
  "hashes": {"quickXorHash": "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="}},
 "fileSystemInfo": {"createdDateTime": "2022-10-01T08:00:00Z",
  "lastModifiedDateTime": "2022-10-02T08:00:00Z"}, "shared": {"scope": "users"}}"""


def raw(**changed: object) -> DriveItem:
    fields = msgspec.json.decode(SAMPLE)
    fields.update(changed)
    return msgspec.convert(
        {key: value for key, value in fields.items() if value is not ...}, DriveItem
    )


def test_the_sample_is_read_whole() -> None:
    item = to_item(raw(), APP)

    assert (item.id, item.parent, item.name, item.kind, item.size) == (
        "01ABC", "01PAR", "a.pdf", Kind.FILE, 12,
    )  # fmt: skip
    assert item.version == "aCgDG9jwBhDc4Q1ybAMZFAAAAAA=:12"
    assert item.hashes == {"quickxor:aCgDG9jwBhDc4Q1ybAMZFAAAAAA="}
    assert item.modified == datetime(2022, 10, 2, 8, tzinfo=UTC)
    assert item.created == datetime(2022, 11, 1, 8, tzinfo=UTC)
    assert (item.tag, item.by_us, item.author) == ('"{AB},3"', True, "SharePoint App")


def test_an_empty_file_is_one_content_with_or_without_a_hash() -> None:
    without = to_item(raw(size=0, file={"hashes": {}}), APP)
    told = to_item(
        raw(size=0, file={"hashes": {"quickXorHash": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}}), APP
    )

    assert without.version == told.version == "empty:0"
    assert without.hashes == told.hashes == {"quickxor:AAAAAAAAAAAAAAAAAAAAAAAAAAA="}


def test_without_a_hash_the_content_tag_has_to_do() -> None:
    item = to_item(raw(file={}), APP)

    assert (item.version, item.hashes) == ('c:"c:{AB},2"', frozenset())


def test_metadata_alone_make_no_new_version() -> None:
    bumped = raw(eTag='"{AB},9"', cTag='"c:{AB},9"', lastModifiedDateTime="2024-01-01T00:00:00Z")

    assert to_item(bumped, APP).version == to_item(raw(), APP).version


@pytest.mark.parametrize(
    "by", [..., {"user": {"displayName": "Ana"}}, {"application": {"id": "2"}}]
)
def test_only_our_own_app_is_us(by: object) -> None:
    assert not to_item(raw(lastModifiedBy=by), APP).by_us


def test_a_checked_out_file_tells_by_whom() -> None:
    by = {"user": {"displayName": "Ana"}}
    held = raw(publication={"level": "checkout", "checkedOutBy": by})

    assert to_item(held, APP).locked_by == "Ana"
    assert to_item(raw(publication={"level": "checkout"}), APP).locked_by == "somebody"
    assert to_item(raw(publication={"level": "published"}), APP).locked_by == ""


def test_times_that_mean_not_known_are_none() -> None:
    assert moment("0001-01-01T00:00:00") is None
    assert moment("0001-01-01T00:00:00Z") is None
    assert moment("soon") is None
    assert moment("2026-03-02T12:00:00.1234567Z") is not None


def test_times_are_written_in_whole_seconds_of_utc() -> None:
    assert (
        written_time(datetime(2026, 3, 2, 12, 0, 1, 999_999, tzinfo=UTC)) == "2026-03-02T12:00:01Z"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"package": {"type": "oneNote"}, "file": ...},
        {"remoteItem": {"id": "9"}},
        {"deleted": {}},
        {"name": ...},
        {"parentReference": {"driveId": "b!x"}},
        {"file": ...},
    ],
)
def test_what_cannot_be_placed_is_no_item(changed: dict[str, object]) -> None:
    assert not is_item(raw(**changed))


def test_a_root_needs_no_parent() -> None:
    root = raw(root={}, file=..., folder={}, parentReference={"driveId": "b!x"}, name="root")

    assert is_item(root)
    assert to_item(root, APP).parent is None
