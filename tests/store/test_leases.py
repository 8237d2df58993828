import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from store.building import NOW, TTL, House

from turnbuckle.store import leases, models
from turnbuckle.store.unusable import StoreUnusable


def _owned_by(process: str) -> None:
    models.Lease.objects.update(process=process)


def _ended_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_link_is_run_by_one_holder_at_a_time(house: House) -> None:
    house.lease("one")

    with pytest.raises(leases.LinkBusy, match=f"process {os.getpid()} on"):
        house.lease("other")


def test_two_links_are_run_side_by_side(house: House) -> None:
    annex = house.bind("annex", house.left, house.right)
    house.lease("one")

    assert leases.acquire(annex, "other", now=NOW, ttl=TTL).link == annex.id


def test_a_lease_that_was_given_back_can_be_taken(house: House) -> None:
    first = house.lease("one")
    leases.release(first)

    assert house.lease("other").fence > first.fence


def test_given_back_while_the_database_is_away_it_is_free_for_the_same_process(
    house: House,
) -> None:
    first = house.lease("one that ends in trouble")
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE store_lease RENAME TO elsewhere")
    with pytest.raises((DatabaseError, StoreUnusable)), transaction.atomic():
        leases.release(first)
    with connection.cursor() as sql:
        sql.execute("ALTER TABLE elsewhere RENAME TO store_lease")

    assert house.lease("other").fence > first.fence


def test_a_holder_that_asks_again_keeps_its_fence(house: House) -> None:
    assert house.lease("one").fence == house.lease("one").fence


def test_a_lease_ends_with_its_time(house: House) -> None:
    first = house.lease("one")

    taken = leases.acquire(house.link, "other", now=NOW + TTL, ttl=TTL)

    assert taken.fence > first.fence
    with pytest.raises(leases.LeaseLost):
        leases.renew(first, now=NOW + TTL, ttl=TTL)


def test_a_renewed_lease_holds_longer(house: House) -> None:
    first = house.lease("one")
    leases.renew(first, now=NOW + TTL / 2, ttl=TTL)

    with pytest.raises(leases.LinkBusy):
        leases.acquire(house.link, "other", now=NOW + TTL, ttl=TTL)


def test_giving_back_a_lost_lease_leaves_the_new_holder_alone(house: House) -> None:
    first = house.lease("one")
    taken = leases.acquire(house.link, "other", now=NOW + TTL, ttl=TTL)

    leases.release(first)

    assert leases.renew(taken, now=NOW + TTL, ttl=TTL).fence == taken.fence


def test_the_lease_of_a_dead_process_is_taken_over_at_once(house: House) -> None:
    first = house.lease("one")
    host = leases.this_process().split(" ")[0]
    _owned_by(f"{host} {_ended_process()} 1")

    assert house.lease("other").fence > first.fence


@pytest.mark.skipif(sys.platform != "linux", reason="not needed here: only Linux tells it")
def test_a_process_id_that_came_again_is_not_the_old_process(house: House) -> None:
    house.lease("one")
    host, number, started = leases.this_process().split(" ")
    _owned_by(f"{host} {number} {int(started) - 1}")

    assert house.lease("other").owner == "other"


def test_the_lease_of_a_process_on_another_machine_is_waited_for(house: House) -> None:
    house.lease("one")
    _owned_by(f"elsewhere {_ended_process()} 1")

    with pytest.raises(leases.LinkBusy, match="on elsewhere"):
        house.lease("other")


@pytest.mark.django_db(transaction=True)
def test_of_many_that_ask_at_once_one_gets_the_lease(house: House) -> None:
    got: list[str] = []

    def ask(owner: str) -> Callable[[], None]:
        def asking() -> None:
            try:
                got.append(leases.acquire(house.link, owner, now=NOW, ttl=TTL).owner)
            except leases.LinkBusy:
                pass
            finally:
                connection.close()

        return asking

    threads = [threading.Thread(target=ask(f"holder {number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 1
