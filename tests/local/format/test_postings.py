"""Posting lists come back as they went in, however many are read at once; what is no posting list is refused."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.local.format import postings
from searchidx.local.format.postings import MAX_FREQUENCY, Encoded, Postings

quick = settings(deadline=None, max_examples=80)
NUMBERS = st.integers(0, 300) | st.integers(0, 2**22)
FREQUENCIES = st.integers(1, 5) | st.sampled_from([1, 1, 2, 256, 257, 258, 70_000])
one_list = st.dictionaries(NUMBERS, FREQUENCIES, min_size=1, max_size=60).map(
    lambda found: sorted(found.items())
)
lists = st.lists(one_list, max_size=20)


def encoded(term_lists: list[list[tuple[int, int]]]) -> Encoded:
    flat = np.array([pair for pairs in term_lists for pair in pairs], np.int64).reshape(-1, 2)
    counts = np.array([len(pairs) for pairs in term_lists], np.int64)
    return postings.encode(Postings(flat[:, 0], flat[:, 1]), counts)


def stored_as(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(number, min(frequency, MAX_FREQUENCY)) for number, frequency in pairs]


def pairs_of(found: Postings) -> list[tuple[int, int]]:
    return list(zip(found.paragraphs.tolist(), found.frequencies.tolist(), strict=True))


def each(stored: Encoded) -> list[np.ndarray]:
    return np.split(stored.raw, np.cumsum(stored.sizes)[:-1]) if len(stored.sizes) else []


def test_the_bytes_are_those_of_the_format():
    # Paragraphs 0, 3 and 4, in the second of them five times: head 3*2+1, one repeat, the gaps, one count.
    assert encoded([[(0, 1), (3, 5), (4, 1)]]).raw.tolist() == [7, 1, 0, 2 * 2 + 1, 0, 5 - 2]
    assert encoded([[(200, 1)]]).raw.tolist() == [2, 0x90, 0x03]


@quick
@given(lists)
@example([])
def test_lists_come_back_one_by_one(term_lists):
    stored = encoded(term_lists)
    assert [pairs_of(postings.decode(raw)) for raw in each(stored)] == [*map(stored_as, term_lists)]
    assert [postings.count(raw) for raw in each(stored)] == [*map(len, term_lists)]


@quick
@given(lists)
@example([])
def test_lists_come_back_all_at_once(term_lists):
    stored = encoded(term_lists)
    found, counts = postings.decode_many(stored.raw, stored.sizes)
    assert pairs_of(found) == [pair for pairs in term_lists for pair in stored_as(pairs)]
    assert counts.tolist() == [*map(len, term_lists)]


@quick
@given(st.binary(min_size=1, max_size=12))
@example(b"\x01\x00\x00")
@example(b"\x03\xff\x7f\x01")
@example(b"\x00\x00")
def test_any_bytes_are_a_list_or_refused_alike(data):
    """What one reader takes the other takes, and both give the same: a list that ascends."""
    raw = np.frombuffer(data, np.uint8)
    try:
        found = pairs_of(postings.decode(raw))
    except ValueError:
        with pytest.raises(ValueError, match=r"posting list|a number"):
            postings.decode_many(raw, np.array([len(raw)]))
        return
    many, counts = postings.decode_many(raw, np.array([len(raw)]))
    assert pairs_of(many) == found
    assert counts.tolist() == [len(found)]
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    assert all(number >= 0 and frequency >= 1 for number, frequency in found)


@quick
@given(lists.filter(bool), st.data())
def test_damaged_lists_are_read_or_refused(term_lists, draw):
    stored = encoded(term_lists)
    damaged = stored.raw.copy()
    at = draw.draw(st.integers(0, len(damaged) * 8 - 1))
    damaged[at // 8] ^= 1 << at % 8
    for read in (
        lambda: postings.decode_many(damaged, stored.sizes),
        *(lambda raw=raw: postings.decode(raw) for raw in each(Encoded(damaged, stored.sizes))),
    ):
        try:
            read()
        except ValueError:
            continue


@quick
@given(one_list, st.integers(1, 40))
def test_the_last_paragraph_is_read_in_pieces_of_any_size(pairs, step):
    raw = encoded([pairs]).raw
    assert postings.last_paragraph(lambda start, end: raw[start:end], len(raw), step + 5) == pairs[-1][0]


@quick
@given(st.binary(min_size=1, max_size=12), st.integers(6, 12))
@example(b"\x01\x00\x00", 6)
@example(b"\x03\xff\x7f\x01", 6)
def test_any_bytes_are_refused_in_pieces_where_they_are_refused_whole(data, step):
    raw = np.frombuffer(data, np.uint8)
    try:
        whole = postings.decode(raw).paragraphs.tolist()
    except ValueError:
        with pytest.raises(ValueError, match=r"posting list|a number"):
            postings.last_paragraph(lambda start, end: raw[start:end], len(raw), step)
        return
    assert postings.last_paragraph(lambda start, end: raw[start:end], len(raw), step) == whole[-1]
