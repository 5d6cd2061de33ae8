"""Near-duplicates: paragraphs with nearly the same text, such as reprints, quotations and boilerplate.

Two texts are near-identical if four fifths of their bigrams are common to both (Jaccard similarity of folded characters without
white space). Pairs to compare are found by minhash: 32 minima of one hash of every bigram (one-permutation hashing with empty
bins filled from the next one: Li, Owen and Zhang 2012, Shrivastava and Li 2014), compared in eight bands of four. A pair at the
threshold is compared with a probability of 0.98, one with nine tenths in common with 0.9999; the comparison itself is exact.

Signatures are computed on demand: stored, their 64 bits would be six in a hundred of a text of short paragraphs.
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
_MIN_COMMON_MINIMA = 14  # of 32, for texts to be compared; at the threshold 26 are expected
_TEXTS_PER_BATCH = 4096  # which bounds the memory
_EARLIER_NEIGHBOURS = 3  # of the texts with the same band that each is compared with, beside the first
_PAIRS_PER_BATCH = 1 << 16
_EMPTY = np.uint32(0xFFFFFFFF)

_Ints = NDArray[np.int64]
_Hashes = NDArray[np.uint32]


def leaders(texts: Sequence[str], budget: QueryBudget) -> _Ints:
    """Return, for each text, the position of the first text it is near-identical to: its own if there is none.

    A leader is near-identical to no text before it.

    Args:
        texts: Texts, the best first.
        budget: Budget of the query.
    """
    first: dict[str, int] = {}
    positions = (first.setdefault(text, position) for position, text in enumerate(texts))
    leading = np.fromiter(positions, np.int64, len(texts))
    distinct = np.flatnonzero(leading == np.arange(len(texts)))
    distinct_texts = _Texts([texts[position] for position in distinct.tolist()])
    leading[distinct] = distinct[_leaders_of_distinct(distinct_texts, budget)]
    return leading[leading]


class _Texts:
    """Distinct texts, and the bigrams of those that are compared."""

    def __init__(self, texts: list[str]) -> None:
        self.raw = texts
        self._bigrams: dict[int, frozenset[str]] = {}

    def are_near(self, one: int, other: int) -> bool:
        """Return true if two texts are near-identical."""
        a, b = self._bigrams_of(one), self._bigrams_of(other)
        if min(len(a), len(b)) < THRESHOLD * max(len(a), len(b)):
            return False
        common = len(a & b)
        return common >= THRESHOLD * (len(a) + len(b) - common)

    def _bigrams_of(self, position: int) -> frozenset[str]:
        bigrams = self._bigrams.get(position)
        if bigrams is None:
            text = fold(self.raw[position]).replace(" ", "")
            bigrams = frozenset(map("".join, zip("\n" + text, text, strict=False)))
            self._bigrams[position] = bigrams
        return bigrams


def _leaders_of_distinct(texts: _Texts, budget: QueryBudget) -> _Ints:
    """Return the :func:`leaders` of distinct texts."""
    signatures = [np.zeros((0, _BINS), np.uint32)]
    for start in range(0, len(texts.raw), _TEXTS_PER_BATCH):
        budget.check()
        signatures.append(_signatures(texts.raw[start : start + _TEXTS_PER_BATCH]))
    leading = list(range(len(texts.raw)))  # a list: single items are read and changed
    for later, earlier in _pairs(np.concatenate(signatures), budget):
        budget.check()
        leader = leading[earlier]
        if leading[later] == later and texts.are_near(later, leader):
            leading[later] = leader
    return np.array(leading, np.int64)


def _signatures(texts: Sequence[str]) -> _Hashes:
    """Return the minima of the hashes of each text's bigrams, one for each bin."""
    codes, owners = _codes(texts)
    bigrams = _mixed(codes[:-1] * np.uint32(0x9E3779B1) ^ codes[1:])
    # Each text follows a break, with which its first character makes a bigram; one that ends in a break is none.
    is_bigram = codes[1:] != schema.BREAK
    bigrams, owners = bigrams[is_bigram], owners[1:][is_bigram]
    minima = np.full(len(texts) * _BINS, _EMPTY, np.uint32)
    np.minimum.at(minima, owners * _BINS + (bigrams & np.uint32(_BINS - 1)), bigrams >> np.uint32(5))
    signatures = minima.reshape(-1, _BINS)
    for _ in range(2):  # empty bins are filled from the next one, in two rounds to go around the end
        for position in range(_BINS - 1, -1, -1):
            column, following = signatures[:, position], signatures[:, (position + 1) % _BINS]
            is_filled = (column == _EMPTY) & (following != _EMPTY)
            column[is_filled] = following[is_filled] + np.uint32(0x5BD1E995)
    return signatures


def _codes(texts: Sequence[str]) -> tuple[_Hashes, _Ints]:
    """Return the folded characters of all texts without white space, a break before each text, and the text of each."""
    joined = "".join("\n" + text.replace("\n", " ") for text in texts)
    codes = codes_of(joined)
    is_break = codes == schema.BREAK
    owners = np.cumsum(is_break) - 1
    folded = fold_codes(codes)
    folded[is_break] = schema.BREAK
    is_visible = folded != schema.SPACE
    return folded[is_visible], owners[is_visible]


def _mixed(values: _Hashes) -> _Hashes:
    """Spread values over 32 bits (the finalizer of MurmurHash3)."""
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _pairs(signatures: _Hashes, budget: QueryBudget) -> Iterator[tuple[int, int]]:
    """Yield pairs of texts to compare, a later one and an earlier one, ascending by the later one."""
    width = _BINS // _BANDS
    count = len(signatures)
    candidates = [np.zeros(0, np.int64)]
    for band in range(0, _BINS, width):
        budget.check()
        columns = signatures[:, band : band + width].astype(np.uint64)
        keys = columns[:, 0]
        for column in range(1, width):
            keys = (keys ^ (keys >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + columns[:, column]
        candidates += _with_same_key(keys)
    pairs = np.unique(np.concatenate(candidates))
    for start in range(0, len(pairs), _PAIRS_PER_BATCH):
        budget.check()
        later, earlier = np.divmod(pairs[start : start + _PAIRS_PER_BATCH], count)
        # Most pairs share a band by chance; near-identical texts share nearly all minima.
        common = np.count_nonzero(signatures[later] == signatures[earlier], axis=1)
        is_likely = common >= _MIN_COMMON_MINIMA
        yield from zip(later[is_likely].tolist(), earlier[is_likely].tolist(), strict=True)


def _with_same_key(keys: NDArray[np.uint64]) -> Iterator[_Ints]:
    """Yield pairs of texts with the same key, with a few before it and with the first, as ``later * count + earlier``."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    for distance in range(1, _EARLIER_NEIGHBOURS + 1):
        is_same = keys[distance:] == keys[:-distance]
        yield order[distance:][is_same] * len(keys) + order[:-distance][is_same]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else order
    first = order[np.repeat(starts, np.diff([*starts.tolist(), len(keys)]))]
    is_later = first < order
    yield order[is_later] * len(keys) + first[is_later]
