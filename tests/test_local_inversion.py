"""Arrays count as a plain walk over characters and chunks does."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.local import inversion
from searchidx.local.occurrences import MAX_PARAGRAPHS
from searchidx.runs import chunk_terms, joined_letters

quick = settings(deadline=None, max_examples=80)


@quick
@given(
    st.lists(st.tuples(st.integers(0x80, 0x10FFFF), st.integers(0, 40)), max_size=60),
    st.sampled_from([40, MAX_PARAGRAPHS - 1]),
)
@pytest.mark.parametrize("different", [0, 5_000])
def test_characters_are_counted_whether_or_not_they_fit_into_small_keys(different, found, last):
    found += [(0x4E00 + number, last) for number in range(different)]
    codes, owners = np.array(found, np.uint32).reshape(-1, 2).T
    expected = Counter(found)
    characters, lists, counts = inversion._group_codes(codes, owners)
    pairs = zip(np.repeat(characters, counts).tolist(), lists.paragraphs.tolist(), strict=True)
    assert list(zip(pairs, lists.frequencies.tolist(), strict=True)) == sorted(expected.items())


pieces = st.sampled_from(
    ["a", "github", "open", "x" * 30, "1", "C", "é", "中", ".", "-", "--", "_", "&", "+"]
)


@quick
@given(st.sets(st.lists(pieces, min_size=1, max_size=9).map("".join)))
def test_letters_joined_by_signs_are_read_at_once_as_each_is(chunks):
    names, hyphened = joined_letters(chunks)
    assert len({*names, *hyphened}) == len(names) + len(hyphened)
    for name in names:
        assert chunk_terms(name) == (name,)
    for name, whole in hyphened.items():
        assert chunk_terms(name) == (whole,)
