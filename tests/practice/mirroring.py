"""Bring Teams in step with Procore by hand, for tests of what looks at both sides."""

from collections.abc import Mapping
from typing import Any

from turnbuckle.practice.naming_rules import is_left_alone, mapped, same_key, split
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Body
from turnbuckle.practice.playing.teams_user import TeamsUser
from turnbuckle.practice.world import PracticeWorld


async def mirror(startup: Mapping[str, Any]) -> None:
    """Upload everything of Procore's to the empty channel folder, under the mapped names."""
    left, right = await ProcoreUser.sign_in(startup), await TeamsUser.sign_in(startup)
    try:
        await _copy_all(left, right)
    finally:
        await left.close()
        await right.close()


async def _copy_all(left: ProcoreUser, right: TeamsUser) -> None:
    made = {left.top: right.top}
    taken: set[tuple[str, str]] = set()
    for item in await left.listing():
        if is_left_alone(item.name, is_folder=item.is_folder):
            continue
        parent = made[item.parent or left.top]
        name = numbered(parent, mapped(item.name, is_folder=item.is_folder), taken, item.is_folder)
        if item.is_folder:
            made[item.id] = (await right.add_folder(parent, name)).id
        else:
            await right.add_file(parent, name, Body(item.size, left.read(item)))


def mirror_at_once(world: PracticeWorld) -> None:
    """Do the same inside the services, in a moment and without Microsoft's rewriting."""
    left = world.procore.documents(world.project_id)
    facts = world.startup["microsoft"]
    right = world.microsoft.drive(facts["drive_id"])
    made = {left.root_id: facts["folder_id"]}
    taken: set[tuple[str, str]] = set()
    for node, parent, original, is_folder, _, _ in left.walk():
        if is_left_alone(original, is_folder=is_folder):
            continue
        above = made[parent]
        name = numbered(above, mapped(original, is_folder=is_folder), taken, is_folder)
        if is_folder:
            made[node] = right.add_folder(above, name, PERSONS[0])
        else:
            blob = left.nodes[node].versions[-1].blob
            right.add_file(above, name, blob, PERSONS[0])


def numbered(parent: str, name: str, taken: set[tuple[str, str]], is_folder: bool) -> str:
    stem, ending = split(name, is_folder=is_folder)
    number, tried = 1, name
    while (parent, same_key(tried)) in taken:
        number += 1
        tried = f"{stem} ({number}){ending}"
    taken.add((parent, same_key(tried)))
    return tried
