"""The queue of many processes: Procrastinate's tables in our PostgreSQL; imported only there.

A job's lock keeps two runs of a link apart, its queueing lock two that wait. A worker gives a sign
of life every few seconds; the jobs of one that gave none for half a minute are dropped, because the
schedule asks for the link again for as long as it is due. Only a short queue is kept: who is urgent
must not wait behind all that the schedule could ask for.

Source: Procrastinate's documentation, "Locks", "Queueing locks" and "Retry stalled jobs".
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job as ProcrastinateJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager, NotificationCallback
from psycopg.errors import RaiseException

from turnbuckle.jobs.queue import Job
from turnbuckle.jobs.stopping import GRACE_SECONDS, Stopping
from turnbuckle.store.timings import URGENCY, Due

_log = logging.getLogger(__name__)
_RUN = "run"  # the task's name
_QUEUE = "runs"
_MOST_WAITING = 200
_HEARTBEAT_SECONDS = 5.0
_DEAD_SECONDS = 25.0  # without a sign of life
_LOOK_FOR_DEAD_SECONDS = 5.0
_POLL_SECONDS = 5.0  # where a notice was lost
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 15.0  # while the database is away
_AGAIN_SECONDS = 1.0  # where the database failed to give a job, or to tell of new ones
_CUT_OFF_SECONDS = 5.0  # so long may runs that are cut off, and the notes of their ends, take
_FINISH_AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
_KNOWN = (
    "SELECT lock FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status = ANY(%(states)s)"
)
_ALIVE = (
    "INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (%(worker)s)"
    " ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()"
)
_DROP_UNHEARD = (
    "DELETE FROM procrastinate_jobs WHERE worker_id = %(worker)s AND status = 'doing'"
    " AND NOT id = ANY(%(ours)s::bigint[])"
)


class PatientJobs(JobManager):
    """Goes on although the database is away for a moment, or a job is not ours any more.

    A worker that was frozen finds its jobs dropped when it wakes up, which is as it should be.

    The library gives no further sign of life once one raised, though it goes on taking jobs. Where
    it gets no job, it ends the worker, which waits until the longest of its jobs is over. So
    neither raises here, and what a new worker would have put right is put right here: a worker
    that was taken for dead is entered again, and jobs that we hold without knowing are dropped.
    Those would keep their links' locks for as long as the worker lives.
    """

    def __init__(self, connector: BaseConnector) -> None:
        super().__init__(connector)
        self._ours: set[int | None] = set()
        self._is_in_doubt = False  # whether the database may hold more jobs for ours than we know

    async def update_heartbeat(self, worker_id: int) -> None:
        """Give a sign of life; one that fails is left out, as the next follows in seconds."""
        try:
            await self.connector.execute_query_async(_ALIVE, worker=worker_id)
        except ConnectorException as error:
            _log.warning("a sign of life was not taken: %s", error.__cause__ or error)

    async def fetch_job(
        self, queues: Iterable[str] | None, worker_id: int
    ) -> ProcrastinateJob | None:
        """Take a job; none where the database fails, and then not before a moment has passed."""
        try:
            if self._is_in_doubt:
                self._is_in_doubt = False
                await self.connector.execute_query_async(
                    _DROP_UNHEARD, worker=worker_id, ours=list(self._ours)
                )
            job = await super().fetch_job(queues=queues, worker_id=worker_id)
        except ConnectorException as error:
            self._is_in_doubt = True  # it may have given one, and only its word was lost
            _log.warning("the queue gives no run: %s", error.__cause__ or error)
            await asyncio.sleep(_AGAIN_SECONDS)
            return None
        if job is not None:
            self._ours.add(job.id)
        return job

    async def finish_job(self, job: ProcrastinateJob, status: Status, delete_job: bool) -> None:
        """Note that a job is over."""
        try:
            await self._noted(job, status, delete_job)
        except ConnectorException:
            self._is_in_doubt = True
            raise
        finally:
            self._ours.discard(job.id)

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        """Hear of new jobs; again, after a moment, where the database went away."""
        while True:
            try:
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            except ConnectorException as error:
                _log.warning("the queue tells of no new runs: %s", error.__cause__ or error)
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _noted(self, job: ProcrastinateJob, status: Status, delete_job: bool) -> None:
        for wait_seconds in (*_FINISH_AGAIN_SECONDS, 0.0):
            try:
                await super().finish_job(job=job, status=status, delete_job=delete_job)
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    _log.info("the queue dropped a run meanwhile", extra={"link": job.lock})
                    return
                if not wait_seconds:
                    raise
                await asyncio.sleep(wait_seconds)
            else:
                return


class SharedQueue:
    """Keeps `Queue` in the database; made by `shared_queue`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._looked_for_dead = -_LOOK_FOR_DEAD_SECONDS

    async def ask(self, due: Sequence[Due]) -> None:
        """See `Queue`.

        Raises:
            OSError: the database cannot be asked.
        """
        try:
            await self._drop_dead()
            known = await self._app.connector.execute_query_all_async(
                _KNOWN, queue=_QUEUE, states=["todo", "doing"]
            )
            locks = {str(row["lock"]) for row in known}
            room = _MOST_WAITING - len(locks)
            for each in [one for one in due if _lock(one.link) not in locks][: max(room, 0)]:
                await self._defer(each)
        except ConnectorException as error:
            raise OSError(f"the queue cannot be reached: {error.__cause__ or error}") from error

    async def work(self, job: Job, *, slots: int, stopping: Stopping) -> None:
        """See `Queue`; a database that goes away is waited for, and what is under way goes on."""

        under_way: set[asyncio.Task[Any]] = set()

        @self._app.task(name=_RUN, queue=_QUEUE)
        async def run(link: int) -> None:
            if stopping.is_asked() or (task := asyncio.current_task()) is None:
                return  # the schedule asks again
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await job(link)

        wait_seconds = _FIRST_WAIT_SECONDS
        while not stopping.is_asked():
            began = time.monotonic()
            try:
                await self._until_asked(slots, stopping, under_way)
            except ConnectorException as error:
                if time.monotonic() - began > _LONGEST_WAIT_SECONDS:
                    wait_seconds = _FIRST_WAIT_SECONDS
                _log.error("the queue cannot be reached: %s", error.__cause__ or error)
                await stopping.asked(wait_seconds)
                wait_seconds = min(wait_seconds * 2, _LONGEST_WAIT_SECONDS)

    async def _until_asked(
        self, slots: int, stopping: Stopping, under_way: set[asyncio.Task[Any]]
    ) -> None:
        working = asyncio.create_task(
            self._app.run_worker_async(
                queues=[_QUEUE],
                concurrency=slots,
                delete_jobs="always",
                install_signal_handlers=False,
                fetch_job_polling_interval=_POLL_SECONDS,
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=_DEAD_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS + _CUT_OFF_SECONDS,  # should ours not do
            )
        )
        asked = asyncio.create_task(stopping.asked())
        ending = asyncio.create_task(stopping.patience())
        try:
            try:
                await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                working.cancel()  # it takes that as a wish to end when its jobs have ended
            await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (asked, ending):
                task.cancel()
            await _cut_off(working, under_way)
            (ended,) = await asyncio.gather(working, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def _defer(self, due: Due) -> None:
        lock = _lock(due.link)
        task = self._app.configure_task(
            _RUN,
            allow_unknown=True,
            queue=_QUEUE,
            lock=lock,
            queueing_lock=lock,
            priority=len(URGENCY) - due.urgency,
        )
        try:
            await task.defer_async(link=due.link)
        except AlreadyEnqueued:
            _log.debug("a run of the link waits already", extra={"link": due.link})

    async def _drop_dead(self) -> None:
        """Drop the jobs of workers that are gone: their locks would keep the links from running."""
        if time.monotonic() - self._looked_for_dead < _LOOK_FOR_DEAD_SECONDS:
            return
        self._looked_for_dead = time.monotonic()
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(
            queue=_QUEUE, seconds_since_heartbeat=_DEAD_SECONDS
        ):
            _log.warning("a worker is gone; its run is due again", extra={"link": job.lock})
            await manager.finish_job(job=job, status=Status.ABORTED, delete_job=True)


@asynccontextmanager
async def shared_queue() -> AsyncIterator[SharedQueue]:
    """Open the queue of our PostgreSQL on this event loop."""
    parameters = connection.get_connection_params()
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    app = App(connector=PsycopgConnector(kwargs=parameters, min_size=1, max_size=6))
    app.job_manager = PatientJobs(app.connector)
    async with app.open_async():
        yield SharedQueue(app)


async def _cut_off(working: asyncio.Task[None], under_way: set[asyncio.Task[Any]]) -> None:
    """End a worker and its jobs.

    Its jobs are cancelled first: a worker that is cancelled again leaves them to themselves. Should
    they, or the notes of their ends, take long, all of them are cancelled until they are over.
    """
    for each in under_way:
        each.cancel()
    await asyncio.wait({working}, timeout=_CUT_OFF_SECONDS)
    while ending := {one for one in (working, *under_way) if not one.done()}:
        for each in ending:
            each.cancel()
        await asyncio.wait(ending, timeout=_AGAIN_SECONDS)


def _lock(link: int) -> str:
    return f"link {link}"
