"""A published contract, and what of an exchange it does not know.

Beyond what JSON Schema asks, a field that no schema names is a fault, and so is a parameter that
the operation does not have: our own writing must not rest on what a service happens to let pass.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

FOLDER = Path(__file__).parents[2] / "contracts"
METHODS = ("get", "post", "put", "patch", "delete")
_ANNOTATION = re.compile(r".*@[\w.]+")

type Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    described: Schema

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"


class Contract:
    """One OpenAPI document.

    Args:
        name: a file of `contracts/`.
        more: others, whose operations are added; their references name the first.
        tells_null: whether it tells which fields may be null; where it does not, any may.
    """

    def __init__(self, name: str, *more: str, tells_null: bool = True) -> None:
        self.document = _read(name)
        for other in more:
            self.document["paths"] |= _within(_read(other)["paths"], name)
        if not tells_null:
            self.document = _nullable(self.document, everywhere=True)
        self._validators: dict[int, Draft202012Validator] = {}
        self._kept: list[Schema] = []  # so that no id is given twice

    @cached_property
    def operations(self) -> list[Operation]:
        return [
            Operation(method, path, {**described, "parameters": self._parameters(item, described)})
            for path, item in self.document["paths"].items()
            for method, described in item.items()
            if method in METHODS
        ]

    def _parameters(self, item: Schema, described: Schema) -> list[Schema]:
        given = [*item.get("parameters", ()), *described.get("parameters", ())]
        return [self.resolved(one) for one in given]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Operation]]:
        made = [(_pattern(one.path), one) for one in self.operations]
        return sorted(made, key=lambda each: each[1].path.count("{"))

    def find(self, method: str, path: str) -> Operation | None:
        """Give the operation of a path that is decoded and has no query; words before holes."""
        for pattern, operation in self._patterns:
            if operation.method == method.lower() and pattern.fullmatch(path):
                return operation
        return None

    def resolved(self, part: Schema) -> Schema:
        """Follow a reference to what it names."""
        while "$ref" in part:
            found: Any = self.document
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    # -- answers -----------------------------------------------------------------------------------

    def response(self, operation: Operation, status: int) -> Schema | None:
        """Give what the contract says of a status, None where it does not know it."""
        responses = operation.described["responses"]
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return self.resolved(responses[key])
        return None

    def faults(self, schema: Schema, value: object, more: Collection[str] = ()) -> Iterator[str]:
        """Say what is wrong with a value: types, what is missing, and fields that nobody named.

        Args:
            schema: what the value should be.
            value: a JSON value.
            more: fields that may be there although no schema names them.
        """
        for error in self._validator(schema).iter_errors(value):
            where = "/".join(map(str, error.absolute_path))
            yield f"{where or 'the body'}: {error.message[:200]}"
        for name, fault in self._unknown(schema, value, ""):
            if name not in more:
                yield fault

    def _validator(self, schema: Schema) -> Draft202012Validator:
        made = self._validators.get(id(schema))
        if made is None:
            whole = {**schema, "components": self.document["components"]}
            made = Draft202012Validator(whole, format_checker=FormatChecker())
            self._validators[id(schema)] = made
            self._kept.append(schema)
        return made

    def _unknown(self, schema: Schema, value: object, where: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, list):
            inner = [one["items"] for one in self._parts(schema) if "items" in one]
            for number, each in enumerate(value):
                for one in inner[:1]:
                    yield from self._unknown(one, each, f"{where}/{number}")
        if not isinstance(value, dict):
            return
        parts = list(self._parts(schema))
        named: dict[str, Schema] = {}
        for part in parts:
            for name, inner_schema in part.get("properties", {}).items():
                named.setdefault(name, inner_schema)
        is_open = not named or any(part.get("x-hole") for part in parts)
        others = next((p["additionalProperties"] for p in parts if "additionalProperties" in p), 0)
        for name, each in value.items():
            if name in named:
                yield from self._unknown(named[name], each, f"{where}/{name}")
            elif isinstance(others, dict):
                yield from self._unknown(others, each, f"{where}/{name}")
            elif not is_open and others is not True and not _ANNOTATION.fullmatch(name):
                yield name, f"{where.lstrip('/') or 'the body'}: nobody named the field {name!r}"

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """Give a schema and all that it is made of, each resolved."""
        pending, seen = [schema], set[int]()
        while pending:
            part = self.resolved(pending.pop())
            if id(part) in seen:
                continue
            seen.add(id(part))
            yield part
            for key in ("allOf", "anyOf", "oneOf"):
                pending.extend(part.get(key, ()))


def _read(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load((FOLDER / name).read_bytes(), Loader=loader)
    return _nullable(read) if read["openapi"].startswith("3.0") else read


def _within(part: Any, name: str) -> Any:
    """Turn references to that file into references within it."""
    if isinstance(part, list):
        return [_within(one, name) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: value.removeprefix(name) if key == "$ref" else _within(value, name)
        for key, value in part.items()
    }


def _nullable(schema: Any, *, everywhere: bool = False) -> Any:
    """The dialect of OpenAPI 3.0 in that of JSON Schema: `nullable` is one more type."""
    if isinstance(schema, list):
        return [_nullable(one, everywhere=everywhere) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _nullable(value, everywhere=everywhere) for key, value in schema.items()}
    is_nullable = made.pop("nullable", False) is True or everywhere
    if is_nullable and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", path)
    return re.compile(
        "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    )
