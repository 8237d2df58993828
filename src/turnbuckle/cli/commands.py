"""All commands by name, each loaded when it is called for.

A command imports what it works with, up to the whole engine; whoever asks for one of them waits
for that one alone. So the list in `turnbuckle --help` has its lines from here; each is how the
command's own help begins.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": (
        "demo:demo",
        "Show it on this machine alone: no account, no network, nothing left behind.",
    ),
    "practice": (
        "practice:practice",
        "Run a practice Procore and a practice Microsoft on this machine, until Ctrl-C.",
    ),
    "connect": (
        "connect:app",
        "Connect an account: checked first, kept only when it works.",
    ),
    "probe": (
        "probe:probe",
        "Settle on the connected accounts what no public document tells.",
    ),
    "link": (
        "link:app",
        "Link Procore projects with folders at Microsoft.",
    ),
    "plan": (
        "plan:plan",
        "Say what a run would do now; nothing is written to either side.",
    ),
    "run": (
        "run:run",
        "Bring both sides of a link into step, once; start it again if it was interrupted.",
    ),
    "cadence": (
        "cadence:cadence",
        "Say or set how often a link runs, with all others between the same two accounts.",
    ),
    "nudge": (
        "nudge:nudge",
        "Have a link run now rather than with its next poll, by the service that is at work.",
    ),
    "serve": (
        "serve:serve",
        (
            "Keep all links in step: each is polled every five minutes and listed completely once"
            " a day."
        ),
    ),
    "worker": (
        "serve:worker",
        "Run links that a `turnbuckle serve` on the same PostgreSQL finds due; any number may.",
    ),
    "status": (
        "status:status",
        "Say how every link stands: what is in step, what waits and why.",
    ),
    "doctor": (
        "doctor:doctor",
        "Look for what is wrong, and say what to do about it; changes nothing.",
    ),
    "alerts": (
        "alerts:app",
        "See which links are late, failing or stopped, and set who is told of that.",
    ),
    "held": (
        "held:app",
        "See and decide what is held: deletions and changes that look like an accident.",
    ),
    "conflicts": (
        "conflicts:app",
        "See conflicts, and decide about files that both sides had before the link was made.",
    ),
    "undo": (
        "undo:undo",
        "List what runs deleted in the last 93 days; with BATCH, bring that back.",
    ),
    "why": (
        "why:why",
        "Say how a file or folder stands, why, and what you can do about it.",
    ),
    "activity": (
        "activity:activity",
        "Tell what happened, newest last: what was written where, and what was decided.",
    ),
    "keys": (
        "keys:app",
        "List the keys that the stored secrets are sealed with, or exchange them.",
    ),
    "migrate": (
        "migrate:migrate",
        "Make the database, or bring it up to date; end all workers before, and keep a copy.",
    ),
}
"""For each command the file in this room with what carries it out, and its line in the list."""


class LoadedByName(TyperGroup):
    """The commands of `COMMANDS`; typer's own group would hold all of them from the start."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        names: Any = dict.fromkeys(COMMANDS)  # typer suggests them for one that is misspelt
        self.commands = names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command, or give None where there is none of that name."""
        if cmd_name in COMMANDS and self.commands[cmd_name] is None:
            self.commands[cmd_name] = _loaded(cmd_name)
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _loaded(name: str) -> Any:
    """Give typer's command for one of `COMMANDS`; those of several words are groups themselves."""
    file, _, attribute = COMMANDS[name][0].partition(":")
    module = import_module(f"turnbuckle.cli.{file}")
    found = getattr(module, attribute)
    alone = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name, help=getattr(module, "HELP", None))(found)
    return get_group(alone).commands[name]
