"""Users of a Teams library: they list, upload, download, rename, move, delete and follow delta."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import aiohttp
from figures.crowd import OVERTAKEN, Act, Answer, GaveUp, Held, Tally, User

_PIECE = 320 * 1024


class TeamsUser(User):
    """Somebody in a library, by a person's token or an app's."""

    def __init__(
        self,
        name: str,
        session: aiohttp.ClientSession,
        tally: Tally,
        *,
        facts: Mapping[str, Any],
        token: str,
        limited: bool,
        shared: str,
    ) -> None:
        super().__init__(name, session, tally, limited=limited)
        self._address = str(facts["address"])
        self._drive = f"{self._address}/v1.0/drives/{facts['drive_id']}"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._shared = shared
        self._delta = ""
        self.known: dict[str, tuple[str | None, str]] = {}  # parent and name, by delta alone

    def bearer(self, url: str) -> Mapping[str, str]:
        return self._headers if url.startswith(self._address) else {}

    def acts(self) -> Sequence[Act]:
        return (
            self.list_folder, self.list_folder, self.follow, self.follow, self.upload,
            self.upload, self.upload_in_fragments, self.replace, self.download, self.download,
            self.rename, self.move, self.delete, self.restore, self.make_folder,
            self.meddle, self.meddle, self.meddle,
        )  # fmt: skip

    def _item(self, item: str, rest: str = "") -> str:
        return f"{self._drive}/items/{item}{rest}"

    async def settle(self) -> None:
        """Make the folder that is this user's own."""
        body = {"name": f"Own {self.name}", "folder": {}}
        answer = await self.call("POST", f"{self._drive}/root/children", 201, json=body)
        self.folders.append(answer.json["id"])

    # -- reading -----------------------------------------------------------------------------------

    async def list_folder(self) -> None:
        """A folder of one's own holds what one left in it."""
        folder = self.chance.choice(self.folders)
        rows = await self._children(folder)
        seen = {row["id"]: row["name"] for row in rows if "file" in row}
        wanted = {key: held.name for key, held in self.files.items() if held.folder == folder}
        self.expect(seen, wanted, "a folder of one's own")

    async def _children(self, folder: str) -> list[Any]:
        rows: list[Any] = []
        following: str | None = self._item(folder, "/children?$top=20")
        while following is not None:
            answer = await self.call("GET", following)
            rows += answer.json["value"]
            following = answer.json.get("@odata.nextLink")
        return rows

    async def follow(self) -> None:
        """Follow delta to its end."""
        following: str | None = self._delta or f"{self._drive}/root/delta"
        while following is not None:
            told = (await self.call("GET", following)).json
            for row in told["value"]:
                self._note(row)
            self._delta = told.get("@odata.deltaLink", self._delta)
            following = told.get("@odata.nextLink")

    def _note(self, row: Mapping[str, Any]) -> None:
        if "deleted" in row:
            self.known.pop(row["id"], None)
        else:
            self.known[row["id"]] = (row["parentReference"].get("id"), row["name"])

    async def download(self) -> None:
        """The content is what one sent, and behind a PDF's what SharePoint writes there."""
        item = self.any_file()
        redirect = await self.call("GET", self._item(item, "/content"), 302)
        body = await self.call("GET", redirect.headers["Location"])
        data = self.files[item].data
        seen = body.body[: len(data)] if self.files[item].name.endswith(".pdf") else body.body
        self.expect(seen, data, "a file's bytes")

    # -- writing -----------------------------------------------------------------------------------

    async def upload(self) -> None:
        """A new file in one of one's folders."""
        held = Held(self.new_name(), self.new_data(), self.chance.choice(self.folders))
        self.files[await self._put(held)] = held

    async def _put(self, held: Held, overtaken: frozenset[int] = frozenset()) -> str:
        address = self._item(held.folder, f":/{quote(held.name)}:/content")
        answer = await self.call("PUT", address, {200, 201}, overtaken=overtaken, data=held.data)
        return str(answer.json["id"])

    async def upload_in_fragments(self) -> None:
        """A new file through an upload session."""
        data = self.new_data() + bytes(_PIECE)
        held = Held(self.new_name(), data, self.chance.choice(self.folders))
        address = self._item(held.folder, f":/{quote(held.name)}:/createUploadSession")
        url = (await self.call("POST", address, json={})).json["uploadUrl"]
        span = f"bytes 0-{_PIECE - 1}/{len(data)}"
        await self.call("PUT", url, 202, headers={"Content-Range": span}, data=data[:_PIECE])
        span = f"bytes {_PIECE}-{len(data) - 1}/{len(data)}"
        answer = await self.call(
            "PUT", url, 201, headers={"Content-Range": span}, data=data[_PIECE:]
        )
        self.files[answer.json["id"]] = held

    async def replace(self) -> None:
        """New content for a file."""
        item = self.any_file()
        data = self.new_data()
        await self.call("PUT", self._item(item, "/content"), data=data)
        self.files[item].data = data

    async def rename(self) -> None:
        """Another name for a file that is still as one saw it."""
        item = self.any_file()
        tag = (await self.call("GET", self._item(item))).json["eTag"]
        name = self.new_name(self.files[item].name)
        await self._patch(item, headers={"If-Match": tag}, name=name)
        self.files[item].name = name

    async def move(self) -> None:
        """A file into another folder of one's own."""
        item = self.any_file()
        folder = self.chance.choice(self.folders)
        await self._patch(item, parentReference={"id": folder})
        self.files[item].folder = folder

    async def _patch(
        self,
        item: str,
        overtaken: frozenset[int] = frozenset(),
        headers: Mapping[str, str] | None = None,
        **fields: object,
    ) -> Answer:
        address = self._item(item)
        return await self.call("PATCH", address, overtaken=overtaken, headers=headers, json=fields)

    async def delete(self) -> None:
        """A file into the bin."""
        item = self.any_file()
        await self.call("DELETE", self._item(item), 204)
        self.binned[item] = self.files.pop(item)

    async def restore(self) -> None:
        """A file out of the bin, where the library lets one."""
        if not self.binned:
            raise GaveUp
        item = self.chance.choice(sorted(self.binned))
        await self.call("POST", self._item(item, "/restore"), json={})
        self.files[item] = self.binned.pop(item)

    async def make_folder(self) -> None:
        """A folder in one's own; a few are enough."""
        if len(self.folders) > 5:
            raise GaveUp
        body = {"name": f"{self.new_name()} D", "folder": {}}
        address = self._item(self.folders[0], "/children")
        self.folders.append((await self.call("POST", address, 201, json=body)).json["id"])

    # -- where everybody is ------------------------------------------------------------------------

    async def meddle(self) -> None:
        """Change something in the folder of all; others may be faster."""
        files = [row for row in await self._children(self._shared) if "file" in row]
        name, data = self.new_name(), self.new_data()
        if len(files) < 10:
            await self._put(Held(name, data, self._shared), OVERTAKEN)
            return
        row = self.chance.choice(files)
        item, tag = row["id"], {"If-Match": row["eTag"]}
        match self.chance.randrange(4):
            case 0:
                name = self.chance.choice((name, "The same.txt"))
                await self._patch(item, OVERTAKEN, tag, name=name)
            case 1:
                await self.call("DELETE", self._item(item), 204, overtaken=OVERTAKEN, headers=tag)
            case 2:
                address = self._item(item, "/content")
                await self.call("PUT", address, overtaken=OVERTAKEN, headers=tag, data=data)
            case _:
                await self.call("GET", self._item(item), overtaken=OVERTAKEN)
