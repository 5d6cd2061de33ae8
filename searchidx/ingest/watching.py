"""Watch of folders: file events of the system, indexed in batches.

A batch is committed after half a second without an event, or every five seconds while events go on; so an editor that
writes a file under another name and renames it, or a copy of a thousand files, is one commit. Paths that no walk comes to are
ignored. Events can be lost, and a folder can be replaced by another: at intervals, and after any anomaly, all files are
checked.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

from searchidx.engine import IndexState
from searchidx.engines import backend
from searchidx.errors import LockedError, NoIndexError, StorageError, UsageError
from searchidx.ingest.paths import is_below, nearest
from searchidx.ingest.plan import Roots
from searchidx.ingest.report import Report

QUIET_MS = 500  # without an event, before a batch is indexed
MAX_BATCH_MS = 5_000  # of a batch while events go on
WHOLE_SECONDS = 600.0  # between two checks of all files
_POLL_SECONDS = 1.0  # between two checks of the watched folders

_EVERYTHING: frozenset[str] = frozenset()
_Heard = frozenset[str] | Exception


class Run(Protocol):
    """Function that updates the index, such as :func:`searchidx.ingest.update.update`."""

    def __call__(self, paths: Sequence[str] | None = None, *, changed: Iterable[str] | None = None) -> Report:
        """Update paths, changed files, or all files."""
        ...


def watch(
    place: str, paths: Sequence[str] | None, run: Run, *, stop: Event | None = None
) -> Iterator[Report]:
    """Update an index, and again whenever files change.

    Args:
        place: Place of the index.
        paths: Absolute paths to index and to watch; None is all roots.
        run: Function that updates it.
        stop: Ends the watch when it is set.

    Yields:
        The report of the first run, and of every later one that changed something.

    Raises:
        UsageError: The library for file events is not installed, or there is nothing to watch.
        StorageError: The system can't watch the folders.
    """
    ended = stop or Event()
    tops = list(paths) if paths is not None else list(_roots(place).rules)
    if not tops:
        raise UsageError("nothing was indexed before that could be watched: searchidx watch PATH")
    with _Listener(tops, ended) as listener:
        last = run(paths)
        yield last
        due: set[str] | None = set()  # None is everything
        next_whole = monotonic() + WHOLE_SECONDS
        while not (ended.is_set() or last.interrupted):
            heard = listener.heard()
            if heard == _EVERYTHING or monotonic() >= next_whole or listener.is_astray():
                due, next_whole = None, monotonic() + WHOLE_SECONDS
            elif due is not None and heard:
                due |= _concerned(place, heard)
            if due is not None and not due:
                continue
            try:
                report = run() if due is None else run(changed=sorted(due))
            except LockedError:  # another process is writing: the batch waits
                continue
            due = set()
            if _is_news(report, last):
                yield report
            last = report


def _roots(place: str) -> Roots:
    try:
        return Roots(backend(place).state())
    except NoIndexError:
        return Roots(IndexState())


def _concerned(place: str, changes: Iterable[str]) -> set[str]:
    """Return the changed paths that the walk of a root comes to; those of the index itself are none."""
    return {path for path in _roots(place).concerned(changes) if not is_below(path, backend(place).folders)}


def _is_news(report: Report, last: Report) -> bool:
    changes = (report.added, report.updated, report.renamed, report.removed, report.interrupted)
    state = (report.absent_roots, report.stale, set(report.skipped))
    return any(changes) or state != (last.absent_roots, last.stale, set(last.skipped))


class _Watched(NamedTuple):
    """A watched folder, and its identity, which another folder in its place does not have."""

    path: str
    identity: tuple[int, int] | None


class _Listener:
    """Listener to file events below some paths."""

    def __init__(self, tops: Sequence[str], ended: Event) -> None:
        """Listen to nothing yet."""
        self._tops = tops
        self._ended = ended
        self._real = {os.path.realpath(top): top for top in tops}
        self._events: SimpleQueue[_Heard] = SimpleQueue()
        self._stops: list[Event] = []
        self._threads: list[Thread] = []
        self._watched: list[_Watched] = []

    def __enter__(self) -> Self:
        """Begin to listen; no later event is missed."""
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._finish()

    def heard(self) -> frozenset[str] | None:
        """Return the changed paths, an empty set for all files, or None without an event for a while.

        Raises:
            StorageError: The system can't watch.
        """
        try:
            event = self._events.get(timeout=_POLL_SECONDS)
        except Empty:
            return None
        if isinstance(event, Exception):
            raise StorageError(f"can't watch {', '.join(self._tops)}: {event}") from event
        return frozenset(map(self._as_named, event))

    def is_astray(self) -> bool:
        """Return True if a folder is missing or was replaced, and listen to the present ones."""
        if all(_identity(watched.path) == watched.identity for watched in self._watched):
            return False
        self._finish()
        self._begin()
        return True

    def _begin(self) -> None:
        folders = [top for top in self._tops if os.path.isdir(top)]
        others = [top for top in self._tops if top not in folders]
        above = sorted({_nearest_folder(os.path.dirname(top)) for top in others})
        self._watched = [_Watched(path, _identity(path)) for path in (*folders, *above)]
        self._watched += [_Watched(top, None) for top in others if not os.path.lexists(top)]
        self._listen(
            [path for path in folders if not is_below(os.path.dirname(path), folders)], recursive=True
        )
        self._listen(above, recursive=False)

    def _listen(self, paths: list[str], *, recursive: bool) -> None:
        if not paths:
            return
        stop, ready = Event(), Event()
        listen = _listening(paths, self._events, stop, ready, recursive=recursive)
        thread = Thread(target=listen, daemon=True)
        thread.start()
        self._stops.append(stop)
        self._threads.append(thread)
        while not ready.wait(_POLL_SECONDS) and thread.is_alive():
            pass

    def _finish(self) -> None:
        for stop in self._stops:
            stop.set()
        for thread in self._threads:
            thread.join()
        self._stops.clear()
        self._threads.clear()

    def _as_named(self, path: str) -> str:
        """Return a path as the user names it; some systems report the real one."""
        if nearest(path, self._tops) is None:
            real = nearest(path, self._real)
            if real is not None:
                return self._real[real] + path[len(real) :]
        return path


def _listening(
    paths: list[str], events: "SimpleQueue[_Heard]", stop: Event, ready: Event, *, recursive: bool
) -> Callable[[], None]:
    """Return the function of a thread that listens to folders."""
    try:
        import watchfiles
    except ModuleNotFoundError as error:
        raise UsageError("watching needs watchfiles: pip install 'searchidx[watch]'") from error
    options: dict[str, Any] = {
        "watch_filter": None,
        "debounce": MAX_BATCH_MS,
        "step": QUIET_MS,
        "rust_timeout": QUIET_MS,
        "yield_on_timeout": True,
        "stop_event": stop,
        "recursive": recursive,
        "ignore_permission_denied": True,
    }

    def listen() -> None:
        while not stop.is_set():
            try:
                for changes in watchfiles.watch(*paths, **options):
                    ready.set()
                    if changes:
                        events.put(frozenset(path for _, path in changes))
            except FileNotFoundError:
                events.put(_EVERYTHING)
                stop.wait(_POLL_SECONDS)
            except OSError as error:
                events.put(error)
                return
            except RuntimeError:  # a name that is not UTF-8: an unknown file has changed
                events.put(_EVERYTHING)

    return listen


def _identity(path: str) -> tuple[int, int] | None:
    with suppress(OSError, ValueError):
        status = os.stat(path)
        return status.st_dev, status.st_ino
    return None


def _nearest_folder(path: str) -> str:
    """Return a folder, or the nearest one above it that exists."""
    while not os.path.isdir(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
