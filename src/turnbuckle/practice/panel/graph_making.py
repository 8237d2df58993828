"""More Teams, channels, sites, libraries and people in practice Microsoft."""

from collections.abc import Callable
from typing import cast

from turnbuckle.practice.microsoft.refusals import Refusal
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.teams import MEMBERSHIPS, Membership
from turnbuckle.practice.panel.deeds import Ask, Deed, Facts, Option
from turnbuckle.practice.panel.newcomers import NAME, Enrol, checked_name, enrolled
from turnbuckle.practice.panel.values import BadValue, Kind


class GraphMaking:
    """The deeds that make something.

    Args:
        microsoft: where.
        enrol: gives somebody an account on both services.
    """

    def __init__(self, microsoft: PracticeMicrosoft, enrol: Enrol) -> None:
        self._tenant = microsoft.tenant
        self._enrol = enrol

    def deeds(self) -> list[Deed]:
        """All of them."""
        team = Ask(name="team", label="Team", options=self._teams)
        membership = Ask(
            name="membership",
            label="Kind",
            kind=Kind(name="choice", choices=MEMBERSHIPS),
            default=MEMBERSHIPS[0],
        )
        site = Ask(name="site", label="Site", options=self._sites)
        return [
            Deed(
                key="team",
                title="A Team",
                meaning="With all the people, its site, a library and the channel General",
                asks=(NAME,),
                act=in_words(self._make_team),
            ),
            Deed(
                key="channel",
                title="A channel",
                meaning="Whose files somebody opened already; a private or shared one is Ana's",
                asks=(NAME, team, membership),
                act=in_words(self._make_channel),
            ),
            Deed(
                key="site",
                title="A site",
                meaning="A SharePoint site with a library",
                asks=(NAME,),
                act=in_words(self._make_site),
            ),
            Deed(
                key="library",
                title="A library",
                meaning="One more in a site",
                asks=(NAME, site),
                act=in_words(self._make_library),
            ),
            Deed(
                key="person",
                title="A person",
                meaning="With an account on both services, a OneDrive, and no Team yet",
                asks=(NAME,),
                act=lambda given: enrolled(self._enrol, given["name"]),
            ),
        ]

    def _teams(self) -> list[Option]:
        return [Option(one.id, one.name) for one in self._tenant.teams.values()]

    def _sites(self) -> list[Option]:
        return [Option(one.id, one.title) for one in self._tenant.sites.values() if one.drives]

    def _make_team(self, given: Facts) -> Facts:
        made = self._tenant.add_team(checked_name(given["name"]))
        general = made.channels[0]
        return {"team_id": made.id, "site_id": made.site.id, "channel_id": general.id}

    def _make_channel(self, given: Facts) -> Facts:
        name, membership = checked_name(given["name"]), cast(Membership, given["membership"])
        made = self._tenant.add_channel(self._tenant.teams[given["team"]], name, membership)
        drive = made.drive.place.drive_id
        return {"channel_id": made.id, "drive_id": drive, "folder_id": made.folder}

    def _make_site(self, given: Facts) -> Facts:
        name = checked_name(given["name"])
        plain = "".join(letter for letter in name if letter.isalnum()) or "Site"
        site = self._tenant.add_site(f"sites/{plain}", name)
        drive = self._tenant.add_library(site, "Documents", "Shared Documents")
        return {"site_id": site.id, "drive_id": drive.place.drive_id}

    def _make_library(self, given: Facts) -> Facts:
        name = checked_name(given["name"])
        drive = self._tenant.add_library(self._tenant.sites[given["site"]], name)
        return {"site_id": given["site"], "drive_id": drive.place.drive_id}


def in_words(make: Callable[[Facts], Facts]) -> Callable[[Facts], Facts]:
    """Let what the service itself refuses, such as a name, be a sentence at the panel."""

    def made(given: Facts) -> Facts:
        try:
            return make(given)
        except Refusal as refusal:
            raise BadValue(refusal.message) from None

    return made
