"""Which names the library takes."""

from urllib.parse import quote

import pytest
from practice.microsoft.client import Microsoft


async def _make(microsoft: Microsoft, name: str, folder: str = "") -> tuple[int, str]:
    answer = await microsoft.call(
        "POST",
        f"{microsoft.at}/items/{folder or microsoft.folder}/children",
        json={"name": name, "folder": {}},
    )
    code = "" if answer.status == 201 else answer.error
    return answer.status, code


@pytest.mark.parametrize(
    "name",
    [
        *[f"a{letter}b" for letter in '"*:<>?/\\|'],
        " a",
        "a ",
        "a.",
        "",
        ".lock",
        "CON",
        "prn",
        "AUX",
        "nul",
        "COM0",
        "lpt9",
        "CON.txt",
        "desktop.ini",
        "x_vti_y",
        "~$budget.docx",
        "~tilde",
        "Forms",
        "a\tb",
    ],
)
async def test_a_name_that_sharepoint_refuses_is_refused(microsoft: Microsoft, name: str) -> None:
    assert await _make(microsoft, name) == (400, "invalidRequest")


@pytest.mark.parametrize(
    "name",
    [
        "a#b",
        "100%",
        "a.b.c",
        "com10",
        "conx",
        ".hidden",
        "Forms2",
        "a'b",
        "a&b",
        "a~",
        "日本語",
        "𝄞",
    ],
)
async def test_a_name_that_sharepoint_takes_is_kept_as_it_is(
    microsoft: Microsoft, name: str
) -> None:
    assert await _make(microsoft, name) == (201, "")

    found = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/{quote(name)}:")
    assert found.json["name"] == name


async def test_a_file_may_be_called_what_a_folder_may_not(microsoft: Microsoft) -> None:
    assert (await microsoft.put("forms", b"x")).status == 201
    assert (await microsoft.put("~x", b"x")).status == 201


async def test_device_names_with_an_extension_pass_when_switched(microsoft: Microsoft) -> None:
    microsoft.switches.device_names_with_extension_refused = False

    assert await _make(microsoft, "CON.txt") == (201, "")


async def test_a_segment_of_more_than_255_characters_is_refused(microsoft: Microsoft) -> None:
    answer = await microsoft.put("n" * 256, b"x")

    assert (answer.status, answer.inner) == (400, "pathIsTooLong")


async def test_a_path_of_more_than_400_characters_is_refused(microsoft: Microsoft) -> None:
    base = len("sites/HarbourTower/Shared Documents/Site Office/")
    long = "d" * 200
    await _make(microsoft, long)
    folder = (
        await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}:/{long}:")
    ).json["id"]
    room = 400 - base - 201

    fits = await microsoft.put("f" * room, b"x", folder=folder)
    not_so = await microsoft.put("f" * (room + 1), b"x", folder=folder)

    assert fits.status == 201
    assert (not_so.status, not_so.error, not_so.inner) == (400, "invalidRequest", "pathIsTooLong")


async def test_a_rename_obeys_the_same_rules(microsoft: Microsoft) -> None:
    made = (await microsoft.put("note.txt", b"x")).json

    answer = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{made['id']}", json={"name": "a:b.txt"}
    )

    assert answer.status == 400


async def test_an_entity_in_a_name_may_be_decoded(microsoft: Microsoft) -> None:
    microsoft.switches.names_lose_entities = True

    made = (await microsoft.put("R%26amp;D.txt", b"x")).json
    there = await microsoft.call(
        "PATCH", f"{microsoft.at}/items/{made['id']}", json={"name": "a &lt; b"}
    )

    assert made["name"] == "R&D.txt"
    assert there.status == 400  # for what it stands for is no name
