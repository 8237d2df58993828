"""The committed contracts are what the script makes: valid, and without the vendors' words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

HOUSE = Path(__file__).parents[2]
CONTRACTS = HOUSE / "contracts"
SOURCE = HOUSE.parent / "shared" / "contracts"
OF_VENDORS = ("graph.json", "procore-subset.json")
LONGEST_VALUE_WORDS = 5
NAMES = {"properties", "patternProperties", "schemas", "parameters", "headers", "scopes", "paths"}


def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        (CONTRACTS / name).read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return loaded


def keywords(node: object, *, names: bool = False) -> Iterator[tuple[str, object]]:
    """Give each keyword with its value; the names of properties, schemas and so on are none."""
    if isinstance(node, list):
        for part in node:
            yield from keywords(part)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not names:
                yield key, value
            yield from keywords(value, names=not names and key in NAMES)


def texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for part in node.values():
            yield from texts(part)
    elif isinstance(node, list):
        for part in node:
            yield from texts(part)
    elif isinstance(node, str):
        yield node


EVERY = (*OF_VENDORS, "procore.yaml", "procore-additions.yaml", "procore-hooks.yaml")


HEAVY = {"procore-subset.json"}  # takes as long as all others together


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=[pytest.mark.ci] if one in HEAVY else []) for one in EVERY]
)
def test_a_contract_is_valid_openapi(name: str) -> None:
    validate(document(name), base_uri=(CONTRACTS / name).as_uri())


def test_what_is_added_is_not_in_the_contract_that_it_adds_to() -> None:
    assert not set(document("procore-additions.yaml")["paths"]) & set(
        document("procore.yaml")["paths"]
    )


@pytest.mark.parametrize("name", OF_VENDORS)
def test_no_description_or_summary_of_a_vendor_is_left(name: str) -> None:
    whole = document(name)
    del whole["info"]["title"]

    prose = [
        (keyword, value)
        for keyword, value in keywords(whole)
        if keyword in {"description", "summary", "title", "externalDocs", "example", "examples"}
        and value != ""
    ]

    assert prose == []


@pytest.mark.parametrize("name", OF_VENDORS)
def test_no_sentence_of_a_vendor_is_left(name: str) -> None:
    whole = document(name)
    del whole["info"]

    sentences = [text for text in texts(whole) if len(text.split()) > LONGEST_VALUE_WORDS]

    assert sentences == []


def test_a_property_that_is_called_description_is_kept() -> None:
    item = document("graph.json")["components"]["schemas"]["microsoft.graph.baseItem"]

    assert '"description": {' in json.dumps(item)


def test_the_script_makes_the_committed_bytes(tmp_path: Path) -> None:
    if not SOURCE.is_dir():
        pytest.skip("not needed here: the contracts' sources are not beside this clone")

    subprocess.run(
        [sys.executable, HOUSE / "scripts" / "contracts.py", SOURCE, tmp_path], check=True
    )

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {name: (CONTRACTS / name).read_bytes() for name in made}
    assert len(made) == 3
