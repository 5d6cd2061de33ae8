"""Paragraphs that say the same in nearly the same words: reprints, quotations, boilerplate.

Two texts are near-identical when four fifths of their pairs of neighbouring characters are common to both (Jaccard
similarity of bigrams; folded, white space left out). Which pairs of texts to compare is found by minhash: 32 minima of
one hash of every bigram (one-permutation hashing with empty bins filled from the next one: Li, Owen and Zhang 2012,
Shrivastava and Li 2014), compared in eight bands of four. A pair as near as the threshold is compared with a
probability of 0.98, one of nine tenths of 0.9999. Each is then compared exactly.

Computed when asked for: 64 bits a paragraph, stored, would be six in a hundred of a text of short paragraphs.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from searchidx._startup.array_types import NDArray
from searchidx.fold import fold
from searchidx.fold.bulk import codes_of, fold_codes
from searchidx.local.segment import schema
from searchidx.local.segment.query_budget import QueryBudget

THRESHOLD = 0.8
_BINS = 32
_BANDS = 8
_ALIKE = 14  # minima of 32 that texts must share to be compared; at the threshold 26 are to be expected
_AT_A_TIME = 4096  # texts looked at together, for the memory it takes
_NEIGHBOURS = (
    3  # of the texts that share a band, the ones before that each is compared with, beside the first
)
_PAIRS_AT_A_TIME = 1 << 16
_EMPTY = np.uint32(0xFFFFFFFF)

_Ints = NDArray[np.int64]
_Hashes = NDArray[np.uint32]


def leaders(texts: Sequence[str], budget: QueryBudget) -> _Ints:
    """Which text each text repeats.

    Args:
        texts: The best first.
        budget: Budget of the query.

    Returns:
        For each text the position of the first one it is near-identical to: its own where there is none. That one
        leads: it repeats nothing itself.
    """
    first: dict[str, int] = {}
    leading = np.fromiter((first.setdefault(text, at) for at, text in enumerate(texts)), np.int64, len(texts))
    alone = np.flatnonzero(leading == np.arange(len(texts)))
    leading[alone] = alone[_near(_Texts([texts[at] for at in alone.tolist()]), budget)]
    return leading[leading]


class _Texts:
    """Texts that are all different, and the bigrams of those that had to be compared."""

    def __init__(self, texts: list[str]) -> None:
        self.raw = texts
        self._bigrams: dict[int, frozenset[str]] = {}

    def are_near(self, one: int, other: int) -> bool:
        a, b = self._of(one), self._of(other)
        if min(len(a), len(b)) < THRESHOLD * max(len(a), len(b)):
            return False
        common = len(a & b)
        return common >= THRESHOLD * (len(a) + len(b) - common)

    def _of(self, at: int) -> frozenset[str]:
        bigrams = self._bigrams.get(at)
        if bigrams is None:
            text = fold(self.raw[at]).replace(" ", "")
            bigrams = self._bigrams[at] = frozenset(map("".join, zip("\n" + text, text, strict=False)))
        return bigrams


def _near(texts: _Texts, budget: QueryBudget) -> _Ints:
    """:func:`leaders` of texts that are all different."""
    signatures = [np.zeros((0, _BINS), np.uint32)]
    for start in range(0, len(texts.raw), _AT_A_TIME):
        budget.check()
        signatures.append(_signatures(texts.raw[start : start + _AT_A_TIME]))
    leading = list(range(len(texts.raw)))  # asked and changed one by one, in which a list is quicker
    for later, earlier in _pairs(np.concatenate(signatures), budget):
        budget.check()
        leader = leading[earlier]
        if leading[later] == later and texts.are_near(later, leader):
            leading[later] = leader
    return np.array(leading, np.int64)


def _signatures(texts: Sequence[str]) -> _Hashes:
    """The minima of each text."""
    codes, owners = _codes(texts)
    bigrams = _mixed(codes[:-1] * np.uint32(0x9E3779B1) ^ codes[1:])
    whole = (
        codes[1:] != schema.BREAK
    )  # each text has a break before it, and its first character makes a pair with that
    bigrams, owners = bigrams[whole], owners[1:][whole]
    minima = np.full(len(texts) * _BINS, _EMPTY, np.uint32)
    np.minimum.at(minima, owners * _BINS + (bigrams & np.uint32(_BINS - 1)), bigrams >> np.uint32(5))
    signatures = minima.reshape(-1, _BINS)
    for _ in range(2):  # from the next one on, around the end
        for at in range(_BINS - 1, -1, -1):
            column, following = signatures[:, at], signatures[:, (at + 1) % _BINS]
            empty = (column == _EMPTY) & (following != _EMPTY)
            column[empty] = following[empty] + np.uint32(0x5BD1E995)
    return signatures


def _codes(texts: Sequence[str]) -> tuple[_Hashes, _Ints]:
    """Folded characters of all texts but white space, a break before each; and the number of the text of each."""
    joined = "".join("\n" + text.replace("\n", " ") for text in texts)
    codes = codes_of(joined)
    breaks = codes == schema.BREAK
    owners = np.cumsum(breaks) - 1
    folded = fold_codes(codes)
    folded[breaks] = schema.BREAK
    kept = folded != schema.SPACE
    return folded[kept], owners[kept]


def _mixed(values: _Hashes) -> _Hashes:
    """Spread values over 32 bits (the finalizer of MurmurHash3)."""
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _pairs(signatures: _Hashes, budget: QueryBudget) -> Iterator[tuple[int, int]]:
    """Texts worth comparing: a later one and an earlier one that it may repeat, the later ones ascending."""
    width = _BINS // _BANDS
    count = len(signatures)
    found = [np.zeros(0, np.int64)]
    for band in range(0, _BINS, width):
        budget.check()
        columns = signatures[:, band : band + width].astype(np.uint64)
        keys = columns[:, 0]
        for at in range(1, width):
            keys = (keys ^ (keys >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + columns[:, at]
        found += _neighbouring(keys)
    pairs = np.unique(np.concatenate(found))
    for start in range(0, len(pairs), _PAIRS_AT_A_TIME):
        budget.check()
        later, earlier = np.divmod(pairs[start : start + _PAIRS_AT_A_TIME], count)
        # Most share a band by chance; of the near-identical nearly all minima are the same.
        alike = np.count_nonzero(signatures[later] == signatures[earlier], axis=1) >= _ALIKE
        yield from zip(later[alike].tolist(), earlier[alike].tolist(), strict=True)


def _neighbouring(keys: NDArray[np.uint64]) -> Iterator[_Ints]:
    """Texts with the same key: each with the few before it and with the first, as ``later * count + earlier``."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    for distance in range(1, _NEIGHBOURS + 1):
        same = keys[distance:] == keys[:-distance]
        yield order[distance:][same] * len(keys) + order[:-distance][same]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else order
    first = order[np.repeat(starts, np.diff([*starts.tolist(), len(keys)]))]
    later = first < order
    yield order[later] * len(keys) + first[later]
