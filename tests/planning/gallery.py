"""A small world with two tools: Documents, and Photos whose folders are flat on the left."""

from dataclasses import dataclass, field, replace

from planning.world import ROOT, START, Place, Strict, World

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.items import Item, ItemId, Kind, Name, Version
from turnbuckle.model.names import suffix
from turnbuckle.model.pairs import Half, Pair
from turnbuckle.model.plans import CreateFile, CreateFolder, Delete, Plan
from turnbuckle.model.policy import Policy, Standing
from turnbuckle.model.side import Side
from turnbuckle.model.trees import DOCUMENTS, PHOTOS, Tree

ALBUMS = ItemId("photos")
ROOTS = {ROOT: DOCUMENTS, ALBUMS: PHOTOS}
LETTERS = {"D": ROOT, "P": ALBUMS}
IMAGES = frozenset({".jpg", ".png"})


@dataclass
class Hall(Place):
    """One side with both tools, as strict as its capabilities say."""

    can: Capabilities | None = None
    longest: dict[ItemId, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.items[ALBUMS] = Item(id=ALBUMS, parent=None, name=Name("photos"), kind=Kind.FOLDER)

    def tool(self, item: ItemId) -> str:
        current = self.items[item]
        while current.parent is not None:
            current = self.items[current.parent]
        return ROOTS[current.id]

    def able(self, item: ItemId) -> Capabilities:
        assert self.can is not None
        return self.can.of(self.tool(item))

    def make(self, parent: ItemId, name: str, content: bytes | None) -> Item:
        if parent not in self.items:
            raise Strict(f"{self.side}: no folder {parent} for {name}")
        if content is None:
            self._check_depth(parent)
        else:
            self._check_type(parent, name, content)
        self._check_free(parent, name, Kind.FOLDER if content is None else Kind.FILE)
        return super().make(parent, name, content)

    def move(self, item: ItemId, parent: ItemId, name: str) -> Item:
        now, able = self.items[item], self.able(item)
        if self.tool(parent) != self.tool(item) and not able.crosses_tools:
            raise Strict(f"{self.side}: {now.name} cannot get from tool to tool")
        if now.kind is Kind.FOLDER:
            self._check_depth(parent)
        elif now.name != name and not able.renames_files:
            raise Strict(f"{self.side}: {now.name} cannot be renamed")
        self._check_free(parent, name, now.kind, but=item)
        return super().move(item, parent, name)

    def write(self, item: ItemId, content: bytes) -> Item:
        if item in self.contents and not self.able(item).replaces:
            raise Strict(f"{self.side}: {item} takes no new content")
        return super().write(item, content)

    def _check_name(self, parent: ItemId, name: Name, but: ItemId | None = None) -> None:
        """What the place itself checks is asked by `_check_free`, which knows the kind."""

    def _check_free(self, parent: ItemId, name: str, kind: Kind, but: ItemId | None = None) -> None:
        able = self.able(parent)
        if kind is Kind.FILE and able.duplicate_names:
            return
        for item in self.children(parent):
            doubled = item.kind is Kind.FILE and able.duplicate_names
            same = able.names.key(item.name) == able.names.key(name)
            if item.id != but and same and not doubled:
                raise Strict(f"{self.side}: {name!r} is taken by {item.name!r}")

    def _check_depth(self, parent: ItemId) -> None:
        if self.able(parent).flat and self.items[parent].parent is not None:
            raise Strict(f"{self.side}: an album in an album")

    def _check_type(self, parent: ItemId, name: str, content: bytes) -> None:
        able = self.able(parent)
        if able.suffixes is not None and suffix(Name(name)) not in able.suffixes:
            raise Strict(f"{self.side}: no photo: {name}")
        if not able.min_file_bytes <= len(content) <= able.max_file_bytes:
            raise Strict(f"{self.side}: {name} has a size that is not taken")

    def tree(self) -> Tree:
        plain = super().tree()
        return Tree(
            self.side, ROOTS, plain.items.values(), plain.gone, plain.hidden,
            gone_at=plain.gone_at, longest_below=self.longest,
        )  # fmt: skip

    def at(self, path: str) -> ItemId:
        """Find an item by its path, which begins with D or P; the first of several."""
        letter, *names = path.split("/")
        found = LETTERS[letter]
        for name in names:
            found = next(item.id for item in self.children(found) if item.name == name)
        return found

    def put(self, path: str, content: bytes | None = None) -> ItemId:
        """Make a file, or a folder where there is no content; folders above it are made too."""
        above, _, name = path.rpartition("/")
        try:
            folder = self.at(above)
        except StopIteration:
            folder = self.put(above)
        return self.make(folder, name, content).id

    def rename(self, path: str, to: str) -> None:
        above, _, name = to.rpartition("/")
        self.move(self.at(path), self.at(above), name)

    def paths(self) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}
        for item in self.items.values():
            if item.parent is None:
                continue
            parts: list[str] = []
            current = item
            while current.parent is not None:
                parts.append(current.name)
                current = self.items[current.parent]
            parts.append("D" if current.id == ROOT else "P")
            path = "/".join(reversed(parts))
            found[path if path not in found else f"{path}#{item.id}"] = self.contents.get(item.id)
        return found


class Gallery(World):
    """Both tools on both sides; only the left's photos are albums."""

    def __init__(
        self, policy: Policy | None = None, *, mirrored: bool = False, **photos: object
    ) -> None:
        super().__init__(policy, mirrored=mirrored)
        flat = Side.RIGHT if mirrored else Side.LEFT
        plain = self.terms.capabilities(flat)
        plain = replace(plain, crosses_tools=False)
        albums = replace(plain, flat=True, duplicate_names=True, **photos)  # type: ignore[arg-type]
        self.arm(flat, replace(plain, tools={PHOTOS: albums}))
        self.arm(flat.other, self.terms.capabilities(flat.other))
        top = Half(id=ALBUMS, parent=None, name=Name("photos"), version=Version(""))
        self.pairs.append(Pair(kind=Kind.FOLDER, left=top, right=top))
        self.superseded: dict[tuple[Side, ItemId], Version] = {}

    def arm(self, side: Side, able: Capabilities) -> None:
        """Give a side other capabilities, before anything is on it."""
        self.terms = replace(self.terms, **{side.value: able})  # type: ignore[arg-type]
        self.sides[side] = Hall(side, able.names, able.content_hash is not None, can=able)

    def hall(self, side: Side) -> Hall:
        found = self.sides[side]
        assert isinstance(found, Hall)
        return found

    @property
    def left(self) -> Hall:
        return self.hall(Side.LEFT)

    @property
    def right(self) -> Hall:
        return self.hall(Side.RIGHT)

    def standing(self) -> Standing:
        return replace(super().standing(), superseded=dict(self.superseded), now=START)

    def apply(self, made: Plan) -> None:
        super().apply(made)
        for step in made.steps:
            if isinstance(step, CreateFile | CreateFolder) and step.supersedes is not None:
                key = (step.side, step.supersedes.id)
                self.superseded[key] = step.supersedes.version
            elif isinstance(step, Delete):
                self.superseded.pop((step.side, step.item.id), None)

    def reset(self) -> None:
        """Count from here."""
        self.transfers = self.moves = self.deletes = 0

    @property
    def counted(self) -> tuple[int, int, int]:
        """Transfers, moves and deletions so far."""
        return self.transfers, self.moves, self.deletes
