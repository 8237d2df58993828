"""A job ends although the queue dropped it, or although its database was away for a moment."""

import asyncio
import logging

import pytest
from postgres.server import Server
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

from turnbuckle.jobs.tasks import PatientJobs

_PATIENCE_SECONDS = 1.0  # of the library's own, after which it says that the database is away


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
