"""What several commands take alike."""

from typing import Annotated

import typer

LinkName = Annotated[str, typer.Argument(metavar="LINK", help="The link's name.")]
OnlyLink = Annotated[
    str | None, typer.Argument(metavar="LINK", help="The link's name. [default: the only one]")
]
AllPaths = Annotated[bool, typer.Option("--all", help="All paths, not the first ones.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
