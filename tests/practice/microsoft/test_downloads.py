"""Downloads by pre-authenticated addresses."""

import aiohttp
import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.microsoft.faults import Fault


async def test_content_redirects_to_the_storage_host(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{made['id']}/content")
    read = await microsoft.bare("GET", answer.headers["Location"])

    assert answer.status == 302
    assert answer.headers["Location"].startswith(microsoft.service.storage_address)
    assert (read.status, read.body) == (200, b"0123456789")
    assert read.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    ("span", "body"), [("bytes=4-", b"456789"), ("bytes=2-3", b"23"), ("bytes=-3", b"789")]
)
async def test_a_range_is_served_by_the_storage_host(
    microsoft: Microsoft, span: str, body: bytes
) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json

    read = await microsoft.download(made["id"], {"Range": span})

    assert (read.status, read.body) == (206, body)


async def test_a_download_address_refuses_a_token_where_the_switch_says_so(
    microsoft: Microsoft,
) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json
    microsoft.switches.storage_refuses_tokens = True

    answer = await microsoft.call("GET", made["@microsoft.graph.downloadUrl"])

    assert answer.status == 401


async def test_a_download_address_expires(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json

    microsoft.clock.advance(3601)
    answer = await microsoft.bare("GET", made["@microsoft.graph.downloadUrl"])

    assert (answer.status, answer.inner) == (401, "expiredToken")


async def test_a_forged_download_address_is_refused(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json
    address = made["@microsoft.graph.downloadUrl"].replace("tempauth=Y", "tempauth=Z")

    answer = await microsoft.bare("GET", address)

    assert answer.status == 401


async def test_unchanged_content_is_not_sent_again(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"0123456789")).json

    answer = await microsoft.call(
        "GET",
        f"{microsoft.at}/items/{made['id']}/content",
        headers={"If-None-Match": made["eTag"]},
    )

    assert answer.status == 304


async def test_a_download_may_break_off_in_the_middle(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"0123456789" * 1000)).json
    microsoft.service.faults.order(Fault(host="storage", method="GET", cut_after_bytes=1234))

    with pytest.raises(aiohttp.ClientError):
        await microsoft.bare("GET", made["@microsoft.graph.downloadUrl"])

    again = await microsoft.bare("GET", made["@microsoft.graph.downloadUrl"])
    assert again.body == b"0123456789" * 1000


async def test_a_gateway_may_answer_with_a_page(microsoft: Microsoft) -> None:
    made = (await microsoft.put("a.txt", b"x")).json
    microsoft.service.faults.order(Fault(host="storage", status=503, html=True))

    answer = await microsoft.bare("GET", made["@microsoft.graph.downloadUrl"])

    assert answer.status == 503
    assert answer.headers["Content-Type"].startswith("text/html")


async def test_a_photo_may_be_told_larger_than_what_a_download_gives(microsoft: Microsoft) -> None:
    microsoft.switches.larger_told_suffixes = frozenset({".heic"})

    made = (await microsoft.put("IMG_1.HEIC", b"photo")).json
    read = await microsoft.download(made["id"])

    assert (made["size"], read.body) == (517, b"photo")
