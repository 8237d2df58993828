"""Troubles with an account or a library of practice Microsoft, until somebody calls them off."""

from collections.abc import Sequence

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.microsoft.items import Author, Entry
from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Lasting, Option
from turnbuckle.practice.panel.values import BadValue, Kind
from turnbuckle.practice.persons import Person

_CODES = ("resyncChangesApplyDifferences", "resyncChangesUploadDifferences")


class GraphTroubles:
    """The deeds that take tokens, space, items and the newest changes away."""

    def __init__(self, microsoft: PracticeMicrosoft) -> None:
        self._microsoft = microsoft
        self._tenant = microsoft.tenant

    def deeds(self) -> list[Deed]:
        """All of them."""
        return [*self._of_the_app(), *self._of_a_library(), *self._of_an_item()]

    def _of_the_app(self) -> list[Deed]:
        signin, app = self._microsoft.signin, self._microsoft.app
        return [
            Deed(
                key="expire_access",
                title="Access tokens expire",
                meaning="Now, for all who connected; refresh tokens stay",
                act=lambda _: signin.expire_access(app),
            ),
            Deed(
                key="use_up_refresh",
                title="Refresh tokens are used up",
                meaning="Now; when the access token ends, somebody has to sign in again",
                act=lambda _: signin.use_up_refresh(app),
            ),
            Deed(
                key="signed_out",
                title="The app is signed out",
                meaning="An admin disabled it: no token is good and none is given",
                act=self._sign_out,
            ),
            Deed(
                key="blocked",
                title="The app is blocked",
                meaning="503 for every call of apps, as after too much of everything",
                act=self._block,
            ),
        ]

    def _of_a_library(self) -> list[Deed]:
        code = Ask(
            name="code",
            label="What the 410 asks for",
            kind=Kind(name="choice", choices=_CODES),
            default=_CODES[0],
        )
        return [
            Deed(
                key="reset_delta",
                title="Delta is reset",
                meaning="Now: tokens given so far answer 410, and all is to be read anew",
                asks=(code,),
                act=self._reset_delta,
            ),
            Deed(
                key="lagging",
                title="Delta lags",
                meaning="It tells nothing that happens from now on",
                asks=(self._library,),
                act=self._lag,
            ),
            Deed(
                key="full",
                title="Libraries are full",
                meaning="507 for every byte more",
                act=self._fill,
            ),
            Deed(
                key="read_only",
                title="A library is read-only",
                meaning="403 for every write",
                asks=(self._library,),
                act=self._freeze,
            ),
            Deed(
                key="unprovisioned",
                title="A channel has no folder yet",
                meaning="Its filesFolder answers 404, until somebody opens its files",
                asks=(Ask(name="channel", label="Channel", options=self._channels),),
                act=self._unprovision,
            ),
        ]

    def _of_an_item(self) -> list[Deed]:
        path = Ask(name="path", label="Path in the library, such as Site Office/A-101.pdf")
        who = Ask(name="who", label="By whom", options=self._people)
        return [
            Deed(
                key="locked",
                title="A file is open in Office",
                meaning="423 for everybody else who writes",
                asks=(self._library, path, who),
                act=self._lock,
            ),
            Deed(
                key="hidden",
                title="An item is hidden",
                meaning="It is not shared with apps any more, nor is what lies below it",
                asks=(self._library, path),
                act=self._hide,
            ),
        ]

    def _sign_out(self, _: Facts) -> Lasting:
        self._microsoft.disable_app()
        return Lasting(lambda: self._microsoft.disable_app(False))

    def _block(self, _: Facts) -> Lasting:
        switches = self._microsoft.switches
        switches.app_blocked = True

        def end() -> None:
            switches.app_blocked = False

        return Lasting(end)

    def _reset_delta(self, given: Facts) -> None:
        self._microsoft.switches.resync_code = given["code"]
        for drive in self._tenant.drives.values():
            drive.expire_tokens()

    def _lag(self, given: Facts) -> Lasting:
        drive = self._drive(given)
        drive.trouble.lags_at = drive.changes.number

        def end() -> None:
            drive.trouble.lags_at = None

        return Lasting(end)

    def _fill(self, _: Facts) -> Lasting:
        limits = self._microsoft.limits
        if limits.quota_bytes == 0:
            raise BadValue("they are full already")
        before = limits.quota_bytes
        limits.quota_bytes = 0

        def end() -> None:
            limits.quota_bytes = before

        return Lasting(end)

    def _freeze(self, given: Facts) -> Lasting:
        drive = self._drive(given)
        drive.read_only = True

        def end() -> None:
            drive.read_only = False

        return Lasting(end)

    def _unprovision(self, given: Facts) -> Lasting:
        switches = self._microsoft.switches
        switches.unprovisioned_channels.add(given["channel"])
        return Lasting(lambda: switches.unprovisioned_channels.discard(given["channel"]))

    def _lock(self, given: Facts) -> Lasting:
        drive, entry, who = self._drive(given), self._entry(given), self._person(given["who"])
        if entry.is_folder:
            raise BadValue("only a file can be open in Office")
        try:
            drive.lock(entry.id, who)
        except Refusal as refusal:
            raise BadValue(f"somebody has it already: {refusal.message}") from None

        def end() -> None:
            lock = drive.locks.get(entry.id)
            if lock is not None and lock.holder.key == Author(who).key:
                drive.unlock(entry.id)

        return Lasting(end)

    def _hide(self, given: Facts) -> Lasting:
        hidden, entry = self._drive(given).trouble.hidden, self._entry(given)
        hidden.add(entry.id)
        return Lasting(lambda: hidden.discard(entry.id))

    # What can be chosen

    @property
    def _library(self) -> Ask:
        return Ask(
            name="library", label="Library", options=lambda: library_options(self._microsoft)
        )

    def _channels(self) -> Sequence[Option]:
        names = dict.fromkeys(
            channel.name for team in self._tenant.teams.values() for channel in team.channels
        )
        return [Option(name, name) for name in names]

    def _people(self) -> Sequence[Option]:
        return [Option(one.key, one.name) for one in self._tenant.persons.values()]

    def _person(self, key: str) -> Person:
        return next(one for one in self._tenant.persons.values() if one.key == key)

    def _drive(self, given: Facts) -> Drive:
        return self._tenant.drives[given["library"]]

    def _entry(self, given: Facts) -> Entry:
        drive = self._drive(given)
        names = [part for part in given["path"].split("/") if part]
        found = drive.find(drive.get("root"), names)
        if found is None or found.parent is None:
            raise BadValue(f"there is no {given['path']!r:.200} in the library")
        return found


def library_options(microsoft: PracticeMicrosoft) -> list[Option]:
    """All libraries, to choose from, the sample Team's first and OneDrives last."""
    tenant = microsoft.tenant
    drives = sorted(tenant.drives.values(), key=lambda one: one.place.kind == "business")
    ordered = [tenant.library, *(one for one in drives if one is not tenant.library)]
    return [
        Option(one.place.drive_id, f"{tenant.sites[one.place.site_id].title}: {one.place.name}")
        for one in ordered
    ]
