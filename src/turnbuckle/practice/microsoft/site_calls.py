"""Calls about sites and their libraries.

Whoever has only Sites.Selected cannot search for sites: the address has to be known, and the app
to be granted there.
"""

from urllib.parse import quote

from turnbuckle.practice.microsoft.call import Call, Reply
from turnbuckle.practice.microsoft.refusals import access_denied, not_found
from turnbuckle.practice.microsoft.routes import GROUP, SITE, Parts, listed, route
from turnbuckle.practice.microsoft.sites import Site
from turnbuckle.practice.microsoft.team_calls import team_meant
from turnbuckle.practice.microsoft.wire import Json, drive_json, selected, timestamp


def site_meant(call: Call, parts: Parts) -> Site:
    """The site that the address names: by id, host, path, or as a group's own.

    Raises:
        Refusal: 404 when there is none, 403 when the caller may not see it.
    """
    tenant = call.desk.tenant
    if "team" in parts:
        site: Site | None = team_meant(call, parts).site
        wanted = parts.get("site", "root")
        if site is not None and wanted not in {"root", site.id, str(site.guid)}:
            site = None
    else:
        site = tenant.site(parts["site"])
    if site is None:
        raise not_found()
    return _ensured(call, site)


def _ensured(call: Call, site: Site) -> Site:
    place, person = site.drives[0].place, call.principal.person
    call.principal.ensure_site(place)
    if person is not None and not any(drive.place.admits(person) for drive in site.drives):
        raise access_denied()
    return site


async def find_sites(call: Call, _: Parts) -> Reply:
    """GET /sites?search=words; ``*`` and nothing find all that the caller may see."""
    words = call.options.get("search", "").strip("*\"'").lower()
    person = call.principal.person
    rows = [
        _site_json(site)
        for site in call.desk.tenant.sites.values()
        if words in site.title.lower()
        and site.drives
        and not site.personal
        and (person is None or any(drive.place.admits(person) for drive in site.drives))
    ]
    return listed(call, "/sites", rows)


async def show_site(call: Call, parts: Parts) -> Reply:
    """GET a site."""
    return Reply(200, selected(_site_json(site_meant(call, parts)), call.select))


async def show_site_by_path(call: Call, parts: Parts) -> Reply:
    """GET the site at a path of another site's host."""
    start = call.desk.tenant.site(parts["site"])
    found = None
    if start is not None:
        found = call.desk.tenant.site(f"{start.host}:/{parts.get('path', '').strip('/')}")
    if found is None:
        raise not_found()
    return Reply(200, selected(_site_json(_ensured(call, found)), call.select))


def _site_json(site: Site) -> Json:
    made: Json = {
        "id": site.id,
        "name": site.path.rpartition("/")[2],
        "displayName": site.title,
        "createdDateTime": timestamp(site.drives[0].tree.root.created),
        "webUrl": f"https://{site.host}/{quote(site.path)}".rstrip("/"),
        "siteCollection": {"hostname": site.host},
    }
    if not site.path:
        made["root"] = {}
    return made


async def list_drives(call: Call, parts: Parts) -> Reply:
    """GET the libraries of a site or a group that the caller may see."""
    site, person = site_meant(call, parts), call.principal.person
    rows = [
        drive_json(drive) for drive in site.drives if person is None or drive.place.admits(person)
    ]
    return listed(call, f"/sites/{site.id}/drives", rows)


_BY_PATH = rf"{SITE}/(?:microsoft\.graph\.)?getByPath\(path='(?P<path>[^']*)'\)"

ROUTES = (
    route("GET", f"{GROUP}/drives", "/drives", 2, "", list_drives),
    route("GET", rf"{GROUP}/sites/(?P<site>[^/]+)", "/site", 1, "", show_site),
    route("GET", "/sites", "/sites", 2, "all sites", find_sites),
    route("GET", f"{SITE}/drives", "/drives", 2, "", list_drives),
    route("GET", _BY_PATH, "/site", 1, "", show_site_by_path),
    route("GET", SITE, "/site", 1, "", show_site),
)
"""Sites and libraries."""
