"""Stretches of an array where something holds: from masks to bounds and back, for texts as arrays of code points."""

from typing import NamedTuple

import numpy as np

from searchidx._startup.array_types import NDArray


class Stretches(NamedTuple):
    """Stretches that do not touch, in order.

    Attributes:
        starts: Position of the first of each.
        ends: Position behind the last of each.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]


def stretches(mask: NDArray[np.bool_]) -> Stretches:
    """The stretches in which a mask is true."""
    padded = np.zeros(len(mask) + 2, bool)
    padded[1:-1] = mask
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return Stretches(edges[::2], edges[1::2])


def within(some: Stretches, chosen: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
    """A mask of ``size`` that is true inside the stretches that are ``chosen``."""
    bounds = np.zeros(size + 1, np.int8)
    bounds[some.starts[chosen]] = 1
    bounds[some.ends[chosen]] -= 1
    return np.cumsum(bounds[:-1], dtype=np.int8).view(bool)
