"""A project's Photos beside its Documents, as a person links them."""

from cli.conftest import Site

from turnbuckle.practice.persons import person

IMAGE = b"\xff\xd8\xff\xe0 a roof under a blue sky"


def _with_photos(site: Site) -> None:
    book = site.world.procore.photos(site.world.project_id)
    ana = person("ana")
    album = book.add_album("Roof", ana)
    book.add_photo("ridge.jpg", site.world.blobs.keep(IMAGE), ana, album_id=album)


async def test_albums_are_folders_beside_the_documents(connected: Site) -> None:
    _with_photos(connected)

    done = await connected.add_link("--photos")
    ran = await connected.cli("run", "tower")

    assert done.code == 0, done.err
    assert "Documents and Photos" in done.out
    assert ran.code == 0, ran.err
    assert any(path.endswith("/Photos/Roof/ridge.jpg") for path in connected.in_teams())
    assert any("/Documents/" in path for path in connected.in_teams())


async def test_two_tools_cannot_share_a_folder(connected: Site) -> None:
    done = await connected.add_link("--photos", "--layout", "{project}")

    assert done.is_one_clear_line("{tool}")
    assert done.code == 2
