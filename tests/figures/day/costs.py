"""What a run costs in calls and time: taken from the tests that count real runs.

`tests/sync/over_http/test_what_it_costs.py` counts Documents: a quiet run is one call a side, one
that finds something two calls of Procore's; a whole listing three and one; a file that goes up to
Procore two, one that comes down none to a tenth, and one call of Graph's. The tests of
`connectors/procore/test_photos.py` add one call for quiet Photos and two for all of them.
"""

from dataclasses import dataclass

PAGE = 1000  # items a page
CALL_SECONDS = 0.2
RUN_SECONDS = 0.15  # of our own, for a run that finds nothing
AT_ONCE = 16  # files under way in one run
LOOK_AGAIN_SECONDS = 60.0  # so long a run applies before it looks again
CONTENT_SECONDS = 0.5  # of a file, beside its calls


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls to either side."""

    procore: int
    graph: int


def quiet(photos: bool) -> Calls:
    """Give the calls of a look that finds nothing."""
    return Calls(1 + photos, 1)


def close(photos: bool) -> Calls:
    """Give the calls of a look that finds something, or was asked for by word of a change."""
    return Calls(2 * (1 + photos), 1)


def whole(files: int, photos: bool) -> Calls:
    """Give the calls of a listing of both sides."""
    pages = -(-files // PAGE)
    return Calls(2 + pages + 2 * photos, pages)


def file(number: int, to_procore: bool) -> Calls:
    """Give the calls of the so many-th file that goes across."""
    return Calls(2, 0) if to_procore else Calls(number % 10 == 0, 1)
