"""A person's sign-in is bound to the one that was started."""

import pytest

from turnbuckle.actions.connections import Begun, Wanted, begin, finish
from turnbuckle.ports.errors import SignInNeeded

WANTED = Wanted(
    name="procore",
    system="procore",
    cloud={"cloud": "production"},
    client_id="app",
    client_secret="s3cret",
    by_person=True,
)


@pytest.fixture
def begun() -> Begun:
    return begin(WANTED, "http://localhost:18417/")


def test_the_page_is_the_clouds_own_and_holds_no_secret(begun: Begun) -> None:
    assert begun.address.startswith("https://login.procore.com/oauth/authorize?")
    assert begun.state in begun.address
    assert "s3cret" not in begun.address + repr(WANTED) + repr(begun)


def test_every_sign_in_has_a_state_of_its_own(begun: Begun) -> None:
    assert begin(WANTED, begun.redirect_uri).state != begun.state


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"code": "x", "state": "guessed"}, "another sign-in"),
        ({"code": "x"}, "another sign-in"),
        ({"error": "access_denied"}, "refused"),
    ],
)
def test_an_answer_that_is_not_ours_is_refused(
    begun: Begun, answer: dict[str, str], words: str
) -> None:
    with pytest.raises(SignInNeeded, match=words):
        finish(WANTED, begun, answer)


def test_an_answer_without_a_code_is_refused(begun: Begun) -> None:
    with pytest.raises(SignInNeeded, match="no code"):
        finish(WANTED, begun, {"state": begun.state})
