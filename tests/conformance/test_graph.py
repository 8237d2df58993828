"""The Graph connector keeps the contract, over HTTP against practice mode's Microsoft."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from conformance.arranging import ArrangingContract
from conformance.at_graph import (
    Ground,
    graph_setting,
    in_a_granted_site,
    in_a_onedrive,
    in_a_private_channel,
    in_a_shared_channel,
)
from conformance.connector_contract import ConnectorContract
from conformance.feeding import FeedingContract
from conformance.reading import ReadingContract
from conformance.setting import Setting
from conformance.writing import WritingContract

from turnbuckle.practice.microsoft.limits import GraphLimits

CONTRARY = {
    "nfc_siblings_clash": False,
    "session_conflict_told_at": "last",
    "new_file_ctag": 1,
    "folders_have_ctag": False,
    "app_writes_show_system_user": True,
    "patch_answers_without_body": True,
    "delta_gives_download_address": False,
    "delta_gives_path": False,
    "deletion_page_items": None,
    "tombstones_have_kind": False,
    "deleted_children_told": True,
    "delta_duplicates": True,
    "delta_children_first": True,
    "tag_bump_after_seconds": 0.0,
    "storage_refuses_tokens": True,
}
SMALL_PAGES = GraphLimits(page_items=2, largest_page_items=3)
GROUNDS = {
    "likely": Ground(),
    "contrary": Ground(switches=CONTRARY, limits=SMALL_PAGES),
    "granted site": Ground(where=in_a_granted_site),
}
OTHERS = {
    "private channel": Ground(where=in_a_private_channel),
    "shared channel": Ground(where=in_a_shared_channel),
    "OneDrive": Ground(where=in_a_onedrive),
}


class TestGraph(ConnectorContract):
    @pytest.fixture(params=list(GROUNDS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        async with graph_setting(tmp_path, GROUNDS[request.param]) as made:
            yield made


class Elsewhere:
    @pytest.fixture(params=list(OTHERS))
    async def setting(
        self, request: pytest.FixtureRequest, tmp_path: Path
    ) -> AsyncIterator[Setting]:
        async with graph_setting(tmp_path, OTHERS[request.param]) as made:
            yield made


class TestGraphElsewhere(Elsewhere, ArrangingContract):
    """A part of the contract is enough here: a library is a library, wherever it is."""


@pytest.mark.ci
class TestGraphElsewhereInFull(Elsewhere, ReadingContract, FeedingContract, WritingContract):
    """The rest of it that could differ from place to place."""
