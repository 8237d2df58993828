"""A switch that somebody turns while the service runs holds from the next call on."""

from practice.procore.caller import Caller, World


def turn(world: World, **switches: object) -> None:
    for name, value in switches.items():
        setattr(world.procore.switches, name, value)


async def test_names_become_the_same_and_different_again(world: World, app: Caller) -> None:
    turn(world, case_blind=False)
    plans = await world.new_folder(app, "Plans")
    await world.new_folder(app, "plans")

    turn(world, case_blind=True)
    blind = await app.post(world.path("folders"), {"folder": {"name": "PLANS"}})
    gone = await app.delete(world.path(f"folders/{plans['id']}"))
    turn(world, case_blind=False)
    back = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert (blind.status, gone.status, back.status) == (400, 200, 201)


async def test_the_bin_leaves_the_index_at_once(world: World, app: Caller) -> None:
    folder = await world.new_folder(app, "Plans")
    await app.delete(world.path(f"folders/{folder['id']}"))
    shown = await world.names(app)

    turn(world, bin_in_index=False)

    assert "Plans" in shown
    assert "Plans" not in await world.names(app)


async def test_an_inactive_project_may_be_written_once_the_switch_is_turned(
    world: World, app: Caller
) -> None:
    world.procore.set_active(world.project, False)
    refused = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    turn(world, inactive_refuses_writes=False)
    taken = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert (refused.status, taken.status) == (403, 201)
