"""Sets of numbers as ascending arrays without repeats.

numpy's own set functions sort what is sorted already, and ``np.unique`` imports all of ``numpy.ma`` when it is first
called, which takes longer than most queries.
"""

import numpy as np

from searchidx._startup.array_types import NDArray

Numbers = NDArray[np.int64]

_FEW = 1024
_MANY = 16  # times as many


def distinct(values: Numbers) -> Numbers:
    """Ascending values once each; they need not be ascending when they come."""
    if len(values) < 2:
        return values
    ordered = np.sort(values, kind="stable")  # which takes no longer than a look where it is sorted
    fresh = np.empty(len(ordered), bool)
    fresh[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    once: Numbers = ordered[fresh]
    return once


def union(one: Numbers, other: Numbers) -> Numbers:
    """What stands in either of two sets."""
    if not len(one) or not len(other):
        return one if len(one) else other
    return distinct(np.concatenate([one, other]))


def common(one: Numbers, other: Numbers) -> Numbers:
    """What stands in both of two sets."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    both: Numbers = few[are_in(few, many)]
    return both


def without(values: Numbers, taken: Numbers) -> Numbers:
    """What stands in the first of two sets and not in the second."""
    if not len(values) or not len(taken):
        return values
    left: Numbers = values[~are_in(values, taken)]
    return left


def are_in(values: Numbers, held: Numbers) -> NDArray[np.bool_]:
    """Which of some values, in any order, stand in a set."""
    if not len(held) or not len(values):
        return np.zeros(len(values), bool)
    if len(values) > max(_FEW, len(held) // _MANY):  # then marking all is quicker than halving for each
        marked = np.zeros(max(int(held[-1]), int(values.max())) + 1, bool)
        marked[held] = True
        found: NDArray[np.bool_] = marked[values]
        return found
    at = held.searchsorted(values)
    at[at == len(held)] = 0
    there: NDArray[np.bool_] = held[at] == values
    return there
