"""What clients in use send, and what nobody should: the first is taken, the second refused."""

import json
from typing import Any

import pytest
from aiohttp import BasicAuth, FormData
from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.blobs import MARKER

BIG = "9" * 5000


def _without_company(caller: Caller) -> Caller:
    headers = {name: told for name, told in caller.headers.items() if "Company" not in name}
    return Caller(caller.session, caller.address, headers)


@pytest.mark.off_contract
async def test_an_app_may_prove_itself_by_basic_authentication(world: World) -> None:
    procore = world.procore

    reply = await world.anybody.call(
        "POST",
        "/oauth/token",
        data={"grant_type": "client_credentials", "redirect_uri": ""},
        auth=BasicAuth(procore.client_id, procore.client_secret),
    )

    assert reply.status == 200
    assert (await world.bearer(reply.body["access_token"]).get("/rest/v1.0/me")).status == 200


@pytest.mark.parametrize("kind", ["Basic eA==", "Basic !", "Basic /w==", "Bearer x"])
async def test_a_wrong_authorization_header_gets_no_token(world: World, kind: str) -> None:
    reply = await world.anybody.call(
        "POST",
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": kind},
    )

    assert (reply.status, reply.body["error"]) == (401, "invalid_client")


async def test_companies_and_projects_are_listed_without_the_company_header(
    world: World, app: Caller
) -> None:
    plain, company = _without_company(app), world.procore.company_id

    companies = await plain.get("/rest/v1.0/companies")
    projects = await plain.get(f"/rest/v1.1/projects?company_id={company}")
    elsewhere = await plain.get("/rest/v1.1/projects?company_id=1")
    nowhere = await plain.get("/rest/v1.1/projects")

    assert [row["id"] for row in companies.body] == [company]
    assert [row["id"] for row in projects.body] == [world.project]
    assert (elsewhere.status, nowhere.status) == (403, 400)


async def test_those_lists_want_the_header_where_the_switch_says_so(make: Make) -> None:
    world = await make(lists_need_company_header=True)
    plain, company = _without_company(await world.app()), world.procore.company_id

    statuses = [
        (await plain.get(path)).status
        for path in ("/rest/v1.0/companies", f"/rest/v1.1/projects?company_id={company}")
    ]

    assert statuses == [400, 400]


async def test_the_older_path_gives_the_projects_of_a_company(world: World, app: Caller) -> None:
    reply = await app.get(f"/rest/v1.0/companies/{world.procore.company_id}/projects")

    assert [(row["id"], row["status_name"]) for row in reply.body] == [(world.project, "Active")]
    assert (await app.get("/rest/v1.0/companies/1/projects")).status == 403


@pytest.mark.off_contract
async def test_a_file_is_renamed_and_moved_by_a_form(world: World, app: Caller) -> None:
    made = await world.new_file(app, "a.pdf", b"ink")
    folder = await world.new_folder(app, "Plans")

    reply = await app.call(
        "PATCH",
        world.path(f"files/{made['id']}"),
        data={"file[name]": "b.pdf", "file[parent_id]": folder["id"], "file[private]": "False"},
    )

    assert (reply.body["name"], reply.body["parent_id"]) == ("b.pdf", folder["id"])


async def test_a_file_comes_with_a_multipart_form(world: World, app: Caller) -> None:
    form = FormData({"file[name]": "a.pdf", "file[description]": "None"})
    form.add_field("file[data]", b"ink", filename="x.pdf")

    reply = await app.call("POST", world.path("files"), data=form)

    assert (reply.status, reply.body["name"], reply.body["size"]) == (201, "a.pdf", 3)


@pytest.mark.parametrize("data", [b"ink", b""])
async def test_a_refused_form_leaves_no_bytes_on_the_disk(
    world: World, app: Caller, data: bytes
) -> None:
    world.procore.switches.empty_uploads = False
    form = FormData({"file[name]": "a.pdf", "file[parent_id]": "" if not data else "1"})
    form.add_field("file[data]", data, filename="x.pdf")

    reply = await app.call("POST", world.path("files"), data=form)

    left = [path.name for path in world.blobs.folder.rglob("*") if path.is_file()]
    assert reply.status == 400
    assert left == [MARKER]


async def test_other_bytes_of_a_form_that_is_taken_do_not_stay(world: World, app: Caller) -> None:
    form = FormData({"file[name]": "a.pdf"})
    form.add_field("file[data]", b"ink", filename="x.pdf")
    form.add_field("file[preview]", b"picture", filename="x.png")

    reply = await app.call("POST", world.path("files"), data=form)

    (left,) = [one for one in world.blobs.folder.rglob("*") if one.is_file() and one.name != MARKER]
    assert (reply.status, left.read_bytes()) == (201, b"ink")


@pytest.mark.off_contract
@pytest.mark.parametrize(("length", "links"), [(1000, 3), (3000, 2), (7000, 1)])
async def test_of_a_long_query_the_next_page_is_told_in_a_header_that_clients_read(
    world: World, app: Caller, length: int, links: int
) -> None:
    for name in "abc":
        await world.new_folder(app, name)

    reply = await app.get(f"{world.index}?per_page=2&page=2&x={'x' * length}")

    assert reply.status == 200
    assert len(reply.headers["Link"]) < 8190
    assert reply.headers["Link"].count("rel=") >= links
    assert 'rel="next"' in reply.headers["Link"]


@pytest.mark.off_contract
@pytest.mark.parametrize("length", [8000, 20_000])
async def test_a_query_that_is_too_long_is_refused(world: World, app: Caller, length: int) -> None:
    reply = await app.get(f"{world.index}?x={'x' * length}")

    assert reply.status == 414


@pytest.mark.parametrize("per_page", ["10000", "1000", "300"])
async def test_a_page_beyond_the_last_is_empty(world: World, app: Caller, per_page: str) -> None:
    query = f"per_page={per_page}&page=2&filters[is_in_recycle_bin]=False&filters[private]=False"

    reply = await app.get(f"{world.index}?{query}")

    assert (reply.status, reply.body) == (200, [])
    assert reply.headers["Total"] == "2"  # the root and the bin


async def test_a_filter_is_given_more_than_once_with_or_without_brackets(
    world: World, app: Caller
) -> None:
    for name in ("a.pdf", "b.docx", "c.txt"):
        await world.new_file(app, name, b"ink")

    plain = await world.names(app, "filters[file_type]=pdf&filters[file_type]=docx")
    listed = await world.names(app, "filters[file_type][]=pdf&filters[file_type][]=docx")

    assert plain == listed == ["a.pdf", "b.docx"]


async def test_the_index_tells_its_total_without_its_rows(world: World, app: Caller) -> None:
    await world.new_file(app, "a.pdf", b"ink")

    reply = await app.call("HEAD", f"{world.index}?per_page=1")

    assert (reply.status, reply.headers["Total"], reply.body) == (200, "3", "")
    assert 'rel="next"' in reply.headers["Link"]


@pytest.mark.parametrize(
    "query",
    [
        f"page={BIG}",
        f"per_page={BIG}",
        f"filters[folder_id]={BIG}",
        f"filters[custom_tag_ids][]={BIG}",
        "page=%00",
        "page=%D9%A3",
        "filters[updated_at]=0001-01-01T00:00:00%2B14:00...9999-12-31T23:59:59-14:00",
        "sort=%00",
        "view=%FF",
    ],
)
async def test_an_absurd_question_is_refused_in_json(world: World, app: Caller, query: str) -> None:
    reply = await app.get(f"{world.index}?{query}")

    assert reply.status in {200, 400}
    assert reply.status == 200 or "errors" in reply.body


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[" * 50_000),
        ("application/json", b"null"),
        ("application/json", b"\xff"),
        ("application/json", b'{"folder":{"name":"\\ud800"}}'),
        ("application/json", json.dumps({"folder": {"name": "a", "parent_id": BIG}}).encode()),
        ("application/json", b'{"folder":{"name":"a","parent_id":1e400}}'),
        ("application/x-www-form-urlencoded", b"%ff=%fe&\xff"),
        ("application/x-www-form-urlencoded; charset=nope", b"folder[name]=a"),
        ("application/x-www-form-urlencoded", b"folder=1&folder[name]=2"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--a\r\n"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_in_json(
    world: World, app: Caller, kind: str, body: bytes
) -> None:
    async def send(path: str) -> Any:
        return await app.call("POST", path, data=body, headers={"Content-Type": kind})

    folder, token = await send(world.path("folders")), await send("/oauth/token")

    assert (folder.status, "errors" in folder.body) == (400, True)
    assert token.status in {400, 401}
    assert "error" in token.body


@pytest.mark.parametrize("company", [BIG, "-1", "1.0", " "])
async def test_an_absurd_company_is_refused(world: World, company: str) -> None:
    reply = await (await world.app(Procore_Company_Id=company)).get(world.index)

    assert (reply.status, "errors" in reply.body) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/rest/v1.0/nothing", 404),
        ("PUT", "/rest/v1.0/folders", 405),
        ("GET", "/", 404),
        ("GET", "/rest/v1.0/folders/" + BIG, 400),
        ("GET", "/rest/v1.0/projects/x/folders", 404),
    ],
)
async def test_what_is_not_there_is_refused_in_json(
    world: World, app: Caller, method: str, path: str, status: int
) -> None:
    reply = await app.call(method, f"{path}?project_id={world.project}")

    assert (reply.status, "errors" in reply.body) == (status, True)
    assert reply.headers["x-request-id"]
