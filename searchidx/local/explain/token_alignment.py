"""The tokens of a query and those of a paragraph beside each other: which word stands where, and how it was cut.

For explanations. A word that stands in the text without being a token of it is the usual reason for a lower tier.
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

_AROUND = 2  # tokens shown on each side


def asked(snapshot: Snapshot, node: Node) -> list[dict[str, Any]]:
    """Each text that a match may hold: as typed, folded, cut, and what is looked for of it."""
    found = []
    for text in _texts(node):
        folded = fold(text).strip()
        tokens = _tokens(snapshot, folded)
        words = query_terms(folded, snapshot.user_lexicon).words
        cut = dict.fromkeys(token.text for token in tokens if is_word(token.text))
        found.append(
            {
                "text": text,
                "folded": folded,
                "tokens": [token._asdict() for token in tokens],
                "words": list(words),
                "left_out": [word for word in cut if word not in words],
            }
        )
    return found


def tokens(snapshot: Snapshot, text: str, words: tuple[str, ...]) -> list[dict[str, Any]]:
    """The tokens of a paragraph, each with whether the query asks for it."""
    wanted = frozenset(words)
    return [{**token._asdict(), "asked": token.text in wanted} for token in _tokens(snapshot, fold(text))]


def words(snapshot: Snapshot, text: str, number: int, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    """What each word of a query is in a paragraph.

    Returns:
        For each ``word``: ``times`` it is a term of the text, ``in_headings`` whether it is one of a heading above,
        ``stands`` how often it is there letter for letter, and ``cut``: the tokens around its first place, or None.
    """
    folded = fold(text)
    of_text = _tokens(snapshot, folded)
    section = int(snapshot.sections(np.array([number]))[0])
    rows = []
    for word in wanted:
        times = sum(_times(snapshot, field, word, number) for field in (schema.WORDS, schema.FORMS))
        above = section_postings(snapshot, word)
        at = folded.find(word)
        rows.append(
            {
                "word": word,
                "times": times,
                "in_headings": section in above.paragraphs,
                "stands": folded.count(word),
                "cut": None if at < 0 else _cut(of_text, at, at + len(word)),
            }
        )
    return rows


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Text(text) | Literal(text) | Filter("exact", text):
            yield text
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _texts(operand)
        case BooleanQuery(loose, required, _):
            for operand in (*loose, *required):
                yield from _texts(operand)
        case Boost(operand):
            yield from _texts(operand)
        case _:
            return


def _tokens(snapshot: Snapshot, folded: str) -> list[Token]:
    return (
        snapshot.user_lexicon.tokens(folded) if snapshot.user_lexicon else Tokenizer(load()).tokenize(folded)
    )


def _times(snapshot: Snapshot, field: str, word: str, number: int) -> int:
    found = postings(snapshot, field, word)
    at = int(found.paragraphs.searchsorted(number))
    here = at < len(found.paragraphs) and int(found.paragraphs[at]) == number
    return int(found.frequencies[at]) if here else 0


def _cut(tokens: list[Token], start: int, end: int) -> list[str]:
    """The tokens that a stretch lies in, and some on each side; of a word and what is inside it, the word."""
    longest: list[Token] = []
    for token in sorted(tokens, key=lambda token: (token.start, -token.end)):
        if token.text.strip() and (not longest or token.start >= longest[-1].end):
            longest.append(token)
    inside = [at for at, token in enumerate(longest) if token.start < end and token.end > start]
    if not inside:
        return []
    first, last = max(inside[0] - _AROUND, 0), inside[-1] + _AROUND + 1
    return [token.text for token in longest[first:last]]
