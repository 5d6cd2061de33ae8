"""Sets of numbers as ascending arrays without duplicates.

numpy's own set functions sort again what is sorted, and ``np.unique`` imports all of ``numpy.ma`` when it is first
called, which takes longer than most queries.
"""

import numpy as np

from searchidx._startup.array_types import NDArray

Numbers = NDArray[np.int64]

_MIN_MARKED = 1024  # values from which marking may pay
_MARKED_FACTOR = 16  # length of a set by which marking pays for one value


def distinct(values: Numbers) -> Numbers:
    """Return the set of some values in any order."""
    if len(values) < 2:
        return values
    ordered = np.sort(values, kind="stable")  # a stable sort of a sorted array is one pass
    is_first = np.empty(len(ordered), bool)
    is_first[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    unique: Numbers = ordered[is_first]
    return unique


def union(one: Numbers, other: Numbers) -> Numbers:
    """Return the union of two sets."""
    if not len(one) or not len(other):
        return one if len(one) else other
    return distinct(np.concatenate([one, other]))


def common(one: Numbers, other: Numbers) -> Numbers:
    """Return the intersection of two sets."""
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    both: Numbers = smaller[are_in(smaller, larger)]
    return both


def without(values: Numbers, excluded: Numbers) -> Numbers:
    """Return the difference of two sets."""
    if not len(values) or not len(excluded):
        return values
    difference: Numbers = values[~are_in(values, excluded)]
    return difference


def are_in(values: Numbers, members: Numbers) -> NDArray[np.bool_]:
    """Return the mask of the values, in any order, that are members of a set."""
    if not len(members) or not len(values):
        return np.zeros(len(values), bool)
    # For many values a table of all numbers is quicker than a binary search for each.
    if len(values) > max(_MIN_MARKED, len(members) // _MARKED_FACTOR):
        is_member = np.zeros(max(int(members[-1]), int(values.max())) + 1, bool)
        is_member[members] = True
        mask: NDArray[np.bool_] = is_member[values]
        return mask
    positions = members.searchsorted(values)
    positions[positions == len(members)] = 0
    equal: NDArray[np.bool_] = members[positions] == values
    return equal
