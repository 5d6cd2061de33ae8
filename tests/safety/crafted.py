"""Indexes as a stranger would write them: every checksum is right, and what the bytes say is not."""

import json
import os
import zlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from searchidx.arrangement import Arrangement
from searchidx.errors import SearchidxError
from searchidx.ingest import update
from searchidx.local.commit import merger
from searchidx.local.commit.check import check
from searchidx.local.commit.index_writer import IndexWriter
from searchidx.local.engine import LocalEngine
from searchidx.local.format import array_file, stored_rows
from searchidx.local.format.array_file import Container
from searchidx.local.lookup.top_terms import LISTED
from searchidx.local.segment import manifest
from searchidx.local.segment.indexed_documents import indexed_documents
from searchidx.local.segment.manifest import Manifest, SegmentEntry
from searchidx.local.segment.segment import Segment
from searchidx.query import parse
from searchidx.request import SearchRequest
from tests.safety.held import write_texts

Arrays = dict[str, np.ndarray[Any, Any]]

QUERIES = (
    "水库",
    "水库 桥梁 gcc-12 2023",
    '"第二段"',
    "NOT 水库",
    "(水库 OR 桥梁) AND 编号",
    "path:md",
    "date:2023",
)
QUERIES += ("title:题目", "heading:题目", "type:markdown", "编", "cc")
QUERIES += ("in:2023年4月", "num:7919", "编*", "水库~1", '"水库 桥梁"~5', "lang:zh", "水库^2 桥梁")
LITERALS = ("水库与", "gcc", "c-1", "的 ", "第")


def made(folder: Path) -> str:
    """An honest index of two segments, one document deleted."""
    record = {"id": "r1", "title": "记录", "text": "第一条记录说的是水库 2023年4月20日", "date": "2023-04-20"}
    texts = {
        f"{number}.md": [
            "# 题目",
            f"第{number}篇说的是水库与桥梁。",
            "第二段，编号7919，gcc-12，2023-04-20。",
            "## 节",
            "桥梁" * 90,
        ]
        for number in range(70)
    }
    write_texts(folder / "source", {**texts, "r.jsonl": [json.dumps(record, ensure_ascii=False)]})
    index = str(folder / "index")
    update.update(index, [str(folder / "source")])
    (folder / "source" / "0.md").write_text("改\n", encoding="utf-8")
    update.update(index, [str(folder / "source")])
    return index


def arrays_of(index: str) -> tuple[Arrays, dict[str, Any]]:
    """The arrays of the largest segment of an index, and its facts."""
    entry = max(manifest.read(index).segments, key=lambda entry: entry.size)
    opened = Container(os.path.join(index, entry.name))
    return {name: opened.array(name).copy() for name in opened._arrays}, dict(opened.facts)


def craft(index: str, arrays: Arrays, facts: Any, deleted: tuple[int, ...] = ()) -> None:
    """Write an index of one segment with these arrays and facts, and a manifest that fits."""
    os.makedirs(index, exist_ok=True)
    for name in os.listdir(index):
        os.remove(os.path.join(index, name))
    path = os.path.join(index, "MAIN_crafted.seg")
    size = array_file.write(path, arrays, facts)
    counts = [
        facts.get(name) if isinstance(facts, dict) else 0
        for name in ("paragraphs", "documents", "text_bytes")
    ]
    paragraphs, documents, text_bytes = (count if type(count) is int else 0 for count in counts)
    try:
        seal = Container(path).seal
    except SearchidxError:
        seal = 0
    entry = SegmentEntry("MAIN_crafted.seg", size, paragraphs, documents, text_bytes, deleted, seal)
    with open(os.path.join(index, manifest.file_name(1)), "wb") as file:
        file.write(manifest.encode(Manifest(1, "2023", segments=(entry,), roots=("/nowhere",))))


def _packer() -> "zlib._Compress":
    """Packs as tightly as can be, as whoever means harm will."""
    return zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zdict=stored_rows._dictionary())


def bomb(facts: bytes, count: int) -> bytes:
    """A block of so many rows, of which the last unfolds to a quarter of a gigabyte."""
    packer = _packer()
    pieces = [packer.compress(b"\xff".join([facts, *[b"a"] * count]))]
    pieces += [packer.compress(b"a" * (1 << 20)) for _ in range(256)]
    return b"".join([*pieces, packer.flush()])


def lines(rows: Iterable[Any]) -> bytes:
    """Facts of rows as a block has them."""
    return b"\n".join(json.dumps(row).encode() for row in rows)


def repacked(arrays: Arrays, name: str) -> Arrays:
    """The arrays with all stored rows in one block: shows that what is crafted here is what is read there."""
    starts = arrays[f"{name}.start"].tolist()
    raw = arrays[f"{name}.raw"].tobytes()
    facts: list[bytes] = []
    texts: list[bytes] = []
    for start, end in pairwise(starts):
        head, *rest = stored_rows._inflate().copy().decompress(raw[start:end]).split(b"\xff")
        facts.append(head)
        texts += rest
    rows = [json.loads(line) for line in b"\n".join(facts).splitlines()]
    assert len(rows) == len(texts)
    return with_store(arrays, name, [block(lines(rows), *texts)], [len(rows)])


def block(facts: bytes, *texts: bytes) -> bytes:
    """A block of stored rows."""
    packer = _packer()
    return packer.compress(b"\xff".join([facts, *texts])) + packer.flush()


def with_store(arrays: Arrays, name: str, blocks: list[bytes], rows: list[int]) -> Arrays:
    """The arrays with other stored blocks of so many rows each."""
    starts = np.cumsum([0, *map(len, blocks)]).astype("<u8")
    first = np.cumsum([0, *rows]).astype("<u4")
    raw = np.frombuffer(b"".join(blocks), np.uint8)
    return {**arrays, f"{name}.raw": raw, f"{name}.start": starts, f"{name}.row": first}


def use(index: str) -> int:
    """Do with an index all that anybody does; only our own errors may come of it. Returns how many came."""
    refused = []
    for act in (_open_and_ask, _look_through, check, _merge, _index_again):
        try:
            act(index)
        except SearchidxError as error:
            refused.append(str(error))
    assert not any("\n" in line for line in refused)
    return len(refused)


def _open_and_ask(index: str) -> None:
    reader = LocalEngine(index)
    failed: SearchidxError | None = None
    queries = [*map(parse, QUERIES), *(parse(text, literal=True) for text in LITERALS)]
    for query in queries:
        for ask in (reader.search, reader.count, reader.files, reader.explain)[
            : 4 if query in queries[1:3] else 1
        ]:
            try:
                ask(SearchRequest(query))
            except SearchidxError as error:
                failed = error
    if failed:
        raise failed


def _look_through(index: str) -> None:
    reader = LocalEngine(index)
    reader.status()
    list(reader.documents())
    reader.snapshot.paragraphs(range(min(reader.snapshot.size, 500)))
    reader.explain(SearchRequest(parse("水库")), path="/nowhere/1.md", line=1)
    everything = Arrangement(
        "date", "document", True, ("type", "path", "heading", "date", "month", "day"), 1, 1
    )
    reader.search(SearchRequest(parse("水库"), arrangement=everything))
    for field in LISTED:
        reader.terms(field=field)
    reader.suggest(SearchRequest(parse("水裤 gcd-12")))
    for record in list(reader.documents())[:3]:
        for number in reader.snapshot.paragraph_numbers(record.path, None)[:2]:
            reader.similar(record.path, reader.snapshot.paragraphs([number])[0].line)


def _merge(index: str) -> None:
    segments = manifest.read(index).segments[:1] * 2
    if not segments:
        return
    path = os.path.join(index, "MAIN_merged.seg")
    try:
        merger.merge([Segment.committed(index, entry) for entry in segments], path)
    finally:
        if os.path.exists(path):
            os.remove(path)


def _index_again(index: str) -> None:
    with IndexWriter(index) as writer:
        indexed_documents(writer.snapshot())
