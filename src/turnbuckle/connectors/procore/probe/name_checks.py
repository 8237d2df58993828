"""Which names Documents takes, what it makes of them, and when two are the same."""

import re
import unicodedata

from turnbuckle.connectors.procore.probe.ground import FOLDERS, ProcoreGround
from turnbuckle.ports.probe import Answer, Check, NotSettled, Value
from turnbuckle.transport.raw_calls import row, shown
from turnbuckle.transport.reply import Reply

_WILD = 'a\\b:c*d?e"f<g>h|i/j'
_CLEANED = re.sub(r'[\\/:*?"<>|]', "_", _WILD)
_COMPOSED = unicodedata.normalize("NFC", "Se\u0301bastien")
_ODD = {
    "a device's name": "CON.txt",
    "a full stop at the end": "ends with a stop.",
    "a space at the end": "ends with a space ",
    "255 characters": "n" * 251 + ".txt",
    "composed letters": _COMPOSED,
    "the same, decomposed": unicodedata.normalize("NFD", _COMPOSED),
}
_REFUSED = frozenset({400, 409, 422})


async def _taken(ground: ProcoreGround) -> Answer:
    await ground.folder("taken")
    reply = await ground.try_folder("taken")
    if reply.status not in {400, 422}:
        raise NotSettled(f"a second folder of one name answers {shown(reply)}: no known form")
    by_field = isinstance(row_of_refusal(reply).get("errors"), dict)
    known = {
        (400, True): "FIELD_400",
        (422, True): "FIELD_422",
        (400, False): "TEXT_400",
    }
    form = known.get((reply.status, by_field))
    if form is None:
        raise NotSettled(f"a second folder of one name answers {shown(reply)}: no known form")
    return Answer(
        seen=shown(reply),
        switches={"name_taken": form},
        setting="nothing: Turnbuckle reads all known forms",
    )


def row_of_refusal(reply: Reply) -> dict[str, object]:
    """Read what a refusal holds; empty where it is no object."""
    body = reply.json(object)
    return body if isinstance(body, dict) else {}


async def _unique(ground: ProcoreGround) -> Answer:
    await ground.file("unique.txt")
    uuid = await ground.upload("unique.txt", b"another")
    plain = await ground.attach(uuid, "unique.txt")
    switches: dict[str, Value] = {"unique_name_default": plain.status < 300}
    renamed = (
        plain if plain.status < 300 else await ground.attach(uuid, "unique.txt", unique_name=True)
    )
    if renamed.status >= 300:
        seen = f"without unique_name: {shown(plain)}; with it: {shown(renamed)}"
        return Answer(seen=seen, switches=switches, setting=_UNIQUE)
    name = str(row(renamed)["name"])
    pattern = _pattern(name)
    if pattern is not None:
        switches["unique_name_pattern"] = pattern
    return Answer(
        seen=f"without unique_name: {shown(plain)}; the automatic name is {name!r}",
        switches=switches,
        setting=_UNIQUE,
    )


_UNIQUE = "nothing: Turnbuckle never asks for automatic names, and reads the name that it got"


def _pattern(name: str) -> str | None:
    """Give the rule by which ``unique.txt`` became this name; None where there is no telling."""
    found = re.fullmatch(r"(.*)unique(.*?)(\d+)(.*?)(\.txt)?", name)
    if found is None or found[1]:
        return None
    ending = "{suffix}" if found[5] else ""
    return f"{{stem}}{found[2]}{{number}}{found[4]}{ending}"


async def _case(ground: ProcoreGround) -> Answer:
    await ground.folder("Letters")
    reply = await ground.try_folder("LETTERS")
    return Answer(
        seen=f"a folder LETTERS beside Letters answers {shown(reply)}",
        switches={"case_blind": _is_refused(reply)},
        setting="nothing: SharePoint takes no such pair, so none comes from there",
    )


async def _shared(ground: ProcoreGround) -> Answer:
    await ground.folder("both.txt")
    reply = await ground.attach(await ground.upload("both.txt", b"file"), "both.txt")
    return Answer(
        seen=f"a file with a folder's name answers {shown(reply)}",
        switches={"share_names": not _is_refused(reply)},
    )


async def _blocked(ground: ProcoreGround) -> Answer:
    first = await ground.folder("again")
    row_or_nothing(await ground.delete(FOLDERS, first["id"]))
    reply = await ground.try_folder("again")
    return Answer(
        seen=f"a folder with the name of a deleted one answers {shown(reply)}",
        switches={"bin_blocks_names": _is_refused(reply)},
        setting="nothing: a file that does not cross because of it is told by `turnbuckle why`",
    )


def row_or_nothing(reply: Reply) -> None:
    """Go on after a call that answers nothing.

    Raises:
        NotSettled: it was refused.
    """
    if reply.status >= 300:
        raise NotSettled(f"a step before it was refused: {shown(reply)}")


def _is_refused(reply: Reply) -> bool:
    if reply.status < 300:
        return False
    if reply.status not in _REFUSED:
        raise NotSettled(f"the answer was {shown(reply)}")
    return True


async def _cleaned(ground: ProcoreGround) -> Answer:
    reply = await ground.try_folder(_WILD)
    if reply.status >= 300:
        raise NotSettled(f"the name {_WILD!r} is refused, neither kept nor cleaned: {shown(reply)}")
    name = str(row(reply)["name"])
    if name not in {_WILD, _CLEANED}:
        raise NotSettled(f"{_WILD!r} became {name!r}, which no switch does")
    return Answer(
        seen=f"{_WILD!r} became {name!r}",
        switches={"clean_names": name == _CLEANED},
        setting="nothing: Turnbuckle reads the name that Procore gave",
    )


async def _odd(ground: ProcoreGround) -> Answer:
    told = []
    for what, name in _ODD.items():
        reply = await ground.try_folder(name)
        became = "" if reply.status >= 300 else str(row(reply)["name"])
        kept = "taken as it is" if became == name else f"became {became[:40]!r}"
        told.append(f"{what}: {kept if became else shown(reply)}")
    return Answer(seen="; ".join(told), setting="nothing: what is refused is set aside and told")


CHECKS: tuple[Check[ProcoreGround], ...] = (
    Check(
        name="name-taken",
        question="How does Procore say that a name is taken?",
        ask=_taken,
        calls=2,
        settles=("name_taken",),
        writes=True,
    ),
    Check(
        name="unique-name",
        question="Does Procore rename by itself, and how?",
        ask=_unique,
        calls=5,
        settles=("unique_name_default", "unique_name_pattern"),
        writes=True,
    ),
    Check(
        name="case",
        question="Are names that differ in case alone the same?",
        ask=_case,
        calls=2,
        settles=("case_blind",),
        writes=True,
    ),
    Check(
        name="shared-name",
        question="May a file and a folder have one name?",
        ask=_shared,
        calls=3,
        settles=("share_names",),
        writes=True,
    ),
    Check(
        name="name-in-bin",
        question="Does an item in the bin block its name?",
        ask=_blocked,
        calls=3,
        settles=("bin_blocks_names",),
        writes=True,
    ),
    Check(
        name="cleaned-name",
        question="What becomes of characters that Windows does not take?",
        ask=_cleaned,
        calls=1,
        settles=("clean_names",),
        writes=True,
    ),
    Check(
        name="odd-names",
        question="Which other unusual names are taken?",
        ask=_odd,
        calls=len(_ODD),
        writes=True,
    ),
)
