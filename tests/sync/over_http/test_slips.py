"""Somebody saves a file in Procore at the very moment in which our own version is on its way."""

import hashlib

from sync.over_http.stage import Stage

from turnbuckle.model.items import Name
from turnbuckle.model.names import is_conflict_copy
from turnbuckle.model.plans import Reason
from turnbuckle.model.side import Side
from turnbuckle.practice.procore.faults import Event


async def test_a_version_that_slipped_in_is_kept_as_a_copy_on_both_sides(link: Stage) -> None:
    link.left.plant({"Plans/A-101.txt": b"first"})
    await link.in_step()
    await link.right.put("Plans/A-101.txt", b"from the office")
    slipped = False

    async def save_meanwhile(event: Event) -> None:
        nonlocal slipped
        if event.operation == "POST /uploads" and not slipped:
            slipped = True
            await link.left.put("Plans/A-101.txt", b"from the site, in between")

    link.procore.before.append(save_meanwhile)

    report = await link.run()

    assert slipped
    assert [notice.reason for notice in report.notices] == [Reason.CONFLICT]
    for hand in (link.left, link.right):
        files = hand.files()
        kept = files.pop("Plans/A-101.txt")
        assert kept == hashlib.sha256(b"from the office").hexdigest()
        ((path, copied),) = files.items()
        assert copied == hashlib.sha256(b"from the site, in between").hexdigest()
        named = is_conflict_copy(Name(path.rpartition("/")[2]))
        assert named == ("A-101.txt", Side.LEFT)
    await link.in_step()
    await link.assert_equal()
