"""The words of the catalogue: ranges, tokens, and the marks on its paths."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from turnbuckle.connectors.memory.blobs import Blob, Generated
from turnbuckle.model.side import Side

LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
"""A catalogue takes a second in Python, and next to nothing in C."""

CATALOGUE = Path(__file__).parent / "catalogue.yaml"
SIDES = {"A": Side.LEFT, "B": Side.RIGHT}
LETTERS = {side: letter for letter, side in SIDES.items()}
TOOLS = {"D": "documents", "P": "photos"}
SIZE_BYTES = 1000
LARGEST_SPELLED_BYTES = 10_000_000  # a larger content is a recipe
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_RANGE = re.compile(r"\[(\d+)-(\d+)\]")
_SIZED = re.compile(r"^(?P<token>.*)@(?P<size>\d+)(?P<unit>|B|KB|MB|GB|TB)$")
_words: dict[int, str] = {}

type Row = Mapping[str, Any]


def rows(path: Path = CATALOGUE) -> list[Row]:
    """Give every row of a catalogue."""
    found: list[Row] = yaml.load(path.read_text(), LOADER)["scenarios"]
    return found


def spread(path: str, value: str = "") -> Iterator[tuple[str, str]]:
    """Give every path that a range stands for, with its token."""
    found = _RANGE.search(path)
    if found is None:
        yield path, value
        return
    for number in range(int(found[1]), int(found[2]) + 1):
        yield path[: found.start()] + str(number) + path[found.end() :], f"{value}{number}"


def spread_tree(tree: Mapping[str, str]) -> dict[str, str]:
    """Give a tree with all of its ranges spread out."""
    return {
        path: "dir" if value == "dir" else token
        for pattern, value in tree.items()
        for path, token in spread(pattern, value)
    }


def sized(token: str) -> tuple[str, int]:
    """Part a token into its word and the number of its bytes."""
    found = _SIZED.match(token)
    if found is None:
        return token, SIZE_BYTES
    return found["token"], int(found["size"]) * _UNITS[found["unit"]]


def bytes_in(size: Any) -> int:
    """Read a number of bytes such as ``1GB``."""
    return sized(f"x@{size}")[1]


def canonical(token: str) -> str:
    """Spell a token in the one way that trees are compared by; all empty contents are the same."""
    if token.startswith("rw(") and token.endswith(")"):
        return f"rw({canonical(token[3:-1])})"
    word, size = sized(token)
    if size == 0:
        return "@0"
    return word if size == SIZE_BYTES else f"{word}@{size}"


def content(token: str) -> Blob:
    """Give the bytes that a token stands for."""
    word, size = sized(token)
    if size == 0:
        return b""
    seed = hashlib.sha256(word.encode()).digest()
    if size > LARGEST_SPELLED_BYTES:
        number = int.from_bytes(seed[:5], "big")
        _words[number] = word
        return Generated(number, size)
    lead = f"{word}\n".encode()
    return (lead + seed * (size // len(seed) + 1))[:size]


def token_of(blob: Blob) -> str:
    """Give the token that a content is, spelled as `canonical` does; ``?...`` when it is none."""
    if isinstance(blob, Generated):
        return f"{_words.get(blob.seed, '?')}@{blob.size}"
    if blob.startswith(b"rw(") and blob.endswith(b")"):
        return f"rw({token_of(blob[3:-1])})"
    word = blob.partition(b"\n")[0].decode("utf-8", "replace")
    token = canonical(f"{word}@{len(blob)}")
    return token if content(token) == blob else f"?{hashlib.sha256(blob).hexdigest()[:8]}"


def plain(token: str) -> str:
    """Give the token that a remote rewrote, or the token itself."""
    return token[3:-1] if token.startswith("rw(") and token.endswith(")") else token
