"""The memory remote keeps the contract of albums in its area of photos."""

from dataclasses import replace

import pytest
from conformance.album_contract import AlbumContract
from conformance.setting import Setting
from conformance.test_memory import Colleague

from turnbuckle.connectors.memory.areas import Area
from turnbuckle.connectors.memory.clock import StepClock
from turnbuckle.connectors.memory.connector import MemoryConnector
from turnbuckle.connectors.memory.people import People
from turnbuckle.connectors.memory.remote import MemoryRemote
from turnbuckle.connectors.memory.traits import PROCORE_LIKE
from turnbuckle.model.items import ItemId


class TestMemoryAlbums(AlbumContract):
    @pytest.fixture
    def setting(self) -> Setting:
        clock = StepClock()
        remote = MemoryRemote(replace(PROCORE_LIKE, crosses_tools=False), clock)
        root = People(remote).mkdir("Photos")
        remote.areas.append(
            Area(
                tool="photos",
                root=root,
                loose=People(remote).mkdir("Photos/Unclassified"),
                flat=True,
                duplicate_names=True,
                suffixes=frozenset({".jpg", ".png"}),
                renames_files=False,
                replaces=False,
            )
        )
        return Setting(
            connector=MemoryConnector(remote),
            root=root,
            people=Colleague(remote, clock),
            unknown_file=ItemId("item-999998"),
            unknown_folder=ItemId("item-999999"),
        )
