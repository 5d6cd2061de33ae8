"""The user's additions to the language: words, synonyms and stop words.

For the query path and for indexing, and imported only where there is something of the kind. A word of the user's is a
word wherever it is written, whatever stands around it, but for Latin letters and digits that would go on at its ends. So
an index counts the same whether a text was cut with the word or the word came later: what was not cut with it is looked
for in the text. It stops at the terms: looking them up is the engine's business.

Only words of Chinese characters change how text is cut, as in jieba; a word with letters, signs or spaces in it is a term
beside the others, so that what it is made of is found as before.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from searchidx._startup.dataclass import dataclass
from searchidx.errors import ConfigError
from searchidx.fold import fold
from searchidx.lexicon import load as load_lexicon
from searchidx.lexicon import user_words
from searchidx.lexicon.overlay import Overlay
from searchidx.runs import run_terms
from searchidx.runs.cjk import is_cjk
from searchidx.tokenizer import Token, Tokenizer
from searchidx.tokenizer.user_overlay import with_cached_words

_HAN = re.compile("[\u4e00-\u9fd5]+")
_RUN = re.compile("[0-9a-z]+")
_SHOWN_NOTES = 4


class Sources(NamedTuple):
    """Files, each may be None.

    Attributes:
        words: The user's dictionary.
        synonyms: ``医院, 卫生院`` is both ways, ``甲 => 乙`` one way.
        stop_words: A word a line.
    """

    words: str | None = None
    synonyms: str | None = None
    stop_words: str | None = None

    def state(self) -> tuple[tuple[int, int] | None, ...]:
        """Return a value that changes when one of the files does."""
        return tuple(_stat(path) for path in self)


@dataclass(frozen=True, slots=True, eq=False)
class UserLexicon:
    """The user's words, synonyms and stop words, folded.

    Attributes:
        words: Words of the user's dictionary; an index that was tokenized with them has them as terms.
        written: These, and words of synonyms that the dictionary does not have: each is searched in the texts that were not
            tokenized with it.
        synonyms: Synonyms of a word, by the word.
        stop_words: Stop words of queries, beside the usual ones.
        notes: Remarks for the user on the files, one line each.
        changes_tokens: True if they change the tokens of documents.
    """

    words: frozenset[str]
    written: frozenset[str]
    synonyms: Mapping[str, tuple[str, ...]]
    stop_words: frozenset[str]
    notes: tuple[str, ...]
    changes_tokens: bool
    _tokenizer: Tokenizer
    _in_documents: "_Finder"
    _in_queries: "_Finder"

    def terms(self, text: str) -> list[str]:
        """Return the terms of texts joined by line feeds: jieba's words, and the user's words as often as they occur."""
        terms: list[str] = []
        for paragraph in text.split("\n"):
            tokens = self._tokenizer.terms(paragraph)
            terms += tokens
            if matches := [word for _, word in self._in_documents.occurrences(paragraph)]:
                terms += _beyond(matches, tokens)
            terms.append("\n")
        terms.pop()
        return terms

    def tokens(self, folded: str) -> list[Token]:
        """Return the tokens of a query, without the parts of a word with synonyms: its synonyms have other parts."""
        tokens = self._tokenizer.tokenize(folded)
        distinct = set(tokens)
        matches = (
            Token(word, offset, offset + len(word)) for offset, word in self._in_queries.occurrences(folded)
        )
        tokens += [token for token in matches if token not in distinct]
        whole = [token for token in tokens if token.text in self.synonyms]
        return [token for token in tokens if not any(_is_inside(token, other) for other in whole)]

    def with_synonyms(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return words and their synonyms."""
        every = ((word, *self.synonyms.get(word, ())) for word in words)
        return tuple(dict.fromkeys(word for group in every for word in group))


def load(sources: Sources) -> UserLexicon | None:
    """Read the files; None if they are empty.

    Raises:
        ConfigError: A configured file is missing or can't be read. Invalid lines are notes.
    """
    words, bad = _words(sources.words)
    synonyms, more = _synonyms(sources.synonyms)
    stop_words, still_more = _stop_words(sources.stop_words)
    notes = (*bad, *more, *still_more)
    if not (words or synonyms or stop_words or notes):
        return None
    return assemble(words, synonyms, stop_words, notes)


def assemble(
    entries: Iterable[tuple[str, int | None]],
    synonyms: Mapping[str, tuple[str, ...]],
    stop_words: frozenset[str],
    notes: tuple[str, ...] = (),
) -> UserLexicon:
    """Return a user lexicon of folded words, synonyms and stop words."""
    entries = list(entries)
    base = load_lexicon()
    overlay = with_cached_words(base, [entry for entry in entries if _HAN.fullmatch(entry[0])])
    last = dict(entries)
    words = frozenset(word for word, frequency in last.items() if frequency != 0 and _needs_text_scan(word))
    named = {word for group in synonyms.items() for word in (group[0], *group[1])}
    uncut = frozenset(word for word in named if _needs_text_scan(word) and not _is_word_of(overlay, word))
    return UserLexicon(
        words=words,
        written=words | uncut,
        synonyms=synonyms,
        stop_words=stop_words,
        notes=notes,
        changes_tokens=bool(words or overlay.added),
        _tokenizer=Tokenizer(overlay),
        _in_documents=_Finder(words),
        _in_queries=_Finder(words | (uncut & synonyms.keys())),
    )


def occurrences(folded: str, word: str) -> int:
    """Return the number of occurrences of a word in a folded text without a letter or digit that continues it."""
    count = 0
    offset = folded.find(word)
    while offset >= 0:
        count += _stands_alone(folded, offset, offset + len(word))
        offset = folded.find(word, offset + 1)
    return count


class _Finder:
    """Multi-pattern search for words in folded texts, by their first two characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        for word in words:
            self._by_pair.setdefault(word[:2], []).append(word)

    def occurrences(self, folded: str) -> Iterator[tuple[int, str]]:
        """Yield the offset of every occurrence of every word, ascending."""
        by_pair = self._by_pair
        for offset in range(len(folded) - 1) if by_pair else ():
            for word in by_pair.get(folded[offset : offset + 2], ()):
                if folded.startswith(word, offset) and _stands_alone(folded, offset, offset + len(word)):
                    yield offset, word


def _is_inside(token: Token, other: Token) -> bool:
    return other.start <= token.start and token.end <= other.end and len(token.text) < len(other.text)


def _beyond(matches: list[str], tokens: list[str]) -> Iterator[str]:
    """Yield the occurrences of words beyond those among the tokens."""
    for word in dict.fromkeys(matches):
        yield from [word] * (matches.count(word) - tokens.count(word))


def _stands_alone(folded: str, start: int, end: int) -> bool:
    before = start > 0 and _is_run_character(folded[start]) and _is_run_character(folded[start - 1])
    return not before and not (
        end < len(folded) and _is_run_character(folded[end - 1]) and _is_run_character(folded[end])
    )


def _is_run_character(char: str) -> bool:
    return char.isalnum() and not is_cjk(char)


def _needs_text_scan(word: str) -> bool:
    """Return true if a word is searched in texts: one of letters and digits, or one character, is a term anyway."""
    return len(word) > 1 and not _RUN.fullmatch(word) and word not in run_terms(word)


def _is_word_of(overlay: Overlay, word: str) -> bool:
    return bool(overlay.frequency(word))


# --- The files -------------------------------------------------------------------------------------------


def _words(path: str | None) -> tuple[list[tuple[str, int | None]], tuple[str, ...]]:
    if path is None:
        return [], ()
    _must_be_there(path)
    listed = user_words.read(path)
    entries = [(fold(entry.word), entry.frequency) for entry in listed.entries.values()]
    return entries, _messages(path, listed.bad)


def _synonyms(path: str | None) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    matches: dict[str, dict[str, None]] = {}
    bad = []
    for number, line in _lines(path):
        left, arrow, right = line.partition("=>")
        left_words, right_words = _split_words(left), _split_words(right)
        if (arrow and not (left_words and right_words)) or (not arrow and len(left_words) < 2):
            bad.append(user_words.BadLine(number, "it has fewer than two words: 医院, 卫生院 or 甲 => 乙"))
            continue
        for word in left_words:
            others = right_words if arrow else left_words
            matches.setdefault(word, {}).update((other, None) for other in others if other != word)
    return {word: tuple(others) for word, others in matches.items() if others}, _messages(path, bad)


def _stop_words(path: str | None) -> tuple[frozenset[str], tuple[str, ...]]:
    matches, bad = set(), []
    for number, line in _lines(path):
        if "\N{REPLACEMENT CHARACTER}" in line:
            bad.append(user_words.BadLine(number, "not UTF-8"))
        else:
            matches.add(line)
    return frozenset(matches), _messages(path, bad)


def _split_words(text: str) -> list[str]:
    words = (" ".join(word.split()) for word in text.replace("、", ",").split(","))
    return [word for word in words if word and len(word) <= user_words.MAX_WORD_LENGTH]


def _lines(path: str | None) -> Iterator[tuple[int, str]]:
    """Yield the non-empty lines of a file, folded, without comments, with their numbers."""
    if path is None:
        return
    _must_be_there(path)
    try:
        with open(path, "rb") as file:
            content = file.read(user_words.MAX_FILE_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    for number, line in enumerate(user_words.text_lines(content), 1):
        text = line if isinstance(line, str) else line.decode("utf-8", "replace")
        folded = fold(text.partition("#")[0] if text.lstrip("\ufeff \t").startswith("#") else text)
        if content_line := folded.strip("\ufeff \t"):
            yield number, content_line


def _must_be_there(path: str) -> None:
    if not os.path.exists(path):
        raise ConfigError(f"{path} does not exist; create it or change the setting")


def _messages(path: str | None, bad: Iterable[user_words.BadLine]) -> tuple[str, ...]:
    messages = [f"{path}, line {line.number}: {line.why}; the line is left out" for line in bad]
    left = len(messages) - _SHOWN_NOTES
    return (
        (*messages[:_SHOWN_NOTES], f"{path}: {left} more lines are left out") if left > 1 else tuple(messages)
    )


def _stat(path: str | None) -> tuple[int, int] | None:
    try:
        status = os.stat(path) if path is not None else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None


def load_words(words: str) -> UserLexicon | None:
    """Return the user lexicon of a file of words, cached until the file changes."""
    return _loaded(Sources(words), Sources(words).state())


@lru_cache(1)
def _loaded(sources: Sources, _state: object) -> UserLexicon | None:
    return load(sources)
