"""What a person does about a link, from the first deletion to the last: one story."""

import json

import pytest
from cli.conftest import Site
from cli.test_commands import in_a_folder_of_its_own


@pytest.mark.ci
async def test_held_deletions_are_seen_approved_carried_out_and_undone(connected: Site) -> None:
    linked = await in_a_folder_of_its_own(connected, "Deciding")
    await linked.cli("link", "set", "tower", "--deletions-per-day", "0")
    await linked.cli("run", "tower")
    delete(linked, "/Plans/A-101.txt")

    ran = await linked.cli("run", "tower")
    status = await linked.cli("status")
    listed = await linked.cli("held", "list")
    told = await linked.cli("held", "list", "--json")
    asked = await linked.cli("why", "a-101.TXT")
    unclear = await linked.cli("held", "approve", "tower")
    number = str(json.loads(told.out)[0]["batch"])
    approved = await linked.cli("held", "approve", "tower", number)
    again = await linked.cli("held", "reject", "tower", number)
    carried_out = await linked.cli("run", "tower")

    assert (ran.code, carried_out.code) == (1, 0)
    assert "Held until you decide: 1 file" in ran.out
    assert f"held: batch {number}, 1 file to be deleted in Teams" in status.out
    assert "Plans/A-101.txt" in listed.out
    assert f'to have it undone: turnbuckle held reject "tower" {number}' in listed.out
    assert "held until a person decides" in asked.out
    assert f'turnbuckle held approve "tower" {number}' in asked.out
    assert unclear.is_one_clear_line("--all")
    assert "1 file deleted in Teams, into its recycle bin" in approved.out
    assert again.is_one_clear_line("nothing of the link 'tower' waits")
    assert in_teams(linked) == {"Plans", "Plans/Doors- all-.txt", "Minutes.txt"}

    batches = await linked.cli("undo", "tower")
    deleted = await linked.cli("why", "tower", "Plans/A-101.txt")
    batch = str(json.loads((await linked.cli("undo", "tower", "--json")).out)[0]["batch"])
    undone = await linked.cli("undo", "tower", batch)
    twice = await linked.cli("undo", "tower", batch)
    back = await linked.cli("run", "tower")

    assert f"batch {batch}: " in batches.out
    assert "1 file deleted in Teams, since it was deleted in Procore" in batches.out
    assert f'to bring it back: turnbuckle undo "tower" {batch}' in deleted.out
    assert "1 file taken out of the recycle bin of Procore" in undone.out
    assert "brought back before" in twice.out
    assert [done.code for done in (undone, twice, back)] == [0, 0, 0]
    assert "Plans/A-101.txt" in in_teams(linked)
    assert "/Plans/A-101.txt" in linked.in_procore()


async def test_mistakes_about_conflicts_and_batches_are_one_clear_line(linked: Site) -> None:
    nothing = await linked.cli("conflicts")
    path = await linked.cli("conflicts", "decide", "tower", "a.docx", "--keep", "teams")
    batch = await linked.cli("undo", "tower", "99")
    never = await linked.cli("why", "nothing.pdf")

    assert "There are no conflicts" in nothing.out
    assert path.is_one_clear_line("a.docx", "turnbuckle conflicts")
    assert batch.is_one_clear_line("run 99", "turnbuckle undo")
    assert "never seen on either side" in never.out
    assert never.code == 1


def delete(linked: Site, path: str) -> None:
    """Ana deletes a file in Procore."""
    tree = linked.world.procore.documents(linked.world.project_id)
    tree.delete(next(node for node in tree.nodes.values() if tree.path(node).endswith(path)))


def in_teams(linked: Site) -> set[str]:
    """Give what lies in the folder of this story."""
    found = {path.partition("/Deciding/")[2] for path in linked.in_teams()}
    return {path for path in found if path}
