"""The addresses that an answer gives to go on with: absolute, with the first call's options."""

from urllib.parse import urlencode

from turnbuckle.practice.microsoft.call import Call

_NOT_KEPT = frozenset({"token", "skiptoken"})


def link_with(call: Call, path: str, more: dict[str, str]) -> str:
    """An address below the API's base, with the options of this call and some more."""
    kept = {f"${key}": value for key, value in call.options.items() if key not in _NOT_KEPT}
    query = urlencode({**kept, **more}, safe="$,")
    return f"{call.base}{path}?{query}" if query else f"{call.base}{path}"
