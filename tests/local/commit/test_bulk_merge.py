"""ParsedLists joined as bytes are those that reading all and writing all again makes; what is no posting list is refused alike."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchidx.local.commit import bulk_merge
from searchidx.local.format import postings
from searchidx.local.format.postings import Encoded, Postings

quick = settings(deadline=None, max_examples=80)
SIZE = 100_000  # paragraphs of one segment
one_list = st.dictionaries(
    st.integers(0, 200) | st.integers(0, SIZE - 1), st.sampled_from([1, 1, 1, 2, 7, 257, 900]), min_size=1
)
segments = st.lists(st.dictionaries(st.integers(0, 9), one_list, max_size=6), min_size=1, max_size=4)


def encoded(lists: list[dict[int, int]]) -> Encoded:
    pairs = np.array([pair for held in lists for pair in sorted(held.items())], np.int64).reshape(-1, 2)
    return postings.encode(Postings(pairs[:, 0], pairs[:, 1]), np.array([len(held) for held in lists]))


@quick
@given(segments)
@example([{0: dict.fromkeys(range(0, SIZE, 7), 3)}, {0: dict.fromkeys(range(0, SIZE, 900), 1)}])
def test_joining_bytes_is_reading_and_writing_all_again(found):
    found = [part for part in found if part]
    known = sorted({term for part in found for term in part})
    whole: dict[int, dict[int, int]] = {term: {} for term in known}
    parts = []
    for number, part in enumerate(found):
        stored = encoded([part[term] for term in sorted(part)])
        terms = np.searchsorted(known, sorted(part))
        parts.append(bulk_merge.Part(bulk_merge.parse_lists(*stored), terms, number * SIZE))
        for term, held in part.items():
            whole[term] |= {number * SIZE + at: frequency for at, frequency in held.items()}
    joined = bulk_merge.splice(parts, len(known))
    wanted = encoded(list(whole.values()))
    assert joined.raw.tolist() == wanted.raw.tolist()
    assert joined.sizes.tolist() == wanted.sizes.tolist()


@quick
@given(st.lists(st.binary(min_size=1, max_size=12), min_size=1, max_size=3))
@example([b"\x01\x00\x00"])
@example([b"\x03\x01\x01\x80\x01"])  # ends within a number
@example([b"\x02\x80\x80\x80\x80\x80\x01"])  # a number of six bytes
@example([b"\x05\x01\x00\x00\x09"])  # no gap says that its frequency is above one
@example([b"\x02\x05"])  # a gap says so, the head does not
@example([b"\x03\x01\x01\xff", b"\x02\x04"])  # a count that looks like a number that goes on
def test_any_bytes_are_lists_or_refused_alike(pieces):
    raw = np.frombuffer(b"".join(pieces), np.uint8)
    sizes = np.array([*map(len, pieces)])
    try:
        found = [postings.decode(np.frombuffer(piece, np.uint8)).paragraphs for piece in pieces]
    except ValueError:
        with pytest.raises(ValueError, match=r"posting list|a number"):
            bulk_merge.parse_lists(raw, sizes)
        return
    lists = bulk_merge.parse_lists(raw, sizes)
    assert lists.heads.counts.tolist() == [*map(len, found)]
    assert lists.last.tolist() == [paragraphs[-1] for paragraphs in found]
