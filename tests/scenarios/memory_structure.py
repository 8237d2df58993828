"""What people do above the tools of a memory remote: to projects, to root folders, to accounts."""

from collections.abc import Mapping
from typing import Any

from scenarios.acting import NotHere
from scenarios.between import WRITES

from turnbuckle.connectors.memory.moments import Moment, Op, When
from turnbuckle.connectors.memory.nodes import Node
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.model.items import ItemId, Name
from turnbuckle.model.side import Side
from turnbuckle.ports.errors import ProjectArchived, ProjectMissing, RemoteError, SignInNeeded

_SOMEBODY = "Robin"
_REFUSALS: Mapping[str, tuple[RemoteError, frozenset[Op]]] = {
    "archive": (ProjectArchived("the project is archived and can only be read"), WRITES),
    "delete_project": (ProjectMissing("there is no such project"), frozenset(Op)),
    "disconnect": (SignInNeeded("the account was disconnected"), frozenset(Op)),
}


class MemoryStructure:
    """Levels 1 to 3 of both remotes, bound by their ids, and the accounts."""

    def __init__(
        self,
        remotes: Mapping[Side, MemoryRemote],
        places: Mapping[Side, Mapping[str, ItemId]],
    ) -> None:
        self._remotes = remotes
        self._places = places
        self._refusing: dict[tuple[Side, str], object] = {}

    def change(self, side: Side, change: Mapping[str, Any]) -> None:
        """Do one thing."""
        remote, people = self._remotes[side], People(self._remotes[side], _SOMEBODY)
        do = change["do"]
        if do in _REFUSALS:
            self._refuse(side, do)
        elif do.startswith("reconnect"):
            self._reconnect(side, do)
        elif "level" not in change:
            self._move_out(side, change["name"])
        else:
            node = self._node(side, change)
            match do:
                case "rename" | "rename_project":
                    remote.relocate(
                        node, node.parent or remote.root, Name(change["name"]), author=_SOMEBODY
                    )
                case "move":
                    above, _, name = change["name"].rpartition("/")
                    remote.relocate(node, people.mkdir(above), Name(name), author=_SOMEBODY)
                case "delete":
                    remote.throw_away(node, author=_SOMEBODY)
                case "restore":
                    remote.bring_back(node, node.parent or remote.root)
                case _:
                    raise NotHere(f"nobody can {do} here")

    def _node(self, side: Side, change: Mapping[str, Any]) -> Node:
        """Give the folder of a level; what lies above is found from the tool's folder."""
        shelf = self._remotes[side].shelf
        tool = shelf.get(self._places[side][change.get("tool", "D")])
        assert tool is not None
        return shelf.line(tool)[3 - int(change["level"])]

    def _move_out(self, side: Side, text: str) -> None:
        path = text.partition(" -> ")[0]
        people = People(self._remotes[side], _SOMEBODY, self._places[side])
        people.move(path, f"Elsewhere/{path.rpartition('/')[2]}")

    def _refuse(self, side: Side, do: str) -> None:
        error, ops = _REFUSALS[do]

        def hook(moment: Moment) -> None:
            if moment.when is When.BEFORE and moment.op in ops:
                raise error

        self._refusing[side, do] = hook
        self._remotes[side].calls.hooks.append(hook)

    def _reconnect(self, side: Side, do: str) -> None:
        hook = self._refusing.pop((side, "disconnect"), None)
        if hook is not None:
            self._remotes[side].calls.hooks.remove(hook)  # type: ignore[arg-type]
        if do == "reconnect_other_user":
            self._remotes[side].account = "Another user"
        elif do == "reconnect_other_tenant":
            self._remotes[side].tenant = "Another company"
