"""Make ``contracts/`` from a folder of remote contracts: ``contracts.py FROM [INTO]``.

FROM holds `graph/openapi.json`, `procore/procore-rest-subset.json` and `procore/openapi.yaml`. The
first two carry the vendors' words; what we keep of them are shapes: paths, parameters, types,
formats, which fields are required. Descriptions, summaries, titles, examples, links to pages and
notes are left out, and so are tags (headings of their manuals). Two texts that OpenAPI demands
stay: a document's title, which becomes ours, and a response's description, which becomes empty.
The third document is our own and is copied as it is. Equal input, equal bytes.
"""

import json
import sys
from pathlib import Path
from typing import Any

PROSE = frozenset(
    {"description", "summary", "title", "externalDocs", "example", "examples", "tags", "$comment"}
)
"""Keys that hold words for people, wherever they are keywords and not names of something."""

KEPT_EXTENSIONS = frozenset({"x-hole", "x-ms-pageable"})
"""``x-hole``: the shape of an answer is not known; ``x-ms-pageable``: an answer comes in pages."""

NAMED = frozenset(
    {
        "callbacks",
        "content",
        "encoding",
        "headers",
        "links",
        "mapping",
        "parameters",
        "paths",
        "patternProperties",
        "properties",
        "requestBodies",
        "responses",
        "schemas",
        "scopes",
        "securitySchemes",
        "variables",
    }
)
"""Keywords whose value maps names to things: below them ``description`` is a name, not a text."""

VALUES = frozenset({"const", "default", "enum", "required", "security"})
"""Keywords whose value is data, kept as it is."""

EXPANDED_LEVELS = 3  # document, paths, methods


def is_prose(keyword: str) -> bool:
    """Tell whether a keyword holds words for people, or a note of whoever made the document."""
    return keyword in PROSE or (keyword.startswith("x-") and keyword not in KEPT_EXTENSIONS)


def shapes(node: Any) -> Any:
    """Give a part of an OpenAPI document without its prose."""
    if isinstance(node, list):
        return [shapes(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for keyword, value in node.items():
        if is_prose(keyword):
            continue
        if keyword in VALUES:
            kept[keyword] = value
        elif keyword in NAMED and isinstance(value, dict):
            kept[keyword] = {
                name: response(part) if keyword == "responses" else shapes(part)
                for name, part in value.items()
            }
        else:
            kept[keyword] = shapes(value)
    return kept


def response(node: dict[str, Any]) -> dict[str, Any]:
    """Give a response without its prose; OpenAPI wants the key, so the text is empty."""
    return shapes(node) if "$ref" in node else {"description": "", **shapes(node)}


def document(whole: dict[str, Any], title: str) -> dict[str, Any]:
    """Give an OpenAPI document without its prose, under a title of ours."""
    kept: dict[str, Any] = shapes({key: part for key, part in whole.items() if key != "info"})
    info = {"title": title, "version": whole["info"]["version"].split()[0]}
    if "license" in whole["info"]:
        info["license"] = whole["info"]["license"]
    return {"openapi": kept.pop("openapi"), "info": info, **kept}


def laid_out(node: Any, levels: int = EXPANDED_LEVELS) -> str:
    """Write JSON with one line for each operation and schema, so that a search finds it whole."""
    if levels == 0 or not isinstance(node, dict) or not node:
        return json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    lines = [f"{json.dumps(key)}: {laid_out(part, levels - 1)}" for key, part in node.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def main(arguments: list[str]) -> int:
    """Write the three contracts; 2 when the arguments are wrong."""
    if len(arguments) not in {1, 2} or not Path(arguments[0]).is_dir():
        print("usage: contracts.py FROM [INTO], FROM a folder with graph/ and procore/")
        return 2
    source = Path(arguments[0])
    into = Path(arguments[1] if len(arguments) == 2 else "contracts")
    into.mkdir(parents=True, exist_ok=True)
    for origin, name, title in (
        ("graph/openapi.json", "graph.json", "Microsoft Graph, the shapes a file sync uses"),
        (
            "procore/procore-rest-subset.json",
            "procore-subset.json",
            "Procore REST, the shapes of project tools",
        ),
    ):
        whole = json.loads((source / origin).read_bytes())
        (into / name).write_bytes(laid_out(document(whole, title)).encode() + b"\n")
    (into / "procore.yaml").write_bytes((source / "procore/openapi.yaml").read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
