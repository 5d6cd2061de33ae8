"""Alignment of the tokens of a query with those of a paragraph.

For explanations. A word that occurs in the text without being a token of it is the usual reason for a lower tier.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from searchidx.analyzer import is_word, query_terms
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.local.lookup.term_postings import postings, section_postings
from searchidx.local.segment import schema
from searchidx.local.segment.snapshot import Snapshot
from searchidx.query import And, BooleanQuery, Boost, Filter, Literal, Node, Or, Text
from searchidx.tokenizer import Token, Tokenizer

_CONTEXT_TOKENS = 2  # on each side of a word


def query_tokens(snapshot: Snapshot, node: Node) -> list[dict[str, Any]]:
    """Return each positive text of a query: as typed, folded, tokenized, and its words that are searched or left out."""
    rows = []
    for text in _positive_texts(node):
        folded = fold(text).strip()
        tokens = _tokenize(snapshot, folded)
        words = query_terms(folded, snapshot.user_lexicon).words
        word_tokens = dict.fromkeys(token.text for token in tokens if is_word(token.text))
        rows.append(
            {
                "text": text,
                "folded": folded,
                "tokens": [token._asdict() for token in tokens],
                "words": list(words),
                "left_out": [word for word in word_tokens if word not in words],
            }
        )
    return rows


def tokens(snapshot: Snapshot, text: str, words: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the tokens of a paragraph, each marked if it is a word of the query."""
    query_words = frozenset(words)
    return [
        {**token._asdict(), "asked": token.text in query_words} for token in _tokenize(snapshot, fold(text))
    ]


def words(snapshot: Snapshot, text: str, number: int, query_words: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the occurrences of each word of a query in a paragraph.

    Returns:
        For each ``word``: ``times`` it is a term of the text, ``in_headings`` if it is one of a heading above, ``stands``: its
        literal occurrences, and ``cut``: the tokens around the first of these, or None.
    """
    folded = fold(text)
    text_tokens = _tokenize(snapshot, folded)
    section = int(snapshot.sections(np.array([number]))[0])
    rows = []
    for word in query_words:
        times = sum(_frequency(snapshot, field, word, number) for field in (schema.WORDS, schema.FORMS))
        sections = section_postings(snapshot, word).paragraphs
        start = folded.find(word)
        rows.append(
            {
                "word": word,
                "times": times,
                "in_headings": section in sections,
                "stands": folded.count(word),
                "cut": None if start < 0 else _tokens_around(text_tokens, start, start + len(word)),
            }
        )
    return rows


def _positive_texts(node: Node) -> Iterator[str]:
    """Yield the texts of a query that a match may contain, as typed."""
    match node:
        case Text(text) | Literal(text) | Filter("exact", text):
            yield text
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _positive_texts(operand)
        case BooleanQuery(should, must, _):
            for operand in (*should, *must):
                yield from _positive_texts(operand)
        case Boost(operand):
            yield from _positive_texts(operand)
        case _:
            return


def _tokenize(snapshot: Snapshot, folded: str) -> list[Token]:
    return (
        snapshot.user_lexicon.tokens(folded) if snapshot.user_lexicon else Tokenizer(load()).tokenize(folded)
    )


def _frequency(snapshot: Snapshot, field: str, word: str, number: int) -> int:
    """Return the frequency of a word in a field of a paragraph."""
    paragraphs, frequencies = postings(snapshot, field, word)
    position = int(paragraphs.searchsorted(number))
    is_present = position < len(paragraphs) and int(paragraphs[position]) == number
    return int(frequencies[position]) if is_present else 0


def _tokens_around(tokens: list[Token], start: int, end: int) -> list[str]:
    """Return the tokens that overlap a span, and some on each side; of nested tokens the longest."""
    longest: list[Token] = []
    for token in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if token.text.strip() and (not longest or token.start >= longest[-1].end):
            longest.append(token)
    overlapping = [
        position for position, token in enumerate(longest) if token.start < end and token.end > start
    ]
    if not overlapping:
        return []
    first, last = max(overlapping[0] - _CONTEXT_TOKENS, 0), overlapping[-1] + _CONTEXT_TOKENS + 1
    return [token.text for token in longest[first:last]]
