"""Calls on a memory remote: how they are counted, and what a test may do in the midst of them."""

from collections.abc import AsyncIterator, Callable

import pytest

from turnbuckle.connectors.memory.blobs import Generated, hash_of, piece
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE, TEAMS_LIKE, MemoryTraits
from turnbuckle.model.hashes import HashKind
from turnbuckle.model.items import Name
from turnbuckle.ports.connector import CHUNK_BYTES, Content
from turnbuckle.ports.errors import Overtaken, Unreachable


def content(data: bytes, chunk: int = 4) -> Content:
    async def opened(start: int) -> AsyncIterator[bytes]:
        for place in range(start, len(data), chunk):
            yield data[place : place + chunk]

    return Content(size=len(data), modified=None, open=opened)


def generated(blob: Generated) -> Content:
    async def opened(start: int) -> AsyncIterator[bytes]:
        for place in range(start, blob.size, CHUNK_BYTES):
            yield piece(blob, place, CHUNK_BYTES)

    return Content(size=blob.size, modified=None, open=opened)


class Once:
    """A hook that raises at the first moment of its kind."""

    def __init__(self, when: When, op: Op, error: Exception) -> None:
        self.kind = (when, op)
        self.error: Exception | None = error

    def __call__(self, moment: Moment) -> None:
        if (moment.when, moment.op) == self.kind and self.error is not None:
            error, self.error = self.error, None
            raise error


async def test_each_write_is_counted_once() -> None:
    remote = MemoryRemote(TEAMS_LIKE)
    connector = MemoryConnector(remote)
    folder = await connector.create_folder(remote.root, Name("x"))
    made = await connector.create_file(folder.id, Name("a.dat"), content(b"ink"))
    replaced = await connector.replace(made, content(b"more ink"))
    moved = await connector.move(replaced, remote.root, Name("a.dat"))

    await connector.delete(moved)

    calls = remote.calls
    assert (calls.transfers, calls.moves, calls.deletes, calls.writes) == (2, 1, 1, 5)


async def test_what_changed_nothing_is_no_write() -> None:
    remote = MemoryRemote(TEAMS_LIKE)
    connector = MemoryConnector(remote)
    People(remote).mkdir("x")
    made = await connector.create_file(remote.root, Name("a.dat"), content(b"ink"))
    await connector.delete(made)
    remote.calls.reset()

    await connector.create_folder(remote.root, Name("x"))
    await connector.delete(made)

    assert remote.calls.writes == 0
    assert remote.calls.started[Op.DELETE] == 1


async def test_a_refused_call_is_kept_with_its_reason() -> None:
    remote = MemoryRemote(TEAMS_LIKE)
    People(remote).put("x/a.dat", b"theirs")

    with pytest.raises(Overtaken):
        await MemoryConnector(remote).create_file(
            People(remote).id_of("x"), Name("A.DAT"), content(b"mine")
        )

    (refusal,) = remote.calls.refusals
    assert (refusal.op, refusal.subject) == (Op.CREATE_FILE, "x/A.DAT")
    assert isinstance(refusal.error, Overtaken)
    assert remote.calls.writes == 0


async def test_an_error_before_a_call_leaves_the_remote_as_it_was() -> None:
    remote = MemoryRemote()
    remote.calls.hooks.append(Once(When.BEFORE, Op.CREATE_FILE, Unreachable("no line")))

    with pytest.raises(Unreachable):
        await MemoryConnector(remote).create_file(remote.root, Name("a.dat"), content(b"ink"))

    assert People(remote).snapshot() == {}
    assert remote.calls.started.total() == 0


async def test_an_error_after_a_call_is_a_lost_answer() -> None:
    remote = MemoryRemote()
    remote.calls.hooks.append(Once(When.AFTER, Op.CREATE_FILE, Unreachable("the line broke")))

    with pytest.raises(Unreachable):
        await MemoryConnector(remote).create_file(remote.root, Name("a.dat"), content(b"ink"))

    assert People(remote).snapshot() == {"a.dat": b"ink"}
    assert remote.calls.transfers == 1


async def test_an_error_in_the_middle_of_an_upload_leaves_nothing() -> None:
    remote = MemoryRemote()
    remote.calls.hooks.append(Once(When.DURING, Op.CREATE_FILE, Unreachable("the line broke")))

    with pytest.raises(Unreachable):
        await MemoryConnector(remote).create_file(remote.root, Name("a.dat"), content(b"ink" * 9))

    assert People(remote).snapshot() == {}


async def test_a_hook_may_wait() -> None:
    clock = StepClock()
    remote = MemoryRemote(clock=clock)
    before = clock.now()

    async def slow(moment: Moment) -> None:
        await clock.sleep(60)

    remote.calls.hooks.append(slow)
    await MemoryConnector(remote).look(remote.root)

    assert (clock.now() - before).total_seconds() > 120


def interfering(people: People) -> Callable[[Moment], None]:
    """Let a colleague save the file while ours is on its way."""

    def interfere(moment: Moment) -> None:
        if moment.when is When.DURING and moment.op is Op.REPLACE:
            people.put("a.dat", b"theirs")

    return interfere


async def test_a_version_that_comes_in_during_a_guarded_upload_stays() -> None:
    remote = MemoryRemote(TEAMS_LIKE)
    people = People(remote)
    people.put("a.dat", b"old")
    item = remote.item(people.at("a.dat"))
    remote.calls.hooks.append(interfering(people))

    with pytest.raises(Overtaken):
        await MemoryConnector(remote).replace(item, content(b"mine"))

    assert people.snapshot() == {"a.dat": b"theirs"}


async def test_a_version_that_slips_in_where_nothing_guards_is_told_once_and_can_be_read() -> None:
    remote = MemoryRemote(PROCORE_LIKE)
    people, connector = People(remote), MemoryConnector(remote)
    people.put("a.dat", b"old")
    item = remote.item(people.at("a.dat"))
    remote.calls.hooks.append(interfering(people))

    await connector.replace(item, content(b"mine"))

    assert people.snapshot() == {"a.dat": b"mine"}
    (theirs,) = await connector.slipped(item.id)
    assert [chunk async for chunk in connector.read(theirs)] == [b"theirs"]
    assert (theirs.name, theirs.size, theirs.by_us) == ("a.dat", 6, False)
    assert await connector.slipped(item.id) == []


async def test_a_replacement_that_comes_after_nobody_elses_version_has_no_slips() -> None:
    remote = MemoryRemote(PROCORE_LIKE)
    people, connector = People(remote), MemoryConnector(remote)
    people.put("a.dat", b"older")
    people.put("a.dat", b"old")

    await connector.replace(remote.item(people.at("a.dat")), content(b"mine"))

    assert await connector.slipped(people.id_of("a.dat")) == []


async def test_a_document_is_rewritten_before_the_upload_is_answered() -> None:
    remote = MemoryRemote(MemoryTraits(rewrites=frozenset({".docx"})))

    made = await MemoryConnector(remote).create_file(
        remote.root, Name("Letter.DOCX"), content(b"ink")
    )

    assert People(remote).snapshot() == {"Letter.DOCX": b"rw(ink)"}
    assert made == await MemoryConnector(remote).look(made.id)


async def test_a_document_is_rewritten_later_and_the_feed_tells() -> None:
    clock = StepClock()
    traits = MemoryTraits(rewrites=frozenset({".docx"}), rewrite_delay_seconds=30)
    remote = MemoryRemote(traits, clock)
    connector = MemoryConnector(remote)
    made = await connector.create_file(remote.root, Name("a.docx"), content(b"ink"))
    since = remote.cursor()
    assert People(remote).snapshot() == {"a.docx": b"ink"}

    clock.advance(31)

    (told,) = [item async for page in connector.changes(since) for item in page.items]
    assert People(remote).snapshot() == {"a.docx": b"rw(ink)"}
    assert (told.id, told.by_us) == (made.id, True)
    assert told.version != made.version


async def test_what_people_save_is_not_rewritten() -> None:
    remote = MemoryRemote(MemoryTraits(rewrites=frozenset({".docx"})))

    People(remote).put("a.docx", b"ink")

    assert People(remote).snapshot() == {"a.docx": b"ink"}


async def test_a_file_of_five_gigabytes_crosses_without_being_held() -> None:
    blob = Generated(seed=3, size=5 * 10**9)
    remote = MemoryRemote(PROCORE_LIKE)

    made = await MemoryConnector(remote).create_file(remote.root, Name("a.zip"), generated(blob))

    assert made.size == 5 * 10**9
    assert People(remote).snapshot() == {"a.zip": blob}


async def test_a_content_that_only_begins_like_a_recipe_is_kept_as_it_is() -> None:
    blob = Generated(seed=3, size=3 * CHUNK_BYTES + 5)
    data = b"".join(piece(blob, place, CHUNK_BYTES) for place in range(0, blob.size, CHUNK_BYTES))
    damaged = data[:-1] + bytes([data[-1] ^ 1])
    remote = MemoryRemote()
    connector = MemoryConnector(remote)

    made = await connector.create_file(remote.root, Name("a.zip"), content(damaged, 700_000))
    short = await connector.create_file(remote.root, Name("b.zip"), content(data[:-1], 700_000))

    assert b"".join([chunk async for chunk in connector.read(made)]) == damaged
    assert b"".join([chunk async for chunk in connector.read(short)]) == data[:-1]


def test_a_recipe_gives_the_same_bytes_from_any_place() -> None:
    blob = Generated(seed=9, size=2 * CHUNK_BYTES + 77)
    whole = piece(blob, 0, CHUNK_BYTES) + piece(blob, CHUNK_BYTES, CHUNK_BYTES)

    assert piece(blob, 500_000, CHUNK_BYTES) == whole[500_000 : 500_000 + CHUNK_BYTES]
    assert len(piece(blob, 2 * CHUNK_BYTES, CHUNK_BYTES)) == 77
    assert hash_of(blob, HashKind.SHA256) != hash_of(Generated(10, blob.size), HashKind.SHA256)


async def test_pages_are_as_small_as_the_remote_makes_them() -> None:
    remote = MemoryRemote(MemoryTraits(page_items=2))
    for number in range(4):
        People(remote).put(f"{number}.dat", b"")

    pages = [page async for page in MemoryConnector(remote).changes(None)]

    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [page.expected for page in pages] == [5, 5, 5]
    assert remote.calls.started[Op.LIST] == 3


async def test_a_page_that_fails_can_be_asked_for_from_the_beginning() -> None:
    remote = MemoryRemote(MemoryTraits(page_items=1))
    People(remote).put("a.dat", b"")

    def second_fails(moment: Moment) -> None:
        if moment.subject == "page 2" and moment.when is When.BEFORE:
            raise Unreachable("no line")

    remote.calls.hooks.append(second_fails)
    with pytest.raises(Unreachable):
        [page async for page in MemoryConnector(remote).changes(None)]
    remote.calls.hooks.clear()

    assert len([page async for page in MemoryConnector(remote).changes(None)]) == 2
