"""Microsoft's own library for Graph works with practice mode as it does with the real service.

Only its base address is changed; what it sends and how it reads the answers is its own business.
"""

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from practice.microsoft.client import PEOPLE_TOKEN, Microsoft

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import RealClock
from turnbuckle.practice.microsoft.limits import GraphLimits
from turnbuckle.practice.microsoft.server import PracticeMicrosoft
from turnbuckle.practice.microsoft.switches import GraphSwitches

pytestmark = pytest.mark.ci

_STEP = 320 * 1024


@dataclass
class Sdk:
    """The library, signed in as an app by itself, and what it works on."""

    client: Any
    service: PracticeMicrosoft
    microsoft: Microsoft

    @property
    def drive(self) -> Any:
        """The builder of requests about the Team's library."""
        return self.client.drives.by_drive_id(self.service.tenant.library.place.drive_id)

    @property
    def folder(self) -> str:
        """The id of the folder of the channel Site Office."""
        return self.service.channel("Site Office").folder

    def item(self, item: str) -> Any:
        """The builder of requests about one item."""
        return self.drive.items.by_drive_item_id(item)

    async def put(self, name: str, data: bytes) -> Any:
        """A small upload into the channel's folder, addressed by path as the makers show it."""
        return await self.item(f"{self.folder}:/{name}:").content.put(data)

    async def names(self) -> list[str]:
        """What the channel's folder holds."""
        page = await self.item(self.folder).children.get()
        return sorted(one.name for one in page.value)


@pytest.fixture
async def sdk(tmp_path: Path) -> AsyncIterator[Sdk]:
    """Practice Microsoft with the time of this machine, and the library."""
    service = PracticeMicrosoft(
        blobs=Blobs(tmp_path / "blobs"),
        clock=RealClock(),
        limits=GraphLimits.without_throttling(),
        switches=GraphSwitches(rewrite_after_seconds=None),
        people_token=PEOPLE_TOKEN,
    )
    await service.start()
    microsoft = Microsoft(service, None)  # type: ignore[arg-type]
    try:
        await microsoft.sign_in()
        yield Sdk(_client(service, microsoft.token), service, microsoft)
    finally:
        await microsoft.session.close()
        await service.stop()


def _client(service: PracticeMicrosoft, token: str) -> Any:
    from kiota_abstractions.authentication import (
        AccessTokenProvider,
        AllowedHostsValidator,
        BaseBearerTokenAuthenticationProvider,
    )
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

    class Ready(AccessTokenProvider):
        async def get_authorization_token(self, uri: str, more: Any = None) -> str:
            graph = uri.startswith(service.address)
            return token if graph else ""  # as the library's own providers: only to Graph

        def get_allowed_hosts_validator(self) -> Any:
            return AllowedHostsValidator(["127.0.0.1"])

    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Ready()))
    adapter.base_url = f"{service.address}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def test_the_way_from_a_team_to_the_files_of_a_channel(sdk: Sdk) -> None:
    team = sdk.service.team
    person = next(iter(sdk.service.tenant.persons))

    joined = await sdk.client.users.by_user_id(person).joined_teams.get()
    builder = sdk.client.teams.by_team_id(joined.value[0].id)
    channels = await builder.channels.get()
    named = {one.display_name: one.id for one in channels.value}
    folder = await builder.channels.by_channel_id(named["Site Office"]).files_folder.get()
    library = await sdk.client.groups.by_group_id(team.id).drive.get()
    site = await sdk.client.sites.by_site_id(team.site.id).get()
    drives = await sdk.client.sites.by_site_id(team.site.id).drives.get()

    assert folder.id == sdk.folder
    assert folder.parent_reference.drive_id == library.id == drives.value[0].id
    assert library.drive_type == "documentLibrary"
    assert library.quota.total == 27_487_790_694_400
    assert site.web_url.endswith("/sites/HarbourTower")
    assert (await sdk.drive.root.get()).root is not None


async def test_the_one_who_signed_in_is_asked_for_as_me(sdk: Sdk) -> None:
    await sdk.microsoft.become("ana")
    client = _client(sdk.service, sdk.microsoft.token)

    me = await client.me.get()
    teams = await client.me.joined_teams.get()
    own = await client.me.drive.get()

    assert me.user_principal_name.startswith("ana")
    assert [one.display_name for one in teams.value] == ["Harbour Tower"]
    assert own.drive_type == "business"


async def test_a_small_file_goes_up_comes_down_and_is_listed(sdk: Sdk) -> None:
    data = os.urandom(70_000)

    made = await sdk.put("Höhe 100% #1.bin", data)
    back = await sdk.item(made.id).content.get()
    by_path = await sdk.item(f"root:/Site Office/{made.name}:").content.get()
    looked = await sdk.item(made.id).get()

    assert back == by_path == data
    assert looked.file.hashes.quick_xor_hash == made.file.hashes.quick_xor_hash
    assert looked.size == len(data)
    assert await sdk.names() == [made.name]


async def test_a_large_file_goes_up_by_the_own_task_of_the_library(sdk: Sdk) -> None:
    """The task asks once more for the last fragment when all is done, and is refused, as by the
    real service (msgraph-sdk-python-core, issue 718); the file is there all the same."""
    from kiota_abstractions.api_error import APIError
    from msgraph.generated.models.drive_item import DriveItem
    from msgraph_core.tasks.large_file_upload import LargeFileUploadTask

    data = os.urandom(3 * _STEP)
    session = await _session(sdk, "large.bin", "replace")
    task = LargeFileUploadTask(
        session,
        sdk.client.request_adapter,
        BytesIO(data),
        parsable_factory=DriveItem,
        max_chunk_size=2 * _STEP,
    )

    with pytest.raises(APIError):
        await task.upload()

    assert await sdk.item(f"{sdk.folder}:/large.bin:").content.get() == data


async def _session(sdk: Sdk, name: str, conflict: str) -> Any:
    from msgraph.generated.drives.item.items.item.create_upload_session import (
        create_upload_session_post_request_body as body,
    )
    from msgraph.generated.models.drive_item_uploadable_properties import (
        DriveItemUploadableProperties,
    )

    rules = DriveItemUploadableProperties(
        additional_data={"@microsoft.graph.conflictBehavior": conflict}
    )
    builder = sdk.item(f"{sdk.folder}:/{name}:").create_upload_session
    return await builder.post(body.CreateUploadSessionPostRequestBody(item=rules))


async def test_a_session_of_the_library_takes_many_fragments(sdk: Sdk) -> None:
    data = os.urandom(5 * _STEP + 17)
    session = await _session(sdk, "large.bin", "fail")
    assert session.next_expected_ranges == ["0-"]

    for first in range(0, len(data), 2 * _STEP):
        piece = data[first : first + 2 * _STEP]
        last = await sdk.microsoft.send(session.upload_url, piece, first, len(data))

    assert last.status == 201
    assert await sdk.item(last.json["id"]).content.get() == data


async def test_folders_are_made_renamed_moved_and_deleted(sdk: Sdk) -> None:
    from msgraph.generated.models.drive_item import DriveItem
    from msgraph.generated.models.folder import Folder
    from msgraph.generated.models.item_reference import ItemReference

    async def make(parent: str, name: str) -> Any:
        rules = {"@microsoft.graph.conflictBehavior": "rename"}
        new = DriveItem(name=name, folder=Folder(), additional_data=rules)
        return await sdk.item(parent).children.post(new)

    plans = await make(sdk.folder, "Plans")
    second = await make(sdk.folder, "Plans")
    file = await sdk.put("a.txt", b"ink")

    moved = await sdk.item(file.id).patch(
        DriveItem(name="b.txt", parent_reference=ItemReference(id=plans.id))
    )
    inside = await sdk.item(plans.id).children.get()
    await sdk.item(second.id).delete()
    left = await sdk.names()

    assert (second.name, moved.name, moved.id) == ("Plans 1", "b.txt", file.id)
    assert [one.name for one in inside.value] == ["b.txt"]
    assert left == ["Plans"]


async def test_children_come_in_pages(sdk: Sdk) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.drives.item.items.item.children import children_request_builder as of
    from msgraph_core.tasks.page_iterator import PageIterator

    for number in range(7):
        await sdk.put(f"{number}.txt", b"ink")
    query = of.ChildrenRequestBuilder.ChildrenRequestBuilderGetQueryParameters(
        top=3, select=["id", "name"]
    )
    found: list[str] = []

    def note(one: Any) -> bool:
        found.append(one.name)
        return True

    first = await sdk.item(sdk.folder).children.get(RequestConfiguration(query_parameters=query))
    await PageIterator(first, sdk.client.request_adapter).iterate(note)

    assert len(first.value) == 3
    assert sorted(found) == [f"{number}.txt" for number in range(7)]


async def test_changes_are_followed_to_the_end_and_from_there(sdk: Sdk) -> None:
    kept = await sdk.put("kept.txt", b"ink")
    gone = await sdk.put("gone.txt", b"ink")
    page = await sdk.item("root").delta.get()
    while page.odata_next_link:
        page = await sdk.item("root").delta.with_url(page.odata_next_link).get()

    await sdk.item(gone.id).delete()
    await sdk.item(kept.id).content.put(b"more ink")
    after = await sdk.item("root").delta.with_url(page.odata_delta_link).get()
    token = page.odata_delta_link.partition("token=")[2]
    named = await sdk.item("root").delta_with_token(token).get()

    told = {one.id: one for one in after.value}
    assert told[gone.id].deleted.state == "deleted"
    assert told[kept.id].size == len(b"more ink")
    assert told.keys() == {one.id for one in named.value}


async def test_versions_are_listed_read_and_restored(sdk: Sdk) -> None:
    first = await sdk.put("a.txt", b"first")
    await sdk.item(first.id).content.put(b"second")
    versions = sdk.item(first.id).versions

    listed = await versions.get()
    old = await versions.by_drive_item_version_id("1.0").content.get()
    await versions.by_drive_item_version_id("1.0").restore_version.post()

    assert [one.id for one in listed.value] == ["2.0", "1.0"]
    assert old == b"first"
    assert await sdk.item(first.id).content.get() == b"first"


async def test_a_file_is_checked_out_and_in(sdk: Sdk) -> None:
    from msgraph.generated.drives.item.items.item.checkin.checkin_post_request_body import (
        CheckinPostRequestBody,
    )

    file = await sdk.put("a.txt", b"ink")

    await sdk.item(file.id).checkout.post()
    out = await sdk.item(file.id).get()
    await sdk.item(file.id).checkin.post(CheckinPostRequestBody(comment="done"))
    back = await sdk.item(file.id).get()

    assert out.publication.level == "checkout"
    assert back.publication is None


async def test_a_copy_is_watched_until_it_is_there(sdk: Sdk) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_abstractions.response_handler import ResponseHandler
    from kiota_http.middleware.options import ResponseHandlerOption
    from msgraph.generated.drives.item.items.item.copy.copy_post_request_body import (
        CopyPostRequestBody,
    )
    from msgraph.generated.models.item_reference import ItemReference

    seen: list[Any] = []

    class Native(ResponseHandler):
        async def handle_response_async(self, response: Any, error_map: Any) -> None:
            seen.append(response)

    file = await sdk.put("a.txt", b"ink")
    place = ItemReference(drive_id=file.parent_reference.drive_id, id=sdk.folder)
    await sdk.item(file.id).copy.post(
        CopyPostRequestBody(name="b.txt", parent_reference=place),
        RequestConfiguration(options=[ResponseHandlerOption(Native())]),
    )
    monitor = seen[0].headers["Location"]
    statuses = [(await sdk.microsoft.bare("GET", monitor)).json["status"] for _ in range(2)]

    assert seen[0].status_code == 202
    assert statuses == ["inProgress", "completed"]
    assert await sdk.names() == ["a.txt", "b.txt"]


async def test_words_are_searched(sdk: Sdk) -> None:
    await sdk.put("Site plan (north).txt", b"ink")
    await sdk.put("it's.txt", b"ink")

    found = await sdk.item("root").search_with_q("plan (north)").get()
    quoted = await sdk.item("root").search_with_q("it''s").get()
    whole = await sdk.drive.search_with_q("plan").get()

    assert [one.name for one in found.value] == ["Site plan (north).txt"]
    assert [one.name for one in quoted.value] == ["it's.txt"]
    assert [one.name for one in whole.value] == ["Site plan (north).txt"]


async def test_many_requests_go_in_one_batch(sdk: Sdk, monkeypatch: pytest.MonkeyPatch) -> None:
    unnamed = ModuleType("deprecated")  # the library imports it here, and asks nobody to install it
    unnamed.__dict__["deprecated"] = lambda *_, **__: lambda function: function
    monkeypatch.setitem(sys.modules, "deprecated", unnamed)
    from msgraph_core.requests.batch_request_content import BatchRequestContent

    file = await sdk.put("a.txt", b"ink")
    batch = BatchRequestContent()
    batch.add_request_information(sdk.item(file.id).to_get_request_information())
    batch.add_request_information(sdk.item("nothing").to_get_request_information())
    there, absent = batch.requests  # the library gives ids of its own

    answer = await sdk.client.batch.post(batch_request_content=batch)

    assert answer.get_response_status_codes() == {there: 200, absent: 404}


async def test_a_refusal_arrives_as_the_error_of_the_library(sdk: Sdk) -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    with pytest.raises(ODataError) as refused:
        await sdk.item("01NOTHINGISHERE").get()

    assert refused.value.response_status_code == 404
    error: Any = refused.value.error
    assert error.code == "itemNotFound"
    assert error.inner_error.request_id
    assert error.inner_error.date is not None


async def test_a_name_that_is_taken_and_a_tag_that_is_old_are_refused(sdk: Sdk) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_abstractions.headers_collection import HeadersCollection
    from msgraph.generated.models.drive_item import DriveItem
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    first, _ = await sdk.put("a.txt", b"ink"), await sdk.put("b.txt", b"ink")
    headers = HeadersCollection()
    headers.add("If-Match", first.e_tag)
    await sdk.item(first.id).content.put(b"newer")

    with pytest.raises(ODataError) as taken:
        await sdk.item(first.id).patch(DriveItem(name="b.txt"))
    with pytest.raises(ODataError) as old:
        await sdk.item(first.id).delete(RequestConfiguration(headers=headers))

    named: Any = taken.value.error
    assert (taken.value.response_status_code, named.code) == (409, "nameAlreadyExists")
    assert old.value.response_status_code == 412
