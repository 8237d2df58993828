"""Content that breaks off goes on where it was, and addresses that ran out are renewed."""

import random

import pytest
from sync.over_http.stage import Scene, Stage

from turnbuckle.practice.microsoft.faults import Fault
from turnbuckle.practice.procore.switches import ProcoreSwitches

MIB = 1 << 20
LARGE = random.Random(7).randbytes(25 * MIB)  # three fragments of an upload to Microsoft


async def test_an_upload_to_microsoft_that_breaks_in_the_middle_goes_on_where_it_was(
    link: Stage,
) -> None:
    link.left.plant({"scan.bin": LARGE})
    for skip in (1, 2):
        link.microsoft.faults.order(
            Fault(host="storage", method="PUT", skip=skip, cut_after_bytes=4 * MIB)
        )

    report = await link.run()

    assert not report.set_aside
    assert link.microsoft.counters["POST /createUploadSession"] == 1
    assert link.meter.bytes_up["Microsoft"] < 1.6 * len(LARGE)
    assert report.bytes_sent == len(LARGE)
    await link.assert_equal()


async def test_a_download_from_procore_that_breaks_goes_on_where_it_was(link: Stage) -> None:
    link.left.plant({"scan.bin": LARGE})
    link.procore.faults.cut("GET storage", 9 * MIB, times=2)

    report = await link.run()

    assert not report.set_aside
    assert link.meter.bytes_down["Procore"] < 1.2 * len(LARGE)
    assert link.microsoft.counters["POST /createUploadSession"] == 1
    await link.assert_equal()


async def test_a_download_from_microsoft_that_breaks_goes_on_where_it_was(link: Stage) -> None:
    link.right.plant({"scan.bin": LARGE})
    link.microsoft.faults.order(
        Fault(host="storage", method="GET", times=2, cut_after_bytes=9 * MIB)
    )

    report = await link.run()

    assert not report.set_aside
    assert link.meter.bytes_down["Microsoft"] < 1.2 * len(LARGE)
    assert link.procore.counters["POST /files"] == 1
    await link.assert_equal()


async def test_an_upload_to_procore_that_breaks_is_made_again_and_attached_once(
    link: Stage,
) -> None:
    link.right.plant({"scan.bin": LARGE})
    link.procore.faults.cut("POST storage", 9 * MIB)

    report = await link.run()

    assert not report.set_aside
    assert link.procore.counters["POST /files"] == 1
    (file,) = link.left.items().values()
    assert file[4] == len(LARGE)
    await link.assert_equal()


async def test_a_source_that_changes_while_it_is_read_ends_as_its_newest_version(
    link: Stage,
) -> None:
    link.right.plant({"scan.bin": LARGE})
    newer = LARGE[::-1]

    async def meanwhile(event: object) -> None:
        link.procore.before.remove(meanwhile)
        await link.right.put("scan.bin", newer)

    link.procore.before.append(meanwhile)
    await link.run()

    await link.in_step()
    assert await link.left.read("scan.bin") == newer
    await link.assert_equal()


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(
            Scene(
                procore=ProcoreSwitches(
                    case_blind=False,
                    clean_names=False,
                    url_seconds=600,
                    url_expired_status=status,
                    url_needs_bearer=bearer,
                )
            ),
            id=f"{status}{' with bearer' if bearer else ''}",
        )
        for status, bearer in ((401, True), (403, True), (403, False), (404, False), (410, False))
    ],
    indirect=True,
)
async def test_addresses_that_ran_out_are_renewed_many_at_a_time(link: Stage) -> None:
    files = 80
    link.left.plant({f"{number:03}.txt": b"ink %d" % number for number in range(files)})
    link.microsoft.faults.order(
        Fault(host="storage", method="PUT", times=files, delay_seconds=30)
    )  # 40 minutes in all

    report = await link.run()

    assert not report.set_aside
    assert link.meter.calls["Procore", "look at a file"] == 0
    assert link.meter.calls["Procore", "renew addresses"] <= 8
    await link.assert_equal()
