"""The forms of address and option that clients in use send, and those that the service refuses."""

import json

import pytest
from practice.microsoft.client import Microsoft


@pytest.mark.parametrize(
    "path",
    [
        "/root",
        "/root/",
        "/items/root",
        "/root:",
        "/root:/",
        "/root:/:",
        "/root:/Site%20Office:/..",
    ],
)
async def test_the_root_has_many_addresses(microsoft: Microsoft, path: str) -> None:
    answer = await microsoft.call("GET", microsoft.at + path)

    assert answer.status == (200 if ".." not in path else 400)
    assert ".." in path or "root" in answer.json


@pytest.mark.parametrize(
    "path",
    [
        "{at}/root:/Site%20Office/a%20b.txt",
        "{at}/root:/Site%20Office/a%20b.txt:",
        "{at}/root:/site%20office/A%20B.TXT",
        "{at}/root:/Site%20Office%2Fa%20b.txt",
        "{at}/root:/./Site%20Office/a%20b.txt",
        "{at}/root%3A/Site%20Office/a%20b.txt%3A",
        "{at}/items/root:/Site%20Office/a%20b.txt",
        "{at}/items/{folder}:/a%20b.txt:",
        "{encoded}/items/{folder}:/a%20b.txt",
        "{at}//items//{folder}:/a%20b.txt",
        "/{at}/items/{folder}:/a%20b.txt",
        "{service}//v1.0/{at}/items/{folder}:/a%20b.txt",
        "/sites/{site}/drive/root:/Site%20Office/a%20b.txt",
        "/sites/{host}:/sites/HarbourTower:/drive/root:/Site%20Office/a%20b.txt",
        "/groups/{group}/drive/root:/Site%20Office/a%20b.txt",
        "/groups/{group}/drives/{drive}/root:/Site%20Office/a%20b.txt",
        "/sites/{site}/drives/{drive}/items/{folder}:/a%20b.txt",
    ],
)
async def test_a_file_is_found_by_every_form_of_its_address(
    microsoft: Microsoft, path: str
) -> None:
    made = (await microsoft.put("a%20b.txt", b"ink")).json
    site = microsoft.service.team.site
    drive = microsoft.drive.place.drive_id

    answer = await microsoft.call(
        "GET",
        path.format(
            at=microsoft.at,
            service=microsoft.service.address,
            encoded=microsoft.at.replace("!", "%21"),
            folder=microsoft.folder,
            site=site.id,
            host=site.host,
            group=microsoft.service.team.id,
            drive=drive,
        ),
    )

    assert (answer.status, answer.json.get("id")) == (200, made["id"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/root://Site%20Office:/children", 400),
        ("/root:/a&%23b.txt", 400),
        ("/root:/nothing.txt", 404),
        ("/root:/Site%20Office:/nothing", 405),
        ("/items/", 400),
        ("/items/x%00y", 404),
        ("/root:/%00", 404),
        ("/root:/" + "a/" * 2000, 404),
    ],
)
async def test_an_address_that_makes_no_sense_is_refused(
    microsoft: Microsoft, path: str, status: int
) -> None:
    answer = await microsoft.call("GET", microsoft.at + path)

    assert (answer.status, "error" in answer.json) == (status, True)


@pytest.mark.parametrize(
    "form",
    [
        "{at}/root/delta",
        "{at}/root/delta()",
        "{at}/root/microsoft.graph.delta()",
        "{at}/items/root/delta",
    ],
)
async def test_delta_is_a_function_or_a_word(microsoft: Microsoft, form: str) -> None:
    answer = await microsoft.call("GET", form.format(at=microsoft.at))

    assert "@odata.deltaLink" in answer.json
    assert "Site Office" in {row["name"] for row in answer.json["value"]}


@pytest.mark.parametrize(
    "form",
    [
        "/root/delta?token={}",
        "/root/delta?$token={}",
        "/root/delta?TOKEN={}",
        "/root/delta(token='{}')",
        "/items/root/delta(token='{}')",
        "/root/delta()?token={}",
    ],
)
@pytest.mark.off_contract
async def test_a_token_comes_in_the_address_or_in_the_query(
    microsoft: Microsoft, form: str
) -> None:
    _, link = await microsoft.changes()
    made = (await microsoft.put("a.txt", b"ink")).json

    answer = await microsoft.call("GET", microsoft.at + form.format(link.partition("token=")[2]))

    assert made["id"] in {row["id"] for row in answer.json["value"]}
    assert microsoft.drive.root_id in {row["id"] for row in answer.json["value"]}
    assert "General" not in {row["name"] for row in answer.json["value"]}


@pytest.mark.parametrize(
    "token", ["%00", "9" * 5000, "0001-01-01T00:00:00%2B14:00", "ZGVsdGE7YTtiO2M7ZA", "nonsense"]
)
async def test_a_token_that_is_none_is_refused(microsoft: Microsoft, token: str) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/root/delta?token={token}")

    assert answer.status in {200, 400}  # a time long ago is one


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("$top=1", 1),
        ("top=1", 1),
        ("$TOP=1", 1),
        ("%24top=1", 1),
        ("$top=1&$select=id,name", 1),
    ],
)
@pytest.mark.off_contract
async def test_options_come_with_and_without_the_dollar_sign_in_any_case(
    microsoft: Microsoft, query: str, count: int
) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/root/children?{query}")

    assert len(answer.json["value"]) == count
    assert "@odata.nextLink" in answer.json


@pytest.mark.parametrize("query", ["$top=0", "$top=-1", "$top=x", "$top=" + "9" * 5000, "$top=%D9"])
async def test_a_page_of_no_size_is_refused(microsoft: Microsoft, query: str) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/root/children?{query}")

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_a_skip_token_of_somebody_else_is_refused(microsoft: Microsoft) -> None:
    for token in ("xxx", "%00", "YXQgLTU=", "YXQgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        answer = await microsoft.call("GET", f"{microsoft.at}/root/children?$skiptoken={token}")

        assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_words_are_searched_with_quotes_and_brackets_in_them(microsoft: Microsoft) -> None:
    await microsoft.put("plan%20(north).txt", b"ink")
    await microsoft.put("it's.txt", b"ink")

    async def found(form: str) -> list[str]:
        answer = await microsoft.call("GET", microsoft.at + form)
        return [row["name"] for row in answer.json["value"]]

    assert await found("/root/search(q='plan%20(north)')") == ["plan (north).txt"]
    assert await found("/root/search(q='it''s')") == ["it's.txt"]
    assert await found("/search(q='PLAN')") == ["plan (north).txt"]
    assert len(await found("/root/search(q='')")) >= 4


@pytest.mark.off_contract
async def test_older_spellings_of_uploads_are_taken(microsoft: Microsoft) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}:/a.bin:/upload.createSession"
    rules = {"item": {"@name.conflictBehavior": "fail"}}
    await microsoft.put("a.bin", b"ink")

    answer = await microsoft.call("POST", path, json=rules)

    assert (answer.status, answer.error) == (409, "nameAlreadyExists")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 50_000,
        b'{"name":1}',
        b'{"name":"a\\u0000","folder":{}}',
        b'{"name":"\\ud800","folder":{}}',
        b'{"name":"a","folder":[]}',
        b'{"name":"a","folder":{},"@microsoft.graph.conflictBehavior":[]}',
        b'{"name":"a","folder":{},"fileSystemInfo":{"createdDateTime":"0001-01-01T00:00:00+14:00"}}',
        b'{"name":"a","folder":{},"fileSystemInfo":{"createdDateTime":5}}',
        b'{"name":"a","folder":{},"fileSystemInfo":[1]}',
        b'{"name":"a","folder":{},"x":1e400}',
    ],
)
async def test_a_body_that_makes_no_sense_is_refused(microsoft: Microsoft, body: bytes) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}/children"

    answer = await microsoft.call(
        "POST", path, data=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_a_body_must_say_that_it_is_json_and_be_short(microsoft: Microsoft) -> None:
    path = f"{microsoft.at}/items/{microsoft.folder}/children"
    body = json.dumps({"name": "Plans", "folder": {}}).encode()

    unsaid = await microsoft.call("POST", path, data=body, headers={"Content-Type": "text/plain"})
    long = await microsoft.call(
        "POST", path, data=b" " * (2 << 20), headers={"Content-Type": "application/json"}
    )

    assert (unsaid.status, unsaid.error) == (400, "invalidRequest")
    assert (long.status, long.error) == (413, "invalidRequest")


@pytest.mark.parametrize(
    "reference",
    [[], "x", {"id": []}, {"id": {}}, {"driveId": []}, {"driveId": {}}, {"driveId": "x"}],
)
async def test_a_copy_to_nowhere_is_refused(microsoft: Microsoft, reference: object) -> None:
    made = (await microsoft.put("a.txt", b"ink")).json

    answer = await microsoft.call(
        "POST", f"{microsoft.at}/items/{made['id']}/copy", json={"parentReference": reference}
    )

    assert answer.status in {400, 404, 409}
    assert "error" in answer.json


@pytest.mark.parametrize("path", ["/", "/v1.0", "/beta/me", "/v3.0/me", "/nothing/at/all"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_what_is_no_version_of_the_api_is_refused_in_json(
    microsoft: Microsoft, method: str, path: str
) -> None:
    answer = await microsoft.call(method, microsoft.service.address + path)

    assert (answer.status, answer.error) == (400, "BadRequest")
    assert answer.headers["request-id"]


@pytest.mark.parametrize(
    ("method", "kind", "body", "number"),
    [
        ("GET", "", None, 900561),
        ("PUT", "", None, 900561),
        ("POST", "application/json", b"{}", 900144),
        ("POST", "application/x-www-form-urlencoded", b"a=%ff&\xff", 90023),
        ("POST", "application/x-www-form-urlencoded; charset=nope", b"a=1", 90023),
        ("POST", "application/x-www-form-urlencoded", b"a=" + b"x" * (2 << 20), 90023),
        ("POST", "application/x-www-form-urlencoded", b"a=1", 700016),
    ],
)
async def test_a_token_call_that_makes_no_sense_has_an_aadsts_body(
    microsoft: Microsoft, method: str, kind: str, body: bytes | None, number: int
) -> None:
    service = microsoft.service
    address = f"{service.address}/{service.tenant_id}/oauth2/v2.0/token"
    headers = {"Content-Type": kind} if kind else {}

    answer = await microsoft.bare(method, address, data=body, headers=headers)

    assert (answer.status, answer.json["error_codes"]) == (400, [number])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("$filter=folder%20ne%20null", ["Plans"]),
        ("$filter=file%20ne%20null&$orderby=name%20desc", ["c.txt", "a.txt"]),
        ("$filter=name%20eq%20'A.txt'", ["a.txt"]),
        ("$orderby=name", ["a.txt", "c.txt", "Plans"]),
        ("$orderby=size%20desc,name", ["a.txt", "c.txt", "Plans"]),
    ],
)
async def test_children_are_filtered_and_ordered(
    microsoft: Microsoft, query: str, names: list[str]
) -> None:
    await microsoft.put("c.txt", b"i")
    await microsoft.put("a.txt", b"ink")
    children = f"{microsoft.at}/items/{microsoft.folder}/children"
    await microsoft.call("POST", children, json={"name": "Plans", "folder": {}})

    found: list[str] = []
    link = f"{children}?$top=1&{query}"
    while link:
        answer = await microsoft.call("GET", link)
        found += [row["name"] for row in answer.json["value"]]
        link = answer.json.get("@odata.nextLink", "")

    assert found == names


@pytest.mark.parametrize("query", ["$filter=size%20gt%205", "$orderby=color", "$filter=folder"])
async def test_a_filter_or_an_order_that_is_not_known_is_refused(
    microsoft: Microsoft, query: str
) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/root/children?{query}")

    assert (answer.status, answer.error) == (400, "invalidRequest")
