"""Tokens of a query and of a paragraph side by side.

A word that is in the text without being a token of it is the usual reason for a lower tier.
"""

from collections.abc import Iterator

import numpy as np

from searchidx.analyzer import is_word, query_terms
from searchidx.explanation import ParagraphToken, QueryText, QueryToken, WordMatch
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Or, Text
from searchidx.tokenizer import Token, Tokenizer

_CONTEXT_TOKENS = 2  # on each side


def query_texts(snapshot: Snapshot, node: Node) -> tuple[QueryText, ...]:
    """Return the analysis of each text that a match may contain."""
    return tuple(_analysis(snapshot, text) for text in _texts(node))


def _analysis(snapshot: Snapshot, text: str) -> QueryText:
    """Return the tokens of a text, and the words that are searched for."""
    folded = fold(text).strip()
    tokens = _tokens(snapshot, folded)
    words = query_terms(folded, snapshot.user_lexicon).words
    all_words = dict.fromkeys(token.text for token in tokens if is_word(token.text))
    return QueryText(
        text,
        folded,
        tuple(QueryToken(*token) for token in tokens),
        tuple(words),
        tuple(word for word in all_words if word not in words),
    )


def tokens(snapshot: Snapshot, text: str, words: tuple[str, ...]) -> tuple[ParagraphToken, ...]:
    """Return the tokens of a paragraph, words of the query marked."""
    query_words = frozenset(words)
    return tuple(
        ParagraphToken(*token, asked=token.text in query_words) for token in _tokens(snapshot, fold(text))
    )


def word_matches(snapshot: Snapshot, text: str, number: int, words: tuple[str, ...]) -> tuple[WordMatch, ...]:
    """Return the occurrences of each word of a query in a paragraph."""
    folded = fold(text)
    tokens = _tokens(snapshot, folded)
    section = int(snapshot.sections(np.array([number]))[0])
    rows = []
    for word in words:
        frequency = sum(_frequency(snapshot, field, word, number) for field in (schema.WORDS, schema.FORMS))
        start = folded.find(word)
        around = None if start < 0 else tuple(_tokens_around(tokens, start, start + len(word)))
        in_headings = section in section_postings(snapshot, word).paragraphs
        rows.append(WordMatch(word, frequency, in_headings, folded.count(word), around))
    return tuple(rows)


def _texts(node: Node) -> Iterator[str]:
    """Yield the texts of a query that a match may contain."""
    match node:
        case Text(text) | Literal(text) | Filter("exact", text):
            yield text
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _texts(operand)
        case BooleanQuery(should, must, _):
            for operand in (*should, *must):
                yield from _texts(operand)
        case Boost(operand):
            yield from _texts(operand)
        case _:
            return


def _tokens(snapshot: Snapshot, folded: str) -> list[Token]:
    """Return the tokens of a folded text, with the words of the user."""
    return (
        snapshot.user_lexicon.tokens(folded) if snapshot.user_lexicon else Tokenizer(load()).tokenize(folded)
    )


def _frequency(snapshot: Snapshot, field: str, word: str, number: int) -> int:
    """Return the frequency of a term in a paragraph."""
    paragraphs, frequencies = postings(snapshot, field, word)
    position = int(paragraphs.searchsorted(number))
    is_there = position < len(paragraphs) and int(paragraphs[position]) == number
    return int(frequencies[position]) if is_there else 0


def _tokens_around(tokens: list[Token], start: int, end: int) -> list[str]:
    """Return the tokens that overlap a span, with some on each side; of nested tokens, the outermost."""
    outermost: list[Token] = []
    for token in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if token.text.strip() and (not outermost or token.start >= outermost[-1].end):
            outermost.append(token)
    overlapping = [
        position for position, token in enumerate(outermost) if token.start < end and token.end > start
    ]
    if not overlapping:
        return []
    first, last = max(overlapping[0] - _CONTEXT_TOKENS, 0), overlapping[-1] + _CONTEXT_TOKENS + 1
    return [token.text for token in outermost[first:last]]
