"""What happens inside a worker process: run one function, tell how far it is, keep its result."""

import pickle
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from core.jobs.encoding import locate
from core.jobs.errors import JobCancelled
from core.jobs.identity import code_version
from core.jobs.results import Kept, dump, folder_mark, path_of, read_file, write_file

TOPIC = "explorer-jobs"
REPORT_SECONDS = 0.2
PARTIAL_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is asked to do.

    Args:
        key: the job's key.
        function: its import path.
        params: its frozen params.
        version: the code version that the app runs.
        folder: where results are kept, and `mark`, the name written there (`core.jobs.results.folder_mark`).
    """

    key: str
    function: str
    params: Any
    version: str
    folder: Path
    mark: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of an order.

    Args:
        outcome: "kept" when the result lies in the folder, "sent" when it is in `content` because the worker does not
            see that folder, "failed" or "cancelled".
        kind, message, trace: the type, message and traceback of the error of a failed order.
    """

    outcome: Literal["kept", "sent", "failed", "cancelled"]
    content: bytes = b""
    kind: str = ""
    message: str = ""
    trace: str = ""


class Reporter:
    """The `on_progress` of a running job: at most five messages a second leave the worker, the last one always does.

    It raises JobCancelled as soon as the job is cancelled or the app that asked for it is gone: the scheduler then
    releases the task, and the worker marks it as cancelled.
    """

    def __init__(self) -> None:
        from distributed import get_worker

        self._worker: Any = get_worker()
        self._task: Any = self._worker.get_current_task()
        self._lock = Lock()
        self._sent_at = 0.0
        self._held: tuple[float, str, object] | None = None
        self._timer_runs = False

    def __call__(self, fraction: float, message: str, partial: object = None) -> None:
        """Tells that the part `fraction` of the work, clipped to [0, 1], is done.

        Args:
            partial: a small picklable result so far, for a live curve; it must not be changed afterwards.

        Raises:
            JobCancelled: when the job is cancelled.
            ValueError: when a partial result is larger than 100,000 bytes once pickled.
        """
        task = self._worker.state.tasks.get(self._task)
        if task is None or task.state == "cancelled":
            raise JobCancelled("The job was cancelled.")
        report = (min(max(fraction, 0.0), 1.0), message, partial)
        with self._lock:
            wait = self._sent_at + REPORT_SECONDS - time.monotonic()
            if wait <= 0:
                self._held = None
                self._send_progress(report)
                return
            self._held = report
            if not self._timer_runs:
                self._start_timer(wait)

    def tell(self, event: str) -> None:
        """Tells the app that the work has "started" or "ended"."""
        self._worker.log_event(TOPIC, {"task": self._task, "event": event, "worker": self._worker.address})

    def _start_timer(self, seconds: float) -> None:
        self._timer_runs = True
        self._worker.loop.add_callback(self._worker.loop.call_later, seconds, self._flush)

    def _flush(self) -> None:
        with self._lock:
            self._timer_runs = False
            wait = self._sent_at + REPORT_SECONDS - time.monotonic()
            if self._held is None:
                return
            if wait > 0:
                self._start_timer(wait)
                return
            report, self._held = self._held, None
            # On the worker's own loop nobody can answer: a partial result that is too large is refused next time.
            with suppress(Exception):
                self._send_progress(report)

    def _send_progress(self, report: tuple[float, str, object]) -> None:
        fraction, message, partial = report
        content = b"" if partial is None else pickle.dumps(partial)
        if len(content) > PARTIAL_BYTES:
            raise ValueError(f"the partial result takes {len(content)} bytes; it may take at most {PARTIAL_BYTES}")
        progress = {"fraction": float(fraction), "message": message, "partial": content}
        event = {"task": self._task, "event": "progress", "worker": self._worker.address, **progress}
        self._worker.log_event(TOPIC, event)
        self._sent_at = time.monotonic()


def perform(order: Order) -> Receipt:
    """Runs an order in a worker and keeps its result. Errors come back in the receipt, with any exception readable."""
    report = Reporter()
    report.tell("started")
    try:
        return _perform(order, report)
    except JobCancelled:
        return Receipt("cancelled")
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        return Receipt("failed", kind=type(error).__qualname__, message=str(error), trace=text)
    finally:
        report.tell("ended")


def _perform(order: Order, report: Reporter) -> Receipt:
    sees_folder = _sees_folder(order)
    path = path_of(order.folder, order.key)
    if sees_folder and read_file(path) is not None:  # another app with the same folder was quicker
        return Receipt("kept")
    function = locate(order.function)
    if code_version(function.__module__) != order.version:
        raise RuntimeError(f"the worker runs other code of {function.__module__} than the app: restart the older one")
    started, clock = time.time(), time.perf_counter()
    value = function(order.params, on_progress=report)
    kept = Kept(value=value, started=started, seconds=time.perf_counter() - clock)
    if sees_folder:
        write_file(path, kept)
        return Receipt("kept")
    stream = BytesIO()
    dump(stream, kept)
    return Receipt("sent", content=stream.getvalue())


def _sees_folder(order: Order) -> bool:
    return order.folder.is_dir() and folder_mark(order.folder) == order.mark
