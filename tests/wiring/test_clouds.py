"""A connection reaches hosts of the fixed lists, or this machine."""

import pytest

from turnbuckle.wiring.clouds import CLOUDS, UnknownCloud, choose, cloud_of


@pytest.mark.parametrize(("system", "usual"), [("procore", "production"), ("microsoft", "global")])
def test_the_usual_cloud_is_taken_where_none_is_named(system: str, usual: str) -> None:
    chosen = choose(system, None, practice=None, practice_storage=None)

    assert chosen == {"cloud": usual}
    assert cloud_of(system, chosen) is CLOUDS[system][usual]


def test_a_cloud_is_never_an_address() -> None:
    with pytest.raises(UnknownCloud, match="there are: production, sandbox"):
        choose("procore", "https://procore.example", practice=None, practice_storage=None)


def test_practice_is_on_this_machine_alone() -> None:
    with pytest.raises(UnknownCloud, match=r"127\.0\.0\.1"):
        choose("procore", None, practice="http://example.com:80", practice_storage=None)


def test_practice_and_a_cloud_exclude_each_other() -> None:
    with pytest.raises(UnknownCloud, match="not both"):
        choose("procore", "sandbox", practice="http://127.0.0.1:1", practice_storage=None)


def test_practice_keeps_its_storage_address() -> None:
    chosen = choose(
        "microsoft", None, practice="http://127.0.0.1:1", practice_storage="http://127.0.0.1:2"
    )

    assert cloud_of("microsoft", chosen).storage_hosts == ("http://127.0.0.1:2",)
