"""What an administrator grants single apps on a site, for the permission Sites.Selected.

Consent to Sites.Selected alone opens nothing: each site needs a grant, which names the app by its
client id and gives it a role. Source: section 1 of the fact sheet.
"""

from dataclasses import dataclass

from turnbuckle.practice.microsoft.identifiers import fixed_guid

ROLES = ("read", "write", "owner", "fullcontrol")
"""From the least to the most; each may do what those before it may."""


@dataclass(slots=True, kw_only=True)
class Grant:
    """One app's role on one site."""

    id: str
    app_id: str
    app_name: str
    role: str


class Grants:
    """All grants of one site."""

    def __init__(self) -> None:
        self.by_id: dict[str, Grant] = {}

    def give(self, app_id: str, app_name: str, role: str) -> Grant:
        """Grant an app a role; its former grant, if any, gets the new role."""
        app_id = app_id.lower()
        for grant in self.by_id.values():
            if grant.app_id == app_id:
                grant.role = role
                return grant
        name = f"aTowaS50fG1zLnNwLmV4dHwx{fixed_guid('grant', app_id).hex}"
        grant = Grant(id=name, app_id=app_id, app_name=app_name, role=role)
        self.by_id[name] = grant
        return grant

    def runs(self, app_id: str) -> bool:
        """Whether the app may manage the site's permissions."""
        return any(
            grant.app_id == app_id.lower() and grant.role in {"owner", "fullcontrol"}
            for grant in self.by_id.values()
        )

    def allow(self, app_id: str, *, write: bool) -> bool:
        """Whether the app may read, or write, on the site."""
        needed = ROLES.index("write" if write else "read")
        return any(
            grant.app_id == app_id.lower() and ROLES.index(grant.role) >= needed
            for grant in self.by_id.values()
        )
