"""The local engine's reading side: one snapshot, answering queries."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from searchidx import lexicon
from searchidx.config import QUERY_SECONDS
from searchidx.errors import QueryError, UsageError
from searchidx.local import scoring
from searchidx.local.collect import highlight, top_hits
from searchidx.local.collect.hits import Matching, Uncut
from searchidx.local.collect.top_hits import Ranked, Selection
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.matching import filters, matcher, overlaps
from searchidx.local.matching.matches import Matches
from searchidx.local.segment import manifest as manifests
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import Query
from searchidx.results import (
    DocumentRecord,
    FileCount,
    FileCounts,
    Hit,
    HitStream,
    Page,
    Status,
    Suggestion,
    TermCount,
    Tier,
)

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon
    from searchidx.arrangement import Arrangement
    from searchidx.engine import IndexedDocument, IndexState
    from searchidx.reading_form.form import ReadingForm

_SUGGESTING = 0.25  # of what a question may cost: it comes on top of a search that found nothing


class LocalEngine:
    """An :class:`~searchidx.engine.Engine` on a directory, at the commit that was last when it was opened."""

    def __init__(
        self, directory: str, *, seconds: float = QUERY_SECONDS, own: "UserLexicon | None" = None
    ) -> None:
        """Open the last commit.

        Args:
            directory: Where the index is.
            seconds: What any question may cost the processor, all hits of it being fetched aside; 0 is no limit. One
                that costs more is a QueryError.
            own: What the user has added to the language.

        Raises:
            NoIndexError: There is no index in the directory.
            CorruptIndexError: A file of it is damaged; also from every method.
        """
        self.snapshot = Snapshot.open(directory, own)
        self._seconds = seconds

    def search(
        self,
        query: Query,
        *,
        limit: int = 10,
        offset: int = 0,
        under: str | None = None,
        arrangement: "Arrangement | None" = None,
        stream: bool = False,
    ) -> Page:
        """Rank the paragraphs that match; see :class:`~searchidx.engine.Engine`."""
        begin = perf_counter()
        matches = self._matches(query, under)
        if matches is None:
            return Page(
                query.source, (), 0, {"literal": 0, "words": 0, "some": 0}, _since(begin), query.notes
            )
        notes = (*query.notes, *self._notes(matches))
        if arrangement is not None:
            return self._arranged(query, matches, arrangement, limit, offset, begin, stream=stream)
        selected, hits = self._page(matches, limit, offset, stream=stream)
        return Page(
            query.source,
            hits,
            len(matches.numbers),
            selected.tiers,
            _since(begin),
            (*notes, *selected.notes, *self._stopped(matches), *_notes_of_old_text(hits)),
            complete=self.snapshot.budget.is_complete,
        )

    def _arranged(
        self,
        query: Query,
        matches: Matches,
        arrangement: "Arrangement",
        limit: int,
        offset: int,
        begin: float,
        *,
        stream: bool,
    ) -> Page:
        from searchidx.local.collect.grouping import arranged

        page = arranged(self.snapshot, matches, self._scores(matches), arrangement, limit, offset, self._hits)
        hits = page.hits if stream else tuple(page.hits)
        notes = (*query.notes, *self._notes(matches))
        return Page(
            query.source,
            hits,
            len(matches.numbers),
            page.tiers,
            _since(begin),
            (*notes, *page.notes, *self._stopped(matches), *_notes_of_old_text(hits)),
            page.groups,
            page.facets,
            self.snapshot.budget.is_complete,
        )

    def count(self, query: Query, *, under: str | None = None) -> int:
        """Count the matching paragraphs exactly.

        Raises:
            QueryError: It takes longer than the budget.
        """
        matches = self._matches(query, under)
        self._confirm_complete()
        return len(matches.numbers) if matches else 0

    def files(self, query: Query, *, under: str | None = None) -> FileCounts:
        """List the documents that match, by their best paragraph."""
        matches = self._matches(query, under)
        if matches is None:
            return FileCounts()
        ranking = self._select(matches, 0).ranked
        owners = self.snapshot.owners(ranking.numbers)
        _, best, counts = np.unique(owners, return_index=True, return_counts=True)
        order = np.argsort(best)
        records = self.snapshot.records(ranking.numbers[best[order]].tolist())
        return FileCounts(
            map(FileCount, (record.path for record in records), counts[order].tolist()),
            notes=self._stopped(matches),
            complete=self.snapshot.budget.is_complete,
        )

    def suggest(
        self, query: Query, *, under: str | None = None, all_words: bool = False
    ) -> tuple[Suggestion, ...]:
        """Say what may have been meant by a query of which nothing is there as it was written."""
        if query.node is None or not self.snapshot.size:
            return ()
        from searchidx.local.suggest.suggester import suggest

        self._begin(_SUGGESTING)
        try:
            allowed = filters.under(self.snapshot, under) if under is not None else None
            return suggest(self.snapshot, query, allowed=allowed, all_words=all_words)
        except QueryError:  # it would take too long: an answer is worth more than what might have been asked
            return ()

    def explain(self, query: Query, *, path: str | None = None, line: int | None = None) -> Mapping[str, Any]:
        """Say how a query is read and, for a paragraph, why it matches or not."""
        from searchidx.local.explain.explain import explain

        self._begin()
        explained = explain(self.snapshot, query, path, line, self._scores)
        self._confirm_complete()
        return explained

    def terms(self, prefix: str = "", *, field: str = "words", limit: int = 10) -> list[TermCount]:
        """List terms that begin with a prefix; see :class:`~searchidx.engine.Engine`."""
        from searchidx.local.lookup.top_terms import terms

        self.snapshot.budget.begin(self._seconds)
        return terms(self.snapshot, prefix, field, limit)

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
            UsageError: There is no paragraph at that place.
        """
        from searchidx.local.explain import why_not
        from searchidx.local.matching import more_like_this

        begin = perf_counter()
        self._begin()
        numbers = self.snapshot.paragraph_numbers(path, line)
        if not numbers:
            raise UsageError(f"{path}:{line}: {why_not.not_there(self.snapshot, path, line)}")
        matches = more_like_this.matches(self.snapshot, numbers)
        if under is not None:
            matches.keep(filters.under(self.snapshot, under))
        selected, hits = self._page(matches, limit, offset, stream=stream)
        total = len(matches.numbers)
        return Page(" ".join(matches.terms.words), hits, total, selected.tiers, _since(begin))

    def documents(self) -> Iterable[DocumentRecord]:
        """Walk what is indexed."""
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
        for record in self.documents():  # one by one: there may be millions
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
            details={
                "deleted_documents": sum(len(entry.deleted) for entry in manifest.segments),
                "fold": manifest.fold,
                "lexicon": manifest.lexicon,
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

    def is_current(self) -> bool:
        """Return True if no later commit was made."""
        return manifests.latest(self.snapshot.directory) == self.snapshot.manifest.generation

    def _begin(self, share: float = 1.0) -> None:
        lexicon.load()  # before the clock runs: it may have to be compiled, and that is not what the question costs
        self.snapshot.budget.begin(self._seconds * share)

    def _matches(self, query: Query, under: str | None) -> Matches | None:
        if query.node is None or not self.snapshot.size:
            return None
        self._begin()
        matches = matcher.evaluate(self.snapshot, query.node)
        if under is not None:
            matches.keep(filters.under(self.snapshot, under))
        overlaps.count_once(self.snapshot, matches, self._spans)
        if not len(matches.numbers):
            self._confirm_complete()  # what was stopped before it found anything has not found that there is nothing
        return matches

    def _scores(self, matches: Matches) -> scoring.Scores:
        if not matches.boosted_nodes:
            return scoring.Scores(self.snapshot, matches.terms)
        from searchidx.local.patterns.expand import pattern_scores

        return scoring.Scores(
            self.snapshot, matches.terms, pattern_scores(self.snapshot, matches.boosted_nodes)
        )

    def _confirm_complete(self) -> None:
        if not self.snapshot.budget.is_complete:
            raise self.snapshot.budget.error()

    def _stopped(self, matches: Matches) -> tuple[str, ...]:
        """Note that reading was stopped by the budget."""
        budget = self.snapshot.budget
        return () if budget.is_complete else (budget.note(len(matches.numbers)),)

    def _select(self, matches: Matches, limit: int) -> Selection:
        """Rank the best matches; where there is no time for it, they are in the order of their places."""
        try:
            return top_hits.select(self.snapshot, matches, self._scores(matches), limit)
        except QueryError:
            if not len(matches.numbers):
                raise
            self.snapshot.budget.stop()
            return top_hits.unranked(matches, limit)

    def _page(
        self, matches: Matches, limit: int, offset: int, *, stream: bool
    ) -> tuple[Selection, Sequence[Hit]]:
        """Select the best matches, and fetch the hits of a page, or let them be fetched one after another."""
        selected = self._select(matches, limit + offset if limit else 0)
        ranking = selected.ranked[offset:]

        def fetch(start: int, end: int) -> list[Hit]:
            return self._hits(ranking[start:end], offset + start + 1, matches)

        if not stream:
            return selected, tuple(fetch(0, len(ranking)))
        documents = len(sorted_sets.distinct(self.snapshot.owners(ranking.numbers)))
        return selected, HitStream(len(ranking), fetch, documents)

    def _shown(self, matches: Matches) -> tuple[str, ...]:
        """Words to show where a hit is not the query as written."""
        own = self.snapshot.user_lexicon
        return own.with_alternatives(matches.terms.words) if own else matches.terms.words

    def _notes(self, matches: Matches) -> tuple[str, ...]:
        if not matches.boosted_nodes:
            return ()
        from searchidx.local.patterns import expand

        return expand.notes(self.snapshot, matches.boosted_nodes)

    def _spans(self, text: str, tier: Tier, matches: Matches) -> tuple[tuple[int, int], ...]:
        if matches.exact_texts:
            from searchidx.local.matching import unfolded

            return unfolded.spans(text, matches.exact_texts)
        if not matches.boosted_nodes:
            bare = matches.bare.needles if matches.bare is not None else ()
            return highlight.spans(
                text, tier, matches.texts, self._shown(matches), matches.terms.bigrams, bare
            )
        from searchidx.local.patterns import expand

        # A literal hit may hold the patterns of a query and none of its other words.
        found = highlight.spans(text, "words", matches.texts, [*matches.texts, *self._shown(matches)])
        return highlight.merged(found, expand.highlight(self.snapshot, matches.boosted_nodes, text))

    def _spans_of(
        self, text: str, form: "ReadingForm | None", tier: Tier, matches: Matches
    ) -> tuple[tuple[int, int], ...]:
        """Return the matches in a paragraph and in its reading form, as spans of the stored text."""
        spans = self._spans(text, tier, matches)
        if form is None:
            return spans
        return highlight.merged(
            spans, read_forms.spans_as_stored(form, self._spans(form.text, tier, matches))
        )

    def _hits(self, ranked: Sequence[Ranked], first: int, matches: Matches) -> list[Hit]:
        numbers = [hit.number for hit in ranked]
        paragraphs = self.snapshot.paragraphs(numbers)
        records = self.snapshot.records(numbers)
        texts = (
            (*matches.texts, *(matches.bare.needles if matches.bare else ()))
            if len(matches.texts) == 1
            else ()
        )
        is_exact = bool(matches.exact_texts) and len(matches.texts) == 1
        is_one_text = len(matches.texts) == 1 and not matches.boosted_nodes
        stale = {failure.path for failure in self.snapshot.manifest.stale}
        forms = {} if is_exact else read_forms.forms_of(self.snapshot, numbers)
        found: list[Hit] = []
        for rank, (hit, paragraph, record) in enumerate(zip(ranked, paragraphs, records, strict=True), first):
            found.append(
                Uncut(
                    rank=rank,
                    score=hit.score,
                    path=record.path,
                    line=paragraph.line,
                    end_line=paragraph.end_line,
                    page=paragraph.page,
                    id=paragraph.id,
                    headings=paragraph.headings,
                    match=hit.tier,
                    text=paragraph.text,
                    spans=self._spans_of(paragraph.text, forms.get(hit.number), hit.tier, matches),
                    snippet="",
                    type=record.type,
                    title=record.title,
                    date=paragraph.date or record.date,
                    stale=record.path in stale,
                ).later(Matching(paragraph, texts, is_exact or (is_one_text and hit.tier == "literal")))
            )
        return found


def _notes_of_old_text(hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return a note where the text of hits is old; a stream is not fetched for it."""
    number = len({hit.path for hit in hits if hit.stale}) if isinstance(hits, tuple) else 0
    if not number:
        return ()
    files = "one file" if number == 1 else f"{number:,} files"
    return (f"the text of {files} is old, for reading it again failed: searchidx status lists the reasons",)


def _since(begin: float) -> float:
    return (perf_counter() - begin) * 1000


def _bytes_in(directory: str) -> int:
    with os.scandir(directory) as entries:
        return sum(entry.stat().st_size for entry in entries if entry.is_file(follow_symlinks=False))
