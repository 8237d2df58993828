"""The people's pages as HTML. Every name is escaped and kept from turning the text around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from urllib.parse import quote

from turnbuckle.practice.people.document import button, document
from turnbuckle.practice.persons import PERSONS, Person
from turnbuckle.practice.playing.seen import Seen, Site

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
    people: Sequence[Person] = PERSONS


def page(frame: Frame, title: str, content: str) -> str:
    """Give a whole page."""
    people = "".join(
        f'<option value="{escape(one.key)}"{" selected" if one.key == frame.person else ""}>'
        f"{escape(one.name)}</option>"
        for one in frame.people
    )
    choose = (
        f'<label>You act as <select name="person">{people}</select></label><button>Switch</button>'
    )
    tools = "".join(
        f'<a href="{home}"{" aria-current=page" if home == frame.home else ""}>{escape(tool)}</a>'
        for tool, home in frame.tools
    )
    header = (
        f'<h1><a href="{frame.home}">{escape(frame.service)}</a></h1>'
        f"<span><bdi>{escape(frame.place)}</bdi> "
        f'<a class="quiet" href="{frame.home}sites">change</a></span>{tools}'
        f'<span class="push"><a href="{frame.home}bin">Recycle bin</a> '
        f'<a href="{HOME}panel">Panel</a></span>'
    )
    title = f"{title} - {frame.service}"
    return document(title, header, f"{form(frame, 'person', choose)}{content}")


def door(problem: str) -> str:
    """Give the page for somebody without the token."""
    return document("Practice mode", "<h1>Practice mode</h1>", f"<p>{escape(problem)}</p>")


def folder(frame: Frame, trail: Sequence[Seen], items: Iterable[Seen]) -> str:
    """Show what is in the last folder of the trail."""
    here = trail[-1].id
    rows = "".join(_row(frame, item) for item in sorted(items, key=_by_kind_and_name))
    add = form(frame, f"folder/{_id(here)}/add", text("name", "New folder") + button("Make"))
    upload = form(
        frame,
        f"folder/{_id(here)}/upload",
        '<input type="file" name="file" multiple required aria-label="Files">' + button("Upload"),
        multipart=True,
    )
    listed = f'<ul class="items">{rows}</ul>' if rows else '<p class="quiet">Nothing in here.</p>'
    this = (
        "" if len(trail) == 1 else f'<p><a href="{item_path(frame, trail[-1])}">This folder</a></p>'
    )
    content = f"{path_links(frame, trail)}{this}{listed}<fieldset>{add}{upload}</fieldset>"
    return page(frame, trail[-1].name or frame.place, content)


def bin_(frame: Frame, items: Iterable[Seen], folders: Sequence[Seen] | None) -> str:
    """Show the recycle bin; `folders` are the places one may restore to, None: the old place."""
    rows = "".join(
        f'<li><span class="name">{name(one)}</span>'
        f'<span class="quiet">{facts(one)}</span>{_restore(frame, one, folders)}</li>'
        for one in items
    )
    listed = f'<ul class="items">{rows}</ul>' if rows else '<p class="quiet">It is empty.</p>'
    return page(frame, "Recycle bin", f"<h2>Recycle bin</h2>{listed}")


def sites(frame: Frame, found: Iterable[Site], here: str) -> str:
    """Show where this person may work; `here` is the key of where they are, empty at first."""
    groups = "".join(
        f"<h3><bdi>{escape(group)}</bdi></h3>"
        f'<ul class="items">{"".join(_site(frame, one, here) for one in rows)}</ul>'
        for group, rows in groupby(found, key=lambda one: one.group)
    )
    empty = '<p class="quiet">Nothing is open to you.</p>'
    return page(frame, "Where to work", f"<h2>Where to work</h2>{groups or empty}")


def _site(frame: Frame, site: Site, here: str) -> str:
    choose = f'<input type="hidden" name="site" value="{escape(site.key)}">'
    act = '<span class="quiet">You are here</span>' if site.key == here else ""
    return (
        f'<li><span class="name"><bdi>{escape(site.name)}</bdi></span>'
        f"{act or form(frame, 'sites', choose + button('Go there'))}</li>"
    )


def refused(frame: Frame, said: str) -> str:
    """Show that the service said no."""
    content = f'<p class="warning" role="alert">The service refused: {escape(said)}</p>'
    return page(
        frame,
        "Refused",
        f'{content}<p><a href="{frame.home}">To the top folder</a> or '
        f'<a href="{frame.home}sites">somewhere else</a></p>',
    )


def _restore(frame: Frame, seen: Seen, folders: Sequence[Seen] | None) -> str:
    places = ""
    if folders is not None:
        options = "".join(
            f'<option value="{escape(one.id)}">{escape(one.name)}</option>' for one in folders
        )
        places = f'<select name="parent" aria-label="Restore to">{options}</select>'
    at = item_path(frame, seen).removeprefix(frame.home)
    return form(frame, f"{at}/restore", places + button("Restore"))


# Parts of pages


def form(frame: Frame, action: str, fields: str, *, multipart: bool = False) -> str:
    """A form that is sent to one of our own addresses."""
    kind = ' enctype="multipart/form-data"' if multipart else ""
    return (
        f'<form method="post" action="{frame.home}{escape(action)}"{kind}>'
        f'<input type="hidden" name="csrf" value="{escape(frame.csrf)}">{fields}</form>'
    )


def text(field: str, label: str, value: str = "", *, required: bool = True) -> str:
    """A line to write in."""
    needed = " required" if required else ""
    return (
        f'<input type="text" name="{field}" value="{escape(value)}"{needed} '
        f'aria-label="{label}" placeholder="{label}">'
    )


def path_links(frame: Frame, trail: Sequence[Seen]) -> str:
    """The folders from the top down, as links."""
    links = (f'<a href="{open_path(frame, one)}">{name(one) or "Top"}</a>' for one in trail)
    return f'<nav aria-label="Path"><p>{" / ".join(links)}</p></nav>'


def _row(frame: Frame, seen: Seen) -> str:
    sign = _FOLDER if seen.is_folder else _FILE
    return (
        f'<li><a class="name" href="{open_path(frame, seen)}">{sign} {name(seen)}</a>'
        f'<span class="quiet">{facts(seen)}</span>'
        f'<a href="{item_path(frame, seen)}" aria-label="Change {escape(seen.name)}">Change</a>'
        "</li>"
    )


def _by_kind_and_name(seen: Seen) -> tuple[bool, str, str]:
    return not seen.is_folder, seen.name.casefold(), seen.name


def name(seen: Seen) -> str:
    """An item's name, as HTML."""
    return f"<bdi>{escape(seen.name)}</bdi>" if seen.name else ""


def facts(seen: Seen) -> str:
    """Size, time and what else there is to say, as HTML."""
    parts = [moment(seen.modified)]
    if not seen.is_folder:
        parts.insert(0, size(seen.size))
    if seen.note:
        parts.append(escape(seen.note))
    return " &middot; ".join(part for part in parts if part)


def moment(written: str) -> str:
    """A time of the service, as HTML."""
    return escape(written.replace("T", " ").removesuffix("Z"))


def size(count: int) -> str:
    """An amount of bytes in words."""
    if count < 1000:
        return f"{count} bytes"
    amount, units = count / 1000, iter(("kB", "MB", "GB"))
    unit = next(units)
    while amount >= 1000 and unit != "GB":
        amount, unit = amount / 1000, next(units)
    return f"{amount:.1f} {unit}"


def _id(item_id: str) -> str:
    return quote(item_id, safe="")


def open_path(frame: Frame, seen: Seen) -> str:
    """Where a folder is opened, or a file downloaded."""
    return f"{frame.home}{'folder' if seen.is_folder else 'file'}/{_id(seen.id)}"


def item_path(frame: Frame, seen: Seen) -> str:
    """Where an item is changed."""
    return f"{frame.home}item/{'folder' if seen.is_folder else 'file'}/{_id(seen.id)}"
