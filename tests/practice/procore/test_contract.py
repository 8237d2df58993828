"""Calls of each kind to practice Procore; that they keep to the contract is checked as always."""

from typing import Any

import pytest
from practice.procore.caller import Caller, World, segments


async def call(caller: Caller, method: str, path: str, body: object = None) -> Any:
    return (await caller.call(method, path, json=body)).body


async def test_answers_about_accounts_keep_the_contract(world: World, app: Caller) -> None:
    company = world.procore.company_id

    for path in (
        "/oauth/token/info",
        "/rest/v1.0/me?company_id=1",
        "/rest/v1.0/companies",
        "/rest/v1.0/company_base_url",
        f"/rest/v1.0/projects?company_id={company}",
        f"/rest/v1.1/projects?company_id={company}&view=extended",
        f"/rest/v1.0/projects/{world.project}?company_id={company}",
        f"/rest/v1.0/projects/{world.project}/tools",
        f"/rest/v1.0/tools?project_id={world.project}",
        f"/rest/v1.0/settings/permissions?project_id={world.project}",
    ):
        await call(app, "GET", path)


async def test_answers_about_documents_keep_the_contract(world: World, app: Caller) -> None:
    folder = await call(
        app, "POST", world.path("folders"), {"folder": {"name": "Plans", "is_tracked": True}}
    )
    path = world.path(f"folders/{folder['id']}")
    uuid = await world.uploaded(app, b"one")
    body = {"file": {"name": "a.pdf", "upload_uuid": uuid, "parent_id": folder["id"]}}
    file = await call(app, "POST", world.path("files"), body)
    file_path = world.path(f"files/{file['id']}")
    again = {"file_version": {"upload_uuid": await world.uploaded(app, b"two")}}
    version = await call(app, "POST", world.path(f"file_versions?file_id={file['id']}"), again)
    until = {"file": {"checked_out_until": "2026-05-15T08:00:00Z"}}
    await call(await world.person("ben"), "PATCH", file_path, until)
    await call(app, "PATCH", path, {"folder": {"name": "Old plans", "explicit_permissions": True}})

    for asked in (
        world.path("folders"), path, file_path, world.path(f"file_versions/{version['id']}"),
        world.index, f"{world.index}?view=extended",
    ):  # fmt: skip
        await call(app, "GET", asked)
    await call(app, "PATCH", file_path, {"file": {"name": "b.pdf"}})  # 409
    await call(app, "DELETE", path)


async def test_answers_about_photos_keep_the_contract(world: World, app: Caller) -> None:
    album = await call(
        app, "POST", world.path("image_categories"), {"image_category": {"name": "Week 18"}}
    )
    uuid = await world.uploaded(app, b"light", "a.jpg")
    body = {
        "upload_uuid": uuid,
        "image_name": "a.jpg",
        "image": {"image_category_id": album["id"]},
    }
    photo = await call(app, "POST", world.path("images"), body)
    album_path = world.path(f"image_categories/{album['id']}")
    photo_path = world.path(f"images/{photo['id']}")

    for asked in (
        world.path("image_categories"), world.path("image_categories/ids_with_images"), album_path,
        world.path("images"), photo_path,
    ):  # fmt: skip
        await call(app, "GET", asked)
    await call(app, "PATCH", album_path, {"image_category": {"name": "Week 19"}})
    await call(app, "PATCH", photo_path, {"image": {"starred": True}})
    await call(app, "DELETE", photo_path)
    await call(app, "PATCH", world.path(f"images/{photo['id']}/retrieve"))
    await call(app, "DELETE", album_path)
    await call(app, "DELETE", f"{photo_path}&permanent=true")
    await call(app, "GET", photo_path)


async def test_answers_about_uploads_keep_the_contract(world: World, app: Caller) -> None:
    many = f"/rest/v1.1/projects/{world.project}/uploads"
    simple = await call(app, "POST", many, {"response_filename": "a"})
    await call(app, "GET", f"{many}/{simple['uuid']}")
    promise = {"response_filename": "b", "segments": segments(b"x")}
    upload = await call(app, "POST", many, promise)
    etag = (await world.put(upload, 0, b"x")).headers["ETag"]

    done = await call(app, "PATCH", f"{many}/{upload['uuid']}", {"segments": [{"etag": etag}]})

    assert done["status"] == "complete"


@pytest.mark.parametrize(
    ("method", "rest", "status"),
    [
        ("POST", "folders", 400),
        ("POST", "files", 400),
        ("GET", "folders/1", 404),
        ("PATCH", "folders/1", 404),
        ("DELETE", "folders/1", 404),
        ("GET", "files/1", 404),
        ("PATCH", "files/1", 404),
        ("DELETE", "files/1", 404),
        ("GET", "file_versions/1", 404),
        ("POST", "image_categories", 400),
        ("GET", "image_categories/1", 404),
        ("PATCH", "image_categories/1", 404),
        ("DELETE", "image_categories/1", 404),
        ("POST", "images", 400),
        ("GET", "images/1", 404),
        ("PATCH", "images/1", 404),
        ("DELETE", "images/1", 404),
        ("PATCH", "images/1/retrieve", 404),
    ],
)
async def test_refusals_keep_the_contract(
    world: World, app: Caller, method: str, rest: str, status: int
) -> None:
    path = world.path(rest)

    assert (await app.call(method, path, json={})).status == status
    assert (await world.anybody.call(method, path)).status == 401
