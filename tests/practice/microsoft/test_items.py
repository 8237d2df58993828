"""Items by id and by path: look, list, make, rename, move, delete."""

from practice.microsoft.client import Microsoft


async def test_a_small_upload_gives_a_new_item_with_its_hash(microsoft: Microsoft) -> None:
    answer = await microsoft.put("note.txt", b"hello world\n")

    assert answer.status == 201
    item = answer.json
    assert item["size"] == 12
    assert item["file"]["hashes"] == {"quickXorHash": "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="}
    assert item["eTag"].startswith('"{') and item["eTag"].endswith('},1"')
    assert item["cTag"].startswith('"c:{')
    assert item["lastModifiedBy"] == {
        "application": {"id": microsoft.service.client_id, "displayName": "practice-client"}
    }
