"""SQLite FTS5 with its own trigram tokenizer: complete for three characters and more, blind below."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from peers import Answer, Passage, phrase_of, spans_of

_FILE = "trigram.sqlite"

with closing(sqlite3.connect(":memory:")) as _probe:
    try:
        _probe.execute("CREATE VIRTUAL TABLE probe USING fts5 (text, tokenize='trigram')")
    except sqlite3.OperationalError as _error:
        message = f"this SQLite ({sqlite3.sqlite_version}) has no FTS5 trigram tokenizer"
        raise ImportError(message) from _error


class _Searcher:
    def __init__(self, directory: Path) -> None:
        self._database = sqlite3.connect(f"file:{directory / _FILE}?mode=ro", uri=True)

    def top(self, query: str, limit: int = 10) -> list[Answer]:
        runs = _runs(query)
        rows = self._database.execute(
            "SELECT key, text FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
            (_match(runs), limit),
        )
        return [Answer(key, text, spans_of(text, runs)) for key, text in rows]

    def total(self, query: str) -> int:
        row = self._database.execute(
            "SELECT count(*) FROM passages WHERE passages MATCH ?", (_match(_runs(query)),)
        ).fetchone()
        return int(row[0])


def _runs(query: str) -> list[str]:
    phrase = phrase_of(query)
    return [phrase.lower()] if phrase else query.lower().split()


def _match(runs: list[str]) -> str:
    return " OR ".join('"{}"'.format(run.replace('"', '""')) for run in runs)


class _Trigram:
    name = "FTS5 trigram"

    def build(self, passages: Iterable[Passage], directory: Path) -> None:
        directory.mkdir(parents=True)
        with closing(sqlite3.connect(directory / _FILE)) as database:
            database.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                "CREATE VIRTUAL TABLE passages USING fts5 (key UNINDEXED, text, tokenize='trigram');"
            )
            database.executemany("INSERT INTO passages (key, text) VALUES (?, ?)", passages)
            database.commit()

    def open(self, directory: Path) -> _Searcher:
        return _Searcher(directory)


PEER = _Trigram()
