"""tools: one file for each Procore tool, and the list of them."""

from collections.abc import Mapping

from turnbuckle.connectors.procore.project import OpenTool
from turnbuckle.connectors.procore.tools.documents import Documents

TOOLS: Mapping[str, OpenTool] = {"documents": Documents}
