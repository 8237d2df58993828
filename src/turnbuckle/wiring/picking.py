"""Find what a person means by a name or an id, and say what there is when it is not found."""

from collections.abc import Sequence

_MOST_SHOWN = 12


class NotFound(Exception):
    """What a person named is not there, or several are; the text says what there is."""


def pick(
    wanted: str | None, found: Sequence[tuple[str, str]], *, what: str, option: str
) -> tuple[str, str]:
    """Choose one of several things.

    Args:
        wanted: an id, or a name in any case; None: the only one there is.
        found: ids and names.
        what: names the kind of thing, for people.
        option: where a person can name it.

    Returns:
        Its id and its name.

    Raises:
        NotFound: none fits, or several do.
    """
    if wanted is None:
        if len(found) == 1:
            return found[0]
        raise NotFound(f"name the {what} with {option} NAME; {_there_is(found, what)}")
    same = [one for one in found if one[0] == wanted] or [
        one for one in found if one[1].casefold() == wanted.casefold()
    ]
    if len(same) == 1:
        return same[0]
    if same:
        ids = ", ".join(each for each, _ in same)
        raise NotFound(f"{len(same)} are called {wanted!r}; give the id to {option}: {ids}")
    raise NotFound(f"there is no {what} {wanted!r}; {_there_is(found, what)}")


def _there_is(found: Sequence[tuple[str, str]], what: str) -> str:
    names = sorted(name for _, name in found)
    if not names:
        return f"the connected account reaches no {what} at all"
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return f"there are: {', '.join(names[:_MOST_SHOWN])}{more}"
