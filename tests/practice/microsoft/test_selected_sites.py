"""Sites.Selected: nothing is open before a site is granted to the app, and then just as far."""

import pytest
from practice.microsoft.client import Answer, Microsoft

from turnbuckle.practice.persons import person

ADMINISTRATOR = "Sites.FullControl.All"


def grants(microsoft: Microsoft) -> str:
    return f"/sites/{microsoft.service.tenant.handover_site.id}/permissions"


async def grant(microsoft: Microsoft, role: str, app: str | None = None) -> Answer:
    """As an administrator's app, grant an app a role on the site Handover."""
    await microsoft.sign_in_with(ADMINISTRATOR)
    application = {"id": app or microsoft.service.client_id, "displayName": "The app"}
    body = {"roles": [role], "grantedToIdentities": [{"application": application}]}
    answer = await microsoft.call("POST", grants(microsoft), json=body)
    await microsoft.sign_in_with("Sites.Selected")
    return answer


async def reads_and_writes(microsoft: Microsoft) -> tuple[int, int]:
    at = f"/drives/{microsoft.service.tenant.handover.place.drive_id}/root"
    read = await microsoft.call("GET", f"{at}/delta")
    write = await microsoft.call("PUT", f"{at}:/a.txt:/content", data=b"x")
    return read.status, write.status


async def test_consent_alone_opens_nothing(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with("Sites.Selected")
    site = microsoft.service.tenant.handover_site

    shown = await microsoft.call("GET", f"/sites/{site.host}:/{site.path}")
    drives = await microsoft.call("GET", f"/sites/{site.id}/drives")

    assert await reads_and_writes(microsoft) == (403, 403)
    assert (shown.status, drives.status) == (403, 403)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("read", (200, 403)),
        ("write", (200, 201)),
        ("owner", (200, 201)),
        ("fullcontrol", (200, 201)),
    ],
)
async def test_a_granted_site_is_open_as_far_as_the_role_goes(
    microsoft: Microsoft, role: str, expected: tuple[int, int]
) -> None:
    made = await grant(microsoft, role)
    site = microsoft.service.tenant.handover_site

    shown = await microsoft.call("GET", f"/sites/{site.host}:/{site.path}")
    drives = await microsoft.call("GET", f"/sites/{shown.json['id']}/drives")

    assert (made.status, made.json["roles"]) == (201, [role])
    assert await reads_and_writes(microsoft) == expected
    assert [one["name"] for one in drives.json["value"]] == ["Documents", "Records"]


async def test_a_grant_opens_no_other_site_and_no_search(microsoft: Microsoft) -> None:
    await grant(microsoft, "fullcontrol")

    other = await microsoft.call("GET", f"{microsoft.at}/root")
    search = await microsoft.call("GET", "/sites?search=*")
    root = await microsoft.call("GET", "/sites/root")

    assert [one.status for one in (other, search, root)] == [403, 403, 403]


async def test_a_grant_is_for_one_app(microsoft: Microsoft) -> None:
    other = microsoft.service.add_app("other", "other-secret", {"Sites.Selected"})

    await grant(microsoft, "write", other.client_id)

    assert await reads_and_writes(microsoft) == (403, 403)


async def test_a_grant_is_changed_and_withdrawn_while_the_token_lives(
    microsoft: Microsoft,
) -> None:
    made = await grant(microsoft, "write")
    mine = microsoft.token
    where = f"{grants(microsoft)}/{made.json['id']}"
    await microsoft.sign_in_with(ADMINISTRATOR)
    administrators = microsoft.token

    changed = await microsoft.call("PATCH", where, json={"roles": ["read"]})
    microsoft.token = mine
    as_reader = await reads_and_writes(microsoft)
    microsoft.token = administrators
    listed = await microsoft.call("GET", grants(microsoft))
    gone = await microsoft.call("DELETE", where)
    missing = await microsoft.call("GET", where)
    microsoft.token = mine

    assert (changed.json["roles"], as_reader) == (["read"], (200, 403))
    assert "roles" not in listed.json["value"][0]
    assert (gone.status, missing.status) == (204, 404)
    assert await reads_and_writes(microsoft) == (403, 403)


@pytest.mark.parametrize("roles", [[], ["read", "write"], ["admin"], "write", None])
async def test_a_grant_has_one_known_role(microsoft: Microsoft, roles: object) -> None:
    await microsoft.sign_in_with(ADMINISTRATOR)
    identities = [{"application": {"id": microsoft.service.client_id, "displayName": "x"}}]

    answer = await microsoft.call(
        "POST", grants(microsoft), json={"roles": roles, "grantedToIdentities": identities}
    )

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_a_grant_names_an_app(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with(ADMINISTRATOR)
    person = {"user": {"id": "x"}}

    answer = await microsoft.call(
        "POST", grants(microsoft), json={"roles": ["read"], "grantedToIdentities": [person]}
    )

    assert answer.status == 400


async def test_permissions_cost_five_units(microsoft: Microsoft) -> None:
    await microsoft.sign_in_with(ADMINISTRATOR)
    microsoft.limits.app_units_a_minute = 20

    answers = [await microsoft.call("GET", grants(microsoft)) for _ in range(5)]

    assert [one.status for one in answers] == [200, 200, 200, 200, 429]


async def test_a_site_is_found_below_another_by_its_path(microsoft: Microsoft) -> None:
    found = await microsoft.call("GET", "/sites/root/getByPath(path='/sites/Handover')")
    nothing = await microsoft.call("GET", "/sites/root/getByPath(path='/sites/Nowhere')")

    assert found.json["id"] == microsoft.service.tenant.handover_site.id
    assert nothing.status == 404


@pytest.mark.parametrize(("switched", "expected"), [(True, 200), (False, 403)])
async def test_what_people_made_private_may_be_closed_to_an_app_with_a_grant(
    microsoft: Microsoft, switched: bool, expected: int
) -> None:
    microsoft.switches.granted_apps_see_private_items = switched
    drive = microsoft.service.tenant.handover
    wages = drive.add_folder(drive.root_id, "Wages", person("ana"))
    drive.sharing.make_private(drive.get(wages))
    await grant(microsoft, "write")

    item = await microsoft.call("GET", f"/drives/{drive.place.drive_id}/items/{wages}")
    rows, _ = await microsoft.changes(f"/drives/{drive.place.drive_id}/root/delta")

    assert item.status == expected
    assert (wages in {row["id"] for row in rows}) is switched


@pytest.mark.parametrize(("role", "expected"), [("write", 403), ("owner", 201)])
async def test_an_app_that_owns_a_site_by_a_grant_gives_another_one_of_its_files(
    microsoft: Microsoft, role: str, expected: int
) -> None:
    drive = microsoft.service.tenant.handover
    item = drive.add_folder(drive.root_id, "Plans", person("ana"))
    other = microsoft.service.add_app(
        "other", "other-secret", {"Files.SelectedOperations.Selected"}
    )
    await grant(microsoft, role)

    answer = await microsoft.call(
        "POST",
        f"/drives/{drive.place.drive_id}/items/{item}/permissions",
        json={"roles": ["read"], "grantedToV2": {"application": {"id": other.client_id}}},
    )

    assert answer.status == expected


@pytest.mark.off_contract
async def test_an_app_may_be_named_in_a_list_as_the_vendors_own_example_does(
    microsoft: Microsoft,
) -> None:
    await microsoft.sign_in_with(ADMINISTRATOR)
    application = {"application": {"id": microsoft.service.client_id}}

    answer = await microsoft.call(
        "POST", grants(microsoft), json={"roles": ["write"], "grantedTo": [application]}
    )

    assert answer.status == 201
