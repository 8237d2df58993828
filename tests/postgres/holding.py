"""Hold a lock of the server: `python tests/postgres/holding.py NAME`; it says `held`, and waits."""

import os
import sys


def main() -> None:
    """Hold the lock until the process is ended, or till a line comes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "turnbuckle.store.settings"
    import django

    django.setup()
    from turnbuckle.store import server_locks

    with server_locks.alone(sys.argv[1], frozen_after_seconds=1.5):
        print("held", flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main()
