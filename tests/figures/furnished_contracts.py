"""The published contracts with ids that are there, so that random requests get past a 404."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from contract_checks.contract import FOLDER, METHODS

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.world import CHANNEL, PracticeWorld

_SOME = 6
_BESIDE = {"procore.yaml": ("procore-additions.yaml", "procore-hooks.yaml")}

type Ids = Mapping[str, Sequence[object]]


def furnished(name: str, world: PracticeWorld, folder: Path) -> Path:
    """Write a contract in which the parameters of addresses take ids of this world alone."""
    document = _read(name)
    for more in _BESIDE.get(name, ()):
        added = _read(more)
        document["paths"] |= added["paths"]
        for kind, parts in added.get("components", {}).items():
            document["components"].setdefault(kind, {}).update(parts)
    ids = _of_microsoft(world) if name == "graph.json" else _of_procore(world)
    for path, item in document["paths"].items():
        for parameter in _parameters(document, item):
            values = ids.get(_key(path, parameter))
            if values:
                is_text = parameter.get("schema", {}).get("type") == "string"
                parameter["schema"] = {"enum": [str(one) if is_text else one for one in values]}
    written = folder / f"{Path(name).stem}.json"
    written.write_text(json.dumps(document, default=str))
    return written


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (FOLDER / name).read_text().replace("procore.yaml#/", "#/")
    read: dict[str, Any] = yaml.load(text, Loader=loader)
    return read


def _parameters(document: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (item, *(item[method] for method in METHODS if method in item)):
        for parameter in holder.get("parameters", ()):
            found = parameter
            while "$ref" in found:
                at: Any = document
                for step in found["$ref"].removeprefix("#/").split("/"):
                    at = at[step]
                found = at
            if found.get("in") in {"path", "query"}:
                yield found


def _key(path: str, parameter: Mapping[str, Any]) -> str:
    """What the parameter is an id of: Procore calls most of them just ``id``."""
    if parameter["name"] != "id" or parameter["in"] != "path":
        return str(parameter["name"])
    return path.partition("/{id}")[0].rpartition("/")[2]


def _of_microsoft(world: PracticeWorld) -> Ids:
    channel, team = world.microsoft.channel(CHANNEL), world.microsoft.team
    drive = channel.drive
    for number in range(_SOME):
        blob = world.blobs.keep(b"x" * number)
        drive.add_file(channel.folder, f"File {number}.txt", blob, PERSONS[0])
        drive.add_folder(channel.folder, f"Folder {number}", PERSONS[0])
    return {
        "drive-id": [drive.place.drive_id],
        "driveItem-id": ["root", channel.folder, *(row[0] for row in drive.walk())],
        "driveItemVersion-id": ["1.0", "2.0", "current"],
        "team-id": [team.id],
        "group-id": [team.id],
        "channel-id": [channel.id],
        "site-id": [team.site.id, "root"],
        "user-id": [PERSONS[0].graph_id, PERSONS[1].login],
    }


def _of_procore(world: PracticeWorld) -> Ids:
    tree = world.procore.documents(world.project_id)
    rows = list(tree.walk())
    files = [row[0] for row in rows if not row[3]][:_SOME]
    folders = [tree.root_id, *(row[0] for row in rows if row[3])][:_SOME]
    company, project = [world.procore.company_id], [world.project_id]
    return {
        "project_id": project,
        "company_id": company,
        "projects": project,
        "companies": company,
        "files": files,
        "file_id": files,
        "folders": folders,
        "file_versions": [tree.nodes[one].versions[-1].id for one in files],
    }
