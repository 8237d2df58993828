"""What a company keeps in Documents beside its projects, linked and kept in step both ways."""

from cli.conftest import Finished, Site

from turnbuckle.practice.microsoft.drive import Drive
from turnbuckle.practice.persons import COMPANY_NAME, person
from turnbuckle.practice.procore.company import Level

HERE = f"/Company/{COMPANY_NAME}/Documents"


async def test_a_companys_own_documents_are_kept_in_step_both_ways(connected: Site) -> None:
    world, ana = connected.world, person("ana")
    tree = world.procore.company_documents()
    policies = tree.add_folder(tree.root_id, "Company rules", ana)
    notice = tree.add_file(policies, "notice.txt", world.blobs.keep(b"wear a hat"), ana)

    added = await _add(connected)
    planned = await connected.cli("plan", "handbook")
    first = await connected.cli("run", "handbook")
    made = sorted(path.partition(HERE)[2] for path in connected.in_teams() if HERE in path)
    _drive(connected).add_file(
        _folder(connected, "Company rules"), "form.txt", world.blobs.keep(b"sign"), ana
    )
    tree.delete(tree.nodes[notice])
    second = await connected.cli("run", "handbook")
    quiet = await connected.cli("run", "handbook")
    status = await connected.cli("status")
    why = await connected.cli("why", "handbook", "Company rules/form.txt")

    codes = [each.code for each in (added, planned, first, second, quiet, status, why)]
    assert codes == [0] * 7, [each.err for each in (added, planned, first, second, why)]
    assert f"Procore / {COMPANY_NAME} / Documents" in added.out
    assert "send file     Company rules/notice.txt" in planned.out
    assert made == ["", "/Company rules", "/Company rules/notice.txt"]
    assert [node[2] for node in tree.walk()] == ["Company rules", "form.txt"]
    assert not any(path.endswith("/notice.txt") for path in connected.in_teams())
    assert "Nothing to write" in quiet.out
    assert "handbook" in status.out
    assert "in step" in why.out


async def test_a_company_is_no_project(connected: Site) -> None:
    done = await _add(connected, "--project", "Tower")

    assert "leave out --project" in done.err
    assert done.code == 2


async def test_less_than_admin_of_the_companys_documents_is_told_before_anything_is_made(
    connected: Site,
) -> None:
    account = connected.world.procore.service_account
    connected.world.procore.set_company_level(account, Level.STANDARD)
    before = connected.in_teams()

    done = await _add(connected)

    connected.world.procore.set_company_level(account, Level.ADMIN)
    assert done.is_one_clear_line("Standard access to Documents in this company", "Admin")
    assert connected.in_teams() == before


def _drive(site: Site) -> Drive:
    return site.world.microsoft.drive(site.facts("microsoft")["drive_id"])


def _folder(site: Site, name: str) -> str:
    (found,) = [node[0] for node in _drive(site).walk() if node[2] == name and node[3]]
    return found


async def _add(site: Site, *more: str) -> Finished:
    layout = "Company/{project}/{tool}"
    return await site.add_link(
        "--company-documents", "--layout", layout, "--name", "handbook", *more
    )
