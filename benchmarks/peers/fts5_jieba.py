"""SQLite FTS5 over words cut by rjieba, the text beside it in an ordinary table."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from peers import Answer, Passage, phrase_of, spans_of
from peers.words import words, words_of

_FILE = "fts5.sqlite"


class _Searcher:
    def __init__(self, directory: Path) -> None:
        self._database = sqlite3.connect(f"file:{directory / _FILE}?mode=ro", uri=True)

    def top(self, query: str, limit: int = 10) -> list[Answer]:
        cut = words_of(query)
        rows = self._database.execute(
            "SELECT passages.key, passages.text FROM cut JOIN passages ON passages.rowid = cut.rowid"
            " WHERE cut MATCH ? ORDER BY cut.rank LIMIT ?",
            (_match(query, cut), limit),
        )
        return [Answer(key, text, spans_of(text, cut)) for key, text in rows]

    def total(self, query: str) -> int:
        row = self._database.execute(
            "SELECT count(*) FROM cut WHERE cut MATCH ?", (_match(query, words_of(query)),)
        ).fetchone()
        return int(row[0])


def _match(query: str, cut: list[str]) -> str:
    if phrase_of(query):
        return f'"{" ".join(cut)}"'
    return " OR ".join(f'"{word}"' for word in cut)


class _Fts5:
    name = "FTS5 + jieba"

    def build(self, passages: Iterable[Passage], directory: Path) -> None:
        directory.mkdir(parents=True)
        with closing(sqlite3.connect(directory / _FILE)) as database:
            database.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                "CREATE TABLE passages (key TEXT, text TEXT);"
                "CREATE VIRTUAL TABLE cut USING fts5 (words, content='', tokenize='unicode61');"
            )
            for number, (key, text) in enumerate(passages, 1):
                database.execute(
                    "INSERT INTO passages (rowid, key, text) VALUES (?, ?, ?)", (number, key, text)
                )
                database.execute(
                    "INSERT INTO cut (rowid, words) VALUES (?, ?)", (number, " ".join(words(text)))
                )
            database.commit()

    def open(self, directory: Path) -> _Searcher:
        return _Searcher(directory)


PEER = _Fts5()
