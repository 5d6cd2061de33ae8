"""Explanation of a query: its reading, its terms, and the match and score of paragraphs.

Values that every engine returns; their field names are the keys of ``searchidx explain --json``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from searchidx.results import Tier


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A token of a query text, with its offsets in the folded text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class QueryText:
    """Analysis of a text of a query.

    Attributes:
        text: The text as typed.
        folded: The text folded.
        tokens: Tokens of the folded text.
        words: Words that are searched for.
        left_out: Words that are not: stop words, and words inside longer ones.
    """

    text: str
    folded: str
    tokens: tuple[QueryToken, ...]
    words: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A scored term of a query.

    Attributes:
        field: Field of the index.
        term: The term, or a pattern as typed.
        weight: Weight of the field, or boost of the pattern.
        paragraphs: Number of paragraphs that contain it.
        also: Synonyms that match in its place.
    """

    field: str
    term: str
    weight: float
    paragraphs: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterReading:
    """Reading of a filter of a query.

    Attributes:
        filter: The filter as typed.
        means: Its meaning, for a person.
        paragraphs: Number of paragraphs that pass it.
    """

    filter: str
    means: str
    paragraphs: int


@dataclass(frozen=True, slots=True)
class ParagraphToken:
    """A token of a paragraph, with its offsets in the folded text; ``asked`` is true for words of the query."""

    text: str
    start: int
    end: int
    asked: bool


@dataclass(frozen=True, slots=True)
class WordMatch:
    """Occurrences of a word of the query in a paragraph.

    Attributes:
        word: The word.
        times: Number of times it is a term of the text.
        in_headings: True if it is a term of a heading above.
        stands: Number of times its characters are in the text, as a term or not.
        cut: Tokens around the first of these places, or None if there is none.
    """

    word: str
    times: int
    in_headings: bool
    stands: int
    cut: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ScorePart:
    """Addend of a score.

    Attributes:
        field: Field of the index, or the kind of the addend.
        term: The term, or a description of the addend.
        frequency: Number of times the term is in the paragraph.
        score: The addend.
    """

    field: str
    term: str
    frequency: int
    score: float


@dataclass(frozen=True, slots=True)
class ParagraphExplanation:
    """Match and score of a paragraph, or the reason why it does not match.

    Attributes:
        path: Absolute path of its document.
        line: First source line, counted from 1.
        end_line: Last source line, inclusive.
        headings: Titles of the enclosing sections, outermost first.
        text: The whole paragraph.
        changed: True if the file is not the one that was indexed.
        match: Tier of the match, or None.
        rank: Rank among all matches, counted from 1, or None.
        total: Number of matching paragraphs.
        ahead: Number of better matches of each tier, or None.
        score: Score, the sum of its parts.
        parts: Addends of the score, in the order of addition.
        tokens: Tokens of the text.
        words: Occurrences of the words of the query.
        reason: Reason why it does not match, or None.
    """

    path: str
    line: int
    end_line: int
    headings: tuple[str, ...]
    text: str
    changed: bool
    match: Tier | None
    rank: int | None
    total: int
    ahead: Mapping[Tier, int] | None
    score: float
    parts: tuple[ScorePart, ...]
    tokens: tuple[ParagraphToken, ...]
    words: tuple[WordMatch, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Reading of a query, and its match with paragraphs.

    Attributes:
        query: The query as typed.
        read_as: The parsed query, printed with all its operators; empty for an empty query.
        notes: Remarks for the user on the reading of the query.
        texts: Folded texts that matches contain.
        asked: Analysis of each text.
        terms: Scored terms.
        filters: Readings of the filters.
        paragraphs: The paragraphs at the path and line that were to be explained.
        missing: Reason why there are none, or None.
    """

    query: str
    read_as: str = ""
    notes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    asked: tuple[QueryText, ...] = ()
    terms: tuple[QueryTerm, ...] = ()
    filters: tuple[FilterReading, ...] = ()
    paragraphs: tuple[ParagraphExplanation, ...] = ()
    missing: str | None = None


def as_object(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON values; a term without synonyms has no key for them."""
    plain: dict[str, Any] = _plain(explanation)
    for term in plain["terms"]:
        if not term["also"]:
            del term["also"]
    return plain


def _plain(value: Any) -> Any:
    """Return a value with objects in place of dataclasses and lists in place of tuples."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    return list(map(_plain, value)) if isinstance(value, tuple) else value
