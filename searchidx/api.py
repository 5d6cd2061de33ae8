"""The Python twin of the command line: open an index, add, search, remove."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from searchidx import engines
from searchidx.config import QUERY_SECONDS
from searchidx.document import is_stream
from searchidx.errors import NoIndexError, UsageError
from searchidx.request import SearchRequest
from searchidx.results import DocumentRecord, FileCounts, MatchCount, Page, Status, Suggestion, TermCount

if TYPE_CHECKING:
    from threading import Event

    from searchidx.analyzer.user_lexicon import UserLexicon
    from searchidx.arrangement import Facet, Group, Sort
    from searchidx.engine import Engine, Findings
    from searchidx.explanation import Explanation
    from searchidx.ingest import CommitSchedule, Limits, Progress, Repair, Report, Stale, WalkRules

    Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def open(  # noqa: A001 - searchidx.open reads best
    directory: str | os.PathLike[str],
    *,
    create: bool = False,
    query_seconds: float = QUERY_SECONDS,
    words: str | os.PathLike[str] | None = None,
    synonyms: str | os.PathLike[str] | None = None,
    stop_words: str | os.PathLike[str] | None = None,
) -> "Index":
    """Open an index.

    Args:
        directory: Folder of the index, or its URL.
        create: True allows an index that does not exist yet; the first ``add`` makes it.
        query_seconds: Processor time per query; one that takes longer returns what it has, or is a QueryError. 0 is no
            limit.
        words: File of user words, in jieba's format.
        synonyms: File of synonyms.
        stop_words: File of words that queries ignore.

    Raises:
        NoIndexError: There is no index, and ``create`` is false.
    """
    files = [None if path is None else os.path.abspath(path) for path in (words, synonyms, stop_words)]
    index = Index(os.fspath(directory), query_seconds, files)
    if not create and not index.exists():
        raise NoIndexError(f"no index in {index.directory}: run `searchidx index PATH` first")
    return index


class Index:
    """An index, opened for reading and writing.

    Every search runs on the last commit. Errors that a user can fix are a :class:`~searchidx.errors.SearchidxError`.

    Attributes:
        directory: Absolute path of the index, or its URL.
    """

    def __init__(
        self, directory: str, query_seconds: float = QUERY_SECONDS, lexicon_files: Sequence[str | None] = ()
    ) -> None:
        """Create an index object without touching the index; use :func:`open`."""
        self._backend = engines.backend(directory)
        self.directory = self._backend.place
        self._lexicon_files = lexicon_files
        self._lexicon_state: object = None
        self._lexicon: UserLexicon | None = None
        self._query_seconds = query_seconds
        self._engine: Engine | None = None
        self._shares_budget = False

    def exists(self) -> bool:
        """Return True if there is an index, sound or damaged."""
        return self._backend.exists()

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        literal: bool = False,
        exact: bool = False,
        under: str | None = None,
        offset: int = 0,
        sort: "Sort" = "score",
        group: "Group | None" = None,
        distinct: bool = False,
        facets: "Sequence[Facet] | Facet" = (),
        before: int = 0,
        after: int = 0,
        stream: bool = False,
        reread: bool = True,
    ) -> Page:
        """Rank the paragraphs that match.

        A search that is stopped by its budget returns the matches up to there, with ``complete`` false.

        Args:
            query: Query as typed on the command line.
            limit: Maximum number of hits; 0 is no limit.
            literal: True matches the whole query as one literal text.
            exact: True matches exact characters: no case, width or 简繁 folding.
            under: Path; only documents at or below it match.
            offset: Number of best hits to leave out.
            sort: Order of hits inside each tier: by falling ``score``, by ``path`` and line, or by ``date``, newest first.
            group: ``document`` returns the best paragraph of each document, with ``Hit.more`` others.
            distinct: True folds near-duplicates into the best of them, with ``Hit.same`` others.
            facets: Facets by which all matching paragraphs are counted, in ``Page.facets``.
            before: Number of context paragraphs before each hit, in ``Hit.before``.
            after: Number of context paragraphs after each hit, in ``Hit.after``.
            stream: True fetches hits while they are read, so that a page of any length takes little memory.
            reread: True reads filters that no paragraph passes as text, if nothing matches; ``Page.reread`` is true then.
        """
        arrangement = None
        if sort != "score" or group is not None or distinct or facets or before or after:
            from searchidx import arrangement as arrangements

            arrangement = arrangements.arrangement(
                sort=sort,
                group=group,
                distinct=distinct,
                facets=(facets,) if isinstance(facets, str) else facets,
                before=before,
                after=after,
            )
        _confirm_counts(limit=limit, offset=offset)
        request = SearchRequest(
            query, literal, exact, self._locate(under), limit, offset, arrangement, stream, reread
        )
        engine = self.engine()
        page = engine.search(request)
        if page.total or (second := _second_request(engine, request)) is None:
            return page
        from dataclasses import replace

        return replace(engine.search(second), reread=True)

    def count(
        self,
        query: str,
        *,
        literal: bool = False,
        exact: bool = False,
        under: str | None = None,
        reread: bool = True,
    ) -> MatchCount:
        """Count the matching paragraphs exactly; arguments as for :meth:`search`."""
        request = SearchRequest(query, literal, exact, self._locate(under), rereads=reread)
        engine = self.engine()
        count = MatchCount(engine.count(request))
        if not count and (second := _second_request(engine, request)) is not None:
            count = MatchCount(engine.count(second))
            count.notes, count.reread = second.parsed().notes, True
        return count

    def files(
        self,
        query: str,
        *,
        literal: bool = False,
        exact: bool = False,
        under: str | None = None,
        reread: bool = True,
    ) -> FileCounts:
        """List the documents with matching paragraphs, best first; arguments as for :meth:`search`."""
        request = SearchRequest(query, literal, exact, self._locate(under), rereads=reread)
        engine = self.engine()
        counts = engine.files(request)
        if not counts and (second := _second_request(engine, request)) is not None:
            counts = engine.files(second)
            counts.notes, counts.reread = (*second.parsed().notes, *counts.notes), True
        return counts

    def suggest(
        self,
        query: str,
        *,
        literal: bool = False,
        exact: bool = False,
        under: str | None = None,
        all_words: bool = False,
    ) -> tuple[Suggestion, ...]:
        """Return corrected queries for one without a literal match.

        Args:
            query: Query as typed on the command line.
            literal: True matches the whole query as one literal text.
            exact: True for a query that matches exact characters, which has no correction.
            under: Path; only documents at or below it are counted.
            all_words: True if matches contain all its words: then only a short query is corrected.
        """
        request = SearchRequest(query, literal, exact, self._locate(under))
        return self.engine().suggest(request, all_words=all_words)

    def explain(
        self,
        query: str,
        *,
        path: str | None = None,
        line: int | None = None,
        literal: bool = False,
        exact: bool = False,
    ) -> "Explanation":
        """Explain the reading of a query, and the match of the paragraph at a path and line."""
        request = SearchRequest(query, literal, exact)
        return self.engine().explain(request, path=self._locate(path), line=line)

    def terms(self, prefix: str = "", *, field: str = "words", limit: int = 10) -> list[TermCount]:
        """List terms of the index, the most frequent first.

        Args:
            prefix: Prefix of the terms, in any script or width.
            field: ``words``, ``forms`` (other ways to write numbers and dates), ``headings``, ``characters`` or
                ``bigrams``.
            limit: Maximum number of terms; 0 is no limit.
        """
        return self.engine().terms(prefix, field=field, limit=limit)

    def similar(
        self,
        path: str,
        line: int,
        limit: int = 10,
        *,
        under: str | None = None,
        offset: int = 0,
        stream: bool = False,
    ) -> Page:
        """Rank the paragraphs that share the most characteristic words of one; ``Page.query`` is these words.

        Args:
            path: Path of its document.
            line: One of its lines.
            limit: Maximum number of hits; 0 is no limit.
            under: Path; only documents at or below it match.
            offset: Number of best hits to leave out.
            stream: True fetches hits while they are read, so that a page of any length takes little memory.
        """
        _confirm_counts(limit=limit, offset=offset)
        return self.engine().similar(
            self.locate(path), line, limit=limit, offset=offset, under=self._locate(under), stream=stream
        )

    def add(
        self,
        paths: "Paths | None" = None,
        *,
        rules: "WalkRules | None" = None,
        streams: Mapping[str, str] | None = None,
        progress: "Callable[[Progress], None] | None" = None,
        processes: int | None = None,
        encoding: str | None = None,
        encodings: Iterable[tuple[str, str]] = (),
        limits: "Limits | None" = None,
        drop_absent: bool = False,
        apart: Iterable[str] = (),
        lists: Iterable[str] = (),
        schedule: "CommitSchedule | None" = None,
        rebuild: bool = False,
    ) -> "Report":
        """Index files and folders, or refresh all that were indexed before; commits at the end.

        Args:
            paths: What to index, one path or several; None means what was indexed before.
            rules: How to walk the folders, from now on; None means as before, or as usual.
            streams: Documents that are no files: the name of each, by whose suffix it is read, and the file that holds
                its bytes for the moment. They are known as ``<stdin>/NAME`` and stay until they are removed.
            progress: Called now and then with how far the run is.
            processes: Worker processes at most.
            encoding: How to decode every text file of this run; holds for a file until it changes.
            encodings: Globs over absolute paths and how to decode what they fit; the last one that fits counts. They
                are asked in every run: what was decoded by one that isn't given any more is read again.
            limits: What one file may cost; a worker process is held to them.
            drop_absent: Remove the documents of roots that are missing, unreadable or empty; otherwise these are kept, and
                ``Report.absent_roots`` names the roots.
            apart: Files that are no documents in this run, such as settings; the files of words, synonyms and stop words
                that the index was opened with are none in any case.
            lists: Files that list paths, and are no documents in this run and later ones, unless they are named.
            schedule: When a long run commits on its way.
            rebuild: Read every file again and rebuild all other documents from their stored paragraphs; readers keep the
                old commit until the new one is complete.

        Raises:
            StaleAnalysisError: An older version made the index, and ``rebuild`` is false.
        """
        from searchidx.ingest import EncodingRules
        from searchidx.ingest.update import update

        roots = None if paths is None else list(map(self.locate, _each(paths)))
        encoding_rules = EncodingRules(encoding, tuple(encodings))
        return update(
            self.directory,
            roots,
            rules=rules,
            streams=streams,
            tell=progress,
            processes=processes,
            encodings=encoding_rules,
            limits=limits,
            words=self._words,
            drop_absent=drop_absent,
            apart=self._apart(apart),
            lists=lists,
            schedule=schedule,
            rebuild=rebuild,
        )

    def watch(
        self,
        paths: "Paths | None" = None,
        *,
        rules: "WalkRules | None" = None,
        stop: "Event | None" = None,
        progress: "Callable[[Progress], None] | None" = None,
        processes: int | None = None,
        encodings: Iterable[tuple[str, str]] = (),
        limits: "Limits | None" = None,
        apart: Iterable[str] = (),
        schedule: "CommitSchedule | None" = None,
    ) -> Iterator["Report"]:
        """Index as :meth:`add` does, and again whenever files change, until ``stop`` is set.

        Args:
            paths: What to index and to watch, one path or several; None means what was indexed before.
            rules: How to walk the folders, from now on; None means as before, or as usual.
            stop: Ends the watch.
            progress: Called now and then with how far a run is.
            processes: Worker processes at most.
            encodings: As for :meth:`add`.
            limits: What one file may cost.
            apart: As for :meth:`add`.
            schedule: When a long run commits on its way.

        Yields:
            The report of the first run, and of every later one that changed something.
        """
        from functools import partial

        from searchidx.ingest import EncodingRules
        from searchidx.ingest.update import update
        from searchidx.ingest.watching import watch

        encoding_rules = EncodingRules(None, tuple(encodings))
        run = partial(
            update,
            self.directory,
            rules=rules,
            tell=progress,
            processes=processes,
            encodings=encoding_rules,
            limits=limits,
            words=self._words,
            apart=self._apart(apart),
            schedule=schedule,
        )
        roots = None if paths is None else list(map(self.locate, _each(paths)))
        return watch(self.directory, roots, run, stop=stop)

    def remove(self, paths: "Paths") -> "Report":
        """Remove files and folders, one or several, from the index; the files themselves stay."""
        from searchidx.ingest.update import remove

        return remove(self.directory, map(self.locate, _each(paths)))

    def locate(self, path: str | os.PathLike[str]) -> str:
        """Return the stored form of a path: absolute, with links into the home folder of the index resolved."""
        name = os.fspath(path)
        return name if is_stream(name) else self._backend.locate(os.path.abspath(name))

    def _locate(self, path: str | None) -> str | None:
        return None if path is None else self.locate(path)

    def roots(self) -> Mapping[str, tuple[str, ...]]:
        """Return the roots, which ``add`` without paths refreshes, each with its walk rules as flags."""
        state = self._backend.state()
        return {root: state.rules.get(root, ()) for root in state.roots}

    def stale(
        self,
        *,
        encodings: Iterable[tuple[str, str]] = (),
        limits: "Limits | None" = None,
        apart: Iterable[str] = (),
    ) -> "Stale":
        """Return the files that were changed, added or deleted since they were indexed, without reading them.

        Args:
            encodings: As in :meth:`add`.
            limits: As in :meth:`add`.
            apart: As in :meth:`add`.
        """
        from searchidx.ingest import EncodingRules
        from searchidx.ingest.staleness import stale

        return stale(self.directory, EncodingRules(rules=tuple(encodings)), limits, self._apart(apart))

    def documents(self) -> Iterable[DocumentRecord]:
        """Iterate over the documents."""
        return self.engine().documents()

    def size(self) -> tuple[int, int]:
        """Count documents and paragraphs, in constant time."""
        return self.engine().size()

    def status(self) -> Status:
        """Describe the index."""
        return self.engine().status()

    def check(self) -> "Findings":
        """Read every byte of the index and report damage.

        Raises:
            NewerFormatError: The index was written by a later version.
        """
        return self._backend.check()

    def repair(
        self,
        *,
        progress: "Callable[[Progress], None] | None" = None,
        processes: int | None = None,
        encodings: Iterable[tuple[str, str]] = (),
        limits: "Limits | None" = None,
        apart: Iterable[str] = (),
    ) -> "Repair":
        """Keep what is sound of a damaged index and read the rest again from its sources; commits at the end.

        Args:
            progress: Called now and then with how far the run is.
            processes: Worker processes at most.
            encodings: As in :meth:`add`.
            limits: What one file may cost.
            apart: As in :meth:`add`.
        """
        from searchidx.ingest import EncodingRules
        from searchidx.ingest.update import repair

        self.close()
        encoding_rules = EncodingRules(rules=tuple(encodings))
        return repair(
            self.directory,
            tell=progress,
            processes=processes,
            encodings=encoding_rules,
            limits=limits,
            words=self._words,
            apart=self._apart(apart),
        )

    @property
    def has_stale_analysis(self) -> bool:
        """True if an older version made terms of the index: it answers, and takes no documents before a rebuild."""
        return self.engine().has_stale_analysis

    def close(self) -> None:
        """Close the files of the index."""
        self._engine = None

    def __enter__(self) -> Self:
        """Return the index."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files of the index."""
        self.close()

    @contextmanager
    def shared_budget(self) -> Iterator[None]:
        """Let all searches inside the context share the budget of one; a context inside another has no effect."""
        if self._shares_budget:
            yield
            return
        self._shares_budget, self._engine = True, None
        try:
            yield
        finally:
            self._shares_budget, self._engine = False, None

    def engine(self) -> "Engine":
        """Return the engine at the last commit."""
        engine = self._engine
        lexicon_state = self._state_of_lexicon() if any(self._lexicon_files) else None
        if engine is None or not engine.is_current() or lexicon_state != self._lexicon_state:
            engine = self._backend.open(
                seconds=self._query_seconds, user_lexicon=self._user_lexicon(lexicon_state)
            )
            self._engine = engine = engine.with_shared_budget() if self._shares_budget else engine
        return engine

    @property
    def own_notes(self) -> tuple[str, ...]:
        """Notes on ignored lines in the files of words, synonyms and stop words."""
        lexicon = self._user_lexicon(self._state_of_lexicon()) if any(self._lexicon_files) else None
        return lexicon.notes if lexicon else ()

    def _apart(self, more: Iterable[str]) -> list[str]:
        """Return the absolute paths of files that are no documents: user words, synonyms and stop words, and some more."""
        return [os.path.abspath(path) for path in (*self._lexicon_files, *more) if path is not None]

    @property
    def _words(self) -> str | None:
        return self._lexicon_files[0] if self._lexicon_files else None

    def _user_lexicon(self, state: object) -> "UserLexicon | None":
        """Return the user lexicon, reloaded when one of its files has changed."""
        if state != self._lexicon_state:
            from searchidx.analyzer import user_lexicon

            self._lexicon = user_lexicon.load(user_lexicon.Sources(*self._lexicon_files))
            self._lexicon_state = state
        return self._lexicon

    def _state_of_lexicon(self) -> object:
        from searchidx.analyzer.user_lexicon import Sources

        return Sources(*self._lexicon_files).state()


def _each(paths: "Paths") -> list[str]:
    """Return one path or several as a list; iterated, a single string would be its characters."""
    return [os.fspath(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]


def _confirm_counts(**counts: int) -> None:
    """Raise UsageError if a count is negative."""
    for name, count in counts.items():
        if count < 0:
            raise UsageError(f"{name}: {count} is not a whole number from 0")


def _second_request(engine: "Engine", request: SearchRequest) -> SearchRequest | None:
    """Return the request for another reading of a query without matches, if it has one."""
    from searchidx.fallback import reread

    return reread(engine, request)
