"""Variable-byte integers, whole arrays at a time.

Seven bits a byte, lowest first, the high bit set on every byte of a number but its last (LEB128). Numbers are
below 2**35, so no number takes more than five bytes.
"""

from typing import Any

import numpy as np

from searchidx._startup.array_types import NDArray

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
AnyNumbers = NDArray[np.signedinteger[Any]]

MAX_BYTES = 5
MORE = 0x80
LOW = 0x7F


def sizes(numbers: AnyNumbers) -> NDArray[np.int64]:
    """Count the bytes each number takes."""
    taken = np.ones(len(numbers), np.int64)
    for width in range(1, MAX_BYTES):
        longer = numbers >= 1 << (7 * width)
        if not longer.any():
            break
        taken += longer
    return taken


def encode(numbers: Numbers) -> Bytes:
    """Write the numbers one after another."""
    taken = sizes(numbers)
    ends = np.cumsum(taken)
    out = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
    place(out, ends - taken, numbers, taken)
    return out


def place(out: Bytes, starts: NDArray[np.int64], numbers: AnyNumbers, taken: NDArray[np.int64]) -> None:
    """Write each number into ``out`` at its start."""
    wide = int(taken.max()) if len(taken) else 0
    low = numbers.astype(np.uint8)  # of a number that goes on, the high bit is set whatever it was
    if wide > 1:
        low |= (taken > 1).view(np.uint8) << np.uint8(7)
    out[starts] = low
    for position in range(1, wide):
        reach = np.flatnonzero(taken > position)
        piece = (numbers[reach] >> (7 * position)).astype(np.uint8)
        piece |= (taken[reach] > position + 1).view(np.uint8) << np.uint8(7)
        out[starts[reach] + position] = piece


def decode(raw: Bytes) -> Numbers:
    """Read all numbers of ``raw``, which must end with the end of a number.

    Most numbers of a posting list take one byte, so all bytes are widened at once and only the bytes that
    continue are mended: a byte takes in the finished number behind it, from the highest seven bits down.

    Raises:
        ValueError: A number runs over the end or is too long.
    """
    continues = raw >= MORE
    open_ended = np.flatnonzero(continues)
    numbers = raw.astype(np.int64)
    if not len(open_ended):
        return numbers
    if continues[-1]:
        raise ValueError("a number runs over the end of its bytes")
    starts = np.empty(len(raw), bool)
    starts[0] = True
    np.logical_not(continues[:-1], out=starts[1:])
    for _ in range(MAX_BYTES - 1):
        blocked = continues[open_ended + 1]
        ready = open_ended[~blocked]
        numbers[ready] = (numbers[ready] & LOW) | (numbers[ready + 1] << 7)
        continues[ready] = False
        open_ended = open_ended[blocked]
        if not len(open_ended):
            return numbers[starts]
    raise ValueError("a number takes more bytes than any can")


def decode_small(raw: Bytes) -> NDArray[Any]:
    """Read all numbers of ``raw`` as :func:`decode` does, as bytes where none takes more than one.

    The lists that take the longest to read are those of what stands nearly everywhere, and their gaps are all small.
    """
    return raw if len(raw) and raw.max() < MORE else decode(raw)


def decode_at(raw: Bytes, starts: NDArray[np.int64]) -> tuple[Numbers, NDArray[np.int64]]:
    """Read one number at each start.

    Returns:
        The numbers, and the position after each.

    Raises:
        ValueError: A number runs over the end or is too long.
    """
    taken = np.ones(len(starts), np.int64)
    open_ended = np.arange(len(starts))
    for _ in range(MAX_BYTES):
        at = starts[open_ended] + taken[open_ended] - 1
        if len(at) and int(at.max()) >= len(raw):
            raise ValueError("a number runs over the end of its bytes")
        open_ended = open_ended[raw[at] >= MORE]
        if not len(open_ended):
            return _gather(raw, starts, taken), starts + taken
        taken[open_ended] += 1
    raise ValueError("a number takes more bytes than any can")


def _gather(raw: Bytes, starts: NDArray[np.int64], taken: NDArray[np.int64]) -> Numbers:
    wide = int(taken.max()) if len(taken) else 0
    if wide > MAX_BYTES:
        raise ValueError("a number takes more bytes than any can")
    numbers = (raw[starts] & LOW).astype(np.int64)
    for position in range(1, wide):
        reach = np.flatnonzero(taken > position)
        numbers[reach] |= (raw[starts[reach] + position] & LOW).astype(np.int64) << (7 * position)
    return numbers
