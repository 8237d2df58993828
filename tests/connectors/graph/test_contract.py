"""The Graph connector keeps the contract of all connectors, over real sockets."""

import pytest
from conformance.connector_contract import ConnectorContract
from conformance.setting import Setting
from connectors.graph.world import Ana, World

from turnbuckle.connectors.graph.connector import GraphConnector
from turnbuckle.model.items import ItemId

_UNUSED = "01AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


class TestGraph(ConnectorContract):
    @pytest.fixture
    def setting(self, world: World, graph: GraphConnector, ana: Ana) -> Setting:
        return Setting(
            connector=graph,
            root=world.folder,
            people=ana,
            unknown=ItemId(_UNUSED),
            secrets=(world.service.client_secret, world.people_token),
        )
