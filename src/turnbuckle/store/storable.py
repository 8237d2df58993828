"""Texts that every database can hold: what comes in is mended on its way there, alike on all.

PostgreSQL's text holds no NUL, and no database holds half of a surrogate pair, for there is no
UTF-8 of it. Remotes and people have such texts now and then: in names, in what an error says, in
arguments of a terminal with another encoding. One of them must not fail the page set that tells a
thousand others, so each of these characters becomes U+FFFD, in what is kept and in what is asked.

Source: PostgreSQL's documentation, "Character Types" and "JSON Types"; RFC 3629, section 3.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_STAND_IN = "\N{REPLACEMENT CHARACTER}"
_REFUSED = {0: _STAND_IN, **dict.fromkeys(range(0xD800, 0xE000), _STAND_IN)}


def storable(text: str) -> str:
    """Give a text as the database keeps it; nearly every text stays as it is."""
    if "\0" not in text:
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.translate(_REFUSED)


def storable_row[Row: Sequence[Any]](row: Row) -> Row | tuple[Any, ...]:
    """Give a row of values as the database keeps it."""
    texts = [value for value in row if isinstance(value, str)]
    if storable("".join(texts)) == "".join(texts):
        return row
    return tuple(storable(value) if isinstance(value, str) else value for value in row)


def storable_json(value: Any) -> Any:
    """Give a value made of what JSON can hold as the database keeps it."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable_json(key): storable_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(each) for each in value]
    return value


def mend_values(
    execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any
) -> Any:
    """Make one access with storable values, as Django's `execute_wrapper` asks for it."""
    if many:
        return execute(sql, [_mended(row) for row in values], many, context)
    return execute(sql, _mended(values), many, context)


def _mended(values: Any) -> Any:
    if not values:
        return values
    if isinstance(values, Mapping):
        return dict(zip(values, storable_row(tuple(values.values())), strict=True))
    return storable_row(values)
