"""Everything that one practice Procore knows; what the parts of the service share."""

from dataclasses import dataclass, field

from turnbuckle.practice.blobs import Blobs
from turnbuckle.practice.clock import PracticeClock
from turnbuckle.practice.hosts import FILES_HOST, WEB_HOST, called_by_real_name
from turnbuckle.practice.procore.company import Companies
from turnbuckle.practice.procore.directory import Directory
from turnbuckle.practice.procore.faults import Faults
from turnbuckle.practice.procore.hooks import Hooks
from turnbuckle.practice.procore.identifiers import Identifiers
from turnbuckle.practice.procore.signatures import Signer
from turnbuckle.practice.procore.switches import ProcoreSwitches
from turnbuckle.practice.procore.tokens import Tokens
from turnbuckle.practice.procore.uploads import Uploads


@dataclass(slots=True, kw_only=True)
class State:
    """The memory of the service; file bytes are in `blobs`."""

    blobs: Blobs
    clock: PracticeClock
    switches: ProcoreSwitches
    people_token: str
    identifiers: Identifiers
    tokens: Tokens
    directory: Directory
    uploads: Uploads
    faults: Faults
    hooks: Hooks
    companies: Companies = field(default_factory=Companies)
    signer: Signer = field(default_factory=Signer)
    address: str = ""  # of the API, known once it listens
    storage_address: str = ""

    @property
    def files_address(self) -> str:
        """Where file addresses begin, for whoever makes the request in hand."""
        return f"https://{FILES_HOST}" if called_by_real_name.get() else self.address

    @property
    def web_address(self) -> str:
        """Where people's pages are, likewise."""
        return f"https://{WEB_HOST}" if called_by_real_name.get() else self.address

    def now(self) -> float:
        """The time in seconds since 1970."""
        return self.clock.now().timestamp()
