"""Cut text into words: jieba's answer, token for token, in search mode without its hidden Markov model.

For the analyzer, and for anyone who wants offsets. ``Tokenizer(load()).tokenize(text)`` gives exactly what
``jieba.tokenize(text, mode="search", HMM=False)`` gives, from a mapped dictionary and without importing jieba. The
model is left out because it cuts the same word differently in different sentences. It stops at tokens: which of them
are words, and what else is a term, is the analyzer's business.

    blocks   text to words: what the dictionary cuts, and what stands between
    route    the most probable cut of one block
    bulk     the same answer by compiled code, where that is installed
    user     the dictionary with the user's words in it
"""

from collections.abc import Callable
from typing import NamedTuple

from searchidx.lexicon import Lexicon
from searchidx.tokenizer.blocks import Cutter

__all__ = ["Token", "Tokenizer", "bulk_cut"]


class Token(NamedTuple):
    """An occurrence: ``text == source[start:end]``."""

    text: str
    start: int
    end: int


class Tokenizer:
    """Cuts text with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon``, which must not change from now on."""
        self._cutter = Cutter(lexicon)

    def terms(self, text: str) -> list[str]:
        """Give the texts of all tokens in jieba's order: the words inside a long word, then the word."""
        inner = self._cutter.inner
        terms: list[str] = []
        for word in self._cutter.cut(text):
            if len(word) > 2:
                terms += [part for part, _ in inner(word)]
            terms.append(word)
        return terms

    def tokenize(self, text: str) -> list[Token]:
        """Give all tokens with their character offsets, in the order of :meth:`terms`."""
        tokens: list[Token] = []
        start = 0
        for word in self._cutter.cut(text):
            if len(word) > 2:
                inside = self._cutter.inner(word)
                tokens += [Token(part, start + at, start + at + len(part)) for part, at in inside]
            end = start + len(word)
            tokens.append(Token(word, start, end))
            start = end
        return tokens


def bulk_cut(text_bytes: int | None = None) -> Callable[[str], list[str]]:
    """Give the fastest function whose answers are those of :meth:`Tokenizer.terms`, for indexing.

    Args:
        text_bytes: How much is to be cut, about, if it may be so little that starting takes longer than cutting.
    """
    from searchidx.tokenizer import bulk

    return bulk.fastest() if text_bytes is None or text_bytes >= bulk.LITTLE else bulk.soonest()
