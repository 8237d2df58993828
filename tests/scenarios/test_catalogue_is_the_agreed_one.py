"""The catalogue of scenarios is agreed outside this repository; ours is the same to the byte."""

from pathlib import Path

import pytest

OURS = Path(__file__).with_name("catalogue.yaml")
AGREED = Path(__file__).parents[3] / "shared" / "scenarios" / "catalogue.yaml"


def test_the_catalogue_is_the_agreed_one_to_the_byte() -> None:
    if not AGREED.is_file():
        pytest.skip("not needed here: the agreed catalogue is not beside this clone")

    assert OURS.read_bytes() == AGREED.read_bytes()
