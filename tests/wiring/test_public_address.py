"""Our public address is one that remotes post to, or is refused with the reason."""

import pytest

from turnbuckle.wiring.public_address import BadPublicAddress, hook_of, public_address


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://sync.example.com", "https://sync.example.com"),
        (" https://Sync.Example.com/ ", "https://sync.example.com"),
        ("https://sync.example.com:443", "https://sync.example.com"),
        ("https://example.com/turnbuckle/", "https://example.com/turnbuckle"),
        ("https://8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_a_public_https_address_is_for_live_services_and_practice(text: str, base: str) -> None:
    address = public_address(text, {})

    assert address is not None
    assert address.base == base
    assert set(address.kinds) == {"live", "practice"}


@pytest.mark.parametrize("text", ["http://127.0.0.1:8080", "http://localhost:1", "https://[::1]"])
def test_an_address_of_this_machine_is_for_practice_alone(text: str) -> None:
    address = public_address(text, {})

    assert address is not None
    assert set(address.kinds) == {"practice"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("http://sync.example.com", "not https"),
        ("https://sync.example.com:8443", "port 443 alone"),
        ("https://10.1.2.3", "cannot reach"),
        ("https://192.168.0.1/x", "cannot reach"),
        ("https://[fe80::1]", "cannot reach"),
        ("https://intranet", "cannot reach"),
        ("https://sync.corp.internal", "cannot reach"),
        ("https://0x7f.1", "cannot reach"),
        ("https://me:secret@sync.example.com", "^our address must not carry a user name"),
        ("https://sync.example.com?x=1", "host alone"),
        ("https://sync.example.com/a b", "unusual characters"),
        ("sync.example.com", "host alone"),
        ("https://sync.example.com:x", "no address"),
        ("https://" + "x" * 600 + ".com", "host alone"),
    ],
)
def test_what_no_remote_posts_to_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadPublicAddress, match=why):
        public_address(text, {})


def test_the_environment_may_hold_it_and_an_option_goes_before() -> None:
    environment = {"TURNBUCKLE_PUBLIC_ADDRESS": "https://a.example.com"}

    from_environment = public_address(None, environment)
    named = public_address("https://b.example.com", environment)

    assert from_environment is not None
    assert from_environment.base == "https://a.example.com"
    assert named is not None
    assert named.base == "https://b.example.com"


@pytest.mark.parametrize("named", [None, "", "  "])
def test_without_one_there_is_none(named: str | None) -> None:
    assert public_address(named, {}) is None


def test_our_hooks_are_known_by_a_key_wherever_they_lead() -> None:
    address = public_address("https://example.com/turnbuckle", {})
    assert address is not None
    ours = address.of_hook("procore", "k1", 7)

    assert ours == "https://example.com/turnbuckle/hooks/procore/k1/7"
    assert hook_of(ours, "procore", {"k0", "k1"}) == 7
    assert hook_of("https://old.example.com/hooks/procore/k1/7", "procore", {"k1"}) == 7
    assert hook_of(ours, "procore", {"k2"}) is None
    assert hook_of(ours, "microsoft", {"k1"}) is None
    assert hook_of(ours + "/more", "procore", {"k1"}) is None
    assert hook_of("https://example.com/hooks/procore/k1/x", "procore", {"k1"}) is None
