"""Levels 1 to 3 and the accounts, changed by people, as the catalogue's `structural` says."""

from collections.abc import Mapping
from typing import Any

from scenarios.acting import NotHere
from scenarios.over_http.parts import Parts

from turnbuckle.model.side import Side
from turnbuckle.practice.microsoft.items import Author
from turnbuckle.practice.persons import person

CHLOE = Author(person("chloe"))


class Structure:
    """Changes what stands above the files."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def change(self, side: Side, what: Mapping[str, Any]) -> None:
        """Let somebody make one change.

        Raises:
            NotHere: no service of ours can do this.
        """
        self._parts.clock.advance(2)
        if side is Side.LEFT:
            self._left(what)
        else:
            self._right(what)

    def exchanged_account(self, do: str) -> dict[str, Any]:
        """Make another account, and give the settings with which a connection signs in as it."""
        procore = self._parts.procore
        procore.set_secret(procore.client_secret)
        if do == "reconnect_other_tenant":
            return {"company_id": procore.add_company("Another company")}
        client = "another-client"
        self._parts.accounts[0] = procore.add_app(client, procore.client_secret)
        return {"client_id": client, "user_id": self._parts.accounts[0].id}

    def _left(self, what: Mapping[str, Any]) -> None:
        procore, project = self._parts.procore, self._parts.project
        match what["do"]:
            case "rename_project":
                procore.rename_project(project, what["name"])
            case "delete_project":
                procore.delete_project(project)
            case "archive":
                procore.set_active(project, False)
            case "restore":
                procore.set_active(project, True)
            case "disconnect":
                procore.set_secret("changed when the app was taken away")
            case "reconnect":
                procore.set_secret(procore.client_secret)
            case other:
                raise NotHere(f"Procore's people cannot {other} here")

    def _right(self, what: Mapping[str, Any]) -> None:
        drive = self._parts.drive
        if what["do"] == "move" and "level" not in what:
            path = what["name"].partition(" -> ")[0]
            entry = self._parts.right.entry(path)
            drive.rename_or_move(entry, drive.get(drive.root_id), entry.name, CHLOE)
            return
        match what["do"]:
            case "disconnect":
                self._parts.microsoft.disable_app()
                return
            case "reconnect":
                self._parts.microsoft.disable_app(False)
                return
        folder = self._folder(what)
        match what["do"]:
            case "rename":
                entry = drive.get(folder)
                drive.rename_or_move(entry, drive.get(entry.parent or ""), what["name"], CHLOE)
            case "move":
                *above, name = what["name"].split("/")
                parent = drive.get(drive.root_id)
                for each in above:
                    found = drive.tree.child(parent.id, each)
                    parent = found or drive.make_folder(parent, each, CHLOE, "fail")
                drive.rename_or_move(drive.get(folder), parent, name, CHLOE)
            case "delete":
                drive.delete(drive.get(folder), CHLOE)
            case "restore":
                drive.restore(folder)
            case other:
                raise NotHere(f"Microsoft's people cannot {other} here")

    def _folder(self, what: Mapping[str, Any]) -> str:
        if what["level"] in self._parts.levels:
            return self._parts.levels[what["level"]]
        return self._parts.tools[what["tool"]]
