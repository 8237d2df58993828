"""The demo on a real folder of this machine: whatever names and files it holds, it ends well."""

from pathlib import Path

import pytest
from figures.installation import Installation

DOCUMENTS = Path("/usr/share/doc")


@pytest.mark.ci
async def test_the_demo_ends_well_on_the_documents_of_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = Installation(tmp_path)

    ended = await ours.do("demo", "--once", "--no-limits", "--documents", str(DOCUMENTS))

    with capsys.disabled():
        print("\n" + ended.told.partition("\nReport\n")[2])
    assert ended.code == 0
    assert list(ours.temporary.iterdir()) == []
