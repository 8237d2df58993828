"""Django's settings; the only ones there are, read from the environment.

`TURNBUCKLE_DATA` names the data folder. Without it the folder is `turnbuckle` below the user's
data folder, as the XDG base directory rules say. The database and the key file lie in it.
"""

import os
import secrets
import tempfile
from pathlib import Path


def _data_folder() -> Path:
    named = os.environ.get("TURNBUCKLE_DATA")
    if named:
        return Path(named).expanduser().absolute()
    home = os.environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "turnbuckle"


TURNBUCKLE_DATA = _data_folder()

SECRET_KEY = secrets.token_urlsafe(32)  # nothing that outlives this process is signed with it
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
INSTALLED_APPS = ["turnbuckle.store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(TURNBUCKLE_DATA / "turnbuckle.sqlite3"),
        "CONN_MAX_AGE": None,  # a thread keeps its connection; `units` closes broken ones
        "OPTIONS": {
            # Writers queue up at BEGIN, so a transaction never fails half way to upgrade its lock.
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,  # seconds that a writer waits for the others
            # FULL, because an intent that is lost with the power is a write nobody knows about.
            # Sorting in memory, because a killed process leaves its temporary files behind.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
            ),
        },
        # A file, not memory: units of work run in threads, each on a connection of its own.
        "TEST": {
            "NAME": str(Path(tempfile.gettempdir()) / f"turnbuckle-tests-{os.getpid()}.sqlite3")
        },
    }
}
