"""What a link keeps is what its ends get."""

from typing import Any

import pytest

from turnbuckle.model.policy import Loser, Policy, Winner
from turnbuckle.model.side import Side
from turnbuckle.ports.clock import SystemClock
from turnbuckle.sync.ends import SeenAs
from turnbuckle.transport.meter import Meter
from turnbuckle.wiring.registry import policy_of, seen_as, to_keep
from turnbuckle.wiring.remotes import Account, shared
from turnbuckle.wiring.settings import client_secret


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(winner=Winner.RIGHT, loser=Loser.VERSION, prefer=Side.RIGHT, ignored=("*.bak",)),
    ],
)
def test_a_policy_is_kept_whole(policy: Policy) -> None:
    assert policy_of(to_keep(policy)) == policy


def test_a_link_of_an_older_release_gets_what_is_new_by_default() -> None:
    assert policy_of({"winner": "left"}) == Policy(winner=Winner.LEFT)


def test_a_secret_is_in_no_text() -> None:
    account = Account(system="procore", settings={}, client_secret="s3cret")

    assert "s3cret" not in repr(account)


def test_an_empty_variable_is_no_secret() -> None:
    assert client_secret({"TURNBUCKLE_CLIENT_SECRET": ""}) is None
    assert client_secret({"TURNBUCKLE_CLIENT_SECRET": "x"}) == "x"


async def test_all_wires_of_an_account_draw_on_one_budget() -> None:
    settings = {"cloud": "production", "client_id": "app"}
    mine, same, other = (
        Account(system="procore", settings=settings | more, client_secret="x")
        for more in ({}, {"sign_in": "app"}, {"client_id": "another"})
    )

    async with shared(SystemClock(), Meter()) as parts:
        assert parts.budget(mine) is parts.budget(same)
        assert parts.budget(mine) is not parts.budget(other)


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"company_id": 7, "user_id": 12, "client_id": "app"}, SeenAs(user="12", tenant="7")),
        ({"tenant": "0a-1B", "client_id": "app"}, SeenAs(user="app", tenant="0a-1b")),
        (
            {"tenant": "0a-1b", "person": "p1", "client_id": "app"},
            SeenAs(user="p1", tenant="0a-1b"),
        ),
        ({"tenant": "firm.example", "client_id": "app"}, SeenAs(user="app")),  # its id is unknown
        ({}, SeenAs()),
    ],
)
def test_a_connection_says_whose_eyes_it_sees_with(settings: dict[str, Any], seen: SeenAs) -> None:
    assert seen_as(settings) == seen
