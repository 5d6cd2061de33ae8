"""Tokens of a text in jieba's search mode: the words inside a long word, then the word."""

from typing import NamedTuple

from searchidx.lexicon import Lexicon
from searchidx.tokenizer.segmenter import Segmenter


class Token(NamedTuple):
    """An occurrence of a word: ``text == source[start:end]``."""

    text: str
    start: int
    end: int


class Tokenizer:
    """Tokenizer with the words of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon``, which must not change from now on."""
        self._segmenter = Segmenter(lexicon)

    def terms(self, text: str) -> list[str]:
        """Return the texts of all tokens in jieba's order: the words inside a long word, then the word."""
        inner_words = self._segmenter.inner_words
        terms: list[str] = []
        for word in self._segmenter.segment(text):
            if len(word) > 2:
                terms += [part for part, _ in inner_words(word)]
            terms.append(word)
        return terms

    def tokenize(self, text: str) -> list[Token]:
        """Return all tokens with their character offsets, in the order of :meth:`terms`."""
        tokens: list[Token] = []
        start = 0
        for word in self._segmenter.segment(text):
            if len(word) > 2:
                inner_words = self._segmenter.inner_words(word)
                tokens += [
                    Token(part, start + offset, start + offset + len(part)) for part, offset in inner_words
                ]
            end = start + len(word)
            tokens.append(Token(word, start, end))
            start = end
        return tokens
