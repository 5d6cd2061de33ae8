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
"""Continuation bit."""
LOW = 0x7F
TRUNCATED = "a number is truncated"
TOO_LONG = f"a number has more than {MAX_BYTES} bytes"


def sizes(numbers: AnyNumbers) -> NDArray[np.int64]:
    """Count the bytes each number takes."""
    widths = np.ones(len(numbers), np.int64)
    for width in range(1, MAX_BYTES):
        longer = numbers >= 1 << (7 * width)
        if not longer.any():
            break
        widths += longer
    return widths


def encode(numbers: Numbers) -> Bytes:
    """Return the encoded numbers one after another."""
    widths = sizes(numbers)
    ends = np.cumsum(widths)
    out = np.empty(int(ends[-1]) if len(ends) else 0, np.uint8)
    place(out, ends - widths, numbers, widths)
    return out


def place(out: Bytes, starts: NDArray[np.int64], numbers: AnyNumbers, widths: NDArray[np.int64]) -> None:
    """Write each encoded number, of the width from :func:`sizes`, into ``out`` at its start."""
    max_width = int(widths.max()) if len(widths) else 0
    low = numbers.astype(np.uint8)  # the high bit is overwritten below where the number continues
    if max_width > 1:
        low |= (widths > 1).view(np.uint8) << np.uint8(7)
    out[starts] = low
    for position in range(1, max_width):
        longer = np.flatnonzero(widths > position)
        septets = (numbers[longer] >> (7 * position)).astype(np.uint8)
        septets |= (widths[longer] > position + 1).view(np.uint8) << np.uint8(7)
        out[starts[longer] + position] = septets


def decode(raw: Bytes) -> Numbers:
    """Return all numbers encoded in ``raw``, which must end at the end of a number.

    Most numbers of a posting list take one byte, so all bytes are widened at once, and only the bytes with the
    continuation bit are corrected: each absorbs the complete number behind it, from the highest seven bits down.

    Raises:
        ValueError: A number is truncated or too long.
    """
    continues = raw >= MORE
    pending = np.flatnonzero(continues)
    numbers = raw.astype(np.int64)
    if not len(pending):
        return numbers
    if continues[-1]:
        raise ValueError(TRUNCATED)
    starts = np.empty(len(raw), bool)
    starts[0] = True
    np.logical_not(continues[:-1], out=starts[1:])
    for _ in range(MAX_BYTES - 1):
        blocked = continues[pending + 1]
        ready = pending[~blocked]
        numbers[ready] = (numbers[ready] & LOW) | (numbers[ready + 1] << 7)
        continues[ready] = False
        pending = pending[blocked]
        if not len(pending):
            return numbers[starts]
    raise ValueError(TOO_LONG)


def decode_small(raw: Bytes) -> NDArray[Any]:
    """Return all numbers encoded in ``raw`` like :func:`decode`, as bytes if none takes more than one.

    The longest lists are those of the most frequent terms, and all their gaps are small.
    """
    return raw if len(raw) and raw.max() < MORE else decode(raw)


def decode_at(raw: Bytes, starts: NDArray[np.int64]) -> tuple[Numbers, NDArray[np.int64]]:
    """Decode one number at each start.

    Returns:
        The numbers, and the position after each.

    Raises:
        ValueError: A number is truncated or too long.
    """
    widths = np.ones(len(starts), np.int64)
    pending = np.arange(len(starts))
    for _ in range(MAX_BYTES):
        lasts = starts[pending] + widths[pending] - 1
        if len(lasts) and int(lasts.max()) >= len(raw):
            raise ValueError(TRUNCATED)
        pending = pending[raw[lasts] >= MORE]
        if not len(pending):
            return _gather(raw, starts, widths), starts + widths
        widths[pending] += 1
    raise ValueError(TOO_LONG)


def _gather(raw: Bytes, starts: NDArray[np.int64], widths: NDArray[np.int64]) -> Numbers:
    max_width = int(widths.max()) if len(widths) else 0
    if max_width > MAX_BYTES:
        raise ValueError(TOO_LONG)
    numbers = (raw[starts] & LOW).astype(np.int64)
    for position in range(1, max_width):
        longer = np.flatnonzero(widths > position)
        numbers[longer] |= (raw[starts[longer] + position] & LOW).astype(np.int64) << (7 * position)
    return numbers
