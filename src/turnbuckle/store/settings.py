"""Django's settings; the only ones there are, read from the environment.

`TURNBUCKLE_DATA` names the data folder. Without it the folder is `turnbuckle` below the user's
data folder, as the XDG base directory rules say. The key file lies in it, and the database where
`DATABASE_URL` names no other one.
"""

import os
import secrets
from pathlib import Path

from turnbuckle.store.database import databases


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
DATABASES = databases(os.environ, TURNBUCKLE_DATA)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # what the pool would say of connections that broke is told by whoever wanted one
    "loggers": {"psycopg.pool": {"level": "CRITICAL"}},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    INSTALLED_APPS += ["procrastinate.contrib.django"]  # the tables of the queue, see `jobs.tasks`
