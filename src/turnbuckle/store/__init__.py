"""store: the database. Trees, base, journal, cursors, secrets. Imports `model` and `ports`."""
