"""File addresses: on the API's host, signed, and answered by a redirect to the storage host."""

from aiohttp import web

from turnbuckle.practice.procore.account_calls import find_project
from turnbuckle.practice.procore.call import Call, CompanyHeader, Route
from turnbuckle.practice.procore.company import Company, Level, Project, Viewer
from turnbuckle.practice.procore.nodes import Version
from turnbuckle.practice.procore.photo_viewer import PhotoViewer
from turnbuckle.practice.procore.photos import Photo
from turnbuckle.practice.procore.refusals import not_found, plain, wrong_project
from turnbuckle.practice.procore.state import State
from turnbuckle.practice.procore.storage import download_address


class DownloadCalls:
    """What a file address answers."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """All operations of this part."""
        switches = self._state.switches
        return [
            Route(
                method="GET",
                path="/api/v5/files/us-east-1/pro-core.com/companies/{company_id}/{key}",
                operation="GET /file",
                answering=self.redirect,
                company_header=CompanyHeader.NOBODY,
                bearer=switches.url_needs_bearer,
                counted=switches.url_counted,
            ),
            Route(
                method="GET",
                path="/rest/v1.0/local_files/{key}",
                operation="GET /local_files",
                answering=self.local,
            ),
        ]

    async def local(self, call: Call) -> web.Response:
        """The content of a version or a photo by its key alone, for who may see it."""
        key = call.request.match_info["key"]
        found = call.company.content(key)
        if found is None:
            raise not_found("File")
        holder, version = found
        if key in holder.documents.by_key:
            self._require_sight(call, holder, version)
        elif isinstance(holder, Project):
            self._of_photo(call, holder, key)
        location = download_address(self._state, version, holder.company.id)
        return web.Response(status=302, headers={"Location": location})

    async def redirect(self, call: Call) -> web.Response:
        """Send the caller on to the storage, with an address that works for ten minutes."""
        key = call.request.match_info["key"]
        self._check_signature(call, key)
        holder = self._holder(call)
        version = holder.documents.by_key.get(key)
        if version is not None:
            if call.known_grant is not None:
                self._require_sight(call, holder, version)
        elif isinstance(holder, Project):
            version = self._of_photo(call, holder, key)
        else:
            raise not_found("File")
        location = download_address(self._state, version, holder.company.id)
        return web.Response(status=302, headers={"Location": location})

    def _holder(self, call: Call) -> Company | Project:
        """The project that the address names; the company where it names none."""
        project_id = call.in_query("projectId")
        if project_id is not None:
            return find_project(self._state, project_id)
        company = self._state.companies.all.get(call.in_path("company_id"))
        if company is None:
            raise not_found("Company")
        return company

    def _of_photo(self, call: Call, project: Project, key: str) -> Version:
        photo = project.photos.by_key.get(key)
        if photo is None or photo.destroyed:
            raise not_found("File")
        if call.known_grant is not None:
            self._require_photo_sight(call, project, photo)
        return photo.content

    def _check_signature(self, call: Call, key: str) -> None:
        expires, _, signature = call.request.query.get("sig", "").partition("-")
        if not self._state.signer.is_signed(signature, "file", key, expires):
            raise plain(403, "The signature of the address is wrong")
        if expires != "0" and self._state.now() > int(expires):
            raise plain(self._state.switches.url_expired_status, "The address has expired")

    @staticmethod
    def _require_photo_sight(call: Call, project: Project, photo: Photo) -> None:
        if not project.is_open_to(call.person):
            raise wrong_project()
        viewer = PhotoViewer(call.person, project)
        viewer.require(Level.READ_ONLY)
        viewer.find(photo.id)

    def _require_sight(self, call: Call, holder: Company | Project, version: Version) -> None:
        if not holder.is_open_to(call.person):
            raise wrong_project()
        viewer = Viewer(call.person, holder)
        viewer.require(Level.READ_ONLY)
        node = viewer.find(version.file_id, folder=False)
        if node.deleted and not self._state.switches.binned_content:
            raise not_found("File")
