"""Items by id and by path: look, list, make, rename, move, delete, restore."""

from typing import Any
from urllib.parse import quote

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person


async def test_a_small_upload_gives_a_new_item_with_its_hash_and_writer(
    microsoft: Microsoft,
) -> None:
    answer = await microsoft.put("note.txt", b"hello world\n")

    assert answer.status == 201
    item = answer.json
    assert item["size"] == 12
    assert item["file"]["hashes"] == {"quickXorHash": "aCgDG9jwBhDc4Q1ybAMZFAAAAAA="}
    assert item["eTag"].endswith('},1"')
    assert item["cTag"].startswith('"c:{')
    app = {"id": microsoft.service.client_id, "displayName": "practice-client"}
    assert item["lastModifiedBy"] == {"application": app}


async def test_a_person_is_shown_by_name_as_who_changed_a_file(microsoft: Microsoft) -> None:
    await microsoft.become("ana")

    answer = await microsoft.put("note.txt", b"a")

    assert answer.json["lastModifiedBy"]["user"]["displayName"] == "Ana Ruiz"
    assert "application" not in answer.json["lastModifiedBy"]


async def test_an_empty_file_has_no_hash(microsoft: Microsoft) -> None:
    answer = await microsoft.put("empty.txt", b"")

    assert answer.json["size"] == 0
    assert answer.json["file"]["hashes"] == {}


async def test_a_replaced_file_keeps_its_id_and_changes_both_tags(microsoft: Microsoft) -> None:
    before = (await microsoft.put("note.txt", b"one")).json

    answer = await microsoft.call(
        "PUT", f"{microsoft.at}/items/{before['id']}/content", data=b"second"
    )

    assert answer.status == 200
    assert answer.json["id"] == before["id"]
    assert answer.json["eTag"] != before["eTag"]
    assert answer.json["cTag"] != before["cTag"]


async def test_a_rename_changes_the_etag_and_not_the_ctag(microsoft: Microsoft) -> None:
    before = (await microsoft.put("note.txt", b"one")).json

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{before['id']}", json={"name": "Note (2).txt"}
    )

    assert answer.status == 200
    assert answer.json["name"] == "Note (2).txt"
    assert answer.json["eTag"] != before["eTag"]
    assert answer.json["cTag"] == before["cTag"]


async def test_a_name_may_change_only_its_case(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"one")).json

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{made['id']}", json={"name": "NOTE.txt"}
    )

    assert (answer.status, answer.json["name"]) == (200, "NOTE.txt")


@pytest.mark.parametrize("other", ["NOTE.TXT", "note.txt"])
async def test_names_equal_but_for_case_clash(microsoft: Microsoft, other: str) -> None:
    await microsoft.put("Note.txt", b"one")

    answer = await microsoft.put(other, b"two", query="?@microsoft.graph.conflictBehavior=fail")

    assert (answer.status, answer.error) == (409, "nameAlreadyExists")


async def test_names_equal_but_for_composition_clash_unless_switched(microsoft: Microsoft) -> None:
    fail = "?@microsoft.graph.conflictBehavior=fail"
    composed, split = quote("caf\u00e9.txt"), quote("cafe\u0301.txt")
    await microsoft.put(composed, b"one")

    refused = await microsoft.put(split, b"two", query=fail)
    microsoft.switches.nfc_siblings_clash = False
    await microsoft.put(quote("r\u00e9sum\u00e9.txt"), b"one", query=fail)
    taken = await microsoft.put(quote("re\u0301sume\u0301.txt"), b"two", query=fail)

    assert refused.status == 409
    assert taken.status == 201


async def test_renaming_on_conflict_finds_a_free_name(microsoft: Microsoft) -> None:
    await microsoft.put("note.txt", b"one")

    answer = await microsoft.put(
        "note.txt", b"two", query="?@microsoft.graph.conflictBehavior=rename"
    )

    assert (answer.status, answer.json["name"]) == (201, "note 1.txt")


async def test_a_folder_is_made_once_and_then_its_name_is_taken(microsoft: Microsoft) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}/children"
    body = {"name": "Drawings", "folder": {}, "@microsoft.graph.conflictBehavior": "fail"}

    first = await microsoft.call("POST", path, json=body)
    second = await microsoft.call("POST", path, json=body)

    assert (first.status, first.json["folder"]) == (201, {"childCount": 0})
    assert (second.status, second.error) == (409, "nameAlreadyExists")


async def _tree(microsoft: Microsoft) -> Any:
    """Drawings/Level 1/A#1.txt in the channel's folder."""
    ben = person("ben")
    drawings = microsoft.drive.add_folder(microsoft.folder, "Drawings", ben)
    level = microsoft.drive.add_folder(drawings, "Level 1", ben)
    blob = microsoft.service.blobs.keep(b"ink")
    return drawings, level, microsoft.drive.add_file(level, "A#1.txt", blob, ben)


@pytest.mark.parametrize(
    "address",
    [
        "{at}/root:/Site%20Office/Drawings/Level%201/A%231.txt",
        "{at}/root:/Site%20Office/Drawings/Level%201/A%231.txt:",
        "{at}/root:/site%20office/DRAWINGS/level%201/a%231.TXT",
        "{at}/root:/Site%20Office%2FDrawings%2FLevel%201%2FA%231.txt",
        "{at}/root:/.%2FSite%20Office/Drawings/Level%201/A%231.txt:",
        "{at}/items/root:/Site%20Office/Drawings/Level%201/A%231.txt:",
        "{at}/items/{level}:/A%231.txt",
        "{at}/items/{level}:/A%231.txt:",
        "{at}/items/{drawings}:/Level%201/A%231.txt:",
        "{encoded}/items/{item}",
        "{at}/items/{item}/",
        "/{at}//items/{item}",
        "/sites/{site}/drive/items/{item}",
        "/sites/{host}:/sites/HarbourTower:/drive/items/{item}",
        "/groups/{team}/drive/items/{item}",
    ],
)
async def test_every_form_of_address_finds_the_same_item(
    microsoft: Microsoft, address: str
) -> None:
    drawings, level, item = await _tree(microsoft)
    place = microsoft.drive.place
    path = address.format(
        at=microsoft.at,
        encoded=microsoft.at.replace("!", "%21"),
        drawings=drawings,
        level=level,
        item=item,
        site=place.site_id,
        host=place.host,
        team=microsoft.service.team.id,
    )

    answer = await microsoft.call("GET", path)

    assert answer.status == 200, answer.body
    assert answer.json["id"] == item
    assert answer.json["parentReference"]["path"] == (
        f"/drives/{place.drive_id}/root:/Site%20Office/Drawings/Level%201"
    )


@pytest.mark.parametrize("path", ["/root://Drawings:/children", "/root:/a%26%23b.txt", "/nothing"])
async def test_an_address_that_makes_no_sense_is_refused(microsoft: Microsoft, path: str) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}{path}")

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_ids_tell_upper_case_from_lower(microsoft: Microsoft) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder.lower()}")

    assert (answer.status, answer.error) == (404, "itemNotFound")


async def test_ids_are_spelt_as_sharepoint_spells_them(microsoft: Microsoft) -> None:
    root = (await microsoft.call("GET", f"{microsoft.at}/root")).json

    assert microsoft.drive.place.drive_id.startswith("b!")
    assert len(microsoft.drive.place.drive_id) == 66
    assert len(root["id"]) == 34
    assert root["id"].endswith("6Y2GOVW7725BZO354PWSELRRZ")
    assert root["root"] == {}


async def test_children_come_in_pages(microsoft: Microsoft) -> None:
    ben = person("ben")
    for number in range(7):
        microsoft.drive.add_folder(microsoft.folder, f"F{number}", ben)
    names: list[str] = []
    sizes: list[int] = []
    link = f"{microsoft.at}/items/{microsoft.folder}/children?$top=3&$select=id,name"

    while link:
        answer = await microsoft.call("GET", link)
        names += [row["name"] for row in answer.json["value"]]
        sizes.append(len(answer.json["value"]))
        link = answer.json.get("@odata.nextLink", "")

    assert sizes == [3, 3, 1]
    assert names == [f"F{number}" for number in range(7)]


async def test_only_selected_keys_are_given(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"one")).json

    some = await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}?select=id,name")
    link = await microsoft.call(
        "GET", f"{microsoft.at}/items/{made['id']}?$select=id,@microsoft.graph.downloadUrl"
    )
    everything = await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}")

    assert set(some.json) == {"id", "name"}
    assert set(link.json) == {"id", "@microsoft.graph.downloadUrl"}
    assert "@microsoft.graph.downloadUrl" in everything.json


async def test_moving_a_folder_keeps_the_ids_below_it_and_changes_their_path(
    microsoft: Microsoft,
) -> None:
    drawings, _, item = await _tree(microsoft)
    general = microsoft.service.channel("General").folder

    answer = await microsoft.call(
        "PATCH",
        f"{microsoft.at}/items/{drawings}",
        json={"name": "Plans", "parentReference": {"id": general}},
    )

    assert answer.status == 200
    below = (await microsoft.call("GET", f"{microsoft.at}/items/{item}")).json
    assert below["parentReference"]["path"].endswith("/root:/General/Plans/Level%201")


async def test_a_folder_cannot_move_into_itself(microsoft: Microsoft) -> None:
    drawings, level, _ = await _tree(microsoft)

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{drawings}", json={"parentReference": {"id": level}}
    )

    assert answer.status == 400


async def test_a_move_needs_the_parents_real_id(microsoft: Microsoft) -> None:
    drawings, _, _ = await _tree(microsoft)

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{drawings}", json={"parentReference": {"id": "root"}}
    )

    assert answer.status == 400


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_write_that_expects_an_older_item_is_refused(
    microsoft: Microsoft, method: str
) -> None:
    made = (await microsoft.put("note.txt", b"one")).json
    await microsoft.put("note.txt", b"two")
    body = {"json": {"name": "x.txt"}} if method == "PATCH" else {}

    answer = await microsoft.call(
        method, f"{microsoft.at}/items/{made['id']}", headers={"If-Match": made["eTag"]}, **body
    )

    assert (answer.status, answer.error) == (412, "resourceModified")


async def test_a_write_that_expects_the_item_as_it_is_goes_through(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"one")).json

    answer = await microsoft.call(
        "DELETE", f"{microsoft.at}/items/{made['id']}", headers={"If-Match": made["eTag"]}
    )

    assert answer.status == 204


async def test_a_deleted_folder_is_gone_with_all_below_it_and_lies_in_the_bin(
    microsoft: Microsoft,
) -> None:
    drawings, _, item = await _tree(microsoft)

    answer = await microsoft.call("DELETE", f"{microsoft.at}/items/{drawings}")

    assert answer.status == 204
    below = await microsoft.call("GET", f"{microsoft.at}/items/{item}")
    assert below.status == 404
    assert list(microsoft.drive.bin) == [drawings]
    quota = (await microsoft.call("GET", microsoft.at)).json["quota"]
    assert (quota["used"], quota["deleted"]) == (0, 3)


async def test_a_library_refuses_to_restore_by_the_api_unless_switched(
    microsoft: Microsoft,
) -> None:
    drawings, _, item = await _tree(microsoft)
    await microsoft.call("DELETE", f"{microsoft.at}/items/{drawings}")

    refused = await microsoft.call("POST", f"{microsoft.at}/items/{drawings}/restore")
    microsoft.switches.library_restore = True
    restored = await microsoft.call("POST", f"{microsoft.at}/items/{drawings}/restore")

    assert (refused.status, refused.error) == (400, "notSupported")
    assert restored.status == 200
    assert (await microsoft.call("GET", f"{microsoft.at}/items/{item}")).status == 200


async def test_deleting_for_good_leaves_nothing_in_the_bin(microsoft: Microsoft) -> None:
    drawings, _, _ = await _tree(microsoft)

    answer = await microsoft.call("POST", f"{microsoft.at}/items/{drawings}/permanentDelete")

    assert answer.status == 204
    assert microsoft.drive.bin == {}
    with pytest.raises(Exception, match="404"):
        microsoft.drive.restore(drawings)


async def test_a_folders_size_is_the_sum_of_what_it_holds(microsoft: Microsoft) -> None:
    drawings, level, _ = await _tree(microsoft)
    await microsoft.put("b.txt", b"12345", folder=level)

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{drawings}")

    assert answer.json["size"] == 8
    assert answer.json["folder"]["childCount"] == 1


async def test_a_copy_is_told_by_a_monitor_that_needs_no_token(microsoft: Microsoft) -> None:
    drawings, _, _ = await _tree(microsoft)

    answer = await microsoft.call(
        "POST", f"{microsoft.at}/items/{drawings}/copy", json={"name": "Drawings copy"}
    )
    first = await microsoft.bare("GET", answer.headers["Location"])
    second = await microsoft.bare("GET", answer.headers["Location"])

    assert answer.status == 202
    assert first.json["status"] == "inProgress"
    assert second.json["status"] == "completed"
    copy = second.json["resourceId"]
    assert copy != drawings
    below = await microsoft.call("GET", f"{microsoft.at}/items/{copy}:/Level%201/A%231.txt")
    assert below.status == 200


async def test_a_post_without_a_length_is_refused(microsoft: Microsoft) -> None:
    import asyncio

    host, port = microsoft.service.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /v1.0{microsoft.at}/items/{microsoft.folder}/permanentDelete HTTP/1.1\r\n"
        f"Host: {host}:{port}\r\nAuthorization: bearer {microsoft.token}\r\n\r\n".encode()
    )

    line = await reader.readline()

    writer.close()
    assert b" 411 " in line


async def test_restoring_by_hand_puts_an_item_back_where_it_was(microsoft: Microsoft) -> None:
    drawings, _, item = await _tree(microsoft)
    await microsoft.call("DELETE", f"{microsoft.at}/items/{drawings}")
    drive = microsoft.drive.place.drive_id

    refused = await microsoft.bare(
        "POST", f"{microsoft.service.address}/practice/restore/{drive}/{drawings}"
    )
    answer = await microsoft.bare(
        "POST",
        f"{microsoft.service.address}/practice/restore/{drive}/{drawings}",
        headers={"X-Practice-Token": "let-me-in"},
    )

    assert refused.status == 403
    assert answer.json == {"id": drawings, "name": "Drawings"}
    assert (await microsoft.call("GET", f"{microsoft.at}/items/{item}")).status == 200
