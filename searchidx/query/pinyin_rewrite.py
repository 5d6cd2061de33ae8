"""Rewrite of a query to pinyin: words in Latin letters become ``py:``, neighbouring syllables one word.

Imported only when a query is read as pinyin or a search without a hit offers it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from searchidx.pinyin.spelling import SYLLABLES, segmentations
from searchidx.query.parse import parse
from searchidx.query.pinyin_syntax import normalize_pinyin
from searchidx.query.printing import to_string
from searchidx.query.tree import And, BooleanQuery, Boost, Node, Not, Or, Pinyin, Text, Word

_INITIAL_LETTERS = re.compile(r"[a-hj-tw-z]{2,8}")  # no syllable begins with i, u or v


def as_pinyin(query: str) -> str:
    """Return the query with its words in Latin letters as pinyin; single syllables in a row become one word.

    Raises:
        QueryError: The query is too long, has too many words or nests too deep.
    """
    node = parse(query).node
    return query if node is None else to_string(_rewrite(node))


def may_be_pinyin(query: str) -> bool:
    """Return true if every word of a query can be spelled pinyin or the initial letters of syllables."""
    words = (normalize_pinyin(query) or "").split()
    return bool(words) and all(
        next(segmentations(word), None) is not None or _INITIAL_LETTERS.fullmatch(word) for word in words
    )


def _rewrite(node: Node) -> Node:
    match node:
        case Text(text):
            syllables = normalize_pinyin(text)
            return Pinyin(syllables) if syllables else node
        case Boost(operand, factor):
            return Boost(_rewrite(operand), factor)
        case And(operands):
            return And(tuple(map(_rewrite, operands)))
        case Or(operands):
            return Or(tuple(map(_rewrite, operands)))
        case Not(operand):
            return Not(_rewrite(operand))
        case BooleanQuery(should, must, must_not):
            return BooleanQuery(
                tuple(_rewrite_words(should)), tuple(map(_rewrite, must)), tuple(map(_rewrite, must_not))
            )
        case _:
            return node


def _rewrite_words(words: Iterable[Word]) -> Iterator[Word]:
    for are_syllables, group in groupby(words, _is_syllable):
        if are_syllables:
            yield Pinyin(
                " ".join(normalize_pinyin(word.text) or "" for word in group if isinstance(word, Text))
            )
            continue
        for word in group:
            rewritten = _rewrite(word)
            yield rewritten if isinstance(rewritten, Text | Pinyin | Boost) else word


def _is_syllable(word: Word) -> bool:
    return isinstance(word, Text) and (normalize_pinyin(word.text) or "") in SYLLABLES
