"""What PostgreSQL saw of leases and journals, kept by triggers, and what must be true of it.

A trigger writes down each change of a lease, and each intent and each activity with the fence of
its run, in the order in which they came through: a run holds the lock on its lease while it writes.
So the rows prove whether two runs of a link ever overlapped, whatever the workers believed. How
an intent ended is kept beside it, for whoever has to find out why something went wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from postgres.server import Server

_KEEP = """
CREATE TABLE history (
    id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), link bigint,
    what text, fence bigint, owner text, process text, until timestamptz, told text);
CREATE FUNCTION keep_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO history (link, what, fence, owner, process, until)
    VALUES (NEW.link_id, 'lease', NEW.fence, NEW.owner, NEW.process, NEW.until);
    RETURN NULL; END $$;
CREATE TRIGGER keep_lease AFTER INSERT OR UPDATE ON store_lease
    FOR EACH ROW EXECUTE FUNCTION keep_lease();
CREATE FUNCTION keep_work() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO history (link, what, fence, told)
    SELECT NEW.link_id, TG_TABLE_NAME, fence, NEW::text FROM store_run WHERE id = NEW.run_id;
    RETURN NULL; END $$;
CREATE FUNCTION keep_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO history (link, what, told)
    VALUES (NEW.link_id, 'end', NEW.id || ' ' || NEW.state || ' ' || NEW.error);
    RETURN NULL; END $$;
CREATE TRIGGER keep_end AFTER UPDATE ON store_intent
    FOR EACH ROW EXECUTE FUNCTION keep_end();
CREATE TRIGGER keep_work AFTER INSERT ON store_intent
    FOR EACH ROW EXECUTE FUNCTION keep_work();
CREATE TRIGGER keep_work AFTER INSERT ON store_activity
    FOR EACH ROW EXECUTE FUNCTION keep_work();
"""


@dataclass(frozen=True, slots=True)
class _Row:
    at: datetime
    what: str
    fence: int
    owner: str
    process: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the history says."""

    runs: int
    taken_over: Counter[str]  # links of runs that did not end, by the reason why they were free
    wrong: Sequence[str]


def keep_history(server: Server, name: str) -> None:
    """Keep the history of a database from now on."""
    server.ask(_KEEP, name)


def read_history(server: Server, name: str, was_killed: Callable[[int, datetime], bool]) -> Told:
    """Read it, and look for runs that overlapped.

    Args:
        server: whose database it is.
        name: of the database.
        was_killed: whether a process of that number was killed by us before that time.
    """
    rows = server.ask(
        "SELECT link, at, what, fence, coalesce(owner, ''), coalesce(process, ''), until"
        " FROM history WHERE what <> 'end' ORDER BY id",
        name,
    )
    of_link: dict[int, list[_Row]] = defaultdict(list)
    for link, *rest in rows:
        of_link[link].append(_Row(*rest))
    wrong: list[str] = []
    taken_over: Counter[str] = Counter()
    for link, history in of_link.items():
        wrong += [f"link {link}: {said}" for said in _judged(history, was_killed, taken_over)]
    runs = sum(max((row.fence for row in history), default=0) for history in of_link.values())
    return Told(runs, taken_over, wrong)


def _judged(
    history: Sequence[_Row], was_killed: Callable[[int, datetime], bool], taken_over: Counter[str]
) -> list[str]:
    wrong = []
    held: _Row | None = None
    fence = 0
    for row in history:
        if row.what != "lease":
            if held is None or row.fence != held.fence:
                by = "nobody" if held is None else f"run {held.fence}"
                wrong.append(f"{row.what} of run {row.fence} at {row.at}, while {by} held it")
            continue
        if row.fence < fence:
            wrong.append(f"the fence went back from {fence} to {row.fence} at {row.at}")
        if held is not None and row.owner not in {"", held.owner}:
            why = _why_taken(held, row, was_killed)
            taken_over[why] += 1
            if not why:
                wrong.append(f"run {row.fence} took the link from run {held.fence} at {row.at}")
        if row.owner and row.owner != (held.owner if held else "") and row.fence == fence:
            wrong.append(f"a new holder has the old fence {fence} at {row.at}")
        fence, held = row.fence, row if row.owner else None
    return wrong


def _why_taken(held: _Row, by: _Row, was_killed: Callable[[int, datetime], bool]) -> str:
    """Say why a lease was free for another holder; empty: it was not."""
    if held.until is not None and held.until <= by.at:
        return "its time was over"
    number = int(held.process.split(" ")[1])
    return "its process was dead" if was_killed(number, by.at) else ""
