"""Text to words: blocks of what the dictionary may hold are cut by it, everything between stands alone.

The classes of characters are jieba's.
"""

import re

from searchidx.lexicon import Lexicon
from searchidx.tokenizer.route import Route

_BLOCK = re.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+)")
_BETWEEN = re.compile(r"\r\n|.", re.DOTALL)
_ASCII_WORD = re.compile(r"[a-zA-Z0-9]+|.")
_ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

Inner = tuple[tuple[str, int], ...]
"""Words inside a word, each with its offset in it."""


class Cutter:
    """Cuts text into words, and long words into the words inside them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look words up in ``lexicon``."""
        self._route = Route(lexicon)
        # Nearly all ASCII text has no word of the dictionary in it and is cut by a pattern alone.
        self._ascii_words = lexicon.ascii_words
        self._inner: dict[str, Inner] = {}

    def cut(self, text: str) -> list[str]:
        """Cut a text into words; joined they are the text."""
        words: list[str] = []
        parts = _BLOCK.split(text)
        for i in range(1, len(parts), 2):
            _between(parts[i - 1], words)
            block = parts[i]
            if block.isascii() and not self._holds_ascii_word(block):
                words += _ASCII_WORD.findall(block)
            else:
                self._cut_block(block, words)
        _between(parts[-1], words)
        return words

    def inner(self, word: str) -> Inner:
        """Give the words of two characters inside a longer word, then those of three, as jieba's search mode does."""
        if word.isascii() and not self._holds_ascii_word(word):
            return ()
        found = self._inner.get(word)
        if found is None:
            found = self._inner[word] = (*self._inner_pairs(word), *self._inner_triples(word))
        return found

    def _holds_ascii_word(self, text: str) -> bool:
        return any(map(text.__contains__, self._ascii_words))

    def _cut_block(self, block: str, words: list[str]) -> None:
        """Cut a block by the best route; letters and digits left alone are joined again."""
        ends = self._route.ends(block)
        start = 0
        joined = -1
        while start < len(block):
            end = ends[start]
            if end == start + 1 and block[start] in _ALPHANUMERIC:
                if joined < 0:
                    joined = start
            else:
                if joined >= 0:
                    words.append(block[joined:start])
                    joined = -1
                words.append(block[start:end])
            start = end
        if joined >= 0:
            words.append(block[joined:])

    def _inner_pairs(self, word: str) -> Inner:
        if len(word) < 3:
            return ()
        begun = ((start, self._route.begins(word[start : start + 2])) for start in range(len(word) - 1))
        return tuple((word[i : i + 2], i) for i, scores in begun if scores and scores.two is not None)

    def _inner_triples(self, word: str) -> Inner:
        if len(word) < 4:
            return ()
        begun = ((start, self._route.begins(word[start : start + 2])) for start in range(len(word) - 2))
        return tuple(
            (word[i : i + 3], i)
            for i, scores in begun
            if scores and scores.longer.get(word[i + 2]) is not None
        )


def _between(text: str, words: list[str]) -> None:
    """Every character by itself, but for the end of a line in two."""
    if "\r\n" in text:
        words += _BETWEEN.findall(text)
    else:
        words += text
