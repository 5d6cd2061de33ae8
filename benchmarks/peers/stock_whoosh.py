"""The recipe that every tutorial gives: Whoosh with ``jieba.analyse.ChineseAnalyzer``, nothing changed."""

import logging
from collections.abc import Iterable
from pathlib import Path

import jieba
from jieba.analyse import ChineseAnalyzer
from whoosh import index
from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import OrGroup, QueryParser
from whoosh.query import Query

from peers import Answer, Passage, phrase_of, spans_of

jieba.setLogLevel(logging.WARNING)


class _Searcher:
    def __init__(self, directory: Path) -> None:
        opened = index.open_dir(str(directory))
        self._searcher = opened.searcher()
        # Without OrGroup a whole question finds nothing: its words are never all in one paragraph.
        self._parser = QueryParser("text", opened.schema, group=OrGroup)

    def top(self, query: str, limit: int = 10) -> list[Answer]:
        parsed = self._parse(query)
        needles = [text for _, text in parsed.iter_all_terms()]
        hits = self._searcher.search(parsed, limit=limit)
        return [Answer(hit["key"], hit["text"], spans_of(hit["text"], needles)) for hit in hits]

    def total(self, query: str) -> int:
        return len(self._searcher.search(self._parse(query), limit=1))

    def keys(self, query: str) -> set[str]:
        """Return every match, for the completeness check."""
        parsed = self._parse(query)
        return {
            self._searcher.stored_fields(number)["key"] for number in self._searcher.docs_for_query(parsed)
        }

    def _parse(self, query: str) -> Query:
        phrase = phrase_of(query)
        return self._parser.parse(f'"{phrase}"' if phrase else query)


class _Stock:
    name = "Whoosh + ChineseAnalyzer"

    def build(self, passages: Iterable[Passage], directory: Path) -> None:
        directory.mkdir(parents=True)
        schema = Schema(key=ID(stored=True), text=TEXT(stored=True, analyzer=ChineseAnalyzer()))
        writer = index.create_in(str(directory), schema).writer()
        for key, text in passages:
            writer.add_document(key=key, text=text)
        writer.commit()

    def open(self, directory: Path) -> _Searcher:
        return _Searcher(directory)


PEER = _Stock()
