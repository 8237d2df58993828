"""Users of Procore's Documents: they list, upload, download, rename, move, delete and restore."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
from figures.crowd import OVERTAKEN, Act, Answer, GaveUp, Held, Tally, User

_TAKEN = OVERTAKEN | {400}  # Procore says 400 where a name or a folder is gone


class ProcoreUser(User):
    """Somebody in Documents, by a person's token or an app's."""

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
        self._project = facts["project_id"]
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Procore-Company-Id": str(facts["company_id"]),
        }
        self._shared = shared

    def bearer(self, url: str) -> Mapping[str, str]:
        return self._headers if url.startswith(self._address) else {}

    def acts(self) -> Sequence[Act]:
        return (
            self.list_folder, self.list_folder, self.read_index, self.upload, self.upload,
            self.replace, self.download, self.download, self.rename, self.move, self.delete,
            self.restore, self.make_folder, self.meddle, self.meddle, self.meddle,
        )  # fmt: skip

    def _at(self, rest: str) -> str:
        joint = "&" if "?" in rest else "?"
        return f"{self._address}/rest/v1.0/{rest}{joint}project_id={self._project}"

    async def settle(self) -> None:
        """Make the folder that is this user's own."""
        body = {"folder": {"name": f"Own {self.name}"}}
        answer = await self.call("POST", self._at("folders"), 201, json=body)
        self.folders.append(str(answer.json["id"]))

    # -- reading -----------------------------------------------------------------------------------

    async def list_folder(self) -> None:
        """A folder of one's own holds what one left in it."""
        folder = self.chance.choice(self.folders)
        answer = await self.call("GET", self._at(f"folders/{folder}"))
        seen = {str(row["id"]): row["name"] for row in answer.json["files"]}
        wanted = {key: held.name for key, held in self.files.items() if held.folder == folder}
        self.expect(seen, wanted, "a folder of one's own")

    async def read_index(self) -> None:
        """Every page of the index, in order and without a gap in what is one's own."""
        index = f"{self._address}/rest/v1.0/projects/{self._project}/documents"
        query = f"filters%5Bfolder_id%5D={self.folders[0]}&filters%5Bis_in_recycle_bin%5D=false"
        following: str | None = f"{index}?view=extended&{query}&sort=name&per_page=20"
        seen: list[str] = []
        while following is not None:
            answer = await self.call("GET", following)
            seen += [str(row["id"]) for row in answer.json]
            following = _next(answer)
        self.expect(sorted(seen), sorted([*self.files, *self.folders]), "the index of one's own")

    async def download(self) -> None:
        """The newest version is what one sent."""
        await self._download(self.any_file())

    async def _download(self, file: str) -> None:
        held = self.files[file]
        answer = await self.call("GET", self._at(f"files/{file}?show_latest_version_only=true"))
        row = answer.json
        version = row["file_versions"][0]
        self.expect(row["size"], len(held.data), "a size")
        redirect = await self.call("GET", version["url"], {302, 303, 307})
        body = await self.call("GET", redirect.headers["Location"])
        self.expect(body.body, held.data, "a file's bytes")

    # -- writing -----------------------------------------------------------------------------------

    async def _uploaded(self, data: bytes) -> str:
        path = f"rest/v1.1/projects/{self._project}/uploads"
        body = {"response_filename": "x.txt", "size": len(data)}
        answer = await self.call("POST", f"{self._address}/{path}", 201, json=body)
        upload = answer.json
        form = aiohttp.FormData()
        for name, value in upload["fields"].items():
            form.add_field(name, value)
        form.add_field("file", data, filename="x", content_type="application/octet-stream")
        await self.call("POST", upload["url"], {201, 204}, data=form)
        return str(upload["uuid"])

    async def upload(self) -> None:
        """A new file in one of one's folders."""
        folder = self.chance.choice(self.folders)
        held = Held(self.new_name(), self.new_data(), folder)
        self.files[await self._create(held)] = held

    async def _create(self, held: Held, overtaken: frozenset[int] = frozenset()) -> str:
        fields = {
            "name": held.name,
            "parent_id": int(held.folder),
            "upload_uuid": await self._uploaded(held.data),
        }
        answer = await self.call(
            "POST", self._at("files"), 201, overtaken=overtaken, json={"file": fields}
        )
        return str(answer.json["id"])

    async def replace(self) -> None:
        """A new version of a file."""
        file = self.any_file()
        data = self.new_data()
        body = {"file_version": {"upload_uuid": await self._uploaded(data)}}
        await self.call("POST", self._at(f"file_versions?file_id={file}"), 201, json=body)
        self.files[file].data = data

    async def rename(self) -> None:
        """Another name for a file."""
        file = self.any_file()
        name = self.new_name(self.files[file].name)
        await self._patch(file, name=name)
        self.files[file].name = name

    async def move(self) -> None:
        """A file into another folder of one's own."""
        file = self.any_file()
        folder = self.chance.choice(self.folders)
        await self._patch(file, parent_id=int(folder))
        self.files[file].folder = folder

    async def _patch(
        self, file: str, overtaken: frozenset[int] = frozenset(), **fields: object
    ) -> Answer:
        address = self._at(f"files/{file}")
        return await self.call("PATCH", address, overtaken=overtaken, json={"file": fields})

    async def delete(self) -> None:
        """A file into the bin."""
        file = self.any_file()
        await self.call("DELETE", self._at(f"files/{file}"))
        self.binned[file] = self.files.pop(file)

    async def restore(self) -> None:
        """A file out of the bin, to where it was."""
        if not self.binned:
            raise GaveUp
        file = self.chance.choice(sorted(self.binned))
        await self._patch(file, parent_id=int(self.binned[file].folder))
        self.files[file] = self.binned.pop(file)

    async def make_folder(self) -> None:
        """A folder in one's own; a few are enough."""
        if len(self.folders) > 5:
            raise GaveUp
        body = {"folder": {"name": f"{self.new_name()} D", "parent_id": int(self.folders[0])}}
        answer = await self.call("POST", self._at("folders"), 201, json=body)
        self.folders.append(str(answer.json["id"]))

    # -- where everybody is ------------------------------------------------------------------------

    async def meddle(self) -> None:
        """Change something in the folder of all; others may be faster."""
        answer = await self.call("GET", self._at(f"folders/{self._shared}"))
        files = [str(row["id"]) for row in answer.json["files"]]
        name, data = self.new_name(), self.new_data()
        if len(files) < 10:
            await self._create(Held(name, data, self._shared), _TAKEN)
            return
        file = self.chance.choice(files)
        match self.chance.randrange(4):
            case 0:
                await self._patch(file, _TAKEN, name=self.chance.choice((name, "The same.txt")))
            case 1:
                await self.call("DELETE", self._at(f"files/{file}"), overtaken=_TAKEN)
            case 2:
                body = {"file_version": {"upload_uuid": await self._uploaded(data)}}
                address = self._at(f"file_versions?file_id={file}")
                await self.call("POST", address, 201, overtaken=_TAKEN, json=body)
            case _:
                await self.call("GET", self._at(f"files/{file}"), overtaken=_TAKEN)


def _next(answer: Answer) -> str | None:
    for link in answer.headers.get("Link", "").split(", "):
        address, _, relation = link.partition(">; rel=")
        if relation == '"next"':
            return address.lstrip("<")
    return None
