"""Which addresses a practice service posts to, and how."""

import ssl
from collections.abc import AsyncIterator

import pytest
import trustme
from aiohttp import web
from practice.receiver import Receiver

from turnbuckle.practice.posting import BadAddress, Poster, Reach, good_address

STRICT = Reach(loopback=False, public=False)
HERE = Reach(loopback=True, public=False)
OUT = Reach(loopback=False, public=True)


class Names:
    """A resolver that knows a few names, and notes what it was asked."""

    def __init__(self, **known: str) -> None:
        self.known = {name.replace("_", "."): number for name, number in known.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        if host not in self.known:
            raise OSError(f"{host} is not known")
        return [self.known[host]]


@pytest.fixture
async def poster() -> AsyncIterator[Poster]:
    made = Poster(lambda: HERE)
    yield made
    await made.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.customer.com/in",
        "ftp://hooks.customer.com/in",
        "hooks.customer.com/in",
        "https://",
        "https:///in",
        "https://me:secret@hooks.customer.com/in",
        "https://me@hooks.customer.com/in",
        "https://localhost/in",
        "https://LOCALHOST./in",
        "https://here.localhost/in",
        "https://127.0.0.1/in",
        "https://127.1/in",
        "https://2130706433/in",
        "https://0x7f.0.0.1/in",
        "https://0.0.0.0/in",
        "https://10.1.2.3/in",
        "https://172.16.0.1/in",
        "https://192.168.1.1/in",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/in",
        "https://224.0.0.1/in",
        "https://[::1]/in",
        "https://[::ffff:127.0.0.1]/in",
        "https://[::ffff:10.0.0.1]/in",
        "https://[fe80::1]/in",
        "https://[fc00::1]/in",
        "https://[64:ff9b::7f00:1]/in",
        "https://[2002:7f00:1::]/in",
        "https://intranet/in",
        "https://printer.local/in",
        "https://metadata.google.internal/in",
        "https://hooks.customer.com:99999/in",
        "https://hooks.customer.com/a b",
        "https://hooks.customer.com/\n",
        "https://hooks.customer.com/" + "a" * 2100,
        "",
    ],
)
def test_an_address_that_is_not_https_and_public_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        good_address(address, STRICT)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.customer.com/in?key=1",
        "https://hooks.customer.com:8443/in",
        "https://8.8.8.8/in",
        "https://[2606:4700::1111]/in",
        "https://xn--bcher-kva.example.com/in",
    ],
)
def test_a_public_https_address_is_taken(address: str) -> None:
    assert str(good_address(address, STRICT)) == address


def test_an_odd_port_of_a_public_host_is_refused_where_the_usual_one_is_asked_for() -> None:
    with pytest.raises(BadAddress, match="port 443"):
        good_address("https://hooks.customer.com:8443/in", STRICT, usual_port=True)


@pytest.mark.parametrize(
    "address", ["http://localhost:9/in", "https://127.0.0.1:9/in", "http://[::1]:9/in"]
)
def test_with_the_switch_this_machine_is_taken_over_http_too(address: str) -> None:
    assert str(good_address(address, HERE, usual_port=True)) == address


@pytest.mark.parametrize("address", ["http://10.0.0.1/in", "http://hooks.customer.com/in"])
def test_the_switch_opens_nothing_but_this_machine(address: str) -> None:
    with pytest.raises(BadAddress):
        good_address(address, HERE)


async def test_a_name_of_an_inner_address_is_refused_when_it_is_given() -> None:
    poster = Poster(lambda: OUT, resolve=Names(inner_customer_com="10.0.0.8"))

    with pytest.raises(BadAddress, match="publicly accessible"):
        await poster.check("https://inner.customer.com/in")


async def test_a_name_that_leads_inside_later_is_not_connected_to() -> None:
    names = Names(hooks_customer_com="127.0.0.1")
    poster = Poster(lambda: OUT, resolve=names)

    posted = await poster.post("https://hooks.customer.com/in", b"{}", {}, 5)
    await poster.close()

    assert posted.status is None
    assert "publicly accessible" in posted.error
    assert names.asked == ["hooks.customer.com"]


@pytest.mark.parametrize("address", ["https://hooks.customer.com/in", "https://8.8.8.8/in"])
async def test_without_the_switch_no_public_host_is_looked_for(address: str) -> None:
    names = Names()
    poster = Poster(lambda: STRICT, resolve=names)

    await poster.check(address)
    posted = await poster.post(address, b"{}", {}, 5)
    await poster.close()

    assert "this machine alone" in posted.error
    assert names.asked == []


async def test_a_name_that_nobody_knows_is_an_error_like_any_other() -> None:
    poster = Poster(lambda: OUT, resolve=Names())

    await poster.check("https://gone.customer.com/in")
    posted = await poster.post("https://gone.customer.com/in", b"{}", {}, 5)
    await poster.close()

    assert posted.status is None
    assert not posted.timed_out


async def test_a_post_brings_its_body_and_its_headers(poster: Poster) -> None:
    async with Receiver() as receiver:
        posted = await poster.post(f"{receiver.address}/in?a=1", b"{}", {"Authorization": "x"}, 5)

    assert posted.is_taken
    (received,) = receiver.received
    assert (received.path, received.query, received.body) == ("/in", {"a": "1"}, b"{}")
    assert received.headers["Authorization"] == "x"


async def test_a_redirect_is_not_followed(poster: Poster) -> None:
    async with Receiver() as receiver:
        receiver.answering = lambda _: web.Response(status=307, headers={"Location": "/elsewhere"})

        posted = await poster.post(f"{receiver.address}/in", b"{}", {}, 5)

    assert posted.status == 307
    assert not posted.is_taken
    assert [each.path for each in receiver.received] == ["/in"]


async def test_a_receiver_that_hangs_is_left_after_the_time_that_it_has(poster: Poster) -> None:
    async with Receiver(hold_seconds=3600) as receiver:
        posted = await poster.post(f"{receiver.address}/in", b"{}", {}, 0.1)

    assert posted.timed_out


async def test_an_endless_answer_is_not_read_to_its_end(poster: Poster) -> None:
    async with Receiver() as receiver:
        receiver.answering = lambda _: web.Response(body=b"x" * 1_000_000)

        posted = await poster.post(f"{receiver.address}/in", b"{}", {}, 5)

    assert len(posted.body) == 1 << 16


async def test_nobody_listening_is_an_error_and_not_an_exception(poster: Poster) -> None:
    posted = await poster.post("http://127.0.0.1:1/in", b"{}", {}, 5)

    assert posted.status is None
    assert posted.error


async def test_over_tls_a_certificate_of_the_given_authority_is_believed() -> None:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(served)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    poster = Poster(lambda: HERE, trust=trust)
    async with Receiver(tls=served) as receiver:
        posted = await poster.post(f"{receiver.address}/in", b"{}", {}, 5)
        await poster.close()

    assert receiver.address.startswith("https://")
    assert posted.is_taken


async def test_over_tls_a_strangers_certificate_is_not_believed(poster: Poster) -> None:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(served)
    async with Receiver(tls=served) as receiver:
        posted = await poster.post(f"{receiver.address}/in", b"{}", {}, 5)

    assert posted.status is None
    assert receiver.received == []
