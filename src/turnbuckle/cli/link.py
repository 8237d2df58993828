"""`turnbuckle link add|list|show|set|check|remove`: what of Procore goes with which folder."""

from typing import Annotated

import typer

from turnbuckle.actions import checking, links
from turnbuckle.actions.links import LAYOUT, WantedLink
from turnbuckle.cli import link_settings
from turnbuckle.cli.link_settings import WINNERS
from turnbuckle.cli.mistakes import Mistake
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import OnlyLink
from turnbuckle.cli.sides import NAMES
from turnbuckle.model.policy import Loser, Policy
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.wiring.microsoft import Destination

app = typer.Typer(help="Link Procore projects with folders at Microsoft.")


@app.command(
    help="""Link a project's Documents with a channel, a library's folder or a OneDrive.

With --photos the project's Photos are kept in step, too: each album is a folder beside Documents.
With --company-documents it is not a project's Documents but those of the company itself, where it
keeps what concerns all its projects; in the layout the company's name stands for the project's.
A private or shared channel has a library of its own, and is named like any other channel. A site is
named by its address, which also works where the app was given single sites (Sites.Selected).
Both sides are checked first, then the folders of the layout are made in the destination. No file
is touched before the first run; look at it with `turnbuckle plan`.

\b
Examples:
  turnbuckle link add --project "Harbour Tower" --team "Site Team" --channel "Site Office"
  turnbuckle link add --project 562949 --site https://contoso.sharepoint.com/sites/site \\
      --library Documents --folder Projects --layout "{project}"
  turnbuckle link add --company-documents --site https://contoso.sharepoint.com/sites/company
  turnbuckle link add --project "Harbour Tower" --onedrive ana@contoso.com --name ana"""
)
def add(  # noqa: PLR0917  typer gives them by name
    project: Annotated[str | None, typer.Option(help="Name or id. [default: the only one]")] = None,
    team: Annotated[str | None, typer.Option(help="Name or id of the Team.")] = None,
    channel: Annotated[str | None, typer.Option(help="Name or id of its channel.")] = None,
    site: Annotated[
        str | None, typer.Option(help="Address of a SharePoint site, as the browser shows it.")
    ] = None,
    library: Annotated[
        str | None, typer.Option(help="Name or id of its library. [default: the usual one]")
    ] = None,
    onedrive: Annotated[str | None, typer.Option(help="A person's login, or me.")] = None,
    folder: Annotated[str, typer.Option(help="A folder below that; it has to be there.")] = "",
    layout: Annotated[str, typer.Option(help="Folders made in the destination.")] = LAYOUT,
    name: Annotated[str | None, typer.Option(help="Of the link. [default: the project's]")] = None,
    photos: Annotated[
        bool, typer.Option("--photos", help="Keep the project's Photos in step, too.")
    ] = False,
    company_documents: Annotated[
        bool, typer.Option("--company-documents", help="The company's own, no project's.")
    ] = False,
    winner: Annotated[
        str, typer.Option(help="Who keeps the name in a conflict: newest, procore or teams.")
    ] = "newest",
    loser: Annotated[
        Loser, typer.Option(help="What becomes of the other: a copy beside it, or a version.")
    ] = Loser.COPY,
    procore: Annotated[str | None, typer.Option(help="Which connection of Procore.")] = None,
    microsoft: Annotated[str | None, typer.Option(help="Which connection of Microsoft.")] = None,
) -> None:
    """Link a project's Documents with a folder."""
    if winner not in WINNERS:
        raise typer.BadParameter(f"--winner is one of {', '.join(WINNERS)}, not {winner!r}")
    if company_documents and (project is not None or photos):
        raise typer.BadParameter(
            "--company-documents are no project's: leave out --project and --photos"
        )
    destination = Destination(
        team=team, channel=channel, site=site, library=library, onedrive=onedrive, folder=folder
    )
    wanted = WantedLink(
        destination=destination,
        name=name,
        procore=procore,
        microsoft=microsoft,
        project=project,
        layout=layout,
        photos=photos,
        company_documents=company_documents,
        policy=Policy(winner=WINNERS[winner], loser=loser),
    )
    made = links.add(open_store(), wanted)
    console.print(f"Linked {made.link.name!r}: {made.left} <-> {made.right}")
    console.print(f'See what the first run would do: turnbuckle plan "{made.link.name}"')


@app.command("list")
def list_() -> None:
    """List the links."""
    known = open_store().links.list()
    for link in known:
        ran = f"last run {link.last_run_at:%Y-%m-%d %H:%M} UTC" if link.last_run_at else "never run"
        console.print(f"{link.name}: {f'paused: {link.paused}' if link.paused else ran}")
    if not known:
        console.print("There are no links yet: turnbuckle link add --help")


app.command("show")(link_settings.show)
app.command("set", help=link_settings.HELP)(link_settings.set_)


@app.command(
    help="""Say what keeps a link from being kept in step, without changing anything.

At Procore the permissions of the connected account are asked for, in one call; at Microsoft it is
tried whether the link's folders are there and can be written. Exits with 1 if anything is missing.

\b
Examples:
  turnbuckle link check "Harbour Tower"
  turnbuckle link check"""
)
def check(name: OnlyLink = None) -> None:
    """Say what keeps a link from being kept in step."""
    scope = open_store()
    known = scope.links.list() if name is None else [scope.links.get(name)]
    if not known:
        raise Mistake("there are no links yet; make one with `turnbuckle link add`")
    missing = 0
    for link in known:
        for side, found in checking.of_link(scope, link).items():
            missing += len(found)
            for said in found or ["ready"]:
                console.print(f"{link.name}, {NAMES[side]}: {said}")
    if missing:
        raise typer.Exit(1)


@app.command()
def remove(name: Annotated[str, typer.Argument(help="The link's name.")]) -> None:
    """Forget a link: what it knows is dropped, and no file is touched."""
    links.remove(open_store(), name, agreed_clock().now())
    console.print(f"The link {name!r} is forgotten; all files stay where they are.")
