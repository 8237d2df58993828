"""What Procore's Documents tool can do, as constants.

Names: only the slash is certain to mean something to Procore; which further characters it cleans
is not published, and the reply's name tells what became of a name. Length is not published
either; 255 is what file systems on both ends take.

Size: one POST to storage takes 5 GB (a limit of the storage). Above that a file goes in segments,
of which the storage takes 10,000 and 5 TiB in all; Procore publishes no limit of its own for
Documents, and one it enforces comes back as `TooLarge`.

Sources: the fact sheet, sections 7.4, 9 and 18.
"""

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
)
