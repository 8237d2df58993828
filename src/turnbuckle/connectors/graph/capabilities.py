"""What a SharePoint library can do. Source: sections 5 and 6 of the Graph fact sheet."""

from turnbuckle.model.capabilities import Capabilities
from turnbuckle.model.hashes import HashKind
from turnbuckle.model.names import NameRules

GIB = 1 << 30

NAMES = NameRules(
    forbidden=frozenset('"*:<>?/\\|'),
    forbidden_inside=("_vti_",),
    reserved=frozenset({".lock", "desktop.ini"}),
    reserved_stems=frozenset(
        {"con", "prn", "aux", "nul"}
        | {f"com{digit}" for digit in range(10)}
        | {f"lpt{digit}" for digit in range(10)}
    ),
    reserved_folders=frozenset({"forms"}),
    refused_starts=("~$",),
    refused_folder_starts=("~",),
    trims=True,
    longest=255,
    longest_path=400,
    folds=True,
)

REWRITTEN = frozenset(
    {
        *(".doc", ".docm", ".docx", ".dot", ".dotm", ".dotx"),
        *(".xls", ".xlsb", ".xlsm", ".xlsx", ".xlt", ".xltm", ".xltx"),
        *(".pot", ".potm", ".potx", ".pps", ".ppsm", ".ppsx", ".ppt", ".pptm", ".pptx"),
        *(".vsdm", ".vsdx"),
        *(".pdf", ".htm", ".html", ".aspx", ".mht", ".mhtml"),
        *(".jpeg", ".jpg"),  # some, when SharePoint writes their properties back
    }
)
"""Suffixes of files into which SharePoint may write its own properties after an upload."""

CAPABILITIES = Capabilities(
    names=NAMES,
    content_hash=HashKind.QUICKXOR,
    max_file_bytes=250 * GIB,
    guarded_writes=True,
    keeps_modified=True,
    keeps_versions=True,
    rewrites=REWRITTEN,
)
"""The same for every drive. An empty file gets the time of its upload: a session cannot carry
zero bytes, and setting the time afterwards would make a second version."""
