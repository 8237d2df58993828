"""Make a failing case as small as it goes."""

from collections.abc import Callable, Iterable


def smallest[T](
    case: T, smaller: Callable[[T], Iterable[T]], fails: Callable[[T], bool], most_tries: int
) -> T:
    """Leave out one thing after the other, as long as the case still fails.

    Args:
        case: fails.
        smaller: gives every case that is one thing less, the large things first.
        fails: tries a case.
        most_tries: of `fails`; whatever fails by then is the answer.
    """
    tries = 0
    went_on = True
    while went_on:
        went_on = False
        for less in smaller(case):
            if tries >= most_tries:
                return case
            tries += 1
            if fails(less):
                case, went_on = less, True
                break
    return case
