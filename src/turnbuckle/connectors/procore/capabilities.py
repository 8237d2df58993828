"""What Procore's tools can do, as constants.

Names in Documents: only the slash is certain to mean something to Procore; which further
characters it cleans is not published, and the reply's name tells what became of a name. Length is
not published either; 255 is what file systems on both ends take.

Size: one POST to storage takes 5 GB (a limit of the storage). Above that a file goes in segments,
of which the storage takes 10,000 and 5 TiB in all; Procore publishes no limit of its own for
Documents, and one it enforces comes back as `TooLarge`.

Photos takes any name, which it never changes, and images alone; two photos of one album may have
the same name. No public source says that a photo can be renamed or get new bytes, so it is made
anew. A move between the two tools is not one call of Procore's.

Sources: the fact sheet, sections 7.4, 9, 10 and 18.
"""

from dataclasses import replace

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.names import NameRules

ONE_POST_BYTES = 5 * 1000**3
SEGMENT_BYTES = 1 << 30
MAX_FILE_BYTES = 5 << 40

DOCUMENTS = Capabilities(
    names=NameRules(forbidden=frozenset("/"), longest=255, folds=False),
    content_hash=None,
    max_file_bytes=MAX_FILE_BYTES,
    guarded_writes=False,
    keeps_modified=False,
    keeps_versions=True,
    rewrites=frozenset(),
    checks_out=True,
)

PHOTOS = Capabilities(
    names=NameRules(forbidden=frozenset(), longest=255, folds=False),
    content_hash=None,
    max_file_bytes=MAX_FILE_BYTES,
    guarded_writes=False,
    keeps_modified=False,
    keeps_versions=False,
    rewrites=frozenset(),
    suffixes=frozenset({".jpg", ".jpeg", ".gif", ".png", ".bmp", ".tif"}),
    flat=True,
    duplicate_names=True,
    renames_files=False,
    replaces=False,
    crosses_tools=False,
)

TOGETHER = replace(DOCUMENTS, crosses_tools=False, tools={"photos": PHOTOS})
"""Of a feed that holds both tools."""
