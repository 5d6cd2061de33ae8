"""Analysis of text to terms, for documents and queries, whatever the engine.

There are three kinds of terms, each complete in its way: **words** (jieba's, and Latin and number
runs in all their forms), **characters** (every CJK character) and **bigrams** (every two that are neighbours). It
stops there: nothing is counted, weighed or stored. Engines that build characters and bigrams from arrays take the
same class of characters from :data:`CJK_RANGES`. What users add to the language is in :mod:`searchidx.analyzer.user_lexicon`.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from searchidx.analyzer.fields import BIGRAMS, CHARACTERS
from searchidx.analyzer.stop_words import STOP_WORDS
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.runs import numeral_readings, readings, run_terms
from searchidx.runs.cjk import CJK_RANGES, is_cjk
from searchidx.tokenizer import Tokenizer

if TYPE_CHECKING:
    from searchidx.analyzer.user_lexicon import UserLexicon

__all__ = ["CJK_RANGES", "QueryTerms", "cjk_runs", "is_cjk", "is_word", "query_terms", "word_terms"]

Cut = Callable[[str], list[str]]


class QueryTerms(NamedTuple):
    """Terms of a query, each once, in its order.

    Attributes:
        words: Words without question and stop words, unless there are no others; every document that contains the query,
            in whatever form, contains each of them.
        characters: Every CJK character.
        bigrams: Every two CJK characters side by side.
    """

    words: tuple[str, ...]
    characters: tuple[str, ...]
    bigrams: tuple[str, ...]

    def of_field(self, field: str) -> tuple[str, ...]:
        """Return the terms that are searched for in a field of :mod:`searchidx.analyzer.fields`."""
        return {CHARACTERS: self.characters, BIGRAMS: self.bigrams}.get(field, self.words)


def is_word(token: str) -> bool:
    """Return true if a token has a letter, a digit or a CJK character."""
    return token.isalnum() or any(char.isalnum() or is_cjk(char) for char in token)


def cjk_runs(folded: str) -> list[str]:
    """Return the maximal runs of CJK characters of a folded text."""
    return ["".join(run) for inside, run in groupby(folded, is_cjk) if inside]


def word_terms(folded: str, cut: Cut | None = None) -> list[str]:
    """Return the words of a folded text, each as often as it occurs.

    Args:
        folded: The text.
        cut: The tokenizer; by default the one that starts fast. For many texts take
            :func:`searchidx.tokenizer.bulk_tokenizer`, which gives the same.
    """
    tokens = (cut or _tokenizer().terms)(folded)
    return [*filter(is_word, tokens), *run_terms(folded)]


def query_terms(text: str, user_lexicon: "UserLexicon | None" = None) -> QueryTerms:
    """Return the terms of a query.

    Args:
        text: Bare, without the query language's signs; need not be folded.
        user_lexicon: The user's words, synonyms and stop words.
    """
    folded = fold(text)
    runs = cjk_runs(folded)
    words = _unique(_query_words(folded, user_lexicon))
    dropped = STOP_WORDS | user_lexicon.stop_words if user_lexicon else STOP_WORDS
    return QueryTerms(
        words=tuple(word for word in words if word not in dropped) or words,
        characters=_unique(char for run in runs for char in run),
        bigrams=_unique(a + b for run in runs for a, b in pairwise(run)),
    )


def _query_words(folded: str, user_lexicon: "UserLexicon | None") -> Iterator[str]:
    """Yield the words of a query; the query terms of a number or date replace the words in its range."""
    text_readings = sorted(readings(folded))
    ranges = [(reading.start, reading.end) for reading in text_readings if reading.query_terms]
    # A token may go on behind a Chinese numeral, but not begin in it: 第三中 of 第三中学 is another word in 第3中学.
    numerals = [(reading.start, reading.end) for reading in numeral_readings(folded)]
    for token in user_lexicon.tokens(folded) if user_lexicon else _tokenizer().tokenize(folded):
        is_replaced = any(start <= token.start and token.end <= end for start, end in ranges) or any(
            token.start < end - 1 and start < token.end for start, end in numerals
        )
        if is_word(token.text) and not is_replaced:
            yield token.text
    for reading in text_readings:
        yield from reading.terms if reading.query_terms is None else reading.query_terms


def _unique(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(terms))


@cache
def _tokenizer() -> Tokenizer:
    return Tokenizer(load())
