"""Variable-byte integers come back as they went in, one by one or all at once, and damaged bytes are seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchidx.local.format import varint

LARGEST = 2**35 - 1
EDGES = [edge + step for width in range(1, 5) for edge in [1 << 7 * width] for step in (-1, 0, 1)]
numbers = st.lists(st.integers(0, LARGEST) | st.sampled_from(EDGES) | st.integers(0, 300), max_size=200)
quick = settings(deadline=None, max_examples=80)


def leb128(number: int) -> bytes:
    """One number, written down from the definition."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def array(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def raw(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)


@quick
@given(numbers)
def test_bytes_are_leb128(values):
    assert varint.encode(array(values)).tobytes() == b"".join(map(leb128, values))


@quick
@given(numbers)
def test_numbers_come_back(values):
    assert varint.decode(varint.encode(array(values))).tolist() == values


@quick
@given(numbers)
def test_sizes_are_the_bytes_taken(values):
    assert varint.sizes(array(values)).tolist() == [len(leb128(value)) for value in values]


@quick
@given(numbers, st.binary(max_size=3))
def test_numbers_come_back_from_where_they_start(values, behind):
    sizes = [len(leb128(value)) for value in values]
    ends = np.cumsum(array(sizes)) if sizes else array([])
    stored = raw(b"".join(map(leb128, values)) + behind)
    found, after = varint.decode_at(stored, ends - array(sizes))
    assert found.tolist() == values
    assert after.tolist() == ends.tolist()


@quick
@given(numbers.filter(bool), st.integers(0, 1000))
def test_a_number_that_is_cut_off_is_seen(values, bigger):
    stored = b"".join(map(leb128, [*values, 128 + bigger]))[:-1]
    with pytest.raises(ValueError, match="truncated"):
        varint.decode(raw(stored))
    with pytest.raises(ValueError, match="truncated"):
        varint.decode_at(raw(stored), array([sum(len(leb128(value)) for value in values)]))


@pytest.mark.parametrize("length", [6, 7, 20])
@pytest.mark.parametrize("before", [b"", b"\x01", b"\x81\x01"])
def test_a_number_of_more_bytes_than_any_is_seen(length, before):
    stored = raw(before + b"\x81" * (length - 1) + b"\x01")
    with pytest.raises(ValueError, match="more than 5 bytes"):
        varint.decode(stored)
    with pytest.raises(ValueError, match="more than 5 bytes"):
        varint.decode_at(stored, array([len(before)]))


@quick
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data):
    try:
        found = varint.decode(raw(data))
    except ValueError:
        return
    assert len(found) == sum(byte < 0x80 for byte in data)
    assert all(0 <= number <= LARGEST for number in found.tolist())


def test_nothing_is_nothing():
    assert not len(varint.encode(array([])))
    assert not len(varint.decode(raw(b"")))
