"""Permissions of single items: shared with people, made private, by links, for apps."""

from typing import Any

import pytest
from practice.microsoft.client import Answer, Microsoft

from turnbuckle.practice.persons import person

PREFERRED = {
    "Prefer": "deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges"
}


async def make_private(microsoft: Microsoft, item: str, *people: str) -> Answer:
    """As Chloe, keep an item for these people and herself."""
    await microsoft.become("chloe")
    body = {
        "recipients": [{"email": person(key).login} for key in people],
        "roles": ["write"],
        "requireSignIn": True,
        "sendInvitation": False,
        "retainInheritedPermissions": False,
    }
    return await microsoft.call("POST", f"{microsoft.at}/items/{item}/invite", json=body)


async def folder_with_a_file(microsoft: Microsoft) -> tuple[str, str]:
    made = await microsoft.call(
        "POST",
        f"{microsoft.at}/items/{microsoft.folder}/children",
        json={"name": "Wages", "folder": {}},
    )
    file = await microsoft.put("March.txt", b"much", folder=made.json["id"])
    return made.json["id"], file.json["id"]


async def statuses(microsoft: Microsoft, item: str, *keys: str) -> list[int]:
    found = []
    for key in keys:
        await microsoft.become(key)
        found.append((await microsoft.call("GET", f"{microsoft.at}/items/{item}")).status)
    return found


# -- made private --------------------------------------------------------------------------------


async def test_a_private_folder_is_for_those_named_and_the_owners(microsoft: Microsoft) -> None:
    folder, file = await folder_with_a_file(microsoft)

    answer = await make_private(microsoft, folder, "dilip")

    assert answer.status == 200
    assert [one["grantedToV2"]["user"]["displayName"] for one in answer.json["value"]] == [
        "Dilip Rao"
    ]
    for item in (folder, file):
        assert await statuses(microsoft, item, "ana", "chloe", "dilip", "ewa") == [
            *(200, 200, 200, 403)
        ]


async def test_a_private_folder_may_answer_as_if_it_were_not_there(microsoft: Microsoft) -> None:
    microsoft.switches.hidden_status = 404
    folder, _ = await folder_with_a_file(microsoft)

    await make_private(microsoft, folder, "dilip")

    assert await statuses(microsoft, folder, "ewa") == [404]


async def test_what_is_private_is_in_no_listing_search_or_changes_of_others(
    microsoft: Microsoft,
) -> None:
    folder, _ = await folder_with_a_file(microsoft)
    await make_private(microsoft, folder, "dilip")

    seen = {}
    for key in ("dilip", "ewa"):
        await microsoft.become(key)
        path = f"{microsoft.at}/items/{microsoft.folder}/children"
        children = (await microsoft.call("GET", path)).json["value"]
        found = (await microsoft.call("GET", f"{microsoft.at}/root/search(q='March')")).json
        rows, _ = await microsoft.changes()
        names = {row["name"] for row in rows}
        seen[key] = (len(children), len(found["value"]), {"Wages", "March.txt"} & names)

    assert seen == {"dilip": (1, 1, {"Wages", "March.txt"}), "ewa": (0, 0, set())}


async def test_nobody_else_writes_into_a_private_folder_or_over_a_private_file(
    microsoft: Microsoft,
) -> None:
    folder, file = await folder_with_a_file(microsoft)
    await make_private(microsoft, folder, "dilip")
    await microsoft.become("ewa")

    answers = [
        await microsoft.put("new.txt", b"x", folder=folder),
        await microsoft.call("PUT", f"{microsoft.at}/items/{file}/content", data=b"x"),
        await microsoft.call("DELETE", f"{microsoft.at}/items/{folder}"),
        await microsoft.call("PATCH", f"{microsoft.at}/items/{file}", json={"name": "b.txt"}),
        await microsoft.call(
            "POST",
            f"{microsoft.at}/items/{microsoft.folder}/children",
            json={"name": "Wages", "folder": {}, "@microsoft.graph.conflictBehavior": "replace"},
        ),
    ]

    assert [answer.status for answer in answers] == [403] * 5


async def test_an_app_with_a_wide_right_sees_what_people_made_private(
    microsoft: Microsoft,
) -> None:
    folder, _ = await folder_with_a_file(microsoft)
    await make_private(microsoft, folder, "dilip")
    await microsoft.sign_in()

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{folder}")

    assert answer.status == 200
    assert answer.json["shared"] == {"scope": "users"}


async def test_a_person_is_told_that_an_item_became_private_only_on_asking(
    microsoft: Microsoft,
) -> None:
    folder, _ = await folder_with_a_file(microsoft)
    await microsoft.become("ewa")
    _, link = await microsoft.changes()

    await make_private(microsoft, folder, "dilip")
    await microsoft.become("ewa")
    silent, _ = await microsoft.changes(link)
    told = await microsoft.call("GET", link, headers=PREFERRED)

    assert [row for row in silent if row["id"] == folder] == []
    rows = [row for row in told.json["value"] if row["id"] == folder]
    assert [row["deleted"] for row in rows] == [{"state": "deleted"}]


async def test_a_change_of_sharing_alone_is_told_only_on_asking(microsoft: Microsoft) -> None:
    folder, file = await folder_with_a_file(microsoft)
    await microsoft.sign_in_with("Sites.FullControl.All")
    _, link = await microsoft.changes()
    await microsoft.become("chloe")
    body = {"recipients": [{"objectId": person("ewa").graph_id}], "roles": ["read"]}
    await microsoft.call(
        "POST", f"{microsoft.at}/items/{file}/invite", json={**body, "requireSignIn": True}
    )

    await microsoft.sign_in_with("Sites.FullControl.All")
    silent, _ = await microsoft.changes(link)
    told = await microsoft.call("GET", link, headers=PREFERRED)
    await microsoft.sign_in_with("Files.ReadWrite.All")
    unheard = await microsoft.call("GET", link, headers=PREFERRED)

    assert [row["id"] for row in silent if row["id"] in {folder, file}] == []
    rows = [row for row in told.json["value"] if row["id"] == file]
    assert [row["@microsoft.graph.sharedChanged"] for row in rows] == ["True"]
    assert [row for row in unheard.json["value"] if row["id"] == file] == []


async def test_a_file_shared_below_a_private_folder_comes_over_the_gap_on_asking(
    microsoft: Microsoft,
) -> None:
    folder, file = await folder_with_a_file(microsoft)
    await make_private(microsoft, folder, "dilip")
    microsoft.drive.sharing.share(microsoft.drive.get(file), person("ewa"), "read")
    await microsoft.become("ewa")

    plain, _ = await microsoft.changes()
    over = await microsoft.call("GET", f"{microsoft.at}/root/delta", headers=PREFERRED)

    assert await statuses(microsoft, file, "ewa", "finn") == [200, 403]
    assert file not in {row["id"] for row in plain}
    assert file in {row["id"] for row in over.json["value"]}


# -- permissions ---------------------------------------------------------------------------------


async def test_an_item_has_the_permissions_of_its_library(microsoft: Microsoft) -> None:
    made = await microsoft.put("a.txt", b"x")
    where = f"{microsoft.at}/items/{made.json['id']}/permissions"

    listed = await microsoft.call("GET", where)
    one = await microsoft.call("GET", f"{where}/{listed.json['value'][0]['id']}")
    refused = await microsoft.call("DELETE", f"{where}/{listed.json['value'][0]['id']}")

    assert [row["roles"] for row in listed.json["value"]] == [["owner"], ["write"], ["read"]]
    assert all(
        row["inheritedFrom"]["id"] == microsoft.drive.root_id for row in listed.json["value"]
    )
    assert one.json == listed.json["value"][0]
    assert refused.status == 400


async def test_a_person_from_outside_reads_what_is_shared_and_writes_once_the_role_is_write(
    microsoft: Microsoft,
) -> None:
    microsoft.service.team.members.discard("hugo")
    made = await microsoft.put("a.txt", b"x")
    at = f"{microsoft.at}/items/{made.json['id']}"
    body: dict[str, Any] = {"recipients": [{"email": person("hugo").login}], "roles": ["read"]}

    shared = await microsoft.call("POST", f"{at}/invite", json={**body, "requireSignIn": True})
    admin = microsoft.token
    await microsoft.become("hugo")
    read = await microsoft.call("GET", at)
    root = await microsoft.call("GET", f"{microsoft.at}/root")
    write = await microsoft.call("PUT", f"{at}/content", data=b"y")
    hugo, microsoft.token = microsoft.token, admin
    where = f"{at}/permissions/{shared.json['value'][0]['id']}"
    changed = await microsoft.call("PATCH", where, json={"roles": ["write"]})
    microsoft.token = hugo
    then = await microsoft.call("PUT", f"{at}/content", data=b"y")
    microsoft.token = admin
    gone = await microsoft.call("DELETE", where)
    microsoft.token = hugo
    last = await microsoft.call("GET", at)

    assert (read.status, root.status, write.status) == (200, 403, 403)
    assert read.json["shared"] == {"scope": "users"}
    assert (changed.json["roles"], then.status) == (["write"], 200)
    assert (gone.status, last.status) == (204, 403)


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipients": []},
        {"recipients": [{"email": "nobody@example.com"}]},
        {"recipients": [{"email": "a@b.example", "alias": "a"}]},
        {"roles": ["owner"]},
        {"roles": []},
        {"requireSignIn": False},
        {"password": "x"},
        {"expirationDateTime": "tomorrow"},
    ],
)
@pytest.mark.off_contract
async def test_an_invitation_that_makes_no_sense_is_refused(
    microsoft: Microsoft, wrong: dict[str, Any]
) -> None:
    made = await microsoft.put("a.txt", b"x")
    body = {
        "recipients": [{"email": person("hugo").login}],
        "roles": ["read"],
        "requireSignIn": True,
    }

    answer = await microsoft.call(
        "POST", f"{microsoft.at}/items/{made.json['id']}/invite", json={**body, **wrong}
    )

    assert (answer.status, answer.error) == (400, "invalidRequest")
    assert microsoft.drive.sharing.is_plain


async def test_a_share_ends_at_its_time(microsoft: Microsoft) -> None:
    microsoft.service.team.members.discard("hugo")
    made = await microsoft.put("a.txt", b"x")
    body = {
        "recipients": [{"email": person("hugo").login}],
        "roles": ["read"],
        "requireSignIn": True,
        "expirationDateTime": "2026-03-02T12:30:00Z",
    }
    await microsoft.call("POST", f"{microsoft.at}/items/{made.json['id']}/invite", json=body)

    before = await statuses(microsoft, made.json["id"], "hugo")
    microsoft.clock.advance(1801)

    assert (before, await statuses(microsoft, made.json["id"], "hugo")) == ([200], [403])


async def test_a_link_is_made_once_and_granted_to_more_people(microsoft: Microsoft) -> None:
    microsoft.service.team.members.discard("hugo")
    made = await microsoft.put("a.txt", b"x")
    at = f"{microsoft.at}/items/{made.json['id']}"
    body = {"type": "view", "scope": "users"}

    first = await microsoft.call("POST", f"{at}/createLink", json=body)
    second = await microsoft.call("POST", f"{at}/createLink", json=body)
    granted = await microsoft.call(
        "POST",
        f"{at}/permissions/{first.json['id']}/grant",
        json={"recipients": [{"email": person("hugo").login}], "roles": ["read"]},
    )
    refused = await microsoft.call(
        "PATCH", f"{at}/permissions/{first.json['id']}", json={"roles": ["write"]}
    )

    assert (first.status, second.status, granted.status, refused.status) == (201, 200, 200, 400)
    assert first.json["id"] == second.json["id"]
    assert first.json["link"]["type"] == "view"
    assert await statuses(microsoft, made.json["id"], "hugo") == [200]


async def test_the_widest_link_names_how_an_item_is_shared(microsoft: Microsoft) -> None:
    made = await microsoft.put("a.txt", b"x")
    at = f"{microsoft.at}/items/{made.json['id']}"

    await microsoft.call("POST", f"{at}/createLink", json={"type": "edit", "scope": "organization"})
    inside = await microsoft.call("GET", at)
    await microsoft.call("POST", f"{at}/createLink", json={"type": "view", "scope": "anonymous"})
    outside = await microsoft.call("GET", at)

    assert inside.json["shared"] == {"scope": "organization"}
    assert outside.json["shared"] == {"scope": "anonymous"}


async def test_links_for_anybody_can_be_switched_off(microsoft: Microsoft) -> None:
    microsoft.switches.anonymous_links = False
    made = await microsoft.put("a.txt", b"x")

    answer = await microsoft.call(
        "POST",
        f"{microsoft.at}/items/{made.json['id']}/createLink",
        json={"type": "view", "scope": "anonymous"},
    )

    assert answer.status == 403


async def test_an_app_may_be_given_one_file_only(microsoft: Microsoft) -> None:
    mine = (await microsoft.put("mine.txt", b"x")).json["id"]
    other = (await microsoft.put("other.txt", b"x")).json["id"]
    await microsoft.sign_in_with("Sites.FullControl.All")
    application = {"application": {"id": microsoft.service.client_id, "displayName": "x"}}

    given = await microsoft.call(
        "POST",
        f"{microsoft.at}/items/{mine}/permissions",
        json={"roles": ["read"], "grantedToV2": application},
    )
    await microsoft.sign_in_with("Files.SelectedOperations.Selected")
    answers = [
        await microsoft.call("GET", f"{microsoft.at}/items/{mine}"),
        await microsoft.call("PUT", f"{microsoft.at}/items/{mine}/content", data=b"y"),
        await microsoft.call("GET", f"{microsoft.at}/items/{other}"),
        await microsoft.call("GET", f"{microsoft.at}/root/delta"),
    ]

    assert given.status == 201
    assert [answer.status for answer in answers] == [200, 403, 403, 403]
