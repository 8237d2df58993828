"""What becomes of projects and accounts in the practice Procore, and lists that tell nothing."""

from practice.procore.caller import Caller, World
from practice.procore.conftest import Make

from turnbuckle.practice.persons import person
from turnbuckle.practice.procore.company import Level
from turnbuckle.practice.procore.faults import ANY
from turnbuckle.practice.procore.switches import ProcoreLimits

ANA = person("ana")


async def test_a_renamed_project_renames_the_root_of_its_documents(
    world: World, app: Caller
) -> None:
    await app.get(world.index)

    world.procore.rename_project(world.project, "Quay Tower")

    root = (await app.get(world.path("folders"))).body
    assert (root["name"], root["name_with_path"]) == ("Quay Tower", "Quay Tower")


async def test_an_inactive_project_is_read_and_not_written(world: World, app: Caller) -> None:
    world.procore.set_active(world.project, False)

    read = await app.get(world.index)
    written = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})
    world.procore.set_active(world.project, True)
    again = await app.post(world.path("folders"), {"folder": {"name": "Plans"}})

    assert (read.status, written.status, again.status) == (200, 403, 201)


async def test_a_deleted_project_is_not_found(world: World, app: Caller) -> None:
    world.procore.delete_project(world.project)

    assert (await app.get(world.index)).status == 404


async def test_an_app_whose_secret_changed_is_out(world: World, app: Caller) -> None:
    world.procore.set_secret("another one")

    used = await app.get(world.index)
    asked = await world.anybody.post(
        "/oauth/token",
        {
            "grant_type": "client_credentials",
            "client_id": world.procore.client_id,
            "client_secret": world.procore.client_secret,
        },
    )

    assert (used.status, asked.status) == (401, 401)


async def test_a_private_folder_is_hidden_from_an_account_that_is_no_admin(
    world: World, app: Caller
) -> None:
    tree = world.procore.documents(world.project)
    folder = tree.add_folder(tree.root_id, "Claims", ANA)
    tree.set_private(tree.nodes[folder], True)
    world.procore.set_level(world.project, world.procore.service_account, Level.STANDARD)

    shown = (await app.get(world.index)).body

    assert folder not in {row["id"] for row in shown}
    assert (await app.get(world.path(f"folders/{folder}"))).status == 404


async def test_a_list_can_answer_as_if_nothing_were_in_it(world: World, app: Caller) -> None:
    world.procore.faults.answer_empty("GET /documents")

    empty, whole = await app.get(world.index), await app.get(world.index)

    assert (empty.status, empty.body, empty.headers["Total"]) == (200, [], "0")
    assert whole.body


async def test_any_call_can_fail_whatever_it_is(world: World, app: Caller) -> None:
    world.procore.faults.fail(ANY, 503, times=2)

    statuses = [(await app.get(path)).status for path in (world.index, world.path("folders"))]

    assert statuses == [503, 503]
    assert (await app.get(world.index)).status == 200


async def test_limits_can_change_while_the_service_runs(world: World, app: Caller) -> None:
    world.procore.set_limits(ProcoreLimits(hourly=None, spike=1))

    statuses = [(await app.get("/rest/v1.0/me")).status for _ in range(2)]

    assert statuses == [200, 429]


async def test_a_file_above_the_largest_is_refused_when_it_is_promised(make: Make) -> None:
    world = await make(largest_upload=100)
    app = await world.app()

    path = f"/rest/v1.1/projects/{world.project}/uploads"
    reply = await app.post(path, {"response_filename": "a.mp4", "size": 101})

    assert (reply.status, reply.body) == (400, {"errors": {"size": ["is too large"]}})


async def test_a_check_out_by_hand_holds_the_file_until_it_ends(world: World, app: Caller) -> None:
    made = await world.new_file(app, "a.pdf", b"ink")
    tree = world.procore.documents(world.project)
    node = tree.nodes[made["id"]]
    tree.check_out(node, ANA, tree.now() + 3600)

    held = await app.patch(world.path(f"files/{node.id}"), {"file": {"name": "b.pdf"}})
    tree.check_out(node, None)
    free = await app.patch(world.path(f"files/{node.id}"), {"file": {"name": "b.pdf"}})

    assert (held.status, free.status) == (409, 200)


async def test_a_new_description_changes_the_time_and_no_version(world: World, app: Caller) -> None:
    made = await world.new_file(app, "a.pdf", b"ink")
    tree = world.procore.documents(world.project)
    world.clock.advance(60)

    tree.describe(tree.nodes[made["id"]], "as built")

    now = (await app.get(world.path(f"files/{made['id']}"))).body
    assert now["updated_at"] > made["updated_at"]
    assert [each["id"] for each in now["file_versions"]] == [
        each["id"] for each in made["file_versions"]
    ]


async def test_the_address_of_a_file_in_the_bin_may_be_worth_nothing(make: Make) -> None:
    world = await make(binned_content=False)
    app = await world.app()
    made = await world.new_file(app, "a.pdf", b"ink")
    address = made["file_versions"][0]["url"]

    before = await app.get(address)
    await app.delete(world.path(f"files/{made['id']}"))

    assert (before.status, (await app.get(address)).status) == (302, 404)
