"""Choose which steps of a plan are applied now, and which wait for a fresher look.

A deletion takes with it whatever lies in a folder by then. Between the look that it was decided by
and the call, transfers may have run for a minute; so where a plan has anything else to do, that is
done first, both sides are observed again, and what is still to be deleted is deleted at once.
"""

from collections.abc import Sequence

from turnbuckle.model.plans import Agree, Delete, Forget, Step


def first_portion(steps: Sequence[Step]) -> tuple[dict[int, Step], bool]:
    """Give the steps to apply now, by number, and whether others are left for the next plan.

    Steps that ask no remote are not among them. A step comes after all those it waits for.
    """
    calls: dict[int, Step] = {
        n: step for n, step in enumerate(steps) if not isinstance(step, Agree | Forget)
    }
    late: set[int] = set()
    for number, step in calls.items():
        if isinstance(step, Delete) or step.after & late:
            late.add(number)
    early = {number: step for number, step in calls.items() if number not in late}
    return (early, True) if early and late else (calls, False)
