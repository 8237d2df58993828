"""`turnbuckle connect procore|microsoft`: sign in to an account, and keep it when it works."""

import os
from typing import Annotated

import typer

from turnbuckle.actions import checking, connections
from turnbuckle.actions.connections import Checked, Former, Wanted
from turnbuckle.cli.amounts import counted
from turnbuckle.cli.asking import ask, ask_secret
from turnbuckle.cli.browser import REDIRECT, answer_of
from turnbuckle.cli.opening import console, open_store
from turnbuckle.store.agreed_clock import agreed_clock
from turnbuckle.store.organisations import Scope
from turnbuckle.wiring import clouds

app = typer.Typer(help="Connect an account: checked first, kept only when it works.")

Name = Annotated[str | None, typer.Option(help="How you want to call it. [default: the system]")]
ClientId = Annotated[str | None, typer.Option(help="Of your app's registration.")]
Cloud = Annotated[str | None, typer.Option(help="Which installation; the first is the usual one.")]
Practice = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="A practice service on this machine instead.")
]
Storage = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Where that practice service keeps content.")
]
Person = Annotated[
    bool, typer.Option("--person", help="You sign in in the browser; else the app by itself does.")
]
Redirect = Annotated[
    str, typer.Option(metavar="ADDRESS", help="With --person: as registered for your app.")
]
Paste = Annotated[
    bool, typer.Option("--paste", help="With --person: bring the answer back by hand.")
]
Yes = Annotated[bool, typer.Option("--yes", help="With --person: keep it without asking again.")]

_HOW = """With the --name of a connection that is there already you sign in for it again: what you
leave out stays as it was, and links that were paused for the sign-in go on.

The client secret is asked for without showing it, or taken from the environment
variable TURNBUCKLE_CLIENT_SECRET; it is kept encrypted."""


@app.command(
    help=f"""Connect a Procore account, best a service account with Admin on the Documents tool.

{_HOW}

\b
Examples:
  turnbuckle connect procore --client-id 1a2b3c --company 8089
  turnbuckle connect procore --client-id 1a2b3c --company 8089 --cloud sandbox
  turnbuckle connect procore --client-id 1a2b3c --person --redirect http://localhost:18417/
\b
Clouds: {", ".join(clouds.CLOUDS["procore"])}"""
)
def procore(  # noqa: PLR0917  typer gives them by name
    client_id: ClientId = None,
    company: Annotated[
        str | None, typer.Option(help="Its id; with --person its name will do.")
    ] = None,
    cloud: Cloud = None,
    name: Name = None,
    person: Person = False,
    redirect: Redirect = REDIRECT,
    paste: Paste = False,
    yes: Yes = False,
    practice: Practice = None,
    practice_storage: Storage = None,
) -> None:
    """Connect a Procore account."""
    chosen = clouds.choose("procore", cloud, practice=practice, practice_storage=practice_storage)
    scope = open_store()
    former = connections.former(scope, name or "procore", "procore")
    known = former.connection.settings if former else {}
    wanted = Wanted(
        name=name or "procore",
        system="procore",
        cloud=former.cloud() if former and not (cloud or practice) else chosen,
        client_id=ask(client_id or known.get("client_id"), "client id", "--client-id"),
        client_secret=ask_secret(dict(os.environ), former.client_secret if former else ""),
        by_person=person or known.get("sign_in") == "person",
        company=company or (str(known["company_id"]) if former else None),
    )
    _connect(scope, wanted, former, redirect=redirect, paste=paste, yes=yes)


@app.command(
    help=f"""Connect Microsoft 365 through an app registration in Entra.

Best is the app by itself with the application permission Sites.Selected: it reaches no site before
an administrator grants it the role write on that one, and links name the site by its address
(`turnbuckle link add --site`). To link channels by the names of Team and channel it needs
Files.ReadWrite.All, GroupMember.Read.All and Channel.ReadBasic.All instead. With --person it acts
with the rights of whoever signs in, and sees what that person sees.

{_HOW}

\b
Examples:
  turnbuckle connect microsoft --tenant contoso.onmicrosoft.com --client-id 5e6f...
  turnbuckle connect microsoft --tenant contoso.onmicrosoft.com --client-id 5e6f... --person
\b
Clouds: {", ".join(clouds.CLOUDS["microsoft"])}"""
)
def microsoft(  # noqa: PLR0917  typer gives them by name
    tenant: Annotated[str | None, typer.Option(help="Its id or one of its domains.")] = None,
    client_id: ClientId = None,
    cloud: Cloud = None,
    name: Name = None,
    person: Person = False,
    redirect: Redirect = REDIRECT,
    paste: Paste = False,
    yes: Yes = False,
    practice: Practice = None,
    practice_storage: Storage = None,
) -> None:
    """Connect Microsoft 365."""
    chosen = clouds.choose("microsoft", cloud, practice=practice, practice_storage=practice_storage)
    scope = open_store()
    former = connections.former(scope, name or "microsoft", "microsoft")
    known = former.connection.settings if former else {}
    wanted = Wanted(
        name=name or "microsoft",
        system="microsoft",
        cloud=former.cloud() if former and not (cloud or practice) else chosen,
        tenant=ask(tenant or known.get("tenant"), "tenant", "--tenant"),
        client_id=ask(client_id or known.get("client_id"), "client id", "--client-id"),
        client_secret=ask_secret(dict(os.environ), former.client_secret if former else ""),
        by_person=person or known.get("sign_in") == "person",
    )
    _connect(scope, wanted, former, redirect=redirect, paste=paste, yes=yes)


@app.command("list")
def list_() -> None:
    """List what is connected."""
    known = open_store().connections.list()
    for each in known:
        console.print(f"{each.name}: {each.system}, {each.account}")
    if not known:
        console.print("Nothing is connected yet: turnbuckle connect procore")


@app.command(
    help="""Say of each Procore project that the account reaches whether it can be kept in step.

One call is made for each project, and one for the company's own Documents; nothing is changed.
Needed is Admin on Documents, and on Photos where they are to be kept in step too. The account need
not be an administrator of the company.

\b
Examples:
  turnbuckle connect check
  turnbuckle connect check procore"""
)
def check(
    name: Annotated[
        str | None, typer.Argument(help="The connection's name. [default: the only Procore one]")
    ] = None,
) -> None:
    """Say of each Procore project whether it can be kept in step."""
    for found in checking.of_procore(open_store(), name):
        for said in found.missing or ["ready"]:
            console.print(f"{found.what}: {said}")


@app.command()
def remove(name: Annotated[str, typer.Argument(help="The connection's name.")]) -> None:
    """Forget an account and its secrets; no link may use it."""
    open_store().connections.remove(name)
    console.print(f"The connection {name!r} is forgotten.")


def _connect(
    scope: Scope,
    wanted: Wanted,
    former: Former | None,
    *,
    redirect: str,
    paste: bool,
    yes: bool,
) -> None:
    if wanted.by_person:
        checked = _sign_in(wanted, redirect, paste=paste)
        if not yes:
            typer.confirm(f"Signed in as {checked.account}. Keep this connection?", abort=True)
    else:
        checked = connections.check(wanted)
    if former is None:
        connections.keep(scope, checked, agreed_clock().now())
        console.print(f"Connected {wanted.name!r}: {checked.account}")
        return
    waited = connections.keep_again(scope, checked, former)
    console.print(f"Connected {wanted.name!r} again: {checked.account}")
    if waited:
        console.print(f"{counted(waited, 'link')} waited for this and can run again.")


def _sign_in(wanted: Wanted, redirect: str, *, paste: bool) -> Checked:
    begun = connections.begin(wanted, redirect)
    return connections.finish(wanted, begun, answer_of(begun, paste=paste))
