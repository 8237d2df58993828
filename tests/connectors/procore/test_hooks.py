"""Hooks are set up whole or not at all, and only ours are seen and touched."""

from collections.abc import AsyncIterator

import pytest
from connectors.procore.conftest import Make
from connectors.procore.world import BEN, World
from practice.receiver import Receiver

from turnbuckle.connectors.procore.hooks import Hooks
from turnbuckle.connectors.procore.project import Project, WholeCompany
from turnbuckle.model.trees import DOCUMENTS, PHOTOS
from turnbuckle.ports.announcing import Hook
from turnbuckle.ports.errors import AccessDenied, Unacceptable
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.hook_resources import EventType
from turnbuckle.practice.procore.hooks import Hook as KeptHook

SECRET = "what only Procore and we know"
PUBLIC = "https://hooks.example.com/hooks/procore/key/1"


@pytest.fixture
async def world(make: Make) -> World:
    return await make(loopback_hooks=True)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


def announcer(world: World, *tools: str, of: Project | WholeCompany | None = None) -> Hooks:
    wire = world.wire(world.tokens, world.project.company)
    return Hooks(wire, of or world.project, tools or (DOCUMENTS,))


def kept(world: World) -> list[KeptHook]:
    return list(world.service.hooks.all.values())


async def listed(hooks: Hooks) -> list[Hook]:
    return [hook async for hook in hooks.hooks()]


async def test_a_change_of_somebody_is_posted_with_our_secret(
    world: World, receiver: Receiver
) -> None:
    await announcer(world).make(f"{receiver.address}/in", SECRET)
    item = await world.file("A-101.pdf")
    await world.write(item, b"newer")

    await world.service.hooks.settle()

    assert {post.headers["Authorization"] for post in receiver.received} == {SECRET}
    assert {body["resource_name"] for body in receiver.bodies} == {
        "Project Files",
        "Project File Versions",
    }


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        ((DOCUMENTS,), {"Project Files", "Project File Versions", "Project Folders"}),
        (
            (DOCUMENTS, PHOTOS),
            {"Project Files", "Project File Versions", "Project Folders"}
            | {"Images", "Image Categories"},
        ),
    ],
)
async def test_every_kind_of_event_of_the_tools_is_asked_for(
    world: World, tools: tuple[str, ...], told: set[str]
) -> None:
    await announcer(world, *tools).make(PUBLIC, SECRET)

    (made,) = kept(world)
    asked = {(each.resource, each.event_type) for each in made.triggers.values()}
    assert asked == {(name, event) for name in told for event in EventType}


async def test_a_companys_own_documents_have_a_hook_of_the_company(world: World) -> None:
    company = WholeCompany(world.project.company)

    await announcer(world, of=company).make(PUBLIC, SECRET)

    (made,) = kept(world)
    assert made.place.project_id is None
    assert {each.resource for each in made.triggers.values()} == {
        "Company Files",
        "Company File Versions",
        "Company Folders",
    }
    assert [hook.hears for hook in await listed(announcer(world, of=company))] == [True]


async def test_a_hook_is_made_with_two_calls_and_seen_with_one(world: World) -> None:
    hooks = announcer(world)
    await hooks.make(PUBLIC, SECRET)
    before = world.calls

    await hooks.make(PUBLIC + "0", SECRET)
    made = world.calls - before
    seen = await listed(hooks)

    assert made == 2
    assert world.calls - before == 3
    assert [hook.address for hook in seen] == [PUBLIC, PUBLIC + "0"]


async def test_all_pages_of_hooks_are_read(world: World) -> None:
    hooks = announcer(world)
    await hooks.make(PUBLIC, SECRET)
    (first,) = kept(world)
    for number in range(120):
        copy = KeptHook(
            id=number + 10**9,
            place=first.place,
            payload_version="v2.0",
            namespace=first.namespace,
            address=f"{PUBLIC}{number}",
            authorization=None,
            user_id=BEN.id,
            created=first.created,
            updated=first.updated,
        )
        world.service.hooks.add(copy)

    assert len(await listed(hooks)) == 121


async def test_hooks_of_other_programs_are_not_seen(world: World) -> None:
    hooks = announcer(world)
    await hooks.make(PUBLIC, SECRET)
    (made,) = kept(world)
    made.namespace = "another-program"

    assert await listed(hooks) == []


async def test_a_hook_that_was_switched_off_or_lost_a_trigger_does_not_hear(world: World) -> None:
    hooks = announcer(world)
    await hooks.make(PUBLIC, SECRET)
    await hooks.make(PUBLIC + "0", SECRET)
    off, poor = kept(world)
    off.active = False
    poor.triggers.popitem()

    assert [hook.hears for hook in await listed(hooks)] == [False, False]


async def test_a_hook_lives_for_ever(world: World) -> None:
    hooks = announcer(world)
    made = await hooks.make(PUBLIC, SECRET)
    before = world.calls

    assert await hooks.renew(made) == made

    assert made.expires is None
    assert world.calls == before


async def test_a_hook_is_taken_away_once_and_again(world: World) -> None:
    hooks = announcer(world)
    made = await hooks.make(PUBLIC, SECRET)

    await hooks.remove(made.id)
    await hooks.remove(made.id)

    assert kept(world) == []


async def test_who_may_not_set_up_hooks_is_told_so(world: World) -> None:
    account = world.service.service_account
    world.service.hooks.set_level(world.project.company, account, Level.READ_ONLY)

    with pytest.raises(AccessDenied, match="Webhooks API"):
        await announcer(world).make(PUBLIC, SECRET)


@pytest.mark.parametrize(
    "address", ["http://hooks.example.com/x", "https://10.0.0.1/x", "https://inside.internal/x"]
)
async def test_an_address_that_procore_does_not_post_to_is_told(world: World, address: str) -> None:
    with pytest.raises(Unacceptable, match="destination_url"):
        await announcer(world).make(address, SECRET)

    assert kept(world) == []


async def test_a_hook_without_its_triggers_is_taken_away_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = announcer(world)
    wanted = [*hooks._triggers, {"resource_name": "Elevators", "event_type": "create"}]
    monkeypatch.setattr(hooks, "_triggers", wanted)

    with pytest.raises(Unacceptable, match="does not tell of all changes in Elevators"):
        await hooks.make(PUBLIC, SECRET)

    assert kept(world) == []
