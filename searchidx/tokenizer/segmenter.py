"""Segmentation of text into words: blocks of characters that the dictionary covers, and single characters between them.

The character classes are jieba's.
"""

import re

from searchidx.lexicon import Lexicon
from searchidx.tokenizer.route import Route

_BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+)")
_CHARACTER = re.compile(r"\r\n|.", re.DOTALL)
_ASCII_WORD = re.compile(r"[a-zA-Z0-9]+|.")
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

InnerWords = tuple[tuple[str, int], ...]
"""Words inside a word, each with its offset in it."""


class Segmenter:
    """Segmentation of text into words, and of long words into the words inside them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon``."""
        self._route = Route(lexicon)
        # Nearly all ASCII text has no word of the dictionary in it and is split by a pattern alone.
        self._ascii_words = lexicon.ascii_words
        self._inner_words: dict[str, InnerWords] = {}

    def segment(self, text: str) -> list[str]:
        """Return the words of a text; joined they are the text."""
        words: list[str] = []
        parts = _BLOCK.split(text)
        for i in range(1, len(parts), 2):
            _add_characters(parts[i - 1], words)
            block = parts[i]
            if block.isascii() and not self._contains_ascii_word(block):
                words += _ASCII_WORD.findall(block)
            else:
                self._segment_block(block, words)
        _add_characters(parts[-1], words)
        return words

    def inner_words(self, word: str) -> InnerWords:
        """Return the words of two characters inside a longer word, then those of three, as jieba's search mode does."""
        if word.isascii() and not self._contains_ascii_word(word):
            return ()
        inner = self._inner_words.get(word)
        if inner is None:
            inner = self._inner_words[word] = (*self._inner_pairs(word), *self._inner_triples(word))
        return inner

    def _contains_ascii_word(self, text: str) -> bool:
        return any(map(text.__contains__, self._ascii_words))

    def _segment_block(self, block: str, words: list[str]) -> None:
        """Segment a block by the best route; adjacent letters and digits that are no word are one word."""
        ends = self._route.ends(block)
        start = 0
        run_start = -1
        while start < len(block):
            end = ends[start]
            if end == start + 1 and block[start] in _ALPHANUMERIC:
                if run_start < 0:
                    run_start = start
            else:
                if run_start >= 0:
                    words.append(block[run_start:start])
                    run_start = -1
                words.append(block[start:end])
            start = end
        if run_start >= 0:
            words.append(block[run_start:])

    def _inner_pairs(self, word: str) -> InnerWords:
        if len(word) < 3:
            return ()
        scored = (
            (start, self._route.prefix_scores(word[start : start + 2])) for start in range(len(word) - 1)
        )
        return tuple((word[i : i + 2], i) for i, scores in scored if scores and scores.two is not None)

    def _inner_triples(self, word: str) -> InnerWords:
        if len(word) < 4:
            return ()
        scored = (
            (start, self._route.prefix_scores(word[start : start + 2])) for start in range(len(word) - 2)
        )
        return tuple(
            (word[i : i + 3], i)
            for i, scores in scored
            if scores and scores.longer.get(word[i + 2]) is not None
        )


def _add_characters(text: str, words: list[str]) -> None:
    """Add each character as a word; CR LF counts as one."""
    if "\r\n" in text:
        words += _CHARACTER.findall(text)
    else:
        words += text
