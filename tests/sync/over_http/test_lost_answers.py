"""A write whose answer nobody heard is looked up before anything is done again: nothing twice."""

from collections.abc import Awaitable, Callable

import pytest
from sync.over_http.stage import Stage

from turnbuckle.practice.microsoft.faults import Fault

type Act = Callable[[Stage], Awaitable[None]]


async def new_folder_left(link: Stage) -> None:
    await link.left.mkdir("New")


async def new_folder_right(link: Stage) -> None:
    await link.right.mkdir("New")


async def new_file_left(link: Stage) -> None:
    await link.left.put("new.txt", b"new")


async def new_file_right(link: Stage) -> None:
    await link.right.put("new.txt", b"new")


async def new_version_left(link: Stage) -> None:
    await link.left.put("old.txt", b"new words")


async def new_version_right(link: Stage) -> None:
    await link.right.put("old.txt", b"new words")


async def rename_left(link: Stage) -> None:
    await link.left.rename("old.txt", "older.txt")


async def rename_right(link: Stage) -> None:
    await link.right.rename("old.txt", "older.txt")


async def folder_left(link: Stage) -> None:
    await link.left.rename("Plans", "Plans B")


async def folder_right(link: Stage) -> None:
    await link.right.rename("Plans", "Plans B")


async def delete_left(link: Stage) -> None:
    await link.left.delete("old.txt")


async def delete_right(link: Stage) -> None:
    await link.right.delete("old.txt")


async def delete_folder_left(link: Stage) -> None:
    await link.left.delete("Plans")


async def delete_folder_right(link: Stage) -> None:
    await link.right.delete("Plans")


AT_MICROSOFT: dict[str, tuple[Act, Fault]] = {
    "folder": (new_folder_left, Fault(method="POST", path="/children$")),
    "file, before its content": (new_file_left, Fault(method="POST", path="createUploadSession")),
    "file, after its content": (new_file_left, Fault(method="PUT", host="storage")),
    "version, after its content": (new_version_left, Fault(method="PUT", host="storage")),
    "rename": (rename_left, Fault(method="PATCH")),
    "folder's rename": (folder_left, Fault(method="PATCH")),
    "deletion": (delete_left, Fault(method="DELETE", host="graph")),
    "folder's deletion": (delete_folder_left, Fault(method="DELETE", host="graph")),
}
AT_PROCORE: dict[str, tuple[Act, str]] = {
    "folder": (new_folder_right, "POST /folders"),
    "file, before its content": (new_file_right, "POST /uploads"),
    "file, after its content": (new_file_right, "POST storage"),
    "file, attached": (new_file_right, "POST /files"),
    "version": (new_version_right, "PATCH /files"),
    "rename": (rename_right, "PATCH /files"),
    "folder's rename": (folder_right, "PATCH /folders"),
    "deletion": (delete_right, "DELETE /files"),
    "folder's deletion": (delete_folder_right, "DELETE /folders"),
}
TREE = {"old.txt": b"old words", "Plans/x.txt": b"x", "Plans/y.txt": b"y"}


@pytest.mark.parametrize("what", AT_MICROSOFT)
async def test_an_answer_of_microsoft_that_is_lost_makes_nothing_twice(
    link: Stage, what: str
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    act, fault = AT_MICROSOFT[what]
    await act(link)
    fault.lose_answer, fault.times = True, 2
    order = link.microsoft.faults.order(fault)

    await link.run()

    assert order.times < 2, "the fault was never met"
    await _is_right(link)


@pytest.mark.parametrize("what", AT_PROCORE)
async def test_an_answer_of_procore_that_is_lost_makes_nothing_twice(
    link: Stage, what: str
) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    act, operation = AT_PROCORE[what]
    await act(link)
    link.procore.faults.lose_answer(operation, times=2)

    await link.run()

    await _is_right(link)


async def _is_right(link: Stage) -> None:
    wanted = link.left.paths()
    assert wanted == link.right.paths()
    await link.in_step()
    assert link.left.paths() == link.right.paths() == wanted
    versions = link.procore.documents(link.project).nodes.values()
    assert max(len(node.versions) for node in versions) <= 2
    await link.assert_equal()


@pytest.mark.parametrize("what", AT_PROCORE)
async def test_a_call_that_breaks_off_before_its_work_is_made_again(link: Stage, what: str) -> None:
    link.left.plant(dict(TREE))
    await link.in_step()
    act, operation = AT_PROCORE[what]
    await act(link)
    link.procore.faults.break_off(operation, times=2)

    report = await link.run()

    assert not report.set_aside
    await _is_right(link)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_errors_of_the_services_themselves_are_repeated(link: Stage, status: int) -> None:
    link.left.plant(dict(TREE))
    link.right.plant({"from the site.txt": b"site"})
    for operation in ("GET /documents", "POST /uploads", "POST /files", "POST storage"):
        link.procore.faults.fail(operation, status)
    for path in ("delta", "children", "createUploadSession", "uploadSession"):
        link.microsoft.faults.order(Fault(path=path, status=status, html=status == 502))

    report = await link.run()

    assert not report.stopped
    assert not report.set_aside
    await _is_right(link)


async def test_a_process_that_ends_after_a_write_finds_it_again(link: Stage) -> None:
    """The answer is lost for good: every try of the run breaks, the next run looks it up."""
    link.left.plant(dict(TREE))
    await link.in_step()
    await link.right.put("new.txt", b"new")
    link.procore.faults.lose_answer("POST /files", times=1)
    link.procore.faults.break_off("GET /folders/{id}", times=50)
    await link.run()
    link.procore.faults.clear()
    link.clock.advance(120)

    report = await link.run()

    assert report.recovered == 1
    assert (link.cost.downloads, link.cost.uploads) == (1, 0)  # it is read, as Procore has no hash
    await _is_right(link)
