"""The people's pages as HTML. Every name is escaped and kept from turning the text around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from turnbuckle.practice.persons import PERSONS
from turnbuckle.practice.playing.seen import Seen

HOME = "/practice/"

_FOLDER = (
    '<svg viewBox="0 0 16 16" role="img" aria-label="Folder"><path d="M1 3h5l2 2h7v8H1z"/></svg>'
)
_FILE = (
    '<svg viewBox="0 0 16 16" role="img" aria-label="File">'
    '<path class="hollow" d="M3 1.5h6l4 4v9H3zM9 1.5v4h4"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page shows round its content."""

    service: str  # such as "Practice Procore"
    place: str  # such as "Harbour Tower"
    person: str  # the key of who is at work
    csrf: str
    home: str = HOME  # where the pages of this tool begin
    tools: tuple[tuple[str, str], ...] = ()  # titles and homes, where the service has several


def page(frame: Frame, title: str, content: str) -> str:
    """Give a whole page."""
    people = "".join(
        f'<option value="{one.key}"{" selected" if one.key == frame.person else ""}>'
        f"{escape(one.name)}</option>"
        for one in PERSONS
    )
    choose = (
        f'<label>You act as <select name="person">{people}</select></label><button>Switch</button>'
    )
    tools = "".join(f'<a href="{home}">{escape(tool)}</a>' for tool, home in frame.tools)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - {escape(frame.service)}</title>"
        '<link rel="stylesheet" href="/practice/style.css"></head><body>'
        f'<header><h1><a href="{frame.home}">{escape(frame.service)}</a></h1>'
        f"<span>{escape(frame.place)}</span>{tools}"
        f'<a class="push" href="{frame.home}bin">Recycle bin</a></header>'
        f"{_form(frame, 'person', choose)}<main>{content}</main></body></html>"
    )


def door(problem: str) -> str:
    """Give the page for somebody without the token."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Practice mode</title></head><body><h1>Practice mode</h1>"
        f"<p>{escape(problem)}</p></body></html>"
    )


def folder(frame: Frame, trail: Sequence[Seen], items: Iterable[Seen]) -> str:
    """Show what is in the last folder of the trail."""
    here = trail[-1].id
    rows = "".join(_row(frame, item) for item in sorted(items, key=_by_kind_and_name))
    add = _form(frame, f"folder/{_id(here)}/add", _text("name", "New folder") + _button("Make"))
    upload = _form(
        frame,
        f"folder/{_id(here)}/upload",
        '<input type="file" name="file" multiple required aria-label="Files">' + _button("Upload"),
        multipart=True,
    )
    listed = f'<ul class="items">{rows}</ul>' if rows else '<p class="quiet">Nothing in here.</p>'
    this = (
        ""
        if len(trail) == 1
        else f'<p><a href="{_item_path(frame, trail[-1])}">This folder</a></p>'
    )
    content = f"{_trail(frame, trail)}{this}{listed}<fieldset>{add}{upload}</fieldset>"
    return page(frame, trail[-1].name or frame.place, content)


def item(frame: Frame, trail: Sequence[Seen], seen: Seen, folders: Iterable[Seen]) -> str:
    """Show one item and what can be done with it."""
    at = _item_path(frame, seen).removeprefix(frame.home)
    places = "".join(
        f'<option value="{escape(one.id)}"{" selected" if one.id == seen.parent else ""}>'
        f"{escape(one.name)}</option>"
        for one in folders
    )
    rename = _text("name", "New name", seen.name) + _button("Rename")
    move = f'<select name="parent" aria-label="Folder">{places}</select>' + _button("Move")
    forms = _form(frame, f"{at}/rename", rename) + _form(frame, f"{at}/move", move)
    if not seen.is_folder:
        new = '<input type="file" name="file" required aria-label="File">' + _button("New version")
        forms += _form(frame, f"{at}/replace", new, multipart=True)
    forms += _form(frame, f"{at}/delete", _button("Delete"))
    open_ = (
        f'<p><a href="{_open_path(frame, seen)}">{"Open" if seen.is_folder else "Download"}</a></p>'
    )
    facts = f'<p class="quiet">{_facts(seen)}</p>'
    content = (
        f"{_trail(frame, trail)}<h2>{_name(seen)}</h2>{facts}{open_}<fieldset>{forms}</fieldset>"
    )
    return page(frame, seen.name, content)


def bin_(frame: Frame, items: Iterable[Seen], folders: Sequence[Seen] | None) -> str:
    """Show the recycle bin; `folders` are the places one may restore to, None: the old place."""
    rows = "".join(
        f'<li><span class="name">{_name(one)}</span>'
        f'<span class="quiet">{_facts(one)}</span>{_restore(frame, one, folders)}</li>'
        for one in items
    )
    listed = f'<ul class="items">{rows}</ul>' if rows else '<p class="quiet">It is empty.</p>'
    return page(frame, "Recycle bin", f"<h2>Recycle bin</h2>{listed}")


def refused(frame: Frame, said: str) -> str:
    """Show that the service said no."""
    content = f'<p class="warning">The service refused: {escape(said)}</p>'
    return page(frame, "Refused", f'{content}<p><a href="{frame.home}">To the top folder</a></p>')


def _restore(frame: Frame, seen: Seen, folders: Sequence[Seen] | None) -> str:
    places = ""
    if folders is not None:
        options = "".join(
            f'<option value="{escape(one.id)}">{escape(one.name)}</option>' for one in folders
        )
        places = f'<select name="parent" aria-label="Restore to">{options}</select>'
    at = _item_path(frame, seen).removeprefix(frame.home)
    return _form(frame, f"{at}/restore", places + _button("Restore"))


def _form(frame: Frame, action: str, fields: str, *, multipart: bool = False) -> str:
    kind = ' enctype="multipart/form-data"' if multipart else ""
    return (
        f'<form method="post" action="{frame.home}{escape(action)}"{kind}>'
        f'<input type="hidden" name="csrf" value="{escape(frame.csrf)}">{fields}</form>'
    )


def _text(name: str, label: str, value: str = "") -> str:
    return (
        f'<input type="text" name="{name}" value="{escape(value)}" required '
        f'aria-label="{label}" placeholder="{label}">'
    )


def _button(label: str) -> str:
    return f"<button>{label}</button>"


def _trail(frame: Frame, trail: Sequence[Seen]) -> str:
    links = (f'<a href="{_open_path(frame, one)}">{_name(one) or "Top"}</a>' for one in trail)
    return f'<nav aria-label="Path"><p>{" / ".join(links)}</p></nav>'


def _row(frame: Frame, seen: Seen) -> str:
    sign = _FOLDER if seen.is_folder else _FILE
    return (
        f'<li><a class="name" href="{_open_path(frame, seen)}">{sign}{_name(seen)}</a>'
        f'<span class="quiet">{_facts(seen)}</span>'
        f'<a href="{_item_path(frame, seen)}" aria-label="Change {escape(seen.name)}">Change</a>'
        "</li>"
    )


def _by_kind_and_name(seen: Seen) -> tuple[bool, str, str]:
    return not seen.is_folder, seen.name.casefold(), seen.name


def _name(seen: Seen) -> str:
    return f"<bdi>{escape(seen.name)}</bdi>" if seen.name else ""


def _facts(seen: Seen) -> str:
    parts = [escape(seen.modified.replace("T", " ").removesuffix("Z"))]
    if not seen.is_folder:
        parts.insert(0, _size(seen.size))
    if seen.note:
        parts.append(escape(seen.note))
    return " &middot; ".join(part for part in parts if part)


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    amount, units = count / 1000, iter(("kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.1f} {unit}"


def _id(item_id: str) -> str:
    return quote(item_id, safe="")


def _open_path(frame: Frame, seen: Seen) -> str:
    return f"{frame.home}{'folder' if seen.is_folder else 'file'}/{_id(seen.id)}"


def _item_path(frame: Frame, seen: Seen) -> str:
    return f"{frame.home}item/{'folder' if seen.is_folder else 'file'}/{_id(seen.id)}"
