"""Where jobs are submitted, sent to workers one by one, watched, and looked up again.

One thread does all that talks to Dask. Messages from workers come on Dask's own threads and are put into its inbox, so
that a job changes in one place only; pages read a job's record without waiting for anyone.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from core.jobs.connecting import Connection
from core.jobs.errors import JobFailedError
from core.jobs.identity import checked_address, code_version, key_of
from core.jobs.job import Job, JobError, JobProgress, Record, State
from core.jobs.limits import Limits
from core.jobs.results import Kept, ResultFolder, folder_mark
from core.jobs.roster import Roster
from core.jobs.tasks import WORKER_LOST, Slot, partial_of, receipt_of
from core.jobs.working import Order, Receipt

GRACE_SECONDS = 1.0
LOOK_SECONDS = 1.0
SHORT_LOOK_SECONDS = 0.1
MOST_ATTEMPTS = 5
"""Doublings of the patience with a first worker: half an hour."""


class JobDesk:
    """The jobs of one web process.

    A job waits here until a worker is free, so that Dask never holds more tasks than workers: a waiting job can then be
    taken back at once, knows its place, and does not fall with the worker that it was queued on.

    Args:
        limits: how many may run and wait, and how much is kept.
        folder: where results are kept.
    """

    def __init__(self, limits: Limits, folder: Path) -> None:
        self.results = ResultFolder(folder, limit_bytes=limits.result_bytes)
        self._limits = limits
        self._mark = folder_mark(folder)
        self._lock = threading.RLock()
        self._roster = Roster(limits)
        self._slots: dict[str, Slot] = {}
        self._sent_again: set[Job[Any]] = set()
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._looked_at = 0.0
        self._attempts = 0
        self._closing = False

    def submit_all(self, function: Any, many: Sequence[object], visitor: str) -> list[Job[Any]]:
        """One job for each of the params: the running one, the kept one, or a new one. All are taken, or none.

        Raises:
            QueueFullError: when the new ones would not fit into the queue.
            TooManyJobsError: when they would be more than one visitor may have at once.
        """
        orders = [self._order(function, params) for params in many]
        with self._lock:
            joined = {order.key: job for order in orders if (job := self._roster.active(order.key))}
        kept = {order.key: self.results.get(order.key) for order in orders if order.key not in joined}
        with self._lock:
            joined |= {key: job for key in kept if (job := self._roster.active(key))}
            fresh = {order.key: order for order in orders if order.key not in joined and kept[order.key] is None}
            self._roster.admit(len(fresh), visitor, capacity=self._capacity(), sent=len(self._slots))
            joined |= {key: self._enqueue(order) for key, order in fresh.items()}
            joined |= {o.key: self._finished(o.key, o.params, kept[o.key]) for o in orders if o.key not in joined}
            if visitor:
                for job in joined.values():
                    job.visitors.setdefault(visitor)
        self._inbox.put(_nothing)
        return [joined[order.key] for order in orders]

    def find(self, function: Any, params: object) -> Job[Any] | None:
        """The job with these params, if it waits, runs, has ended in this process, or has a kept result."""
        key = key_of(function, params)
        with self._lock:
            job = self._roster.known(key)
        if job is not None and not job.done:
            return job
        kept = self.results.get(key)
        if kept is not None:
            with self._lock:
                return self._roster.active(key) or self._finished(key, params, kept)
        return None if job is None or job.state == "finished" else job

    def leave(self, job: Job[Any], visitor: str) -> None:
        """Takes one visitor's interest in a job away, and ends it when nobody is left."""
        with self._lock:
            job.visitors.pop(visitor, None)
            if not job.visitors:
                self.cancel(job)

    def place_of(self, job: Job[Any]) -> int:
        """Its place among the jobs that have not begun, from 1; 0 when it is none of them."""
        with self._lock:
            return next((i for i, other in enumerate(self._not_begun(), 1) if other is job), 0)

    def cancel(self, job: Job[Any]) -> None:
        """Ends a job that has not ended: out of the queue at once, or out of its worker."""
        with self._lock:
            if job.done:
                return
            self._roster.withdraw(job)
            self._end(job, "cancelled")
            for slot in self._slots.values():
                if slot.job is job:
                    slot.stopping_since = time.monotonic()
                    # Where another app has asked for the same, this takes only this app's interest away.
                    self._inbox.put(slot.future.cancel)

    def value_of(self, job: Job[Any]) -> Any:
        """The kept result of a finished job.

        Raises:
            JobFailedError: when it has been removed since.
        """
        kept = self.results.get(job.key)
        if kept is None:
            raise JobFailedError("ResultRemoved: the kept result was damaged or removed; submit the job again")
        return kept.value

    def close(self) -> None:
        """Cancels all jobs and ends what was started on this machine."""
        self._closing = True
        self._inbox.put(_nothing)
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._lock:
            for job in [*(slot.job for slot in self._slots.values()), *self._roster.empty()]:
                if not job.done:
                    self._end(job, "cancelled")
            self._slots = {}
        if self._connection is not None:
            self._connection.close()

    def _order(self, function: Any, params: object) -> Order:
        key, address = key_of(function, params), checked_address(function)
        version = code_version(function.__module__)
        return Order(key, address, params, version, self.results.folder.absolute(), self._mark)

    def _not_begun(self) -> list[Job[Any]]:
        sent = [slot.job for slot in self._slots.values() if slot.job.state == "waiting"]
        return sent + [job for job, _ in self._roster]

    def _finished(self, key: str, params: object, kept: Kept | None) -> Job[Any]:
        job = self._roster.known(key)
        if job is None or job.state != "finished":
            assert kept is not None
            record = Record("finished", JobProgress(1.0), kept.started, kept.seconds)
            job = self._roster.remember(Job(key=key, params=params, desk=self, record=record))
        return job

    def _capacity(self) -> int:
        workers = len(self._connection.workers) if self._connection else self._limits.local_workers
        return min(workers, self._limits.running or workers)

    def _enqueue(self, order: Order) -> Job[Any]:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="explorer-jobs", daemon=True)
            self._thread.start()
        return self._roster.add(Job(key=order.key, params=order.params, desk=self), order)

    def _run(self) -> None:
        while not self._closing:
            try:
                act = self._inbox.get(timeout=self._pause())
            except Empty:
                act = _nothing
            try:
                act()
                self._look()
                self._dispatch()
            except Exception as error:  # whatever Dask throws, the desk goes on with a new connection
                self._lose(f"{type(error).__qualname__}: {error}")

    def _pause(self) -> float | None:
        with self._lock:
            if not self._slots and not self._roster:
                return None
            stopping = any(slot.stopping_since is not None for slot in self._slots.values())
            no_worker = self._connection is not None and not self._connection.workers
            return SHORT_LOOK_SECONDS if stopping or no_worker else LOOK_SECONDS

    def _look(self) -> None:
        """Asks Dask for its workers now and then, and sees to the tasks whose worker is gone or does not stop."""
        connection, pause = self._connection, self._pause()
        if connection is None or pause is None:
            return
        if connection.lost:
            self._lose(f"The connection to {connection.whereabouts} was lost.")
            return
        if time.monotonic() - self._looked_at < pause:
            return
        connection.refresh()
        self._looked_at = time.monotonic()
        for key, slot in list(self._slots.items()):
            gone = slot.worker != "" and slot.worker not in connection.workers
            if slot.stopping_since is not None:
                self._see_stopped(key, slot, connection, gone=gone)
            elif gone and not slot.future.done():
                self._give_up(slot)

    def _see_stopped(self, key: str, slot: Slot, connection: Connection, *, gone: bool) -> None:
        overdue = time.monotonic() - (slot.stopping_since or 0.0) > GRACE_SECONDS
        if gone or (overdue and (not slot.worker or connection.wanted(self._task(slot.order)))):
            self._drop(key)
        elif overdue and not slot.killed:
            slot.killed = True
            connection.kill(slot.worker)

    def _drop(self, key: str) -> None:
        """Lets go of a task, so that asking for the same again is a new task to Dask."""
        slot = self._slots.pop(key, None)
        if slot is not None and self._connection is not None:
            self._connection.forget(slot.future)

    def _task(self, order: Order) -> str:
        """The task's name to Dask: one for all apps that ask for the same and keep it in the same folder."""
        return f"explorer-{order.key}-{self._mark}"

    def _dispatch(self) -> None:
        if self._roster and self._connection is None and not self._connect():
            return
        connection = self._connection
        if connection is not None and not connection.workers:
            with self._lock:
                for job in self._not_begun():
                    message = f"No worker yet: waiting for {connection.whereabouts}."
                    job.record = replace(job.record, progress=JobProgress(0.0, message))
        while connection is not None:
            with self._lock:
                # One that was cancelled and asked for again waits until the first has stopped.
                pair = self._roster.take(self._slots) if len(self._slots) < self._capacity() else None
                if pair is None:
                    return
                self._send(connection, *pair)

    def _send(self, connection: Connection, job: Job[Any], order: Order) -> None:
        on_done = partial(self._on_done, order.key, connection.whereabouts)
        try:
            future = connection.send(self._task(order), order, on_done)
        except Exception as error:  # params that Dask cannot send are this job's own trouble
            self._end(job, "failed", JobError(type(error).__qualname__, str(error)))
        else:
            self._slots[order.key] = Slot(job, order, future)

    def _connect(self) -> bool:
        try:
            self._connection = Connection(self._limits, self._on_event, attempt=self._attempts)
        except Exception as error:  # no scheduler, no port, no such program: each is told to those who wait
            with self._lock:
                for job in self._roster.empty():
                    self._end(job, "failed", JobError(type(error).__qualname__, str(error)))
            return False
        self._looked_at = time.monotonic()
        return True

    def _on_event(self, message: dict[str, Any]) -> None:
        self._inbox.put(partial(self._note, message))

    def _note(self, message: dict[str, Any]) -> None:
        if message["event"] == "started" and self._connection is not None:
            # Asked for before the lock is held: a scheduler may take its time, and pages must not wait for it.
            self._connection.refresh()
        with self._lock:
            key = next((key for key, slot in self._slots.items() if self._task(slot.order) == message["task"]), "")
            slot = self._slots.get(key)
            if slot is None:
                return
            stopping = slot.stopping_since is not None
            if message["event"] == "started":
                self._note_start(slot, message["worker"])
            elif message["event"] == "ended" and stopping:
                self._drop(key)
            elif message["event"] == "progress" and not stopping:
                if not slot.worker:  # it was begun for another app, before this one asked
                    self._note_start(slot, message["worker"])
                progress = JobProgress(message["fraction"], message["message"], partial_of(message["partial"]))
                slot.job.record = replace(slot.job.record, progress=progress)

    def _note_start(self, slot: Slot, worker: str) -> None:
        again = slot.worker not in ("", worker)
        if slot.stopping_since is None and again and not self._is_there(slot.worker):
            self._give_up(slot)
        elif slot.stopping_since is None:
            # Begun anew where the first worker is well: another app let go of it just before this one asked.
            slot.job.record = replace(slot.job.record, state="running", started=time.time(), progress=JobProgress())
        slot.worker = worker

    def _is_there(self, worker: str) -> bool:
        return self._connection is not None and worker in self._connection.workers

    def _give_up(self, slot: Slot) -> None:
        """Fails a job whose worker died: Dask by itself would try the next worker, and might lose that one as well."""
        with self._lock:
            self._end(slot.job, "failed", JobError(WORKER_LOST.kind, WORKER_LOST.message))
            slot.stopping_since, slot.worker = time.monotonic(), ""
        slot.future.cancel()

    def _on_done(self, key: str, whereabouts: str, future: Any) -> None:
        try:
            receipt = receipt_of(future, whereabouts)
            if receipt.outcome == "sent":
                self.results.adopt(key, receipt.content)
        except Exception as error:  # a full disk, a lost connection: the job must end all the same
            receipt = Receipt("failed", kind=type(error).__qualname__, message=str(error))
        self._inbox.put(partial(self._settle, key, future, receipt))

    def _settle(self, key: str, future: Any, receipt: Receipt) -> None:
        with self._lock:
            slot = self._slots.get(key)
            if slot is None or slot.future is not future or slot.stopping_since is not None:
                return
            self._drop(key)
            # It fell with a worker that had not begun it, or stopped for another app just when this one asked.
            fell = (receipt is WORKER_LOST and not slot.worker) or receipt.outcome == "cancelled"
            if fell and slot.job not in self._sent_again:
                # Only once: it may be what ends workers at once.
                self._sent_again.add(slot.job)
                self._roster.put_back([(slot.job, slot.order)])
            elif receipt.outcome == "failed":
                self._end(slot.job, "failed", JobError(receipt.kind, receipt.message, receipt.trace))
            elif receipt.outcome == "cancelled":
                self._end(slot.job, "cancelled")
            else:
                self._end(slot.job, "finished")
        if slot.job.state == "finished":
            self.results.evict(keep=slot.job.key)

    def _lose(self, why: str) -> None:
        with self._lock:
            not_begun = [(slot.job, slot.order) for slot in self._slots.values() if slot.job.state == "waiting"]
            for slot in self._slots.values():
                if slot.job.state == "running":
                    self._end(slot.job, "failed", JobError("ConnectionLost", why))
            self._roster.put_back(not_begun)
            self._slots = {}
            connection, self._connection = self._connection, None
        if connection is not None:
            self._attempts = 0 if connection.had_workers else min(self._attempts + 1, MOST_ATTEMPTS)
            connection.close()

    def _end(self, job: Job[Any], state: State, error: JobError | None = None) -> None:
        progress = replace(job.progress, fraction=1.0) if state == "finished" else job.progress
        started = job.started if job.started is not None or state != "finished" else time.time()
        job.record = Record(state, progress, started, job.elapsed, error)
        self._sent_again.discard(job)
        job.ended.set()


def _nothing() -> None:
    """Wakes the thread that waits for its inbox."""
