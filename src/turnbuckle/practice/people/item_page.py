"""The page of one item: what it is, and all that the service lets people do with it."""

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from turnbuckle.practice.people.document import button
from turnbuckle.practice.people.pages import (
    Frame,
    facts,
    form,
    item_path,
    moment,
    name,
    open_path,
    page,
    path_links,
    size,
    text,
)
from turnbuckle.practice.playing.seen import Audience, Edition, Power, Seen

CHECK_OUT_HOURS = ((1, "1 hour"), (3, "3 hours"), (6, "6 hours"), (12, "12 hours"), (24, "1 day"))
"""How long a check-out in Procore may last; a week, too (fact sheet, section 7)."""

WEEK_HOURS = 24 * 7


def item(
    frame: Frame,
    trail: Sequence[Seen],
    seen: Seen,
    folders: Iterable[Seen],
    powers: frozenset[Power],
    *,
    editable: bool = False,
    audience: Sequence[Audience] | None = None,
) -> str:
    """Show one item and what can be done with it.

    Args:
        frame, trail, seen: the page's surroundings, the way here, the item.
        folders: where it can be moved to.
        powers: what the tool lets people do.
        editable: it is a text that can be edited in the page.
        audience: who may see it, where the service tells.
    """
    at = item_path(frame, seen)
    links = [f'<a href="{open_path(frame, seen)}">{"Open" if seen.is_folder else "Download"}</a>']
    if editable:
        links.append(f'<a href="{at}/edit">Edit the text</a>')
    if not seen.is_folder and Power.VERSIONS in powers:
        links.append(f'<a href="{at}/versions">Versions</a>')
    described = f"<p><bdi>{escape(seen.description)}</bdi></p>" if seen.description else ""
    groups = [_place(frame, seen, folders), _content(frame, seen, powers)]
    groups += [_held(frame, seen, powers), _seen_by(frame, seen, powers, audience)]
    groups.append(_end(frame, seen, powers))
    content = (
        f"{path_links(frame, trail)}<h2>{name(seen)}</h2>"
        f'<p class="quiet">{facts(seen)}</p>{described}<p class="links">{" ".join(links)}</p>'
        + "".join(groups)
    )
    return page(frame, seen.name, content)


def _group(title: str, forms: str, *, in_a_row: bool = False) -> str:
    kind = ' class="row"' if in_a_row else ""
    return f"<fieldset{kind}><legend>{title}</legend>{forms}</fieldset>" if forms else ""


def _act(frame: Frame, seen: Seen, word: str, fields: str, **more: bool) -> str:
    at = item_path(frame, seen).removeprefix(frame.home)
    return form(frame, f"{at}/{word}", fields, **more)


def _place(frame: Frame, seen: Seen, folders: Iterable[Seen]) -> str:
    places = "".join(
        f'<option value="{escape(one.id)}"{" selected" if one.id == seen.parent else ""}>'
        f"{escape(one.name)}</option>"
        for one in folders
    )
    rename = text("name", "New name", seen.name) + button("Rename")
    move = f'<select name="parent" aria-label="Folder">{places}</select>' + button("Move")
    return _group(
        "Name and place",
        _act(frame, seen, "rename", rename) + _act(frame, seen, "move", move),
    )


def _content(frame: Frame, seen: Seen, powers: frozenset[Power]) -> str:
    forms = ""
    if Power.REPLACE in powers and not seen.is_folder:
        new = '<input type="file" name="file" required aria-label="File">' + button("New version")
        forms += _act(frame, seen, "replace", new, multipart=True)
    if Power.DESCRIBE in powers and not seen.is_folder:
        said = text("description", "Description", seen.description, required=False)
        forms += _act(frame, seen, "describe", said + button("Describe"))
    return _group("Content", forms)


def _held(frame: Frame, seen: Seen, powers: frozenset[Power]) -> str:
    if seen.is_folder:
        return ""
    forms = ""
    if Power.CHECK_OUT in powers:
        hours = ""
        if Power.LIMITED_CHECK_OUT in powers:
            choices = "".join(
                f'<option value="{count}">{label}</option>'
                for count, label in (*CHECK_OUT_HOURS, (WEEK_HOURS, "7 days"))
            )
            hours = f'<select name="hours" aria-label="For how long">{choices}</select>'
        forms += _act(frame, seen, "check-out", hours + button("Check out"))
        forms += _act(frame, seen, "check-in", button("Check in"))
    if Power.OFFICE in powers:
        forms += _act(frame, seen, "open-office", button("Open in Office"))
        forms += _act(frame, seen, "close-office", button("Close in Office"))
    return _group("Keep others from writing", forms, in_a_row=True)


def _seen_by(
    frame: Frame, seen: Seen, powers: frozenset[Power], audience: Sequence[Audience] | None
) -> str:
    if Power.PRIVATE not in powers:
        return ""
    if audience is not None:
        return _shared_with(frame, seen, audience)
    is_open = not seen.is_private
    value = f'<input type="hidden" name="private" value="{"yes" if is_open else "no"}">'
    word = "Make private" if is_open else "Show to everybody"
    who = "everybody in the project" if is_open else "only Admins and whoever made it"
    return _group(
        "Who sees it", f"<p>Now {who}.</p>{_act(frame, seen, 'private', value + button(word))}"
    )


def _shared_with(frame: Frame, seen: Seen, audience: Sequence[Audience]) -> str:
    rows = "".join(
        f"<li><bdi>{escape(one.name)}</bdi>, who {'may write' if one.may_write else 'reads'}</li>"
        for one in audience
    )
    people = "".join(
        f'<option value="{escape(one.key)}">{escape(one.name)}</option>' for one in frame.people
    )
    share = (
        f'<select name="with" aria-label="With whom">{people}</select>'
        '<select name="role" aria-label="May they write">'
        '<option value="write">may write</option><option value="read">may read</option></select>'
        f"{button('Share')}"
    )
    private, common = (
        f'<input type="hidden" name="private" value="{said}">{button(word)}'
        for said, word in (("yes", "Make private"), ("no", "Show to whom its folder is shown"))
    )
    forms = _act(frame, seen, "share", share)
    forms += _act(frame, seen, "private", private) + _act(frame, seen, "private", common)
    return _group("Who sees it", f'<ul class="whole">{rows}</ul>{forms}', in_a_row=True)


def _end(frame: Frame, seen: Seen, powers: frozenset[Power]) -> str:
    forms = _act(frame, seen, "delete", button("Delete"))
    if Power.PURGE in powers:
        sure = (
            '<label><input type="checkbox" name="sure" value="yes" required> '
            "It cannot come back</label>"
        )
        forms += _act(frame, seen, "purge", sure + button("Delete for ever"))
    return _group("Delete", forms, in_a_row=True)


def versions(frame: Frame, trail: Sequence[Seen], seen: Seen, found: Iterable[Edition]) -> str:
    """Show all versions of a file."""
    rows = "".join(_edition(frame, seen, one) for one in found)
    back = f'<p><a href="{item_path(frame, seen)}">Back to the file</a></p>'
    content = (
        f"{path_links(frame, trail)}<h2>Versions of {name(seen)}</h2>"
        f'<ul class="items">{rows}</ul>{back}'
    )
    return page(frame, f"Versions of {seen.name}", content)


def _edition(frame: Frame, seen: Seen, one: Edition) -> str:
    at = f"{item_path(frame, seen)}/versions/{quote(one.id, safe='')}"
    by = f" &middot; <bdi>{escape(one.by)}</bdi>" if one.by else ""
    act = (
        '<span class="quiet">Current</span>'
        if one.is_current
        else form(frame, f"{at.removeprefix(frame.home)}/restore", button("Make current"))
    )
    return (
        f'<li><a class="name" href="{at}">Version {escape(one.label)}</a>'
        f'<span class="quiet">{size(one.size)} &middot; {moment(one.modified)}{by}</span>{act}</li>'
    )


def editor(frame: Frame, trail: Sequence[Seen], seen: Seen, words: str, mark: str) -> str:
    """Show a text to be edited; `mark` tells whether somebody else saved it meanwhile."""
    at = item_path(frame, seen)
    # A browser drops the first line break of a textarea, so one is added that it may drop.
    fields = (
        f'<input type="hidden" name="was" value="{escape(mark)}">'
        f'<textarea name="words" rows="20" aria-label="Text" spellcheck="false">\n{escape(words)}'
        f'</textarea>{button("Save")}<a href="{at}">Leave it</a>'
    )
    content = (
        f"{path_links(frame, trail)}<h2>{name(seen)}</h2>"
        f"{form(frame, f'{at.removeprefix(frame.home)}/edit', fields)}"
    )
    return page(frame, seen.name, content)
