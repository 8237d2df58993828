"""Jobs end, and workers go on, although the database failed them for a moment."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from postgres.server import Server
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from turnbuckle.jobs import tasks
from turnbuckle.jobs.stopping import Stopping
from turnbuckle.jobs.tasks import PatientJobs, SharedQueue
from turnbuckle.store.timings import Due

_PATIENCE_SECONDS = 1.0  # of the library's own, after which it says that the database is away
_OFTEN_SECONDS = 0.05
_LIMIT_SECONDS = 30.0
_LONG_SECONDS = 600.0
_BEATS = "SELECT max(last_heartbeat) FROM procrastinate_workers"
_WORKERS = "SELECT id FROM procrastinate_workers"
_WHO_LISTENS = "SELECT pid FROM pg_stat_activity WHERE query ILIKE 'LISTEN%'"
_NO_MORE_JOBS = "ALTER FUNCTION procrastinate_fetch_job_v2 RENAME TO away"
_JOBS_AGAIN = "ALTER FUNCTION away RENAME TO procrastinate_fetch_job_v2"


class Tables:
    """The queue's tables and functions, seen and changed from outside."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._name = PurePosixPath(urlsplit(url).path).name

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Carry SQL out; `tell` does, where this thread's worker may hold what it waits for."""
        return self._server.ask(sql, self._name)

    async def tell(self, sql: str) -> None:
        """Carry SQL out while the worker goes on."""
        await asyncio.to_thread(self.ask, sql)

    async def changes(self, sql: str) -> None:
        """Wait until an answer is another than now."""
        before = await asyncio.to_thread(self.ask, sql)
        await until(lambda: self.ask(sql) != before)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_LIMIT_SECONDS):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(_OFTEN_SECONDS)


@pytest.fixture
def tables(postgres_server: Server, postgres: str) -> Tables:
    """Give the tables of the queue."""
    return Tables(postgres_server, postgres)


@pytest.fixture
async def app(postgres: str) -> AsyncIterator[App]:
    """Give a queue whose jobs are patient."""
    made = App(connector=PsycopgConnector(conninfo=postgres))
    made.job_manager = PatientJobs(made.connector)
    async with made.open_async():
        await made.schema_manager.apply_schema_async()
        yield made


class Runs:
    """Jobs that wait until they are let go."""

    def __init__(self, app: App) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.gate = asyncio.Event()
        self._app = app
        app.task(name="run", queue="runs")(self._run)

    async def ask(self, link: int) -> None:
        """Ask for a run of a link."""
        await self._app.configure_task("run", lock=str(link)).defer_async(link=link)

    async def _run(self, link: int) -> None:
        self.begun.append(link)
        await self.gate.wait()
        self.ended.append(link)


@pytest.fixture
def runs(app: App) -> Runs:
    """Give the jobs of that queue."""
    return Runs(app)


@asynccontextmanager
async def at_work(
    app: App, slots: int = 1, look_seconds: float = _OFTEN_SECONDS
) -> AsyncIterator[None]:
    """Let a worker work that beats and looks often."""
    working = asyncio.create_task(
        app.run_worker_async(
            concurrency=slots,
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=look_seconds,
            update_heartbeat_interval=_OFTEN_SECONDS,
            shutdown_graceful_timeout=_PATIENCE_SECONDS,
        )
    )
    try:
        yield
    finally:
        working.cancel()
        await asyncio.wait({working})


@pytest.mark.ci
async def test_a_job_that_was_dropped_meanwhile_may_be_ended(
    postgres: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    app = App(connector=PsycopgConnector(conninfo=postgres))
    app.job_manager = PatientJobs(app.connector)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.configure_task("run", allow_unknown=True, queue="runs").defer_async(link=7)
        worker = await app.job_manager.register_worker()
        job = await app.job_manager.fetch_job(queues=None, worker_id=worker)
        assert job is not None
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)  # as the schedule

        await app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True)

    assert "the queue dropped a run meanwhile" in caplog.text


@pytest.mark.ci
async def test_the_end_of_a_job_is_noted_once_the_database_is_back(
    postgres: str, postgres_server: Server
) -> None:
    app = App(connector=PsycopgConnector(conninfo=postgres, timeout=_PATIENCE_SECONDS))
    app.job_manager = PatientJobs(app.connector)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.configure_task("run", allow_unknown=True, queue="runs").defer_async(link=7)
        worker = await app.job_manager.register_worker()
        job = await app.job_manager.fetch_job(queues=None, worker_id=worker)
        assert job is not None
        postgres_server.end()

        ending = asyncio.create_task(
            app.job_manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
        )
        try:
            await asyncio.sleep(2 * _PATIENCE_SECONDS)
            was_away = not ending.done()
        finally:
            postgres_server.start()  # it ends with the thread that starts it
        await ending

        assert was_away
        assert list(await app.job_manager.list_jobs_async(queue="runs")) == []


@pytest.mark.ci
async def test_a_sign_of_life_that_fails_is_not_the_last(
    app: App, tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(app):
        await tables.changes(_BEATS)
        await tables.changes(_BEATS)  # the third and some more fail
        await tables.tell("ALTER TABLE procrastinate_workers RENAME TO away")
        await until(lambda: caplog.text.count("a sign of life was not taken") >= 2)
        await tables.tell("ALTER TABLE away RENAME TO procrastinate_workers")

        await tables.changes(_BEATS)
        await tables.changes(_BEATS)


@pytest.mark.ci
async def test_a_worker_that_was_given_no_job_begins_the_next_while_others_are_under_way(
    app: App, runs: Runs, tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(app, slots=2):
        await runs.ask(1)
        await until(lambda: runs.begun == [1])
        await tables.tell(_NO_MORE_JOBS)
        await until(lambda: "the queue gives no run" in caplog.text)
        await tables.tell(_JOBS_AGAIN)
        await runs.ask(2)

        await until(lambda: runs.begun == [1, 2])
        assert runs.ended == []
        runs.gate.set()
        await until(lambda: sorted(runs.ended) == [1, 2])


@pytest.mark.ci
async def test_a_database_that_gives_no_jobs_is_not_asked_without_a_pause(
    app: App, runs: Runs, tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(app, slots=2):
        await until(lambda: bool(tables.ask("SELECT 1 FROM procrastinate_workers")))
        await tables.tell(_NO_MORE_JOBS)
        began = time.monotonic()
        for link in range(30):
            await runs.ask(link)
            await asyncio.sleep(_OFTEN_SECONDS)

    most = 2 + time.monotonic() - began  # one a second
    assert 1 <= caplog.text.count("the queue gives no run") <= most


@pytest.mark.ci
async def test_a_job_whose_worker_never_heard_of_it_is_dropped(
    app: App, runs: Runs, tables: Tables, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(app, slots=2):
        await runs.ask(1)
        await until(lambda: runs.begun == [1])
        await tables.tell(_NO_MORE_JOBS)
        await until(lambda: "the queue gives no run" in caplog.text)
        await runs.ask(2)
        await tables.tell(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT id FROM procrastinate_workers) WHERE status = 'todo'"
        )
        await tables.tell(_JOBS_AGAIN)

        await until(lambda: tables.ask("SELECT lock FROM procrastinate_jobs") == [("1",)])
        await runs.ask(2)
        await until(lambda: runs.begun == [1, 2])


@pytest.mark.ci
async def test_a_worker_that_was_taken_for_dead_takes_jobs_again(
    app: App, runs: Runs, tables: Tables
) -> None:
    async with at_work(app):
        await until(lambda: bool(tables.ask(_WORKERS)))
        before = tables.ask(_WORKERS)
        await tables.tell("DELETE FROM procrastinate_workers")
        await until(lambda: tables.ask(_WORKERS) == before)
        await runs.ask(1)

        await until(lambda: runs.begun == [1])


@pytest.mark.ci
async def test_new_jobs_are_told_of_again_once_the_database_is_back(
    app: App, runs: Runs, tables: Tables, postgres_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(app, look_seconds=_LONG_SECONDS):
        await until(lambda: bool(tables.ask(_WHO_LISTENS)))
        postgres_server.end()
        try:
            await until(lambda: "the queue tells of no new runs" in caplog.text)
        finally:
            postgres_server.start()  # it ends with the thread that starts it
        await until(lambda: bool(tables.ask(_WHO_LISTENS)))
        await runs.ask(1)

        await until(lambda: runs.begun == [1])


class Stubborn:
    """A job that goes on for a while after it was told to end."""

    def __init__(self, times: int) -> None:
        self.begun = 0
        self.over = 0
        self._times = times  # so often must it be told

    async def __call__(self, link: int) -> None:
        """Go on until it was told often enough."""
        self.begun += 1
        for _ in range(self._times):
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(_LONG_SECONDS)
        await asyncio.sleep(_OFTEN_SECONDS)
        self.over += 1


async def _cut_off(app: App, job: Stubborn, last: Callable[[], object] = lambda: None) -> None:
    """Let a job begin, then end the queue's work at once."""
    queue, stopping = SharedQueue(app), Stopping()
    await queue.ask([Due(link=1, urgency=0)])
    work = asyncio.create_task(queue.work(job, slots=2, stopping=stopping))
    await until(lambda: job.begun == 1)
    last()
    stopping.ask()
    await asyncio.sleep(_OFTEN_SECONDS)
    assert not work.done()
    stopping.ask()
    async with asyncio.timeout(_LIMIT_SECONDS):
        await work


@pytest.mark.ci
async def test_asked_twice_what_is_under_way_is_cut_off_and_over_when_the_work_is(
    app: App, tables: Tables
) -> None:
    job = Stubborn(times=1)

    await _cut_off(app, job)

    assert job.over == 1
    assert tables.ask("SELECT lock FROM procrastinate_jobs") == []
    assert tables.ask(_WORKERS) == []


@pytest.mark.ci
async def test_a_job_that_does_not_heed_the_first_word_is_over_when_the_work_is(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_CUT_OFF_SECONDS", _OFTEN_SECONDS)
    job = Stubborn(times=3)

    await _cut_off(app, job)

    assert job.over == 1


@pytest.mark.ci
async def test_the_work_ends_though_the_database_is_away(
    app: App, postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_CUT_OFF_SECONDS", _PATIENCE_SECONDS)
    job, before = Stubborn(times=1), asyncio.all_tasks()
    try:
        await _cut_off(app, job, postgres_server.end)
    finally:
        postgres_server.start()

    assert job.over == 1
    left = [one.get_name() for one in asyncio.all_tasks() - before]
    assert not [name for name in left if "job" in name]
