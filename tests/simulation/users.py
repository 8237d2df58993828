"""Random users: they choose what to do by what is there, and every remote may refuse them."""

import random
from collections.abc import Mapping

from simulation.case import Word
from simulation.contents import COMMON, EMPTY, content

from turnbuckle.connectors.memory.blobs import Blob
from turnbuckle.connectors.memory.people import People
from turnbuckle.model.names import TEMPORARY
from turnbuckle.ports.errors import RemoteError

TOP = "D"
FILES = ("a.pdf", "A.pdf", "b.docx", "p:1.pdf", "p-1.pdf", "\u00e9.txt", "e\u0301.txt")
FOLDERS = ("Set", "set", "Old", "con")
LONG = "n" * 258 + ".pdf"  # longer than a name may be on the stricter side
_DEEPEST = 4
_VERBS = {
    "mv": 4, "edit": 3, "del": 3, "put": 2, "mkdir": 1, "replace": 1, "swap": 1,
    "copy": 0.4, "touch": 0.4, "restore": 0.3, "lock": 0.3,
}  # fmt: skip

type Paths = Mapping[str, Blob | None]


def choose(people: People, chance: random.Random, token: str) -> Word | None:
    """Choose one thing to do; None where there is nothing to do it with."""
    everything = _paths(people)
    files = [path for path, blob in everything.items() if blob is not None]
    folders = [TOP, *(path for path, blob in everything.items() if blob is None)]
    (verb,) = chance.choices(list(_VERBS), list(_VERBS.values()))
    chosen = chance.choice(list(everything)) if everything else None
    match verb:
        case "put":
            return {"put": [_new_path(folders, chance), _token(chance, token)]}
        case "mkdir":
            return {"mkdir": _new_path(folders, chance, of_folder=True) + "/"}
        case "mv" | "copy" if chosen is not None:
            outside = [path for path in folders if not f"{path}/".startswith(f"{chosen}/")]
            return {verb: [chosen, _goal(chosen, outside, chance, chosen in files)]}
        case "edit" | "replace" if files:
            name = "put" if verb == "edit" else verb
            return {name: [chance.choice(files), _token(chance, token)]}
        case "swap" if len(files) > 1:
            return {"swap": chance.sample(files, 2)}
        case "del" | "touch" if chosen is not None:
            return {verb: chosen}
        case "lock" if files:
            return {"lock": chance.choice(files)}
        case "restore":
            return _restorable(people, chance)
    return None


def act(people: People, word: Word) -> bool:
    """Let a user do one thing; what the remote refuses is left undone, and False is given."""
    ((verb, what),) = word.items()
    paths = [what] if isinstance(what, str) else list(what)
    try:
        match verb:
            case "put" | "new" | "replace":
                getattr(people, verb)(paths[0], content(paths[1]))
            case "mkdir" | "touch" | "restore" | "lock" | "hide":
                getattr(people, verb)(paths[0])
            case "corrupt":
                people.remote.corrupt[people.id_of(paths[0])] = 1
            case "del":
                people.delete(paths[0])
            case "mv":
                people.move(paths[0], paths[1])
            case "swap" | "copy":
                getattr(people, verb)(*paths)
            case _:
                raise ValueError(f"users have no word {verb!r}")
    except RemoteError:
        return False
    return True


def afflict(verb: str, people: People, chance: random.Random) -> Word | None:
    """Choose what cannot be seen for a while, or which file's downloads come damaged."""
    if verb == "corrupt" and people.remote.traits.content_hash is None:
        return None  # nobody could tell
    paths = [path for path, blob in _paths(people).items() if verb == "hide" or blob]
    return {verb: chance.choice(paths)} if paths else None


def first_tree(chance: random.Random, letter: str) -> dict[str, str]:
    """Draw a tree as the catalogue writes it: paths with tokens, folders with ``dir``."""
    tree: dict[str, str] = {}
    folders = [TOP]
    for number in range(chance.choice((0, 2, 4, 6, 9, 14))):
        if chance.random() < 0.3:
            folder = _new_path(folders, chance, of_folder=True)
            if folder not in folders:
                folders.append(folder)
                tree[folder + "/"] = "dir"
        else:
            tree[_new_path(folders, chance)] = _token(chance, f"{letter}{number}")
    return tree


def _paths(people: People) -> Paths:
    """Give what users may touch: nothing that bears a name of ours."""
    return {
        f"{TOP}/{path.rstrip('/')}": blob
        for path, blob in people.snapshot(TOP).items()
        if TEMPORARY not in path
    }


def _new_path(folders: list[str], chance: random.Random, *, of_folder: bool = False) -> str:
    shallow = [path for path in folders if path.count("/") < _DEEPEST]
    if chance.random() < 0.02:
        return f"{TOP}/{LONG}"
    return f"{chance.choice(shallow)}/{chance.choice(FOLDERS if of_folder else FILES)}"


def _goal(path: str, folders: list[str], chance: random.Random, is_file: bool) -> str:
    """Say where something is moved: renamed, moved with its name, or both."""
    above, _, name = path.rpartition("/")
    other = chance.choice(FILES if is_file else FOLDERS)
    shallow = [each for each in folders if each.count("/") < _DEEPEST]
    to = chance.choice(shallow)
    return chance.choice((f"{above}/{other}", f"{to}/{name}", f"{to}/{other}"))


def _token(chance: random.Random, token: str) -> str:
    """Now and then nothing, or the same bytes as on the other side; else what names its writer."""
    pick = chance.random()
    if pick < 0.08:
        return EMPTY
    if pick < 0.18:
        return COMMON
    return f"{token}@{chance.choice((700, 1400))}" if pick < 0.3 else token


def _restorable(people: People, chance: random.Random) -> Word | None:
    shelf = people.remote.shelf
    binned = [shelf.path(node) for node in shelf.all() if node.binned]
    inside = [path for path in binned if path.startswith(f"{TOP}/")]
    return {"restore": chance.choice(inside)} if inside else None
