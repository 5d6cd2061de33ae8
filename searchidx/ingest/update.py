"""Runs that bring an index up to date with its files.

Only changed files are read (:mod:`searchidx.ingest.plan`), and all changes go into one commit. A file that can't be read is
named and tried again when it changes; one bad file never ends a run.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from time import perf_counter

from searchidx.config import WAIT_SECONDS
from searchidx.document import is_stream, stream_path
from searchidx.engine import IndexedDocument, Writer
from searchidx.engines import backend
from searchidx.errors import StaleAnalysisError
from searchidx.ingest import own_files
from searchidx.ingest import plan as planning
from searchidx.ingest.absent import AbsentRoots
from searchidx.ingest.batch import FileTask
from searchidx.ingest.encoding_rules import EncodingRules
from searchidx.ingest.ignore.rules import WalkRules
from searchidx.ingest.limits import Limits
from searchidx.ingest.paths import is_below
from searchidx.ingest.plan import Roots, has_same_reading
from searchidx.ingest.report import Repair, Report
from searchidx.ingest.run import Announce, Run, now, report_of, rules_of
from searchidx.ingest.schedule import CommitSchedule


def update(
    place: str,
    paths: Iterable[str] | None = None,
    *,
    rules: WalkRules | None = None,
    changed: Iterable[str] | None = None,
    streams: Mapping[str, str] | None = None,
    tell: Announce | None = None,
    processes: int | None = None,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    drop_absent: bool = False,
    apart: Iterable[str] = (),
    lists: Iterable[str] = (),
    schedule: CommitSchedule | None = None,
    rebuild: bool = False,
    wait: float = WAIT_SECONDS,
) -> Report:
    """Index paths, or what is indexed already.

    Args:
        place: Place of the index, which is begun if it is not there.
        paths: Files and folders; None means all that were indexed before.
        rules: How to walk them; None means as before, or as usual.
        changed: In place of ``paths``: look at these only, as far as they belong to what was indexed before.
        streams: Documents that are no files, by name (see :func:`~searchidx.document.stream_path`), and the file that holds the bytes now.
        tell: Called now and then with how far the run is.
        processes: Worker processes at most; None means one for each processor.
        encodings: Encodings configured by the user.
        limits: What one file may cost.
        words: The file of the user's own words, which new segments are cut with.
        drop_absent: Remove the documents of absent roots, which are kept otherwise.
        apart: Files that are no documents in this run.
        lists: Files that are no documents from now on, unless they are named among the paths.
        schedule: When to commit on the way what was read so far.
        rebuild: Read every file again, and rebuild all other documents from their stored paragraphs.
        wait: Seconds to wait for another process that is writing.

    Returns:
        What was done. If the run is interrupted (KeyboardInterrupt), what was read whole is committed and the report
        says so.

    Raises:
        LockedError: Another process is writing.
        StorageError: The disk said no; the last commit is untouched.
        CorruptIndexError: The index is damaged.
        StaleAnalysisError: An older version made the index, and this is no rebuild.
        KeyboardInterrupt: A rebuild was interrupted; the last commit is untouched.
    """
    begin = perf_counter()
    opened = backend(place)
    with opened.write(wait=wait) as writer:
        _confirm(writer, rebuild=rebuild)
        documents, state = writer.indexed(), writer.state
        roots = Roots(state)
        absent = AbsentRoots(roots.rules)
        named_paths = None if paths is None else list(map(os.path.abspath, paths))
        if changed is not None:
            targets = roots.below(map(os.path.abspath, changed))
        else:
            targets = roots.targets(named_paths, rules)
        if rebuild:
            named = {target.path for target in targets}
            targets += [target for target in roots.targets(None, None) if target.path not in named]
        listing = own_files.remembered(state.lists, map(os.path.abspath, lists), named_paths or ())
        tool_files = own_files.aliases([*apart, *listing], (target.path for target in targets))
        plan = planning.make(
            targets,
            documents,
            state.skipped,
            state.refusals,
            apart=[*opened.folders, *tool_files],
            encodings=encodings,
            vanished=roots.vanished(),
            limits=limits,
            absent=absent,
            drop=drop_absent,
            again=frozenset(named_paths or ()),
            renames=not rebuild,
            rebuild=rebuild,
        )
        plan.tasks += _stream_tasks(streams or {}, documents, encodings or EncodingRules())
        new_roots = roots.rules if changed is not None else roots.merged_with(targets)
        run = Run(writer, documents, plan, new_roots, tell, rebuild=rebuild)
        run.lists = listing
        # A commit on the way of a rebuild would mix the analysis of two versions.
        on_the_way = CommitSchedule(0, 0) if rebuild else schedule or CommitSchedule()
        run.schedule([target.path for target in targets], on_the_way)
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        if rebuild and run.is_interrupted:
            raise KeyboardInterrupt
        return replace(run.commit(begin), absent_roots=absent.counted(plan.absent.values()))


def repair(
    place: str,
    *,
    tell: Announce | None = None,
    processes: int | None = None,
    encodings: EncodingRules | None = None,
    limits: Limits | None = None,
    words: str | None = None,
    apart: Iterable[str] = (),
    wait: float = WAIT_SECONDS,
) -> Repair:
    """Keep what is sound of a damaged index and read the rest again from its sources; all in one commit.

    Files are decoded by ``encodings``, and those ``apart`` left out, as in :func:`update`.

    Raises:
        NoIndexError: There is no index.
        NewerFormatError: It was written by a later version.
        CorruptIndexError: Nothing here was ever an index of ours.
        LockedError: Another process is writing.
        StorageError: The disk said no; the index is as it was.
    """
    begin = perf_counter()
    opened = backend(place)
    with opened.write(wait=wait, repair=True) as writer:
        documents, state, salvage = writer.indexed(), writer.state, writer.salvage
        if salvage is None or not salvage.problems:
            report = report_of(state, begin, documents, unchanged=len(documents))
            return Repair((), (), 0, guessed=False, report=report)
        roots = Roots(state)
        targets = roots.targets([*state.roots, *salvage.lost, *(documents if salvage.guessed else ())], None)
        tool_files = own_files.aliases([*apart, *state.lists], (target.path for target in targets))
        plan = planning.make(
            targets,
            documents,
            state.skipped,
            state.refusals,
            apart=[*opened.folders, *tool_files],
            encodings=encodings,
            limits=limits,
        )
        plan.gone.clear()  # the index has the only copy of their text: a later run may remove them
        # Files are read with the analysis of this version: what is sound is rebuilt if its analysis is another.
        is_stale = writer.has_stale_analysis
        run = Run(writer, documents, plan, roots.rules or roots.merged_with(targets), tell, rebuild=is_stale)
        run.read(processes or os.cpu_count() or 1, limits or Limits(), words)
        report = run.commit(begin, always=True)
        refused = {entry.path: entry.reason.sentence for entry in writer.state.skipped}
    restored = {*documents, *run.indexed}
    lost = tuple(
        (path, refused.get(path, "the file is gone")) for path in sorted(salvage.lost) if path not in restored
    )
    problems = tuple((problem.path, problem.why) for problem in salvage.problems)
    return Repair(problems, lost, salvage.nameless, guessed=salvage.guessed, report=report)


def remove(place: str, paths: Iterable[str], *, wait: float = WAIT_SECONDS) -> Report:
    """Remove documents at and below some paths from the index; errors as in :func:`update`."""
    begin = perf_counter()
    tops = {path if is_stream(path) else os.path.abspath(path) for path in paths}
    with backend(place).write(wait=wait) as writer:
        documents, state = writer.indexed(), writer.state
        gone = [path for path in documents if is_below(path, tops)]
        left = {path: document for path, document in documents.items() if not is_below(path, tops)}
        roots = {root: rules for root, rules in Roots(state).rules.items() if not is_below(root, tops)}
        writer.commit(
            state._replace(
                committed=now(),
                roots=tuple(roots),
                rules=rules_of(roots),
                skipped=tuple(entry for entry in state.skipped if not is_below(entry.path, tops)),
                unfinished=tuple(path for path in state.unfinished if not is_below(path, tops)),
                stale=tuple(failure for failure in state.stale if failure.path in left),
                touched={path: file for path, file in state.touched.items() if path in left},
                refusals={path: file for path, file in state.refusals.items() if not is_below(path, tops)},
            ),
            removed=gone,
        )
        return report_of(writer.state, begin, left, removed=len(gone), unchanged=len(left))


def _confirm(writer: Writer, *, rebuild: bool) -> None:
    """Raise an error if the index can't be added to, or rebuilt, as it is."""
    if rebuild:
        writer.confirm_room()
    elif writer.has_stale_analysis:
        raise StaleAnalysisError(
            f"the index in {writer.ticket} was made by an older version: `searchidx index --rebuild` renews it"
        )


def _stream_tasks(
    streams: Mapping[str, str], documents: Mapping[str, IndexedDocument], encodings: EncodingRules
) -> Iterator[FileTask]:
    for name, location in streams.items():
        path = stream_path(name)
        status = os.stat(location)
        document = documents.get(path)
        digest = document.digest if document and has_same_reading(path, document, encodings) else ""
        yield FileTask(
            path,
            status.st_size,
            status.st_mtime_ns,
            digest,
            encodings.encoding_of(path),
            encodings.note(path),
            location,
        )
