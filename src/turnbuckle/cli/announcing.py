"""What practice mode says when it is up: a page of text for a person, or a line for a program."""

import json
from collections.abc import Mapping
from typing import Any

from turnbuckle.cli.amounts import counted
from turnbuckle.cli.opening import console

_GRAPH_SCOPE = "https://graph.microsoft.com/.default"


def print_json(facts: Mapping[str, Any]) -> None:
    """Print everything that a stranger needs as one line, and nothing else."""
    print(json.dumps(facts), flush=True)


def print_page(facts: Mapping[str, Any]) -> None:
    """Tell a person what is there, where it is, and how to get in."""
    console.print(f"{counted(facts['files'], 'file')} in the project {facts['place']!r}.")
    for one in facts["skipped"]:
        console.print(f"  left out: {one['path']}: {one['reason']}")
    _print_procore(facts["procore"], plain=not facts["tls"])
    _print_microsoft(facts["microsoft"], plain=not facts["tls"])
    if facts["tls"]:
        _print_recipe(facts)
    console.print("\nWith --json all of this, and ready tokens, is one line for a program.")
    kept = f"all is kept in {facts['kept_in']}" if facts["kept_in"] else "nothing is kept"
    console.print(f"Ctrl-C ends both; {kept}.")


def _print_recipe(facts: Mapping[str, Any]) -> None:
    console.print("\nPrograms written for the real services call them by their real names, with:")
    console.print(
        f"  export HTTPS_PROXY={facts['proxy_address']} SSL_CERT_FILE={facts['ca_file']}"
        f" REQUESTS_CA_BUNDLE={facts['ca_file']}"
    )


def _print_procore(facts: Mapping[str, Any], *, plain: bool) -> None:
    _print_head("Procore", facts, f"--company {facts['company_id']}", plain=plain)
    _print_token(facts, scope="")
    console.print(
        f"  company {facts['company_id']}, project {facts['project_id']} ({facts['project_name']})"
    )


def _print_microsoft(facts: Mapping[str, Any], *, plain: bool) -> None:
    _print_head("Microsoft", facts, f"--tenant {facts['tenant_id']}", plain=plain)
    if plain:
        team, channel = facts["team_name"], facts["channel_name"]
        console.print(f'  turnbuckle link add --team "{team}" --channel "{channel}"')
    _print_token(facts, scope=_GRAPH_SCOPE)
    for name in ("team", "channel", "site", "drive", "folder"):
        console.print(f"  {name:<8}{facts[f'{name}_id']}")


def _print_head(name: str, facts: Mapping[str, Any], whose: str, *, plain: bool) -> None:
    console.print(f"\nPractice {name}: {facts['people_page']}")
    if not plain:  # Turnbuckle itself speaks plain http with practice mode
        return
    console.print(
        f"  TURNBUCKLE_CLIENT_SECRET={facts['client_secret']} turnbuckle connect {name.lower()}"
        f" --practice {facts['address']} --client-id {facts['client_id']} {whose}"
    )


def _print_token(facts: Mapping[str, Any], *, scope: str) -> None:
    fields = {
        "grant_type": "client_credentials",
        "client_id": facts["client_id"],
        "client_secret": facts["client_secret"],
        **({"scope": scope} if scope else {}),
    }
    words = "".join(f" -d {name}={value}" for name, value in fields.items())
    console.print(f"  for a token: curl {facts['token_address']}{words}")
