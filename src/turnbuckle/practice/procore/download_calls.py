"""File addresses: on the API's host, signed, and answered by a redirect to the storage host."""

from aiohttp import web

from turnbuckle.practice.procore.account_calls import find_project
from turnbuckle.practice.procore.arguments import whole
from turnbuckle.practice.procore.call import Call, CompanyHeader, Route
from turnbuckle.practice.procore.company import Level, Project, Viewer
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
            )
        ]

    async def redirect(self, call: Call) -> web.Response:
        """Send the caller on to the storage, with an address that works for ten minutes."""
        key = call.request.match_info["key"]
        self._check_signature(call, key)
        project = find_project(
            self._state, whole(call.request.query.get("projectId", ""), "projectId")
        )
        version, photo = project.documents.by_key.get(key), project.photos.by_key.get(key)
        if version is not None:
            if call.known_grant is not None:
                self._require_sight(call, project, version)
        elif photo is not None and not photo.destroyed:
            version = photo.content
            if call.known_grant is not None:
                self._require_photo_sight(call, project, photo)
        else:
            raise not_found("File")
        location = download_address(self._state, version, project.company.id)
        return web.Response(status=302, headers={"Location": location})

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

    def _require_sight(self, call: Call, project: Project, version: Version) -> None:
        if not project.is_open_to(call.person):
            raise wrong_project()
        viewer = Viewer(call.person, project)
        viewer.require(Level.READ_ONLY)
        node = viewer.find(version.file_id, folder=False)
        if node.deleted and not self._state.switches.binned_content:
            raise not_found("File")
