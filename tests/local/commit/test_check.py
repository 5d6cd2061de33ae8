"""Checking an index takes as much memory whatever its size, and reads all of it all the same."""

import tracemalloc
from pathlib import Path

import pytest

from searchidx.errors import CorruptIndexError
from searchidx.local.commit import check as check_module
from searchidx.local.commit.check import check
from searchidx.local.format import array_file
from searchidx.local.segment.segment import Segment
from tests.written_index import WrittenIndex, written

TEXTS = ("的的系统", "系统与规则 the kernel", "的规则一二三四五六七八九十")


def index_of(folder: Path, paragraphs: int) -> Path:
    index = WrittenIndex(folder / f"index{paragraphs}")
    texts = [f"{TEXTS[number % 3]}{number % 7}" for number in range(paragraphs)]
    index.commit(
        [written(f"/{start}.txt", texts[start : start + 200]) for start in range(0, paragraphs, 200)]
    )
    return Path(index.directory)


def peak(directory: Path) -> int:
    tracemalloc.start()
    try:
        assert check(str(directory)).problems == ()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_index(tmp_path, monkeypatch):
    """Posting lists of four times as many paragraphs would take two megabytes more, if they were decoded as one."""
    monkeypatch.setattr(check_module, "MAX_BATCH_BYTES", 1 << 10)
    monkeypatch.setattr(check_module, "_MAX_BATCH_STARTS", 16)
    monkeypatch.setattr(array_file, "_VERIFY_BYTES", array_file.CHUNK_BYTES)
    small, large = index_of(tmp_path, 6_000), index_of(tmp_path, 24_000)
    peak(small)  # what is loaded once
    assert peak(large) < peak(small) + 100_000


@pytest.mark.parametrize("step", [16, 64, check_module.MAX_BATCH_BYTES])
def test_a_posting_of_no_paragraph_is_seen_however_little_is_read_at_a_time(tmp_path, monkeypatch, step):
    monkeypatch.setattr(check_module, "MAX_BATCH_BYTES", step)
    path = next(index_of(tmp_path, 600).glob("*.seg"))
    check_module.examine(Segment(str(path)))
    shorter = Segment(str(path))
    shorter.count -= 1  # so that the last posting of every frequent term names a paragraph that is not there
    with pytest.raises(CorruptIndexError, match="is beyond its last paragraph"):
        check_module._examine_terms(shorter, "bigrams")


@pytest.mark.parametrize("name", ["documents", "sections"])
@pytest.mark.parametrize("step", [1, 2, 1 << 16])
def test_firsts_are_read_in_pieces_of_any_size(tmp_path, monkeypatch, name, step):
    monkeypatch.setattr(check_module, "_MAX_BATCH_STARTS", step)
    part = Segment(str(next(index_of(tmp_path, 601).glob("*.seg"))))
    counts = list(check_module._row_counts(part, name, getattr(part, name)))
    assert sum(counts) == 601
    assert len(counts) == getattr(part, name)
    part.count += 1
    with pytest.raises(CorruptIndexError, match="do not cover its paragraphs"):
        list(check_module._row_counts(part, name, getattr(part, name)))
