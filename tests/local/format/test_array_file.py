"""A container serves what was written or says that it is damaged: no flipped bit and no cut is ever served."""

import json
import os
import struct
import tempfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as any_array

from searchidx.errors import CorruptIndexError, NewerFormatError
from searchidx.local.format import array_file, versions
from searchidx.local.format.array_file import CHUNK_BYTES, Container

quick = settings(deadline=None, max_examples=60)
DTYPES = ("|u1", "<u2", "<u4", "<u8")
named_arrays = st.dictionaries(
    st.text(max_size=8),
    st.sampled_from(DTYPES).flatmap(lambda dtype: any_array(dtype, st.integers(0, 40))),
    max_size=5,
)
facts = st.dictionaries(st.text(max_size=4), st.none() | st.integers() | st.text(max_size=4), max_size=3)


def small(path) -> bytes:
    """A container of every type of array, small enough to damage each of its bits."""
    arrays = {f"a{dtype}": np.arange(3).astype(dtype) for dtype in DTYPES} | {"none": np.zeros(0, "<u4")}
    array_file.write(str(path), arrays, {"paragraphs": 3})
    return path.read_bytes()


def served(path) -> dict:
    """All that a container serves."""
    found = Container(str(path))
    return {"facts": found.facts} | {
        name: (found.array(name).dtype.str, found.array(name).tolist()) for name in sorted(found._arrays)
    }


@quick
@given(named_arrays, facts)
def test_arrays_and_facts_come_back(written, noted):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        assert array_file.write(path, written, noted) == os.path.getsize(path)
        found = Container(path)
        found.verify()
        assert found.facts == noted
        for name, array in written.items():
            assert found.array(name).dtype == array.dtype
            assert found.array(name).tolist() == array.tolist()
            assert found.length(name) == len(array)


def test_slices_over_chunks_are_those_of_the_array(tmp_path):
    array = np.random.default_rng(5).integers(0, 2**32, CHUNK_BYTES, np.uint32)
    array_file.write(str(tmp_path / "file"), {"before": array[:3], "a": array}, {})
    for start, end in (
        (0, 0),
        (0, 1),
        (4090, 4100),
        (CHUNK_BYTES - 1, CHUNK_BYTES),
        (CHUNK_BYTES, CHUNK_BYTES),
        (0, CHUNK_BYTES),
    ):
        found = Container(str(tmp_path / "file"))
        assert found.slice("a", start, end).tolist() == array[start:end].tolist()


def test_what_is_served_cannot_be_written_to(tmp_path):
    array_file.write(str(tmp_path / "file"), {"a": np.arange(3, dtype="<u4")}, {})
    with pytest.raises(ValueError, match="read-only"):
        Container(str(tmp_path / "file")).array("a")[0] = 1


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 4), (2, 1), (4, 4)])
def test_elements_that_are_not_there_are_refused(tmp_path, start, end):
    array_file.write(str(tmp_path / "file"), {"a": np.arange(3, dtype="|u1")}, {})
    found = Container(str(tmp_path / "file"))
    with pytest.raises(CorruptIndexError):
        found.slice("a", start, end)
    with pytest.raises(CorruptIndexError):
        found.raw("a", start, end)
    with pytest.raises(CorruptIndexError):
        found.array("b")


def test_no_flipped_bit_is_served(tmp_path):
    path = tmp_path / "file"
    whole = small(path)
    before = served(path)
    refused = 0
    for bit in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            assert served(path) == before, f"bit {bit}"
        except (CorruptIndexError, NewerFormatError):
            refused += 1
    # Only the padding behind the head is neither read nor served.
    assert refused > 8 * (len(whole) - 8)


def test_no_cut_is_served(tmp_path):
    path = tmp_path / "file"
    whole = small(path)
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(CorruptIndexError):
            served(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(CorruptIndexError):
        served(path)


def test_a_chunk_is_checked_before_it_is_served_and_only_then(tmp_path):
    path = tmp_path / "file"
    array_file.write(
        str(path), {"a": np.zeros(3 * CHUNK_BYTES, "|u1"), "b": np.zeros(CHUNK_BYTES, "<u8")}, {}
    )
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 4] ^= 0x10  # somewhere in ``a``
    path.write_bytes(damaged)
    found = Container(str(path))
    assert not found.array("b").any()
    with pytest.raises(CorruptIndexError):
        found.array("a")
    with pytest.raises(CorruptIndexError):
        found.array("a")
    with pytest.raises(CorruptIndexError):
        found.verify()


def test_a_later_version_is_named_as_such(tmp_path):
    path = tmp_path / "file"
    whole = small(path)
    size = struct.unpack_from("<I", whole, 12)[0]
    later = array_file.preamble_of(whole[32 : 32 + size], len(whole), versions.CURRENT + 1)
    path.write_bytes(later + whole[32:])
    with pytest.raises(NewerFormatError, match="upgrade"):
        Container(str(path))


def test_a_damaged_version_is_no_later_version(tmp_path):
    path = tmp_path / "file"
    whole = bytearray(small(path))
    whole[8:12] = struct.pack("<I", versions.CURRENT + 1)
    path.write_bytes(whole)
    with pytest.raises(CorruptIndexError):
        Container(str(path))


@pytest.mark.parametrize("content", [b"", b"\0", b"SIDXARRS", b"PK\x03\x04" + bytes(60), bytes(4096)])
def test_what_is_no_container_is_refused(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(CorruptIndexError):
        Container(str(tmp_path / "file"))


def test_a_missing_file_is_damage(tmp_path):
    with pytest.raises(CorruptIndexError, match="missing"):
        Container(str(tmp_path / "file"))


NOT_HEADS = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"\xff\xff",
    b"[" * 100_000,
    b'{"facts":{},"arrays":{}}',
    b'{"facts":{},"arrays":[],"crcs":[0,0]}',
    b'{"facts":{},"arrays":{},"crcs":0}',
    b'{"facts":{},"arrays":{},"crcs":[-8,2]}',
    b'{"facts":{},"arrays":{},"crcs":[0.0,0]}',
    b'{"facts":{},"arrays":{},"crcs":[1e400,0]}',
    b'{"facts":7,"arrays":{},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0,1,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0,-1,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[-8,1,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0,0,"|O"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0,0,[]]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0.5,0,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":["0",0,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":[0,1e400,"|u1"]},"crcs":[0,0]}',
    b'{"facts":{},"arrays":{"a":7},"crcs":[0,0]}',
]


@pytest.mark.parametrize("head", NOT_HEADS, ids=lambda head: repr(head[:40]))
def test_a_head_that_a_stranger_wrote_with_its_checksum_is_refused(tmp_path, head):
    body = array_file._round_up(32 + len(head))
    preamble = array_file.preamble_of(head, body)
    (tmp_path / "file").write_bytes((preamble + head).ljust(body, b"\0"))
    with pytest.raises(CorruptIndexError):
        Container(str(tmp_path / "file"))


def test_an_array_of_a_stranger_cannot_reach_into_the_checksums(tmp_path):
    """What lies behind the checked bytes is not served as an array."""
    path = tmp_path / "file"
    array_file.write(str(path), {"a": np.arange(8, dtype="|u1")}, {})
    whole = path.read_bytes()
    size = struct.unpack_from("<I", whole, 12)[0]
    head = json.loads(whole[32 : 32 + size])
    head["arrays"]["a"][1] = 12
    longer = json.dumps(head, separators=(",", ":")).encode()
    body = array_file._round_up(32 + len(longer))
    rest = whole[array_file._round_up(32 + size) :]
    preamble = array_file.preamble_of(longer, body + len(rest))
    path.write_bytes((preamble + longer).ljust(body, b"\0") + rest)
    with pytest.raises(CorruptIndexError):
        Container(str(path)).array("a")
