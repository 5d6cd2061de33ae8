"""Stored rows come back as they went in: alone, in any order, all at once, and after any number of copies."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx import line_map
from searchidx.document import Document, Paragraph
from searchidx.errors import CorruptIndexError
from searchidx.file_state import Source
from searchidx.local.format import array_file
from searchidx.local.format import stored_rows as stored_rows_module
from searchidx.local.format.array_file import Container
from searchidx.local.format.stored_rows import BLOCK_ROWS, Row, Store
from searchidx.local.segment import segment
from searchidx.messages import Message
from searchidx.results import DocumentRecord
from tests.sentences import sentences

quick = settings(deadline=None, max_examples=60)
facts = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.encode)
notes = st.builds(Message, st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2).map(tuple))
row = st.builds(Row, facts, texts)
# Some are drawn and some counted out, so that blocks are filled.
rows = st.builds(
    lambda drawn, count: drawn + [Row([number], b"%d" % number) for number in range(count)],
    st.lists(row, max_size=8),
    st.integers(0, 2 * BLOCK_ROWS + 1),
)


def store_of(written: stored_rows_module.Writer, count: int) -> Store:
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        array_file.write(path, written.arrays("s"), {})
        return Store(Container(path), "s", count)
    finally:
        os.remove(path)


def stored_rows(kept: list[Row]) -> Store:
    writer = stored_rows_module.Writer()
    for one in kept:
        writer.add(*one)
    return store_of(writer, len(kept))


@quick
@given(rows, st.data())
def test_rows_come_back(kept, draw):
    store = stored_rows(kept)
    assert len(store) == len(kept)
    assert list(store.all_rows()) == kept
    asked = draw.draw(st.lists(st.integers(0, len(kept) - 1), max_size=10)) if kept else []
    assert store.rows(asked) == [kept[number] for number in asked]
    assert [store.row(number) for number in asked] == [kept[number] for number in asked]
    assert store.texts(sorted(asked)) == [
        kept[number].text.decode("utf-8", "surrogatepass") for number in sorted(asked)
    ]


@quick
@given(rows, st.data(), st.sampled_from([1, 2, 64]), st.sampled_from([0, 40, 1 << 14]))
def test_many_texts_are_read_as_one_by_one(kept, draw, blocks, gap):
    store = stored_rows(kept)
    numbers = sorted(draw.draw(st.sets(st.integers(0, len(kept) - 1), min_size=1))) if kept else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_rows_module, "_READ_BLOCKS", blocks)
        patch.setattr(stored_rows_module, "_READ_GAP_BYTES", gap)
        if numbers:
            assert store.raw_texts(np.array(numbers)) == [kept[number].text for number in numbers]


def test_blocks_that_overlap_are_refused_where_many_are_read():
    kept = [Row([number], b"text %d" % number) for number in range(3 * BLOCK_ROWS)]
    writer = stored_rows_module.Writer()
    for one in kept:
        writer.add(*one)
    arrays = writer.arrays("s")
    arrays["s.start"][[1, 2]] = arrays["s.start"][[2, 1]]
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        array_file.write(path, arrays, {})
        with pytest.raises(CorruptIndexError, match="overlap"):
            Store(Container(path), "s", len(kept)).raw_texts(np.arange(len(kept)))
    finally:
        os.remove(path)


@quick
@given(st.lists(st.tuples(rows, st.randoms(), st.sampled_from(["all", "some", "none"])), max_size=4))
def test_what_lives_comes_back_after_a_copy(parts):
    writer, expected = stored_rows_module.Writer(), []
    for kept, random, lives in parts:
        live = np.array([lives == "all" or (lives == "some" and random.random() < 0.7) for _ in kept], bool)
        writer.copy(stored_rows(kept), live)
        expected += [one for one, lives_on in zip(kept, live, strict=True) if lives_on]
    copied = store_of(writer, len(expected))
    assert list(copied.all_rows()) == expected
    assert [copied.row(number) for number in range(len(expected))] == expected


def test_whole_blocks_are_copied_as_they_are():
    kept = [Row([number], b"text %d" % number) for number in range(3 * BLOCK_ROWS)]
    source = stored_rows(kept)
    writer = stored_rows_module.Writer()
    live = np.ones(len(kept), bool)
    live[BLOCK_ROWS] = False
    writer.copy(source, live)
    copied = store_of(writer, len(kept) - 1)
    assert [copied.packed(0, 1), copied.packed(copied.blocks - 1, copied.blocks)] == [
        source.packed(0, 1),
        source.packed(2, 3),
    ]


def test_small_blocks_are_packed_together():
    """Many small segments merged make no more blocks than one large one, give or take a few."""
    writer = stored_rows_module.Writer()
    for number in range(10 * BLOCK_ROWS):
        writer.copy(stored_rows([Row([number], b"text")]), np.ones(1, bool))
    assert store_of(writer, 10 * BLOCK_ROWS).blocks == 10


def test_more_blocks_than_are_kept_are_read_again(monkeypatch):
    monkeypatch.setattr(stored_rows_module, "_MAX_CACHED_BLOCKS", 2)
    kept = [Row(number, b"text %d" % number) for number in range(5 * BLOCK_ROWS)]
    store = stored_rows(kept)
    asked = [0, 3 * BLOCK_ROWS, 4 * BLOCK_ROWS, 0, BLOCK_ROWS, 3 * BLOCK_ROWS, 1]
    assert store.rows(asked) == [kept[number] for number in asked]


def test_a_block_that_would_expand_without_end_is_refused(monkeypatch):
    store = stored_rows([Row(0, bytes(100_000))])
    monkeypatch.setattr(stored_rows_module, "_MAX_BLOCK_BYTES", 50_000)
    with pytest.raises(CorruptIndexError):
        store.row(0)


lines = st.integers(1, 10**6)
dates = st.none() | st.sampled_from(["2023", "2023-04", "2023-04-20"])
paragraphs = st.builds(
    Paragraph,
    text=st.text(max_size=20),
    line=lines,
    end_line=lines,
    kind=st.sampled_from(["text", "heading", "item", "code", "table", "record", "link"]),
    headings=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    page=st.none() | st.integers(1, 9),
    id=st.none() | st.text(max_size=5),
    date=dates,
    line_map=st.none() | st.just(line_map.UNKNOWN),
)


@quick
@given(st.lists(paragraphs, max_size=8))
def test_paragraphs_come_back_with_all_that_is_known_of_them(found):
    writer = stored_rows_module.Writer()
    texts = [one.text.encode("utf-8", "surrogatepass") for one in found]
    writer.extend([segment.paragraph_facts(one) for one in found], texts)
    kept = store_of(writer, len(found)).all_rows()
    # Headings are kept once a section, beside the paragraphs.
    assert [segment.paragraph_of(row, one.headings) for row, one in zip(kept, found, strict=True)] == found


@quick
@given(
    st.builds(
        Document,
        path=st.text(max_size=9).map("/".__add__) | st.just("/tmp/\udce4\udcff.txt"),
        type=st.sampled_from(["text", "markdown"]),
        encoding=st.none() | st.just("utf-8"),
        title=st.text(max_size=9),
        date=dates,
        paragraphs=st.lists(paragraphs, max_size=3).map(tuple),
        notes=st.lists(notes, max_size=2).map(tuple),
    ),
    st.builds(Source, st.integers(0, 2**60), st.integers(-(2**62), 2**62), st.just("00ff" * 8)),
)
def test_documents_come_back_with_all_that_is_known_of_them(document, source):
    kept = stored_rows([segment.document_row(document, source)]).row(0)
    assert segment.record_of(kept) == DocumentRecord(
        document.path,
        source.size,
        source.mtime_ns,
        source.digest,
        document.type,
        document.encoding,
        document.title,
        document.date,
        len(document.paragraphs),
        sentences(document.notes),
    )


def test_the_words_that_blocks_are_deflated_against_are_those_of_the_format():
    # Blocks written with other words can't be read: a change of these is a change of the format.
    assert (
        hashlib.blake2b(
            Path(stored_rows_module.__file__).with_name("stored_words.txt").read_bytes(), digest_size=8
        ).hexdigest()
        == "84127f351e60807a"
    )


@quick
@given(st.lists(texts, max_size=3 * BLOCK_ROWS), st.lists(st.integers(0, 40)), st.sampled_from([30, 1 << 20]))
@example([b"1", b"x" * 30, b"2"], [], 30)
def test_rows_that_come_many_at_a_time_make_the_same_blocks(found, cuts, full):
    facts = [stored_rows_module.to_json([at, 0]) for at in range(len(found))]
    one_by_one, many = stored_rows_module.Writer(), stored_rows_module.Writer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_rows_module, "_FULL_BLOCK_BYTES", full)
        for fact, text in zip(facts, found, strict=True):
            one_by_one.extend([fact], [text])
        start = 0
        for size in [*cuts, len(found)]:
            many.extend(facts[start : start + size], found[start : start + size])
            start += size
    wanted, made = one_by_one.arrays("s"), many.arrays("s")
    assert made["s.row"].tolist() == wanted["s.row"].tolist()
    assert made["s.start"].tolist() == wanted["s.start"].tolist()
    assert b"".join(made["s.raw"].pieces) == b"".join(wanted["s.raw"].pieces)


def test_rows_whose_facts_are_large_fill_a_block_as_well():
    kept = [Row(["题" * 300_000 + str(number)], b"") for number in range(BLOCK_ROWS)]
    assert list(stored_rows(kept).all_rows()) == kept
