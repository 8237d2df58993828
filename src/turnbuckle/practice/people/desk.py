"""Where a person works: look, download, upload, rename, move, delete, restore."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from turnbuckle.practice.blobs import CHUNK_BYTES, Blob, Blobs
from turnbuckle.practice.people import pages
from turnbuckle.practice.people.door import PERSON_COOKIE, Door, set_cookie
from turnbuckle.practice.people.pages import HOME, Frame
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Body, Refused, Seen
from turnbuckle.practice.playing.teams_user import TeamsUser

User = ProcoreUser | PhotoUser | TeamsUser
_DEEPEST = 200


class Desk:
    """The pages of one service.

    Args:
        service: what the page calls it.
        user: how a person signs in there.
        startup: gives the start-up file's content once the services listen.
        blobs: keeps an upload while it is passed on.
        door: who may come in.
        home: where the pages of this tool begin.
        tools: titles and homes, where the service has several tools.
    """

    def __init__(
        self,
        service: str,
        user: type[ProcoreUser] | type[PhotoUser] | type[TeamsUser],
        startup: Callable[[], Mapping[str, Any]],
        blobs: Blobs,
        door: Door,
        *,
        home: str = HOME,
        tools: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.home_path = home
        self._tools = tools
        self._service = service
        self._user = user
        self._startup = startup
        self._blobs = blobs
        self._door = door
        self._at_work: dict[str, User] = {}
        self._signing_in = asyncio.Lock()

    async def close(self) -> None:
        """Everybody goes home."""
        for user in self._at_work.values():
            await user.close()
        self._at_work.clear()

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Show the top folder."""
        user = await self._person(request)
        return await self._show_folder(request, user, user.top)

    async def folder(self, request: web.Request) -> web.StreamResponse:
        """Show a folder."""
        return await self._show_folder(
            request, await self._person(request), request.match_info["id"]
        )

    async def item(self, request: web.Request) -> web.StreamResponse:
        """Show one item and what can be done with it."""
        user = await self._person(request)
        seen = await self._looked_up(request, user)
        trail = await _trail(user, seen.parent or user.top)
        folders = await _folders(user, without=seen.id if seen.is_folder else None)
        return _html(pages.item(self._frame(request), trail, seen, folders))

    async def bin(self, request: web.Request) -> web.StreamResponse:
        """Show the recycle bin."""
        user = await self._person(request)
        folders = await _folders(user) if not isinstance(user, TeamsUser) else None
        return _html(pages.bin_(self._frame(request), await user.binned(), folders))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Send a file's content."""
        user = await self._person(request)
        seen = await user.look(request.match_info["id"], is_folder=False)
        pieces = user.read(seen)
        first = await anext(pieces, b"")  # a refusal comes before the headers are sent
        name = quote(seen.name, safe="")
        answer = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
            }
        )
        await answer.prepare(request)
        await answer.write(first)
        async for piece in pieces:
            await answer.write(piece)
        await answer.write_eof()
        return answer

    async def choose(self, request: web.Request) -> web.StreamResponse:
        """Be somebody else from now on."""
        form = await self._form(request)
        key = form.get("person", "")
        if key not in {one.key for one in PERSONS}:
            raise web.HTTPBadRequest(text="Nobody is called that.\n")
        answer = _see_other(self.home_path)
        set_cookie(request, answer, PERSON_COOKIE, key)
        return answer

    async def add_folder(self, request: web.Request) -> web.StreamResponse:
        """Make a folder."""
        form, user = await self._form(request), await self._person(request)
        parent = request.match_info["id"]
        await user.add_folder(parent, form.get("name", ""))
        return _see_other(f"{self.home_path}folder/{quote(parent, safe='')}")

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Upload one file or many; one whose name is taken gets a new version, a photo a twin."""
        user, parent = await self._person(request), request.match_info["id"]
        standing = [] if isinstance(user, PhotoUser) else await user.children(parent)
        there = {one.name: one for one in standing if not one.is_folder}
        async for name, blob in self._uploaded(request):
            if name in there:
                await user.replace(there[name], self._body(blob))
            else:
                made = await user.add_file(parent, name, self._body(blob))
                if not isinstance(user, PhotoUser):
                    there[name] = made
        return _see_other(f"{self.home_path}folder/{quote(parent, safe='')}")

    async def replace(self, request: web.Request) -> web.StreamResponse:
        """Give a file new content."""
        user = await self._person(request)
        seen = await self._looked_up(request, user)
        async for _, blob in self._uploaded(request):
            await user.replace(seen, self._body(blob))
        return self._back_to(seen.parent, user)

    async def rename(self, request: web.Request) -> web.StreamResponse:
        """Give an item another name."""
        form, user = await self._form(request), await self._person(request)
        seen = await self._looked_up(request, user)
        await user.rename(seen, form.get("name", ""))
        return self._back_to(seen.parent, user)

    async def move(self, request: web.Request) -> web.StreamResponse:
        """Put an item into another folder."""
        form, user = await self._form(request), await self._person(request)
        await user.move(await self._looked_up(request, user), form.get("parent", ""))
        return self._back_to(form.get("parent"), user)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Put an item into the bin."""
        _, user = await self._form(request), await self._person(request)
        seen = await self._looked_up(request, user)
        await user.delete(seen)
        return self._back_to(seen.parent, user)

    async def restore(self, request: web.Request) -> web.StreamResponse:
        """Take an item out of the bin."""
        form, user = await self._form(request), await self._person(request)
        wanted = request.match_info["id"]
        for seen in await user.binned():
            if seen.id == wanted:
                await user.restore(seen, form.get("parent") or user.top)
                return _see_other(f"{self.home_path}bin")
        raise Refused(404, "it is not in the bin")

    # Inside

    def refusals_shown(self, handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        """Wrap a page so that what the service refuses is shown as a sentence."""

        async def shown(request: web.Request) -> web.StreamResponse:
            try:
                answer: web.StreamResponse = await handler(request)
            except Refused as refused:
                text = pages.refused(self._frame(request), refused.said or str(refused.status))
                status = refused.status if 400 <= refused.status < 500 else 502
                return web.Response(status=status, text=text, content_type="text/html")
            return answer

        return shown

    async def _person(self, request: web.Request) -> User:
        key = _person_key(request)
        async with self._signing_in:
            if key not in self._at_work:
                self._at_work[key] = await self._user.sign_in(self._startup(), key)
            return self._at_work[key]

    def _frame(self, request: web.Request) -> Frame:
        place = str(self._startup().get("place", ""))
        person = _person_key(request)
        return Frame(self._service, place, person, self._door.csrf, self.home_path, self._tools)

    async def _form(self, request: web.Request) -> dict[str, str]:
        form = await request.post()
        self._door.require_csrf(form.get("csrf"))
        return {key: value for key, value in form.items() if isinstance(value, str)}

    async def _uploaded(self, request: web.Request) -> AsyncIterator[tuple[str, Blob]]:
        """Give the files of a form, each kept on disk while it is passed on."""
        checked = False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "csrf":
                self._door.require_csrf(await part.text())
                checked = True
            elif part.name == "file" and part.filename:
                if not checked:
                    self._door.require_csrf(None)
                blob = await self._blobs.store(_pieces(part))
                try:
                    yield part.filename.rpartition("/")[2], blob
                finally:
                    self._blobs.drop(blob)
        if not checked:
            self._door.require_csrf(None)

    def _body(self, blob: Blob) -> Body:
        return Body(blob.size, self._blobs.open(blob))

    async def _looked_up(self, request: web.Request, user: User) -> Seen:
        is_folder = request.match_info["kind"] == "folder"
        return await user.look(request.match_info["id"], is_folder=is_folder)

    async def _show_folder(
        self, request: web.Request, user: User, folder: str
    ) -> web.StreamResponse:
        trail = await _trail(user, folder)
        return _html(pages.folder(self._frame(request), trail, await user.children(folder)))

    def _back_to(self, folder: str | None, user: User) -> web.Response:
        return _see_other(f"{self.home_path}folder/{quote(folder or user.top, safe='')}")


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(CHUNK_BYTES):
        yield piece


async def _trail(user: User, folder: str) -> list[Seen]:
    """Give the folders from the top one down to this one."""
    trail: list[Seen] = []
    at: str | None = folder
    while at is not None and at != user.top and len(trail) < _DEEPEST:
        trail.append(await user.look(at, is_folder=True))
        at = trail[-1].parent
    trail.append(Seen(id=user.top, parent=None, name="Top", is_folder=True))
    return trail[::-1]


async def _folders(user: User, without: str | None = None) -> list[Seen]:
    """Give all folders, named by their paths, without those inside one of them."""
    paths = {user.top: ""}
    found = [Seen(id=user.top, parent=None, name="Top", is_folder=True)]
    for one in await user.listing():
        if not one.is_folder or one.id == without or one.parent not in paths:
            continue
        path = paths[one.id] = f"{paths[one.parent]}{one.name} / "
        named = Seen(id=one.id, parent=one.parent, name=path.removesuffix(" / "), is_folder=True)
        found.append(named)
    return found


def _person_key(request: web.Request) -> str:
    key = request.cookies.get(PERSON_COOKIE, "")
    return key if key in {one.key for one in PERSONS} else PERSONS[0].key


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
