"""Who may run beside whom in one process: work of hours leaves room for what is quick."""

from datetime import UTC, datetime, timedelta

from turnbuckle.jobs.seats import AGAIN_LONG, AGAIN_NUDGED, AGAIN_POLL, TURN, Guest, Seats

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def seated(seats: Seats, *guests: Guest, now: datetime = NOW) -> list[int]:
    """Name the links that got a seat."""
    return [each.link for each in guests if seats.take(each, now) is None]


def first(link: int, together: int = 1) -> Guest:
    return Guest(link=link, together=together, is_long=True)


def poll(link: int, together: int = 1) -> Guest:
    return Guest(link=link, together=together)


def nudged(link: int, together: int = 1) -> Guest:
    return Guest(link=link, together=together, is_nudged=True)


def test_first_syncs_of_many_customers_take_half_of_the_seats() -> None:
    seats = Seats(8)

    assert seated(seats, *(first(n, n) for n in range(20))) == [0, 1, 2, 3]
    assert seated(seats, *(poll(n, n) for n in range(20, 24))) == [20, 21, 22, 23]


def test_polls_of_one_pair_of_accounts_take_half_of_the_seats() -> None:
    assert seated(Seats(4), *(poll(n) for n in range(9))) == [0, 1]


def test_one_pair_of_accounts_never_has_all_seats() -> None:
    seats = Seats(4)

    mine = seated(seats, first(1), first(2), nudged(3), nudged(4), poll(5))

    assert mine == [1, 2, 3]
    assert seated(seats, poll(9, together=2)) == [9]


def test_who_is_waited_for_may_ask_again_soonest() -> None:
    seats = Seats(1)
    seats.take(nudged(1), NOW)

    waits = [seats.take(each, NOW) for each in (nudged(2), poll(3), first(4))]

    assert waits == [AGAIN_NUDGED, AGAIN_POLL, AGAIN_LONG]
    assert AGAIN_NUDGED < AGAIN_POLL < AGAIN_LONG


def test_a_seat_that_is_left_is_free() -> None:
    seats = Seats(1)
    seats.take(poll(1), NOW)

    seats.leave(1)

    assert seated(seats, poll(2)) == [2]


def test_a_service_with_one_seat_runs_everything_in_turn() -> None:
    for guest in (first(1), poll(2), nudged(3)):
        assert Seats(1).take(guest, NOW) is None


def test_a_first_sync_makes_room_after_its_turn_for_one_that_was_turned_away() -> None:
    seats = Seats(2)
    seats.take(first(1), NOW)
    later = NOW + TURN

    alone = seats.is_to_make_room(1, later)
    seats.take(first(2), later)

    assert not alone
    assert seats.is_to_make_room(1, later)
    assert not seats.is_to_make_room(1, later + 10 * MINUTE)  # that one found a seat elsewhere


def test_nobody_makes_room_before_its_turn_is_over_and_quick_work_never_does() -> None:
    seats = Seats(2)
    seats.take(first(1, together=1), NOW)
    seats.take(poll(2, together=2), NOW)
    seats.take(first(3, together=3), NOW + TURN - MINUTE)

    assert not seats.is_to_make_room(1, NOW + TURN - MINUTE)
    assert not seats.is_to_make_room(2, NOW + TURN)


def test_complete_listings_take_a_quarter_of_the_seats_and_one_of_a_pair_of_accounts() -> None:
    def sweep(link: int, together: int) -> Guest:
        return Guest(link=link, together=together, is_sweep=True)

    seats = Seats(8)

    assert seated(seats, *(sweep(n, 1) for n in range(3))) == [0]
    assert seated(seats, *(sweep(n, n) for n in range(3, 9))) == [3]


def test_first_syncs_and_polls_of_two_customers_leave_room_for_a_third() -> None:
    seats = Seats(8)
    seated(seats, *(first(n, together=1) for n in range(8)))

    assert seated(seats, *(poll(n, together=2) for n in range(10, 20))) == [10, 11]
    assert seated(seats, *(nudged(n, together=2) for n in range(20, 30))) == [20]
    assert seated(seats, nudged(30, together=3)) == [30]


def test_where_enough_links_wait_for_calls_no_more_of_them_sit_down() -> None:
    seats = Seats(8)
    seats.take(nudged(1), NOW, is_crowded=True)

    assert seats.take(nudged(2), NOW, is_crowded=True) == AGAIN_NUDGED
    assert seats.take(poll(3), NOW, is_crowded=True) is not None
    assert seats.take(nudged(4, together=2), NOW, is_crowded=False) is None


def test_who_are_many_come_back_one_after_the_other() -> None:
    seats = Seats(8)
    seats.take(nudged(0), NOW)

    waits = [seats.take(nudged(n), NOW, is_crowded=True) or MINUTE * 9 for n in range(1, 200)]
    later = seats.take(nudged(200), NOW + MINUTE * 10, is_crowded=True)

    assert waits == sorted(waits)
    assert MINUTE < waits[-1] < MINUTE * 2
    assert later == AGAIN_NUDGED  # the others found seats elsewhere


def test_who_was_turned_away_is_called_in_when_a_seat_is_left() -> None:
    seats = Seats(4)
    assert seated(seats, first(1), first(2), first(3), first(4)) == [1, 2]
    for link in (3, 4):
        seats.is_put_off(first(link))

    assert seats.call_in(NOW) is None
    seats.leave(1)
    assert seats.call_in(NOW) == 3
    assert seated(seats, first(3)) == [3]
    assert seats.call_in(NOW) is None
    seats.leave(2)
    assert seats.call_in(NOW) == 4
    assert seats.call_in(NOW) is None


def test_nobody_is_called_in_whose_row_does_not_say_yet_that_it_was_put_off() -> None:
    seats = Seats(1)
    seated(seats, first(1), first(2))
    seats.leave(1)

    assert seats.call_in(NOW) is None
    seats.is_put_off(first(2))
    assert seats.call_in(NOW) == 2


def test_who_waits_for_calls_of_an_account_is_not_called_in() -> None:
    seats = Seats(8)
    seats.take(nudged(1), NOW)
    seats.take(nudged(2), NOW, is_crowded=True)
    seats.is_put_off(nudged(2))

    seats.leave(1)

    assert seats.call_in(NOW) is None


def test_who_came_back_by_itself_is_not_called_in() -> None:
    seats = Seats(1)
    seated(seats, first(1), first(2))
    seats.is_put_off(first(2))
    seats.leave(1)

    assert seats.call_in(NOW + MINUTE) is None
