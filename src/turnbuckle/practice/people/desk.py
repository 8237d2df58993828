"""Where a person works: places, folders, the bin, downloads and uploads."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from turnbuckle.practice.blobs import CHUNK_BYTES, Blob, Blobs
from turnbuckle.practice.forms import form_parts, read_form
from turnbuckle.practice.people import pages
from turnbuckle.practice.people.door import PERSON_COOKIE, Door, set_cookie
from turnbuckle.practice.people.pages import HOME, Frame
from turnbuckle.practice.persons import Person
from turnbuckle.practice.playing.company_user import CompanyUser
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_site import COMPANYS_OWN
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Body, Refused, Seen, Site
from turnbuckle.practice.playing.teams_user import TeamsUser

User = ProcoreUser | PhotoUser | TeamsUser
UserKind = type[ProcoreUser] | type[PhotoUser] | type[TeamsUser]
_DEEPEST = 200
_LONGEST_KEY = 300


class Desk:
    """The pages of one tool of one service.

    Args:
        service: what the page calls it.
        user: how a person signs in there.
        startup: gives the start-up file's content once the services listen.
        blobs: keeps an upload while it is passed on.
        door: who may come in.
        people: who has an account there.
        home: where the pages of this tool begin.
        tools: titles and homes, where the service has several tools.
    """

    def __init__(
        self,
        service: str,
        user: UserKind,
        startup: Callable[[], Mapping[str, Any]],
        blobs: Blobs,
        door: Door,
        *,
        people: Callable[[], Sequence[Person]],
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
        self._people = people
        self._site_cookie = f"practice_{'teams' if user is TeamsUser else 'procore'}_site"
        self._at_work: dict[tuple[str, str], User] = {}
        self._names: dict[str, str] = {}  # of sites, by their keys
        self._signing_in = asyncio.Lock()

    async def close(self) -> None:
        """Everybody goes home."""
        for user in self._at_work.values():
            await user.close()
        self._at_work.clear()

    # Pages

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Show the top folder."""
        user = await self.person(request)
        return await self._show_folder(request, user, user.top)

    async def folder(self, request: web.Request) -> web.StreamResponse:
        """Show a folder."""
        user = await self.person(request)
        return await self._show_folder(request, user, request.match_info["id"])

    async def bin(self, request: web.Request) -> web.StreamResponse:
        """Show the recycle bin."""
        user = await self.person(request)
        folders = await self.folders(user) if not isinstance(user, TeamsUser) else None
        return self.html(pages.bin_(self.frame(request), await user.binned(), folders))

    async def sites(self, request: web.Request) -> web.StreamResponse:
        """Show where this person may work."""
        found = await self._sites(request)
        return self.html(
            pages.sites(self.frame(request), found, self._site(request) or self._first_site())
        )

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Send a file's content."""
        user = await self.person(request)
        seen = await user.look(request.match_info["id"], is_folder=False)
        return await self.send(request, seen.name, user.read(seen))

    # Forms

    async def choose_person(self, request: web.Request) -> web.StreamResponse:
        """Be somebody else from now on."""
        key = (await self.form(request)).get("person", "")
        if key not in {one.key for one in self._people()}:
            raise web.HTTPBadRequest(text="Nobody is called that.\n")
        return self._remembering(request, PERSON_COOKIE, key)

    async def choose_site(self, request: web.Request) -> web.StreamResponse:
        """Work somewhere else from now on."""
        key = (await self.form(request)).get("site", "")
        if key not in {one.key for one in await self._sites(request)}:
            raise Refused(404, "there is no such place, or it is not open to you")
        return self._remembering(request, self._site_cookie, key)

    async def add_folder(self, request: web.Request) -> web.StreamResponse:
        """Make a folder."""
        form, user = await self.form(request), await self.person(request)
        parent = request.match_info["id"]
        await user.add_folder(parent, form.get("name", ""))
        return self.to_folder(parent, user)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Upload one file or many; one whose name is taken gets a new version, a photo a twin."""
        user, parent = await self.person(request), request.match_info["id"]
        standing = [] if isinstance(user, PhotoUser) else await user.children(parent)
        there = {one.name: one for one in standing if not one.is_folder}
        async for name, body in self.uploaded(request):
            if name in there:
                await user.replace(there[name], body)
            else:
                made = await user.add_file(parent, name, body)
                if not isinstance(user, PhotoUser):
                    there[name] = made
        return self.to_folder(parent, user)

    # What pages of an item need, too

    def refusals_shown(self, handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        """Wrap a page so that what the service refuses is shown as a sentence."""

        async def shown(request: web.Request) -> web.StreamResponse:
            try:
                answer: web.StreamResponse = await handler(request)
            except Refused as refused:
                text = pages.refused(self.frame(request), refused.said or str(refused.status))
                status = refused.status if 400 <= refused.status < 500 else 502
                return web.Response(status=status, text=text, content_type="text/html")
            return answer

        return shown

    async def person(self, request: web.Request) -> User:
        """Whoever is at work, where they chose to work."""
        return await self._signed_in(self._person_key(request), self._site(request))

    def frame(self, request: web.Request) -> Frame:
        """What every page shows round its content."""
        place = self._names.get(self._site(request)) or str(self._startup().get("place", ""))
        return Frame(
            self._service,
            place,
            self._person_key(request),
            self._door.csrf,
            self.home_path,
            self._tools,
            self._people(),
        )

    async def form(self, request: web.Request) -> dict[str, str]:
        """The fields of a form that was on one of our pages."""
        form = await read_form(request)
        self._door.require_csrf(form.get("csrf"))
        return {key: value for key, value in form.items() if isinstance(value, str)}

    async def uploaded(self, request: web.Request) -> AsyncIterator[tuple[str, Body]]:
        """Give the files of a form, each kept on disk while it is passed on."""
        checked = False
        async for part in form_parts(request):
            if part.name == "csrf":
                self._door.require_csrf(await part.text())
                checked = True
            elif part.name == "file" and part.filename:
                if not checked:
                    self._door.require_csrf(None)
                blob = await self._blobs.store(_pieces(part))
                try:
                    yield part.filename.rpartition("/")[2], self._body(blob)
                finally:
                    self._blobs.drop(blob)
        if not checked:
            self._door.require_csrf(None)

    async def send(
        self, request: web.Request, name: str, pieces: AsyncIterator[bytes]
    ) -> web.StreamResponse:
        """Send a file to be kept, never to be shown."""
        first = await anext(pieces, b"")  # a refusal comes before the headers are sent
        answer = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
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

    async def trail(self, user: User, folder: str) -> list[Seen]:
        """Give the folders from the top one down to this one."""
        trail: list[Seen] = []
        at: str | None = folder
        while at is not None and at != user.top and len(trail) < _DEEPEST:
            trail.append(await user.look(at, is_folder=True))
            at = trail[-1].parent
        trail.append(Seen(id=user.top, parent=None, name="Top", is_folder=True))
        return trail[::-1]

    async def folders(self, user: User, without: str | None = None) -> list[Seen]:
        """Give all folders, named by their paths, without those inside one of them."""
        paths = {user.top: ""}
        found = [Seen(id=user.top, parent=None, name="Top", is_folder=True)]
        for one in await user.listing():
            if not one.is_folder or one.id == without or one.parent not in paths:
                continue
            path = paths[one.id] = f"{paths[one.parent]}{one.name} / "
            name = path.removesuffix(" / ")
            found.append(Seen(id=one.id, parent=one.parent, name=name, is_folder=True))
        return found

    @staticmethod
    def html(text: str) -> web.Response:
        """A page."""
        return web.Response(text=text, content_type="text/html")

    def see_other(self, path: str) -> web.Response:
        """Lead to another page of this tool."""
        return web.Response(status=303, headers={"Location": f"{self.home_path}{path}"})

    def to_folder(self, folder: str | None, user: User) -> web.Response:
        """Lead to a folder."""
        return self.see_other(f"folder/{quote(folder or user.top, safe='')}")

    # Inside

    async def _sites(self, request: web.Request) -> list[Site]:
        found = await self._user.sites(self._startup(), self._person_key(request))
        self._names |= {one.key: f"{one.group}: {one.name}" for one in found}
        return found

    async def _signed_in(self, person: str, site: str) -> User:
        async with self._signing_in:
            if (person, site) not in self._at_work:
                own = self._user is ProcoreUser and site.endswith(COMPANYS_OWN)
                kind = CompanyUser if own else self._user
                user = await kind.sign_in(self._startup(), person, site)
                self._at_work[person, site] = user
            return self._at_work[person, site]

    def _person_key(self, request: web.Request) -> str:
        key, people = request.cookies.get(PERSON_COOKIE, ""), self._people()
        return key if key in {one.key for one in people} else people[0].key

    def _site(self, request: web.Request) -> str:
        return request.cookies.get(self._site_cookie, "")[:_LONGEST_KEY]

    def _first_site(self) -> str:
        """The key of what is kept in step, where everybody begins."""
        if self._user is TeamsUser:
            facts = self._startup()["microsoft"]
            return f"{facts['drive_id']}/{facts['folder_id']}"
        facts = self._startup()["procore"]
        return f"{facts['company_id']}/{facts['project_id']}"

    def _remembering(self, request: web.Request, cookie: str, value: str) -> web.Response:
        answer = self.see_other("")
        set_cookie(request, answer, cookie, value)
        return answer

    def _body(self, blob: Blob) -> Body:
        return Body(blob.size, self._blobs.open(blob))

    async def _show_folder(
        self, request: web.Request, user: User, folder: str
    ) -> web.StreamResponse:
        trail = await self.trail(user, folder)
        return self.html(pages.folder(self.frame(request), trail, await user.children(folder)))


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(CHUNK_BYTES):
        yield piece
