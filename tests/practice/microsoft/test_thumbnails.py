"""Small pictures of pictures, and old versions that are deleted."""

import struct

from practice.microsoft.client import Microsoft

from turnbuckle.practice.sample.photos import photo


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


async def test_a_picture_has_three_small_ones_in_its_own_shape(microsoft: Microsoft) -> None:
    made = await microsoft.put("plan.png", png(1600, 800))
    at = f"{microsoft.at}/items/{made.json['id']}/thumbnails"

    listed = await microsoft.call("GET", at)
    one = await microsoft.call("GET", f"{at}/0")
    content = await microsoft.bare("GET", one.json["small"]["url"])

    sizes = {
        name: (one.json[name]["width"], one.json[name]["height"])
        for name in ("large", "medium", "small")
    }
    assert sizes == {"large": (800, 400), "medium": (176, 88), "small": (96, 48)}
    assert len(listed.json["value"]) == 1
    assert content.body == png(1600, 800)


async def test_a_photo_has_them_and_a_text_or_a_folder_has_none(microsoft: Microsoft) -> None:
    shot = await microsoft.put("a.jpg", photo(1, microsoft.clock.now()))
    text = await microsoft.put("a.txt", b"x")

    found = [
        await microsoft.call("GET", f"{microsoft.at}/items/{item}/thumbnails")
        for item in (shot.json["id"], text.json["id"], microsoft.folder)
    ]
    missing = await microsoft.call("GET", f"{microsoft.at}/items/{text.json['id']}/thumbnails/0")

    assert [len(answer.json["value"]) for answer in found] == [1, 0, 0]
    assert missing.status == 404


async def test_an_old_version_is_deleted_and_gives_its_room_back(microsoft: Microsoft) -> None:
    made = await microsoft.put("a.txt", b"first")
    await microsoft.put("a.txt", b"second")
    at = f"{microsoft.at}/items/{made.json['id']}/versions"
    used = microsoft.drive.used_bytes

    current = await microsoft.call("DELETE", f"{at}/2.0")
    old = await microsoft.call("DELETE", f"{at}/1.0")
    again = await microsoft.call("DELETE", f"{at}/1.0")
    left = await microsoft.call("GET", at)

    assert (current.status, old.status, again.status) == (400, 204, 404)
    assert [row["id"] for row in left.json["value"]] == ["2.0"]
    assert used - microsoft.drive.used_bytes == len(b"first")


async def test_all_items_of_a_drive_are_not_given_without_a_filter(microsoft: Microsoft) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/items")

    assert (answer.status, answer.error) == (400, "invalidRequest")
