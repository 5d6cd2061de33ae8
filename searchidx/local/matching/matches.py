"""Matches of a query before ranking, and the evidence for the literal ones among them."""

from searchidx._startup.dataclass import dataclass, field
from searchidx.analyzer import QueryTerms
from searchidx.local.segment.snapshot import Mask, Numbers
from searchidx.query import Pattern


@dataclass(slots=True)
class Evidence:
    """Index evidence for the matches that contain all strings of one form of a query.

    Attributes:
        proven: Mask of the matches that contain them for certain.
        possible: Mask of the matches whose text must be read; none of them is proven.
        needles: Folded strings to look for in these texts.
        whole_numbers: A number at the edge of a string must not go on in the text.
    """

    proven: Mask
    possible: Mask
    needles: list[str]
    whole_numbers: bool = False

    def keep(self, mask: Mask) -> None:
        """Remove the matches outside a mask."""
        self.proven, self.possible = self.proven[mask], self.possible[mask]

    def without(self, mask: Mask) -> "Evidence":
        """Return the evidence for the matches outside a mask."""
        return Evidence(self.proven & ~mask, self.possible & ~mask, self.needles, self.whole_numbers)


@dataclass(slots=True)
class Matches:
    """Matching paragraphs of a query, before ranking.

    Attributes:
        numbers: Paragraph numbers of the live matches, ascending.
        all_words: Mask of the matches that contain all words of the query; a literal match counts as one.
        literal: Evidence for the query as typed.
        terms: Terms to be scored.
        texts: Folded texts of the query, to be highlighted in literal hits.
        boosted_nodes: Patterns and boosted folded texts of the query, each with its boost.
        typed_texts: Texts of the query as typed.
        has_alternatives: A literal match may contain but one operand of an Or.
        literal_has_all_texts: Every literal match contains all texts for certain.
        exact_texts: Texts to be matched unfolded, if all are; else None.
        bare: Evidence for the query without its closing punctuation, if it has some; every literal match is among these.
        with_pieces: Evidence for the bare query where its numbers may be pieces of longer ones, if it has numbers at the
            edges of its words; every literal match is among these.
    """

    numbers: Numbers
    all_words: Mask
    literal: Evidence
    terms: QueryTerms
    texts: list[str] = field(default_factory=list)
    boosted_nodes: list[tuple[Pattern | str, float]] = field(default_factory=list)
    typed_texts: list[str] = field(default_factory=list)
    has_alternatives: bool = False
    literal_has_all_texts: bool = False
    exact_texts: list[str] | None = None
    bare: Evidence | None = None
    with_pieces: Evidence | None = None

    @property
    def may_be_literal(self) -> Mask:
        """Return the mask of the matches that contain the query as typed, or may, its closing punctuation aside."""
        evidence = self.bare or self.literal
        return evidence.proven | evidence.possible

    def keep(self, allowed: Mask) -> None:
        """Remove the matches outside a mask over all paragraphs."""
        mask = allowed[self.numbers]
        self.numbers, self.all_words = self.numbers[mask], self.all_words[mask]
        self.literal.keep(mask)
        for evidence in (self.bare, self.with_pieces):
            if evidence is not None:
                evidence.keep(mask)
