"""The term table answers as a plain sorted list would, whatever the terms and however many blocks they fill."""

import os
import tempfile
from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchidx.errors import CorruptIndexError
from searchidx.local.format import array_file, postings, term_dictionary
from searchidx.local.format.array_file import Container
from searchidx.local.format.postings import Postings
from searchidx.local.format.term_dictionary import BLOCK_TERMS, MAX_TERM_BYTES, TermTable

quick = settings(deadline=None, max_examples=80)
LETTERS = st.sampled_from("abz09+系统统计々〇𠮷é")
short = st.text(LETTERS, min_size=1, max_size=3)
term = (short | st.text(LETTERS, min_size=1, max_size=60)).map(str.encode)
needle = st.text(LETTERS, min_size=1, max_size=2).map(str.encode)
# Some are drawn and some counted out, so that edges are met and blocks are filled.
COUNTED = [
    (first + second + third).encode() for first in "a9统" for second in "abz09+系统" for third in "bz0统计〇"
]
vocabulary = st.builds(
    lambda drawn, from_, to: drawn | set(COUNTED[from_:to]),
    st.sets(term, max_size=12),
    st.integers(0, len(COUNTED)),
    st.sampled_from([0, BLOCK_TERMS - 1, BLOCK_TERMS, BLOCK_TERMS + 1, len(COUNTED)]),
)


def lists_for(known: list[bytes]) -> list[list[tuple[int, int]]]:
    """Posting lists that tell terms apart: lengths, numbers and frequencies all follow from the position."""
    return [
        [
            (position * 7 + step * (position % 5 + 1), 1 + (position + step) % 3)
            for step in range(1 + position % 4)
        ]
        for position in range(len(known))
    ]


def table_of(known: list[bytes]) -> TermTable:
    lists = lists_for(known)
    pairs = np.array([pair for row in lists for pair in row], np.int64).reshape(-1, 2)
    counts = np.array([*map(len, lists)], np.int64)
    encoded = postings.encode(Postings(pairs[:, 0], pairs[:, 1]), counts)
    handle, path = tempfile.mkstemp()
    os.close(handle)
    try:
        array_file.write(path, term_dictionary.arrays("f", term_dictionary.vocabulary(known), encoded), {})
        return TermTable(Container(path), "f")
    finally:
        os.remove(path)


def pairs_of(found: Postings) -> list[tuple[int, int]]:
    return list(zip(found.paragraphs.tolist(), found.frequencies.tolist(), strict=True))


@quick
@given(vocabulary)
def test_terms_come_back_in_order(found):
    known = sorted(found)
    table = table_of(known)
    assert len(table) == len(known)
    assert list(table.terms()) == known
    assert [table.term(position) for position in range(len(known))] == known
    assert [table.find(one) for one in known] == list(range(len(known)))


@quick
@given(vocabulary, st.lists(term | needle | st.just(b"") | st.just(b"\xff"), max_size=20))
def test_look_ups_are_those_of_a_sorted_list(found, asked):
    known = sorted(found)
    table = table_of(known)
    for one in asked:
        assert table.lower_bound(one) == bisect_left(known, one)
        assert table.find(one) == (known.index(one) if one in found else -1)
        start, end = table.prefix_range(one)
        assert known[start:end] == [other for other in known if other.startswith(one)]


@quick
@given(vocabulary, st.data())
def test_ranges_are_those_of_a_list(found, draw):
    known = sorted(found)
    table = table_of(known)
    start = draw.draw(st.integers(0, len(known)))
    end = draw.draw(st.integers(start, len(known)))
    text, ends = table.text(start, end)
    assert text == b"".join(known[start:end])
    assert ends.tolist() == np.cumsum([len(one) for one in known[start:end]]).tolist()
    assert list(table.terms(start)) == known[start:]


@quick
@given(vocabulary, needle, st.data())
def test_containing_finds_what_a_scan_finds(found, wanted, draw):
    known = sorted(found)
    table = table_of(known)
    start = draw.draw(st.integers(0, len(known)))
    end = draw.draw(st.integers(start, len(known)))
    scanned = [position for position in range(start, end) if wanted in known[position]]
    assert table.containing(wanted, start, end).tolist() == scanned


def test_containing_does_not_find_across_two_terms():
    table = table_of([b"ab", b"ba", b"bab"])
    assert table.containing(b"bb", 0, 3).tolist() == []
    assert table.containing(b"abba", 0, 3).tolist() == []
    assert table.containing(b"ba", 0, 3).tolist() == [1, 2]
    assert table.containing(b"aa", 0, 2).tolist() == []


@quick
@given(vocabulary, st.data())
def test_postings_are_those_of_the_term(found, draw):
    known = sorted(found)
    assume(known)
    table, lists = table_of(known), lists_for(known)
    for position in draw.draw(st.lists(st.integers(0, len(known) - 1), max_size=10)):
        assert pairs_of(table.postings(position)) == lists[position]
        assert table.count(position) == len(lists[position])


@quick
@given(vocabulary, st.data())
def test_postings_of_many_are_those_of_each(found, draw):
    known = sorted(found)
    table, lists = table_of(known), lists_for(known)
    start = draw.draw(st.integers(0, len(known)))
    end = draw.draw(st.integers(start, len(known)))
    together, counts = table.postings_of_range(start, end)
    assert pairs_of(together) == [pair for row in lists[start:end] for pair in row]
    assert counts.tolist() == [*map(len, lists[start:end])]
    wanted = draw.draw(needle)
    paragraphs = table.paragraphs_of_containing(wanted, start, end)
    held = [position for position in range(start, end) if wanted in known[position]]
    assert paragraphs.tolist() == [pair[0] for position in held for pair in lists[position]]


@pytest.mark.parametrize("length", [MAX_TERM_BYTES - 1, MAX_TERM_BYTES])
def test_the_longest_term_is_found(length):
    known = [b"a" * length, b"b" * length]
    table = table_of(known)
    assert [table.find(one) for one in known] == [0, 1]
    assert table.find(b"a" * (length - 1)) == -1


def test_more_blocks_than_are_kept_are_read_again(monkeypatch):
    monkeypatch.setattr(term_dictionary, "_MAX_CACHED_BLOCKS", 2)
    known = [b"%05d" % number for number in range(5 * BLOCK_TERMS)]
    table = table_of(known)
    for position in (0, 3 * BLOCK_TERMS, 4 * BLOCK_TERMS, 0, BLOCK_TERMS, 3 * BLOCK_TERMS):
        assert table.term(position) == known[position]


def test_a_table_with_too_few_blocks_is_refused(tmp_path):
    arrays = term_dictionary.arrays(
        "f", term_dictionary.vocabulary([b"a", b"b"]), postings.encode(*_two_lists())
    )
    arrays["f.block"] = arrays["f.block"][:0]
    array_file.write(str(tmp_path / "table"), arrays, {})
    with pytest.raises(CorruptIndexError):
        TermTable(Container(str(tmp_path / "table")), "f")


def _two_lists():
    return Postings(np.array([0, 1]), np.array([1, 1])), np.array([1, 1])
