"""Which addresses are followed, and which of them get the bearer."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from turnbuckle.ports.errors import MalformedReply
from turnbuckle.transport.addresses import (
    PublicResolver,
    Purpose,
    check_address,
    is_public,
    may_have_bearer,
    parsed,
)
from turnbuckle.transport.clouds import MICROSOFT_CLOUDS, PROCORE_CLOUDS, practice_cloud

LIVE = PROCORE_CLOUDS["production"]
PRACTICE = practice_cloud("procore", "http://127.0.0.1:8071", "http://127.0.0.1:8072")


@pytest.mark.parametrize(
    ("address", "purpose"),
    [
        ("https://api.procore.com/rest/v1.0/me", "api"),
        ("https://storage.procore.com/v4/d/x?sig=a", "content"),
        ("https://s3.amazonaws.com/pro-core.com/x", "content"),
        ("https://8.8.8.8/x", "content"),
    ],
)
def test_public_https_is_followed(address: str, purpose: Purpose) -> None:
    check_address(address, cloud=LIVE, purpose=purpose)


@pytest.mark.parametrize(
    ("address", "purpose"),
    [
        ("https://app.procore.com/rest/v1.0/me", "api"),
        ("http://api.procore.com/rest/v1.0/me", "api"),
        ("https://api.procore.com:8443/x", "api"),
        ("https://api.procore.com.evil.example/x", "api"),
        ("https://api.procore.com@evil.example/x", "api"),
        ("http://storage.procore.com/x", "content"),
        ("ftp://storage.procore.com/x", "content"),
        ("https://localhost/x", "content"),
        ("https://localhost./x", "content"),
        ("https://a.localhost/x", "content"),
        ("https://127.0.0.1/x", "content"),
        ("https://[::1]/x", "content"),
        ("https://[::ffff:10.0.0.1]/x", "content"),
        ("https://[64:ff9b::7f00:1]/x", "content"),
        ("https://169.254.169.254/x", "content"),
        ("https://0.0.0.0/x", "content"),
        ("https://user:word@s3.amazonaws.com/x", "content"),
        ("/relative", "content"),
        ("https:///x", "content"),
        ("", "content"),
    ],
)
def test_all_else_is_not(address: str, purpose: Purpose) -> None:
    with pytest.raises(MalformedReply):
        check_address(address, cloud=LIVE, purpose=purpose)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8073/x",
        "http://localhost:8071/x",
        "https://127.0.0.1:8071/x",
        "https://s3.amazonaws.com/x",
    ],
)
def test_practice_follows_its_own_addresses_only(address: str) -> None:
    check_address("http://127.0.0.1:8071/x", cloud=PRACTICE, purpose="content")
    check_address("http://127.0.0.1:8072/x", cloud=PRACTICE, purpose="content")

    with pytest.raises(MalformedReply):
        check_address(address, cloud=PRACTICE, purpose="content")


@pytest.mark.parametrize("address", ["http://8.8.8.8/x", "https://127.0.0.1/x", "http://x.y/"])
def test_practice_without_a_known_storage_stays_on_this_machine(address: str) -> None:
    cloud = practice_cloud("procore", "http://127.0.0.1:8071")
    check_address("http://127.0.0.1:9999/x", cloud=cloud, purpose="content")

    with pytest.raises(MalformedReply):
        check_address(address, cloud=cloud, purpose="content")


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://api.procore.com/x", True),
        ("https://storage.procore.com/x", True),
        ("https://us02.procore.com/fas/x", True),
        ("https://storage.procore.com:444/x", False),
        ("http://storage.procore.com/x", False),
        ("https://notprocore.com/x", False),
        ("https://procore.com.evil.example/x", False),
        ("https://s3.amazonaws.com/x", False),
    ],
)
def test_the_bearer_goes_to_procores_own_hosts(address: str, may: bool) -> None:
    assert may_have_bearer(URL(address), LIVE) is may


def test_the_bearer_of_microsoft_goes_to_the_api_alone() -> None:
    cloud = MICROSOFT_CLOUDS["global"]

    assert may_have_bearer(URL("https://graph.microsoft.com/v1.0/me"), cloud)
    assert not may_have_bearer(URL("https://contoso.sharepoint.com/x"), cloud)


def test_practice_storage_never_gets_the_bearer() -> None:
    assert may_have_bearer(URL("http://127.0.0.1:8071/x"), PRACTICE)
    assert not may_have_bearer(URL("http://127.0.0.1:8072/x"), PRACTICE)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:80",
        "http://example.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1:80/path",
        "http://a:b@127.0.0.1:80",
        "http://127.0.0.1.example.com",
        "",
    ],
)
def test_a_practice_cloud_is_on_this_machine(address: str) -> None:
    with pytest.raises(ValueError, match="practice address"):
        practice_cloud("procore", address)


def test_a_signature_keeps_its_spelling() -> None:
    address = "https://s3.amazonaws.com/a%2Fb%20c?X-Amz-Signature=a%2Bb%2f&x=%7E"

    assert str(parsed(address)) == address


@given(st.ip_addresses())
def test_an_address_is_public_in_no_form_when_it_is_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if isinstance(address, ipaddress.IPv4Address):
        mapped = ipaddress.IPv6Address(f"::ffff:{address}")
        translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address))
        assert is_public(mapped) == is_public(translated) == is_public(address)
    if is_public(address):
        assert address.is_global
        assert not address.is_private


async def test_a_name_that_leads_to_this_machine_is_not_connected_to() -> None:
    name = socket.gethostname()

    with pytest.raises(OSError, match=r".+"):
        await PublicResolver().resolve(name, 443, socket.AF_INET)


async def test_the_name_localhost_gives_loopback_addresses() -> None:
    found = await PublicResolver().resolve("localhost", 80, socket.AF_INET)

    assert {place["host"] for place in found} == {"127.0.0.1"}
