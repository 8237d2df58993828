"""Delta: what changed since a token."""

from typing import Any

import pytest
from practice.microsoft.client import Microsoft

from turnbuckle.practice.persons import person

BEN = person("ben")


def _names(rows: list[Any]) -> list[str]:
    return [row.get("name", "(gone)") for row in rows]


def _fill(microsoft: Microsoft, count: int, parent: str = "") -> list[str]:
    blob = microsoft.service.blobs.keep(b"x")
    where = parent or microsoft.folder
    return [microsoft.drive.add_file(where, f"{n:04}.txt", blob, BEN) for n in range(count)]


async def test_without_a_token_everything_is_told_parents_first(microsoft: Microsoft) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    _fill(microsoft, 3, folder)

    rows, _ = await microsoft.changes()

    assert rows[0]["root"] == {}
    assert rows[0]["name"] == "root"
    assert "eTag" not in rows[0]
    assert set(rows[0]["parentReference"]) == {"driveType", "driveId"}
    seen: set[str] = set()
    for row in rows:
        parent = row["parentReference"].get("id")
        assert parent is None or parent in seen
        seen.add(row["id"])
    assert len(rows) == 1 + 2 + 1 + 3  # the root, two channels, the folder, its files


@pytest.mark.parametrize(("query", "sizes"), [("", [200, 200, 53]), ("?$top=300", [300, 153])])
async def test_pages_have_the_size_asked_for(
    microsoft: Microsoft, query: str, sizes: list[int]
) -> None:
    _fill(microsoft, 450)
    link, got = f"{microsoft.at}/root/delta{query}", []

    while link:
        answer = await microsoft.call("GET", link)
        got.append(len(answer.json["value"]))
        link = answer.json.get("@odata.nextLink", "")

    assert got == sizes


async def test_the_largest_page_holds_a_thousand(microsoft: Microsoft) -> None:
    _fill(microsoft, 1100)

    answer = await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=5000")

    assert len(answer.json["value"]) == 1000


async def test_a_token_tells_only_what_changed_with_its_ancestors(microsoft: Microsoft) -> None:
    items = _fill(microsoft, 50)
    _, link = await microsoft.changes()
    await microsoft.call("PUT", f"{microsoft.at}/items/{items[7]}/content", data=b"new")

    rows, _ = await microsoft.changes(link)

    assert _names(rows) == ["root", "Site Office", "0007.txt"]


async def test_nothing_changed_is_one_call_that_tells_the_root_alone(microsoft: Microsoft) -> None:
    _fill(microsoft, 50)
    _, link = await microsoft.changes()
    before = microsoft.service.counters.calls

    rows, _ = await microsoft.changes(link)

    assert _names(rows) == ["root"]
    assert microsoft.service.counters.calls == before + 1


async def test_a_renamed_folder_is_told_alone(microsoft: Microsoft) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    _fill(microsoft, 20, folder)
    _, link = await microsoft.changes()
    await microsoft.call("PATCH", f"{microsoft.at}/items/{folder}", json={"name": "Plans"})

    rows, _ = await microsoft.changes(link)

    assert _names(rows) == ["root", "Site Office", "Plans"]


async def test_a_deletion_is_told_by_a_tombstone_without_a_name(microsoft: Microsoft) -> None:
    items = _fill(microsoft, 2)
    _, link = await microsoft.changes()
    await microsoft.call("DELETE", f"{microsoft.at}/items/{items[0]}")

    rows, _ = await microsoft.changes(link)

    (gone,) = [row for row in rows if "deleted" in row]
    assert gone["id"] == items[0]
    assert gone["deleted"] == {"state": "deleted"}
    assert gone["size"] == 0
    assert not {"name", "cTag", "eTag", "createdDateTime"} & set(gone)
    assert gone["parentReference"]["id"] == microsoft.folder


async def test_a_deleted_folder_is_one_tombstone_or_one_for_each_when_switched(
    microsoft: Microsoft,
) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    items = _fill(microsoft, 3, folder)
    _, link = await microsoft.changes()
    await microsoft.call("PUT", f"{microsoft.at}/items/{items[0]}/content", data=b"new")
    await microsoft.call("DELETE", f"{microsoft.at}/items/{folder}")

    alone, _ = await microsoft.changes(link)
    microsoft.switches.deleted_children_told = True
    with_child, _ = await microsoft.changes(link)

    assert [row["id"] for row in alone if "deleted" in row] == [folder]
    assert {row["id"] for row in with_child if "deleted" in row} == {folder, *items}


async def test_a_deletion_before_the_first_enumeration_is_never_told(microsoft: Microsoft) -> None:
    items = _fill(microsoft, 2)
    await microsoft.call("DELETE", f"{microsoft.at}/items/{items[0]}")

    rows, link = await microsoft.changes()
    later, _ = await microsoft.changes(link)

    assert items[0] not in {row["id"] for row in rows + later}


async def test_a_restored_folder_comes_back_with_everything_in_it(microsoft: Microsoft) -> None:
    folder = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    items = _fill(microsoft, 3, folder)
    await microsoft.call("DELETE", f"{microsoft.at}/items/{folder}")
    _, link = await microsoft.changes()
    microsoft.drive.restore(folder)

    rows, _ = await microsoft.changes(link)

    assert {folder, *items} <= {row["id"] for row in rows}
    assert not [row for row in rows if "deleted" in row]


async def test_pages_with_deletions_shrink(microsoft: Microsoft) -> None:
    items = _fill(microsoft, 20)
    _, link = await microsoft.changes()
    for item in items:
        await microsoft.call("DELETE", f"{microsoft.at}/items/{item}")

    answer = await microsoft.call("GET", link)
    rows, _ = await microsoft.changes(link)

    assert len(answer.json["value"]) == 7
    assert len([row for row in rows if "deleted" in row]) == 20


async def test_latest_gives_only_a_token(microsoft: Microsoft) -> None:
    _fill(microsoft, 5)

    rows, link = await microsoft.changes(query="?token=latest")
    await microsoft.put("new.txt", b"x")
    later, _ = await microsoft.changes(link)

    assert rows == []
    assert _names(later) == ["root", "Site Office", "new.txt"]


@pytest.mark.parametrize(
    "form", ["root/delta()", "items/root/delta", "root/microsoft.graph.delta()"]
)
async def test_the_forms_of_the_address_mean_the_same(microsoft: Microsoft, form: str) -> None:
    _fill(microsoft, 2)

    answer = await microsoft.call("GET", f"{microsoft.at}/{form}")

    assert len(answer.json["value"]) == 5


async def test_a_token_may_stand_in_brackets(microsoft: Microsoft) -> None:
    _, link = await microsoft.changes()
    token = link.partition("token=")[2]
    await microsoft.put("new.txt", b"x")

    answer = await microsoft.call("GET", f"{microsoft.at}/root/delta(token='{token}')")

    assert _names(answer.json["value"]) == ["root", "Site Office", "new.txt"]


async def test_a_time_may_stand_for_a_token(microsoft: Microsoft) -> None:
    _fill(microsoft, 3)
    microsoft.clock.advance(60)
    await microsoft.put("new.txt", b"x")

    rows, _ = await microsoft.changes(query="?token=2026-03-02T12:00:30Z")

    assert _names(rows) == ["root", "Site Office", "new.txt"]


async def test_the_links_keep_what_the_first_call_selected(microsoft: Microsoft) -> None:
    _fill(microsoft, 3)

    rows, link = await microsoft.changes(query="?$select=id,name,deleted&$top=2")
    await microsoft.put("new.txt", b"x")
    later, _ = await microsoft.changes(link)

    assert all(set(row) == {"id", "name"} for row in rows)
    assert all(set(row) == {"id", "name"} for row in later)


async def test_without_deleted_in_the_selection_a_deletion_looks_like_an_item(
    microsoft: Microsoft,
) -> None:
    items = _fill(microsoft, 1)
    _, link = await microsoft.changes(query="?$select=id,name")
    await microsoft.call("DELETE", f"{microsoft.at}/items/{items[0]}")

    rows, _ = await microsoft.changes(link)

    assert {"id": items[0]} in rows


async def test_a_token_too_old_is_answered_with_where_to_begin_again(microsoft: Microsoft) -> None:
    _fill(microsoft, 2)
    _, link = await microsoft.changes(query="?$top=100")
    microsoft.drive.expire_tokens()

    answer = await microsoft.call("GET", link)
    rows, _ = await microsoft.changes(answer.headers["Location"])

    assert (answer.status, answer.error) == (410, "resyncRequired")
    assert answer.inner == "resyncChangesApplyDifferences"
    assert len(rows) == 5


async def test_a_token_lives_as_long_as_the_switch_says(microsoft: Microsoft) -> None:
    _, link = await microsoft.changes()
    microsoft.clock.advance(40 * 86_400)

    for_ever = await microsoft.call("GET", link, headers=await _fresh(microsoft))
    microsoft.switches.delta_token_life_seconds = 30 * 86_400
    too_old = await microsoft.call("GET", link, headers=await _fresh(microsoft))

    assert for_ever.status == 200
    assert too_old.status == 410


async def _fresh(microsoft: Microsoft) -> dict[str, str]:
    await microsoft.sign_in()
    return {"Authorization": f"Bearer {microsoft.token}"}


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "ZGVsdGE7eDsxOzA7MQ"])
async def test_a_token_that_is_none_is_refused(microsoft: Microsoft, token: str) -> None:
    answer = await microsoft.call("GET", f"{microsoft.at}/root/delta?token={token}")

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_a_folders_delta_tells_only_what_lies_below_it(microsoft: Microsoft) -> None:
    drawings = microsoft.drive.add_folder(microsoft.folder, "Drawings", BEN)
    items = _fill(microsoft, 3, drawings)
    base = f"{microsoft.at}/items/{drawings}/delta"
    rows, link = await microsoft.changes(base)
    await microsoft.put("outside.txt", b"x")
    await microsoft.call(
        "PATCH",
        f"{microsoft.at}/items/{items[0]}",
        json={"parentReference": {"id": microsoft.folder}},
    )
    await microsoft.call("DELETE", f"{microsoft.at}/items/{items[1]}")

    later, _ = await microsoft.changes(link)

    assert [row["id"] for row in rows] == [drawings, *items]
    assert [row["id"] for row in later] == [drawings, items[1]]


async def test_a_folders_delta_was_not_always_served(microsoft: Microsoft) -> None:
    microsoft.switches.subfolder_delta = False

    answer = await microsoft.call("GET", f"{microsoft.at}/items/{microsoft.folder}/delta")

    assert (answer.status, answer.error) == (501, "notSupported")


async def test_faults_of_the_feed_can_be_ordered(microsoft: Microsoft) -> None:
    items = _fill(microsoft, 6)
    _, link = await microsoft.changes()
    await microsoft.call("DELETE", f"{microsoft.at}/items/{items[0]}")
    microsoft.switches.delta_duplicates = True
    microsoft.switches.delta_drops_tombstones = True

    silent, _ = await microsoft.changes(link)
    microsoft.switches.delta_children_first = True
    backwards, _ = await microsoft.changes()

    assert not [row for row in silent if "deleted" in row]
    ids = [row["id"] for row in backwards]
    assert len(ids) > len(set(ids))
    assert ids.index(microsoft.folder) > ids.index(items[1])


async def test_a_next_link_may_repeat_for_ever(microsoft: Microsoft) -> None:
    _fill(microsoft, 10)
    microsoft.switches.delta_repeats_next_link = True

    first = await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=3")
    second = await microsoft.call("GET", first.json["@odata.nextLink"])

    assert second.json["@odata.nextLink"] == first.json["@odata.nextLink"]


async def test_what_changes_while_somebody_reads_pages_is_told_next_time(
    microsoft: Microsoft,
) -> None:
    _fill(microsoft, 10)
    first = await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=5")
    await microsoft.put("late.txt", b"x")

    _, link = await microsoft.changes(first.json["@odata.nextLink"])
    rows, _ = await microsoft.changes(link)

    assert "late.txt" in _names(rows)


async def test_a_delta_link_may_be_one_that_nobody_takes_back(microsoft: Microsoft) -> None:
    microsoft.switches.delta_link_malformed = True
    _, link = await microsoft.changes()

    answer = await microsoft.call("GET", link)

    assert (answer.status, answer.error) == (400, "invalidRequest")


async def test_a_slow_reader_comes_to_the_end_while_others_begin_again_and_again(
    microsoft: Microsoft,
) -> None:
    _fill(microsoft, 5)
    first = await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=2")
    for _ in range(100):
        await microsoft.call("GET", f"{microsoft.at}/root/delta?$top=2")

    rows, _ = await microsoft.changes(first.json["@odata.nextLink"])

    assert rows
