"""What a person does with one item: names, places, versions, texts, check-outs, and its end."""

import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web

from turnbuckle.practice.people import item_page
from turnbuckle.practice.people.desk import Desk, User
from turnbuckle.practice.people.item_page import CHECK_OUT_HOURS, WEEK_HOURS
from turnbuckle.practice.playing.photo_user import PhotoUser
from turnbuckle.practice.playing.procore_user import ProcoreUser
from turnbuckle.practice.playing.seen import Edition, Power, Refused, Seen, body_of
from turnbuckle.practice.playing.teams_user import TeamsUser

LONGEST_TEXT_BYTES = 1 << 16
_HOURS = frozenset({hours for hours, _ in CHECK_OUT_HOURS} | {WEEK_HOURS})


class ItemDesk:
    """The pages below one item.

    Args:
        desk: who is at work, and how pages look.
        now: the service's own time, for check-outs that end.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show one item and what can be done with it."""
        user, seen = await self._at(request)
        trail = await self._desk.trail(user, seen.parent or user.top)
        folders = await self._desk.folders(user, without=seen.id if seen.is_folder else None)
        is_text = Power.REPLACE in user.powers and await _text(user, seen) is not None
        audience = await user.audience(seen) if isinstance(user, TeamsUser) else None
        page = item_page.item(
            self._desk.frame(request),
            trail,
            seen,
            folders,
            user.powers,
            editable=is_text,
            audience=audience,
        )
        return self._desk.html(page)

    # Name, place, content

    async def rename(self, request: web.Request) -> web.StreamResponse:
        """Give it another name."""
        form, user, seen = await self._posted(request)
        await user.rename(seen, form.get("name", ""))
        return self._desk.to_folder(seen.parent, user)

    async def move(self, request: web.Request) -> web.StreamResponse:
        """Put it into another folder."""
        form, user, seen = await self._posted(request)
        await user.move(seen, form.get("parent", ""))
        return self._desk.to_folder(form.get("parent"), user)

    async def replace(self, request: web.Request) -> web.StreamResponse:
        """Give a file new content."""
        user, seen = await self._at(request)
        async for _, body in self._desk.uploaded(request):
            await user.replace(seen, body)
        return self._desk.to_folder(seen.parent, user)

    async def describe(self, request: web.Request) -> web.StreamResponse:
        """Say what it is."""
        form, user, seen = await self._posted(request, Power.DESCRIBE)
        await user.describe(seen, form.get("description", ""))
        return self._back(request)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        """Show a small text file to be edited."""
        user, seen = await self._at(request)
        words = await _text(user, seen)
        if words is None or Power.REPLACE not in user.powers:
            raise Refused(415, "only small text files can be edited here")
        trail = await self._desk.trail(user, seen.parent or user.top)
        frame = self._desk.frame(request)
        return self._desk.html(item_page.editor(frame, trail, seen, words, _mark(words)))

    async def save(self, request: web.Request) -> web.StreamResponse:
        """Save an edited text, unless somebody else did so meanwhile."""
        form, user, seen = await self._posted(request, Power.REPLACE)
        words = await _text(user, seen)
        if words is None or form.get("was") != _mark(words):
            raise Refused(409, "somebody saved it meanwhile; go back and load it again")
        said = form.get("words", "")
        if "\r\n" not in words:  # forms always send line ends as CRLF
            said = said.replace("\r\n", "\n")
        await user.replace(seen, body_of(said.encode()))
        return self._back(request)

    # Versions

    async def versions(self, request: web.Request) -> web.StreamResponse:
        """List the versions of a file."""
        user, seen = await self._at(request)
        editions = await _with_versions(user).editions(seen)
        trail = await self._desk.trail(user, seen.parent or user.top)
        frame = self._desk.frame(request)
        return self._desk.html(item_page.versions(frame, trail, seen, editions))

    async def version(self, request: web.Request) -> web.StreamResponse:
        """Send the content of one version."""
        user, seen = await self._at(request)
        edition = await self._edition(request, user, seen)
        pieces = _with_versions(user).read_edition(seen, edition)
        return await self._desk.send(request, seen.name, pieces)

    async def restore_version(self, request: web.Request) -> web.StreamResponse:
        """Make an older version the current one."""
        _, user, seen = await self._posted(request, Power.VERSIONS)
        edition = await self._edition(request, user, seen)
        await _with_versions(user).restore_edition(seen, edition)
        return self._back(request, "/versions")

    async def _edition(self, request: web.Request, user: User, seen: Seen) -> Edition:
        wanted = request.match_info["version"]
        for one in await _with_versions(user).editions(seen):
            if one.id == wanted:
                return one
        raise Refused(404, "there is no such version")

    # Who may write, who may see

    async def check_out(self, request: web.Request) -> web.StreamResponse:
        """Keep others from writing until it is checked in."""
        form, user, seen = await self._posted(request, Power.CHECK_OUT)
        if isinstance(user, ProcoreUser):
            hours = form.get("hours", "")
            if not hours.isdecimal() or int(hours) not in _HOURS:
                raise Refused(400, "choose one of the durations")
            until = self._now() + timedelta(hours=int(hours))
            await user.check_out(seen, until.strftime("%Y-%m-%dT%H:%M:%SZ"))
        elif isinstance(user, TeamsUser):
            await user.check_out(seen)
        return self._back(request)

    async def check_in(self, request: web.Request) -> web.StreamResponse:
        """Let others write again."""
        _, user, seen = await self._posted(request, Power.CHECK_OUT)
        if not isinstance(user, PhotoUser):
            await user.check_in(seen)
        return self._back(request)

    async def open_office(self, request: web.Request) -> web.StreamResponse:
        """Edit it in Office."""
        _, user, seen = await self._posted(request, Power.OFFICE)
        if isinstance(user, TeamsUser):
            await user.open_in_office(seen)
        return self._back(request)

    async def close_office(self, request: web.Request) -> web.StreamResponse:
        """Close it in Office."""
        _, user, seen = await self._posted(request, Power.OFFICE)
        if isinstance(user, TeamsUser):
            await user.close_in_office(seen)
        return self._back(request)

    async def set_private(self, request: web.Request) -> web.StreamResponse:
        """Show it to some alone, or to everybody."""
        form, user, seen = await self._posted(request, Power.PRIVATE)
        await user.set_private(seen, form.get("private") == "yes")
        return self._back(request)

    async def share(self, request: web.Request) -> web.StreamResponse:
        """Show it to somebody else, too."""
        form, user, seen = await self._posted(request, Power.SHARE)
        people = {one.key: one.login for one in self._desk.frame(request).people}
        if form.get("with") not in people:
            raise Refused(404, "nobody is called that")
        if isinstance(user, TeamsUser):
            may_write = form.get("role") == "write"
            await user.share(seen, people[form["with"]], may_write=may_write)
        return self._back(request)

    # Its end

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Put it into the bin."""
        _, user, seen = await self._posted(request)
        await user.delete(seen)
        return self._desk.to_folder(seen.parent, user)

    async def purge(self, request: web.Request) -> web.StreamResponse:
        """Delete it for ever."""
        form, user, seen = await self._posted(request, Power.PURGE)
        if form.get("sure") != "yes":
            raise Refused(400, "say that you are sure: it cannot come back")
        if not isinstance(user, ProcoreUser):
            await user.purge(seen)
        return self._desk.to_folder(seen.parent, user)

    async def restore(self, request: web.Request) -> web.StreamResponse:
        """Take it out of the bin."""
        form, user = await self._desk.form(request), await self._desk.person(request)
        wanted = request.match_info["id"]
        for seen in await user.binned():
            if seen.id == wanted:
                await user.restore(seen, form.get("parent") or user.top)
                return self._desk.see_other("bin")
        raise Refused(404, "it is not in the bin")

    # Inside

    async def _at(self, request: web.Request) -> tuple[User, Seen]:
        user = await self._desk.person(request)
        is_folder = request.match_info["kind"] == "folder"
        return user, await user.look(request.match_info["id"], is_folder=is_folder)

    async def _posted(
        self, request: web.Request, power: Power | None = None
    ) -> tuple[dict[str, str], User, Seen]:
        form = await self._desk.form(request)
        user, seen = await self._at(request)
        if power is not None and power not in user.powers:
            raise Refused(405, f"this tool does not {power.value}")
        return form, user, seen

    def _back(self, request: web.Request, after: str = "") -> web.Response:
        kind, item = request.match_info["kind"], quote(request.match_info["id"], safe="")
        return self._desk.see_other(f"item/{kind}/{item}{after}")


def _with_versions(user: User) -> ProcoreUser | TeamsUser:
    if isinstance(user, PhotoUser):
        raise Refused(405, "photos have no versions")
    return user


async def _text(user: User, seen: Seen) -> str | None:
    """The content of a small text file; None for anything else."""
    if seen.is_folder or not 0 < seen.size <= LONGEST_TEXT_BYTES or not _may_be_text(seen.name):
        return None
    data = b"".join([piece async for piece in _pieces(user, seen)])
    try:
        words = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in words else words


def _may_be_text(name: str) -> bool:
    return name.lower().endswith((".txt", ".md", ".csv", ".json", ".xml", ".log", ".ini", ".yaml"))


async def _pieces(user: User, seen: Seen) -> AsyncIterator[bytes]:
    async for piece in user.read(seen):
        yield piece


def _mark(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
