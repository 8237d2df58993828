"""Jobs end, and workers go on, although the database failed them for a moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
from postgres.server import Server
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from turnbuckle.jobs.tasks import PatientJobs

_PATIENCE_SECONDS = 1.0  # of the library's own, after which it says that the database is away
_OFTEN_SECONDS = 0.05
_LIMIT_SECONDS = 30.0
_BEATS = "SELECT max(last_heartbeat) FROM procrastinate_workers"


class Tables:
    """The queue's tables and functions, seen and changed from outside."""

    def __init__(self, server: Server, url: str) -> None:
        self._server = server
        self._name = PurePosixPath(urlsplit(url).path).name

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Carry SQL out."""
        return self._server.ask(sql, self._name)

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


@asynccontextmanager
async def at_work(app: App, slots: int = 1) -> AsyncIterator[None]:
    """Let a worker work that beats and looks often."""
    working = asyncio.create_task(
        app.run_worker_async(
            concurrency=slots,
            delete_jobs="always",
            install_signal_handlers=False,
            fetch_job_polling_interval=_OFTEN_SECONDS,
            update_heartbeat_interval=_OFTEN_SECONDS,
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
        tables.ask("ALTER FUNCTION procrastinate_update_heartbeat_v1 RENAME TO away")
        await until(lambda: caplog.text.count("a sign of life was not taken") >= 2)
        tables.ask("ALTER FUNCTION away RENAME TO procrastinate_update_heartbeat_v1")

        await tables.changes(_BEATS)
        await tables.changes(_BEATS)
