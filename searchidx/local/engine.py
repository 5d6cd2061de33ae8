"""The local engine: an index in a folder, opened at one commit."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Self

import numpy as np

from searchidx import lexicon
from searchidx.config import QUERY_SECONDS
from searchidx.errors import QueryError, UsageError
from searchidx.local.matching import filters
from searchidx.local.matching.matches import Matches
from searchidx.local.searcher import Searcher
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.analysis import ANALYSIS
from searchidx.local.segment.manifest import Manifest
from searchidx.local.segment.query_budget import QueryBudget, SharedDeadline
from searchidx.local.segment.snapshot import Snapshot
from searchidx.results import (
    DocumentRecord,
    FileCount,
    FileCounts,
    Hit,
    Page,
    Status,
    Suggestion,
    TermCount,
)

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon
    from searchidx.engine import IndexedDocument, IndexState
    from searchidx.explanation import Explanation
    from searchidx.request import SearchRequest

_SUGGESTION_SHARE = 0.25  # of the budget of a query: suggestions come on top of a search without literal hits


class LocalEngine:
    """An :class:`~searchidx.engine.Engine` on a folder, at the commit that was last when it was opened.

    Attributes:
        snapshot: The index at that commit.
    """

    def __init__(
        self, directory: str, *, seconds: float = QUERY_SECONDS, user_lexicon: "UserLexicon | None" = None
    ) -> None:
        """Open the last commit.

        Args:
            directory: Folder of the index.
            seconds: Budget of processor time per query, fetching its hits aside; 0 is no limit. A query beyond it is a
                QueryError.
            user_lexicon: Words, synonyms and stop words of the user.

        Raises:
            NoIndexError: There is no index in the folder.
            CorruptIndexError: A file of it is damaged; also from every method.
        """
        self.snapshot = Snapshot.open(directory, user_lexicon)
        self._seconds = seconds
        self._deadline: SharedDeadline | None = None

    def with_shared_budget(self) -> Self:
        """Return a view of this engine whose requests share the budget of one query."""
        view = object.__new__(type(self))
        vars(view).update(vars(self), _deadline=SharedDeadline())
        return view

    def search(self, request: "SearchRequest") -> Page:
        """Rank the paragraphs that match; see :class:`~searchidx.engine.Engine`."""
        start = perf_counter()
        query = request.parsed()
        if query.node is None or not self.snapshot.size:
            return Page(query.source, (), 0, {"literal": 0, "words": 0, "some": 0}, _ms(start), query.notes)
        searcher = self._searcher()
        matches = searcher.matches(query.node, request.under)
        notes = (*query.notes, *searcher.notes(matches))
        if request.arrangement is not None:
            return self._arranged(request, searcher, matches, notes, start)
        selection, hits = searcher.page(matches, request.limit, request.offset, stream=request.stream)
        return Page(
            query.source,
            hits,
            len(matches.numbers),
            selection.tiers,
            _ms(start),
            (*notes, *selection.notes, *searcher.budget_notes(matches), *_stale_notes(hits)),
            complete=searcher.snapshot.budget.is_complete,
        )

    def _arranged(
        self,
        request: "SearchRequest",
        searcher: Searcher,
        matches: Matches,
        notes: tuple[str, ...],
        start: float,
    ) -> Page:
        """Return the page of a request with an arrangement."""
        from searchidx.local.collect.grouping import arranged

        assert request.arrangement is not None
        snapshot = searcher.snapshot
        page = arranged(
            snapshot,
            matches,
            searcher.scores(matches),
            request.arrangement,
            request.limit,
            request.offset,
            searcher.hits,
        )
        hits = page.hits if request.stream else tuple(page.hits)
        return Page(
            request.parsed().source,
            hits,
            len(matches.numbers),
            page.tiers,
            _ms(start),
            (*notes, *page.notes, *searcher.budget_notes(matches), *_stale_notes(hits)),
            page.groups,
            page.facets,
            snapshot.budget.is_complete,
        )

    def count(self, request: "SearchRequest") -> int:
        """Count the matching paragraphs exactly.

        Raises:
            QueryError: It takes longer than the budget.
        """
        query = request.parsed()
        if query.node is None or not self.snapshot.size:
            return 0
        searcher = self._searcher()
        matches = searcher.matches(query.node, request.under)
        searcher.confirm_complete()
        return len(matches.numbers)

    def files(self, request: "SearchRequest") -> FileCounts:
        """List the documents that match, by their best paragraph."""
        query = request.parsed()
        if query.node is None or not self.snapshot.size:
            return FileCounts()
        searcher = self._searcher()
        matches = searcher.matches(query.node, request.under)
        numbers = searcher.select(matches, 0).ranked.numbers
        _, best, counts = np.unique(self.snapshot.owners(numbers), return_index=True, return_counts=True)
        order = np.argsort(best)
        records = self.snapshot.records(numbers[best[order]].tolist())
        return FileCounts(
            map(FileCount, (record.path for record in records), counts[order].tolist()),
            notes=searcher.budget_notes(matches),
            complete=searcher.snapshot.budget.is_complete,
        )

    def suggest(self, request: "SearchRequest", *, all_words: bool = False) -> tuple[Suggestion, ...]:
        """Return corrected queries; see :class:`~searchidx.engine.Engine`."""
        query = request.parsed()
        if query.node is None or not self.snapshot.size:
            return ()
        from searchidx.local.suggest.suggester import suggest

        snapshot = self._searcher(_SUGGESTION_SHARE).snapshot
        try:
            allowed = None if request.under is None else filters.under(snapshot, request.under)
            return suggest(snapshot, query, allowed=allowed, all_words=all_words)
        except QueryError:  # over the budget: the hits are worth more than a suggestion
            return ()

    def explain(
        self, request: "SearchRequest", *, path: str | None = None, line: int | None = None
    ) -> "Explanation":
        """Explain the reading of a query, and the match of the paragraphs at a path and line."""
        from searchidx.local.explain.explain import explain

        searcher = self._searcher()
        explanation = explain(searcher.snapshot, request.parsed(), path, line, searcher.scores)
        searcher.confirm_complete()
        return explanation

    def terms(self, prefix: str = "", *, field: str = "words", limit: int = 10) -> list[TermCount]:
        """List terms with a prefix; see :class:`~searchidx.engine.Engine`."""
        from searchidx.local.lookup.top_terms import terms

        snapshot = self.snapshot.with_budget(QueryBudget(self._seconds, self._deadline))
        return terms(snapshot, prefix, field, limit)

    def similar(
        self,
        path: str,
        line: int,
        *,
        limit: int = 10,
        offset: int = 0,
        under: str | None = None,
        stream: bool = False,
    ) -> Page:
        """Rank the paragraphs that are like one; see :class:`~searchidx.engine.Engine`.

        Raises:
            UsageError: There is no paragraph at the path and line.
        """
        from searchidx.local.explain import why_not
        from searchidx.local.matching import more_like_this

        start = perf_counter()
        searcher = self._searcher()
        snapshot = searcher.snapshot
        numbers = snapshot.paragraph_numbers(path, line)
        if not numbers:
            raise UsageError(f"{path}:{line}: {why_not.not_there(snapshot, path, line)}")
        matches = more_like_this.matches(snapshot, numbers)
        if under is not None:
            matches.keep(filters.under(snapshot, under))
        selection, hits = searcher.page(matches, limit, offset, stream=stream)
        total = len(matches.numbers)
        return Page(" ".join(matches.terms.words), hits, total, selection.tiers, _ms(start))

    def documents(self) -> Iterable[DocumentRecord]:
        """Iterate over the documents."""
        return (record for record, _, _ in self.snapshot.documents())

    def size(self) -> tuple[int, int]:
        """Count documents and paragraphs."""
        return self.snapshot.live_documents, self.snapshot.live_count

    def status(self) -> Status:
        """Describe the index at this commit."""
        manifest = self.snapshot.manifest
        documents = 0
        encodings, types = Counter[str](), Counter[str]()
        notes: list[tuple[str, str]] = []
        for record in self.documents():  # one at a time: there may be millions
            documents += 1
            types[record.type] += 1
            if record.encoding:
                encodings[record.encoding] += 1
            notes += [(record.path, note) for note in record.notes]
        return Status(
            directory=self.snapshot.directory,
            generation=manifest.generation,
            documents=documents,
            paragraphs=self.snapshot.live_count,
            text_bytes=sum(entry.text_bytes for entry in manifest.segments),
            index_bytes=_bytes_in(self.snapshot.directory),
            segments=len(manifest.segments),
            roots=manifest.roots,
            encodings=dict(encodings.most_common()),
            types=dict(types.most_common()),
            rules=dict(manifest.rules),
            unfinished=manifest.unfinished,
            stale=manifest.stale,
            skipped=tuple((skipped.path, skipped.reason.sentence) for skipped in manifest.skipped),
            notes=tuple(notes),
            committed=manifest.committed,
            stale_analysis=self.has_stale_analysis,
            details={
                "deleted_documents": sum(len(entry.deleted) for entry in manifest.segments),
                "analysis": sorted({entry.analysis for entry in manifest.segments}),
                "fold": _identity(manifest, 0),
                "lexicon": _identity(manifest, 1),
            },
        )

    def state(self) -> "IndexState":
        """Return the facts of the commit beside its documents."""
        from searchidx.local.segment.indexed_documents import state_of

        return state_of(self.snapshot.manifest)

    def indexed(self) -> "Mapping[str, IndexedDocument]":
        """Return the documents by path, as far as a run of indexing compares them with their files."""
        from searchidx.local.segment.indexed_documents import indexed_documents

        return indexed_documents(self.snapshot)

    @property
    def has_stale_analysis(self) -> bool:
        """True if a segment was made by another analysis than this version's."""
        return any(entry.analysis != ANALYSIS for entry in self.snapshot.manifest.segments)

    def is_current(self) -> bool:
        """Return True if no later commit was made."""
        return manifests.latest(self.snapshot.directory) == self.snapshot.manifest.generation

    def _searcher(self, share: float = 1.0) -> Searcher:
        """Return a searcher with the budget of one query, or a share of it."""
        lexicon.load()  # before the budget starts: compiling the dictionary, if need be, is no cost of this query
        return Searcher(self.snapshot.with_budget(QueryBudget(self._seconds * share, self._deadline)))


def _stale_notes(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return a note if hits have old text; a stream is not fetched for it."""
    number = len({hit.path for hit in hits if hit.stale}) if isinstance(hits, tuple) else 0
    if not number:
        return ()
    files = "one file" if number == 1 else f"{number:,} files"
    return (f"the text of {files} is old, for reading it again failed: searchidx status lists the reasons",)


def _ms(start: float) -> float:
    """Return the milliseconds since a moment."""
    return (perf_counter() - start) * 1000


def _identity(manifest: Manifest, position: int) -> str:
    """Return a part of the identity of the analysis of each segment, as a rule the same for all."""
    identities = {entry.analysis.split(" ")[position] for entry in manifest.segments if " " in entry.analysis}
    return ", ".join(sorted(identities))


def _bytes_in(directory: str) -> int:
    """Return the bytes of the files of a folder."""
    with os.scandir(directory) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.is_file(follow_symlinks=False))
