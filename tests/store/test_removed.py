"""What went into a bin is on record, with the time that counts for the limit."""

from datetime import timedelta

from store.building import NOW, House, a_file, a_folder, a_pair, tell

from turnbuckle.model.items import Cursor, ItemId
from turnbuckle.model.pages import Page
from turnbuckle.model.plans import Held, Reason, Withheld
from turnbuckle.model.side import Side
from turnbuckle.store import holds, journal, models, removed, trees
from turnbuckle.store.journal import Outcome
from turnbuckle.store.removed import Removal

LEFT, RIGHT = a_file("l"), a_file("r")
YESTERDAY = NOW - timedelta(hours=20)
LATER = NOW + timedelta(hours=1)
PAIR = a_pair(LEFT, RIGHT)


def settle(house: House, *removals: Removal) -> None:
    outcome = Outcome(gone=[(Side.RIGHT, RIGHT.id)], removed=removals)
    journal.settle(house.link, house.run(), [outcome], marks=None, now=LATER)


def a_removal(top: bool = True) -> Removal:
    return Removal(side=Side.RIGHT, pair=PAIR, path="r.pdf", top=top)


def delete_on_the_left(house: House, *, told: bool) -> None:
    """Let the left feed tell a deletion, with its time or without."""
    tell(house.left, LEFT)
    batch = trees.begin_pages(house.left, False)
    times = {LEFT.id: YESTERDAY} if told else {}
    trees.stage(batch, Page(gone=[LEFT.id], gone_at=times))
    trees.apply(batch, Cursor("next"), now=NOW)


def test_a_deletion_counts_from_when_the_remote_says_it_was(house: House) -> None:
    delete_on_the_left(house, told=True)

    settle(house, a_removal())

    assert removed.crossed(house.link, YESTERDAY) == (YESTERDAY,)
    assert removed.crossed(house.link, NOW) == ()


def test_a_deletion_without_a_time_counts_from_when_we_learnt_of_it(house: House) -> None:
    delete_on_the_left(house, told=False)

    settle(house, a_removal())

    assert removed.crossed(house.link, YESTERDAY) == (NOW,)


def test_what_only_left_the_link_counts_from_when_we_acted(house: House) -> None:
    tell(house.left, LEFT)

    settle(house, a_removal())

    assert removed.crossed(house.link, YESTERDAY) == (LATER,)


def test_what_lay_below_counts_from_when_its_folder_was_deleted(house: House) -> None:
    top = a_folder("t")
    tell(house.left, top)
    batch = trees.begin_pages(house.left, False)
    trees.stage(batch, Page(gone=[top.id], gone_at={top.id: YESTERDAY}))
    trees.apply(batch, Cursor("next"), now=NOW)
    folder = Removal(side=Side.RIGHT, pair=a_pair(top, a_folder("u")), path="t", top=True)

    settle(house, folder, a_removal(top=False))

    assert removed.crossed(house.link, YESTERDAY) == (YESTERDAY,)  # folders do not count


def test_what_a_person_approved_counts_for_no_limit(house: House) -> None:
    held = Held(
        side=Side.RIGHT, item=RIGHT, what=Withheld.DELETION, reason=Reason.DELETE_LIMIT, path="r"
    )
    holds.reconcile(house.link, [held], decided=[], concerned=[], now=NOW)
    holds.approve(house.link, None, by="ana", now=NOW)

    settle(house, a_removal())

    assert removed.crossed(house.link, YESTERDAY) == ()
    assert models.Removed.objects.get().approved


def test_a_restored_item_forgets_when_it_was_deleted(house: House) -> None:
    delete_on_the_left(house, told=True)

    tell(house.left, LEFT)

    row = models.Seen.objects.get(feed_id=house.left.id, item_id=ItemId(LEFT.id))
    assert (row.state, row.gone_at) == ("present", None)
