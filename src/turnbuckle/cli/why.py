"""`turnbuckle why [LINK] PATH`: how one file or folder stands, and what to do about it."""

import json
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from turnbuckle.actions import explaining
from turnbuckle.actions.explaining import Answer, Explained, State
from turnbuckle.cli.amounts import amount, counted
from turnbuckle.cli.choosing import link_of
from turnbuckle.cli.opening import console, open_store
from turnbuckle.cli.options import AsJson
from turnbuckle.cli.sides import NAMES, planned
from turnbuckle.model.items import Kind
from turnbuckle.model.plans import WORDS
from turnbuckle.model.side import Side
from turnbuckle.store.deletions import Deleted
from turnbuckle.store.findings import Sight


def why(
    first: Annotated[
        str,
        typer.Argument(metavar="LINK", help="The link's name; leave it out if there is only one."),
    ],
    second: Annotated[
        str | None, typer.Argument(metavar="PATH", help="A path on either side, or a name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how a file or folder stands, why, and what you can do about it. Asks no remote.

    \b
    Give a path as either side has it, from the tool's folder down, or a name alone. Upper and
    lower case do not matter, and what was deleted is found, too.

    \b
    Examples:
      turnbuckle why "Harbour Tower" "Drawings/A-101.pdf"
      turnbuckle why A-101.pdf
    """
    name, path = (None, first) if second is None else (first, second)
    scope = open_store()
    answer = explaining.explain(scope, link_of(scope, name), path)
    if as_json:
        typer.echo(json.dumps(as_data(answer), indent=2, ensure_ascii=False))
    else:
        for line in said(answer):
            console.print(line)
    if not answer.found:
        raise typer.Exit(1)


def as_data(answer: Answer) -> dict[str, object]:
    """Give an answer as plain JSON values."""
    return {
        "link": answer.link.name,
        "asked": answer.asked,
        "found": [
            {
                "path": one.path,
                "state": one.state.value,
                "reason": None if one.reason is None else one.reason.value,
                "detail": one.detail,
                "held_in_batch": None if one.held is None else one.held.number,
                "deleted_in_batch": None if one.deleted is None else one.deleted.run,
                "next_try": None if one.aside is None else one.aside.next_try.isoformat(),
                "tries": None if one.aside is None else one.aside.tries,
                "rule": one.rule,
                "copy_of": None if one.copy_of is None else one.copy_of[0],
                "sides": {
                    side.value: {
                        "path": sight.path,
                        "state": sight.state,
                        **msgspec.to_builtins(sight.item),
                    }
                    for side in Side
                    if (sight := one.on(side)) is not None
                },
            }
            for one in answer.found
        ],
        "more": answer.more,
        "alike": list(answer.alike),
        "complete": {
            side.value: None if at is None else at.isoformat()
            for side, at in answer.complete.items()
        },
    }


def said(answer: Answer) -> Iterator[str]:
    """Say an answer in lines."""
    for one in answer.found:
        yield from _explained(answer, one)
    if answer.more:
        yield f"{counted(answer.more, 'more item')} of that name; give a longer path"
    if answer.found:
        return
    yield f"{answer.asked}: never seen on either side of {answer.link.name!r}."
    for path in answer.alike:
        yield f"  did you mean: {path}"
    for side, at in answer.complete.items():
        when = f"{at:%Y-%m-%d %H:%M} UTC" if at else "never; the first run does it"
        yield f"  {NAMES[side]} was last listed completely: {when}"
    yield f'  what is new is seen by the next run: turnbuckle run "{answer.link.name}"'


def _explained(answer: Answer, one: Explained) -> Iterator[str]:
    yield f"{one.path}{_slash(one)}: {_SAID[one.state]}"
    yield from (f"  {line}" for line in _why(answer, one))
    if one.copy_of is not None:
        name, side = one.copy_of
        yield (
            f"  it is a conflict copy: it keeps the version of {NAMES[side]} of {name}, which lost;"
            " take what you need from it, then delete it"
        )
    for side in Side:
        sight = one.on(side)
        if sight is not None:
            yield f"  {NAMES[side]:<8} {_seen(sight)}"
        elif one.state not in (State.DELETED, State.OUTSIDE):
            yield f"  {NAMES[side]:<8} not there"


_SAID = {
    State.IN_STEP: "in step, the same on both sides",
    State.TO_COME: "the next run brings it into step",
    State.WAITING: "not in step",
    State.HELD: "held until a person decides",
    State.SET_ASIDE: "not in step: it failed, and is tried again",
    State.LEFT_ALONE: "left alone on both sides",
    State.HIDDEN: "cannot be seen any more; nothing is deleted for that",
    State.DELETED: "deleted on both sides",
    State.OUTSIDE: "lies outside of the folder that the link is bound to",
}


def _why(answer: Answer, one: Explained) -> Iterator[str]:
    name = answer.link.name
    if answer.link.paused:
        yield f"the link is paused: {answer.link.paused}"
    if one.state is State.IN_STEP and answer.link.last_run_at is not None:
        yield f"as of the last run, {answer.link.last_run_at:%Y-%m-%d %H:%M} UTC"
    if one.reason is not None:
        yield f"why: {WORDS[one.reason]}"
    if one.detail:
        yield f"told: {one.detail}"
    if one.rule:
        yield f"why: {one.rule}"
    if one.aside is not None:
        again = f"{one.aside.next_try:%Y-%m-%d %H:%M} UTC"
        yield f"{counted(one.aside.tries, 'try')} so far, the next one after {again}"
    if one.held is not None and one.held.decision is not None:
        yield f'{one.held.decision.value}; the next run carries it out: turnbuckle run "{name}"'
    elif one.held is not None:
        yield f'to let it happen: turnbuckle held approve "{name}" {one.held.number}'
        yield f'to have it undone: turnbuckle held reject "{name}" {one.held.number}'
    for step in one.steps:
        yield f"next: {planned(step)}"
    if one.steps:
        yield f'to do it now: turnbuckle run "{name}"'
    if one.deleted is not None:
        yield from _deletion(one.deleted, name)


def _deletion(deleted: Deleted, name: str) -> Iterator[str]:
    there, here = NAMES[deleted.side.other], NAMES[deleted.side]
    yield f"deleted in {there} on {deleted.deleted_at:%Y-%m-%d %H:%M} UTC"
    yield f"then in {here} by run {deleted.run} on {deleted.applied_at:%Y-%m-%d %H:%M} UTC"
    if deleted.undone_at is None:
        yield f'to bring it back: turnbuckle undo "{name}" {deleted.run}'
    else:
        yield f"that was undone on {deleted.undone_at:%Y-%m-%d %H:%M} UTC"


def _seen(sight: Sight) -> str:
    item = sight.item
    state = {"present": "", "missing": ", not seen any more", "gone": ", deleted"}[sight.state]
    if sight.state == "gone" and sight.gone_at is not None:
        state += f" on {sight.gone_at:%Y-%m-%d %H:%M} UTC"
    if item.kind is Kind.FOLDER:
        return f"{sight.path}/{state}"
    changed = f", last changed {item.modified:%Y-%m-%d %H:%M} UTC" if item.modified else ""
    author = f" by {item.author}" if item.author else ""
    locked = f", open or checked out by {item.locked_by}" if item.locked_by else ""
    return f"{sight.path} ({amount(item.size)}{changed}{author}{locked}){state}"


def _slash(one: Explained) -> str:
    sight = one.left or one.right
    return "/" if sight is not None and sight.item.kind is Kind.FOLDER else ""
