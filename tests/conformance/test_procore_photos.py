"""Procore's Photos keep the contract of albums, alone and beside Documents."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from conformance.album_contract import AlbumContract
from conformance.at_practice import PracticeColleague
from conformance.at_procore import SMALL_UPLOADS, at_procore
from conformance.setting import Setting

from turnbuckle.connectors.procore.connector import TOGETHER
from turnbuckle.connectors.procore.photo_items import Part, album_id, part_of, photo_id, top_id
from turnbuckle.connectors.procore.together import Together
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos
from turnbuckle.model.items import ItemId
from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.seen import Seen
from turnbuckle.practice.procore.switches import ImageBody, ProcoreSwitches

VARIANTS: dict[str, dict[str, Any]] = {
    "likely": {},
    "contrary": {
        "touches_item": False,
        "images_per_page": 3,
        "album_keeps_photos": False,
        "retrieve_method": "POST",
        "image_ids_as_objects": True,
        "image_body": ImageBody.GUIDE,
        "photos_tool": "photos",
        "url_needs_bearer": False,
    },
    TOGETHER: {},
}


class TestProcorePhotos(AlbumContract):
    @pytest.fixture(params=list(VARIANTS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        variant = VARIANTS[request.param]
        async with at_procore(tmp_path, variant) as at:
            documents = at.service.documents(at.project.id)
            documents.add_folder(documents.root_id, "Plans", PERSONS[0])
            sizes = SMALL_UPLOADS if request.param == "contrary" else {}
            photos = Photos(at.wire, at.project, at.own_user, **sizes)
            together = Together(Documents(at.wire, at.project, at.own_user), photos)
            person = at.person.photos
            yield Setting(
                connector=together if request.param == TOGETHER else photos,
                root=top_id(at.project.id),
                people=PracticeColleague(
                    person,
                    at.clock,
                    check_out=_nothing_to_check_out,
                    versions=_no_versions,
                    to_ours=lambda item, is_folder: (album_id if is_folder else photo_id)(
                        int(item)
                    ),
                    to_theirs=lambda item: _number(item, person.top),
                ),
                unknown_file=photo_id(999_999_999),
                unknown_folder=album_id(999_999_999),
                secrets=at.secrets,
                tells_moves=ProcoreSwitches(**variant).touches_item,
            )


def _number(item: ItemId, top: str) -> str:
    part, number = part_of(item)
    return top if part is Part.TOP else str(number)


async def _nothing_to_check_out(seen: Seen) -> None:
    raise AssertionError(f"{seen.name} is a photo; nobody checks it out")


async def _no_versions(item: str) -> list[bytes]:
    raise AssertionError(f"{item} is a photo; it has one version")
