"""Arrays count as a plain walk over characters and chunks does."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.local.indexing import inverter
from searchidx.local.indexing.occurrences import MAX_PARAGRAPHS
from searchidx.runs import chunk_terms, joined_letters

quick = settings(deadline=None, max_examples=80)


@quick
@given(
    st.lists(st.tuples(st.integers(0x80, 0x10FFFF), st.integers(0, 40)), max_size=60),
    st.lists(
        st.tuples(st.integers(0x80, 0x90) | st.integers(0x80, 0x10FFFF), st.integers(0, 4)), max_size=20
    ),
    st.sampled_from([40, MAX_PARAGRAPHS - 1]),
)
@pytest.mark.parametrize("different", [0, 5_000])
def test_characters_are_counted_whether_or_not_they_fit_into_small_keys(different, stored, read, last):
    """Those of reading forms count where the paragraph does not have them as stored."""
    stored += [(0x4E00 + number, last) for number in range(different)]
    stored += read[::3]
    expected = {**Counter(read), **Counter(stored)}
    columns = (column for pairs in (stored, read) for column in np.array(pairs, np.uint32).reshape(-1, 2).T)
    characters, lists, counts = inverter._group_codes(*columns)
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


def test_terms_of_a_reading_form_are_added_and_change_no_length():
    texts = ["普通的一段", "第 一 季 度 营 业 收 入", "营业收入"]
    folded, readings = inverter.fold_batch(texts), inverter.fold_reading_forms(texts)
    none = inverter.fold_reading_forms(texts[:1])
    for invert in (inverter.invert_characters, inverter.invert_bigrams):
        plain, read = invert(folded, none), invert(folded, readings)
        assert plain.lengths.tolist() == read.lengths.tolist()
    assert postings_of(inverter.invert_bigrams(folded, readings), "收入") == [(1, 1), (2, 1)]
    assert postings_of(inverter.invert_bigrams(folded, none), "收入") == [(2, 1)]
    assert postings_of(inverter.invert_characters(folded, readings), "收") == [(1, 1), (2, 1)]


def postings_of(inverted, term: str) -> list[tuple[int, int]]:
    ends = np.cumsum(inverted.vocabulary.widths)
    terms = [
        inverted.vocabulary.text[end - width : end].decode()
        for end, width in zip(ends, inverted.vocabulary.widths, strict=True)
    ]
    number = terms.index(term)
    start = int(inverted.counts[:number].sum())
    part = slice(start, start + int(inverted.counts[number]))
    return list(
        zip(
            inverted.postings.paragraphs[part].tolist(),
            inverted.postings.frequencies[part].tolist(),
            strict=True,
        )
    )
