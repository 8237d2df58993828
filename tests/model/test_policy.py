"""What is never synced, and whose terms hold on which side."""

import pytest
from planning.world import terms

from turnbuckle.model.items import Kind, Name
from turnbuckle.model.policy import Policy
from turnbuckle.model.side import Side


@pytest.mark.parametrize(
    "name",
    ["~$Plan.docx", "draft.tmp", "DRAFT.TMP", "~wrl0001.tmp", "Thumbs.db", ".DS_Store",
     "Desktop.ini"],
)  # fmt: skip
def test_what_programs_leave_behind_is_ignored_whatever_its_case(name: str) -> None:
    assert Policy().ignores(Name(name), Kind.FILE)


@pytest.mark.parametrize(
    "name", ["Plan.docx", "tmp", "draft.tmpl", "my Thumbs.db.pdf", "~Plan.docx", "$Plan.docx"]
)
def test_an_ordinary_name_is_not_ignored(name: str) -> None:
    assert not Policy().ignores(Name(name), Kind.FILE)


@pytest.mark.parametrize("name", ["Thumbs.db", "old.tmp"])
def test_a_folder_is_never_ignored(name: str) -> None:
    assert not Policy().ignores(Name(name), Kind.FOLDER)


def test_an_owner_may_choose_what_is_ignored() -> None:
    policy = Policy(ignored=("*.bak", "secret?.pdf"))

    assert policy.ignores(Name("plan.BAK"), Kind.FILE)
    assert policy.ignores(Name("Secret1.pdf"), Kind.FILE)
    assert not policy.ignores(Name("draft.tmp"), Kind.FILE)


def test_a_side_is_the_other_sides_other() -> None:
    assert Side.LEFT.other is Side.RIGHT
    assert [side.other.other for side in Side] == list(Side)


def test_terms_give_each_side_its_own_capabilities() -> None:
    made = terms()

    assert made.capabilities(Side.LEFT) is made.left
    assert made.capabilities(Side.RIGHT) is made.right
    assert made.left != made.right
