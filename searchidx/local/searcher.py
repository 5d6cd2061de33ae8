"""Searcher of the local engine: one query against a view of a snapshot, from the query tree to hits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from searchidx.errors import QueryError
from searchidx.local import scoring
from searchidx.local.collect import top_hits
from searchidx.local.collect.hits import LazyHit, MatchSource
from searchidx.local.collect.top_hits import Ranked, Selection
from searchidx.local.lookup import read_forms, sorted_sets
from searchidx.local.matching import filters, matcher, overlaps
from searchidx.local.matching.matches import Matches
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import Node
from searchidx.results import Hit, HitStream, Tier
from searchidx.snippets import highlight

if TYPE_CHECKING:
    from searchidx.reading_form.form import ReadingForm

Spans = tuple[tuple[int, int], ...]


class Searcher:
    """One query against a snapshot.

    Attributes:
        snapshot: View of the snapshot with the budget of the query.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Take a view of a snapshot whose budget has just begun."""
        self.snapshot = snapshot

    def matches(self, node: Node, under: str | None) -> Matches:
        """Return the paragraphs that match a query tree, at or below a path.

        Raises:
            QueryError: The budget ran out before anything was found.
        """
        matches = matcher.evaluate(self.snapshot, node)
        if under is not None:
            matches.keep(filters.under(self.snapshot, under))
        overlaps.remove_duplicates(self.snapshot, matches, self._spans)
        if not len(matches.numbers):
            self.confirm_complete()  # no matches so far are no proof that there are none
        return matches

    def confirm_complete(self) -> None:
        """Raise QueryError if the budget ran out."""
        if not self.snapshot.budget.is_complete:
            raise self.snapshot.budget.error()

    def scores(self, matches: Matches) -> scoring.Scores:
        """Return the scores of matches."""
        if not matches.boosted_nodes:
            return scoring.Scores(self.snapshot, matches.terms)
        from searchidx.local.patterns.expand import pattern_scores

        return scoring.Scores(
            self.snapshot, matches.terms, pattern_scores(self.snapshot, matches.boosted_nodes)
        )

    def select(self, matches: Matches, limit: int) -> Selection:
        """Rank the best matches, or return them unranked, in index order, if the budget runs out."""
        try:
            return top_hits.select(self.snapshot, matches, self.scores(matches), limit)
        except QueryError:
            if not len(matches.numbers):
                raise
            self.snapshot.budget.stop()
            return top_hits.unranked(matches, limit)

    def page(
        self, matches: Matches, limit: int, offset: int, *, stream: bool
    ) -> tuple[Selection, Sequence[Hit]]:
        """Rank the best matches, and return the hits of a page, or a stream of them."""
        selection = self.select(matches, limit + offset if limit else 0)
        ranked = selection.ranked[offset:]

        def fetch(start: int, end: int) -> list[Hit]:
            return self.hits(ranked[start:end], offset + start + 1, matches)

        if not stream:
            return selection, tuple(fetch(0, len(ranked)))
        documents = len(sorted_sets.distinct(self.snapshot.owners(ranked.numbers)))
        return selection, HitStream(len(ranked), fetch, documents)

    def hits(self, ranked: Sequence[Ranked], first_rank: int, matches: Matches) -> list[Hit]:
        """Return ranked matches as hits."""
        numbers = [match.number for match in ranked]
        paragraphs = self.snapshot.paragraphs(numbers)
        records = self.snapshot.records(numbers)
        is_one_text = len(matches.texts) == 1
        texts = (*matches.texts, *(matches.bare.needles if matches.bare else ())) if is_one_text else ()
        is_exact = bool(matches.exact_texts) and is_one_text
        is_unweighted_text = is_one_text and not matches.boosted_nodes
        stale = {failure.path for failure in self.snapshot.manifest.stale}
        forms = {} if is_exact else read_forms.forms_of(self.snapshot, numbers)
        hits: list[Hit] = []
        for rank, (match, paragraph, record) in enumerate(
            zip(ranked, paragraphs, records, strict=True), first_rank
        ):
            hits.append(
                LazyHit(
                    rank=rank,
                    score=match.score,
                    path=record.path,
                    line=paragraph.line,
                    end_line=paragraph.end_line,
                    page=paragraph.page,
                    id=paragraph.id,
                    headings=paragraph.headings,
                    match=match.tier,
                    text=paragraph.text,
                    spans=self._stored_spans(paragraph.text, forms.get(match.number), match.tier, matches),
                    snippet="",
                    type=record.type,
                    title=record.title,
                    date=paragraph.date or record.date,
                    stale=record.path in stale,
                ).defer(
                    MatchSource(
                        paragraph, texts, is_exact or (is_unweighted_text and match.tier == "literal")
                    )
                )
            )
        return hits

    def notes(self, matches: Matches) -> tuple[str, ...]:
        """Return notes on the expansion of patterns."""
        if not matches.boosted_nodes:
            return ()
        from searchidx.local.patterns import expand

        return expand.notes(self.snapshot, matches.boosted_nodes)

    def budget_notes(self, matches: Matches) -> tuple[str, ...]:
        """Return a note if the budget ran out."""
        budget = self.snapshot.budget
        return () if budget.is_complete else (budget.note(len(matches.numbers)),)

    def _words(self, matches: Matches) -> tuple[str, ...]:
        """Return the words to highlight in hits that are not literal."""
        user_lexicon = self.snapshot.user_lexicon
        return user_lexicon.with_synonyms(matches.terms.words) if user_lexicon else matches.terms.words

    def _spans(self, text: str, tier: Tier, matches: Matches) -> Spans:
        """Return the highlights of a text."""
        if matches.exact_texts:
            from searchidx.local.matching import unfolded

            return unfolded.spans(text, matches.exact_texts)
        words = self._words(matches)
        if not matches.boosted_nodes:
            bare = matches.bare.needles if matches.bare is not None else ()
            return highlight.spans(text, tier, matches.texts, words, matches.terms.bigrams, bare)
        from searchidx.local.patterns import expand

        # A literal hit may contain the patterns of a query and none of its other words.
        spans = highlight.spans(text, "words", matches.texts, [*matches.texts, *words])
        return highlight.merged(spans, expand.highlight(self.snapshot, matches.boosted_nodes, text))

    def _stored_spans(self, text: str, form: "ReadingForm | None", tier: Tier, matches: Matches) -> Spans:
        """Return the highlights of a paragraph and of its reading form, as spans of the stored text."""
        if form is None:
            return self._spans(text, tier, matches)
        as_read = read_forms.spans_as_stored(form, self._spans(form.text, tier, matches))
        is_one_literal = tier == "literal" and not matches.boosted_nodes
        if is_one_literal and not highlight.contains_any(text, matches.texts):
            return highlight.merged(as_read)
        return highlight.merged(as_read, self._spans(text, tier, matches))
