"""tools: one file for each Procore tool, and the list of them."""

from collections.abc import Mapping

from turnbuckle.connectors.procore.project import OpenTool
from turnbuckle.connectors.procore.tools.documents import Documents
from turnbuckle.connectors.procore.tools.photos import Photos

TOOLS: Mapping[str, OpenTool] = {"documents": Documents, "photos": Photos}
