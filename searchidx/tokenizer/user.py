"""The dictionary with the user's words in it, so that text is cut as jieba cuts it after ``load_userdict``."""

import json
from collections.abc import Iterable, Sequence

from searchidx.lexicon import Lexicon, cache
from searchidx.lexicon.overlay import Overlay
from searchidx.tokenizer.blocks import Cutter

Given = tuple[str, int | None]
"""A word and its frequency, None where that is to be worked out."""

_WORTH_KEEPING = 200  # frequencies to work out; so many take 10 ms
_KEPT = "user-words-2"


def with_words(base: Lexicon, words: Iterable[Given]) -> Overlay:
    """Lay words over a dictionary.

    Args:
        base: What is below.
        words: Each with its frequency, or None to have one that makes it a word: just above what its parts come to
            (``jieba.suggest_freq``). The order counts, since the words before are in the parts.
    """
    laid = Overlay(base)
    for word, frequency in words:
        laid.add(word, _suggested(laid, word) if frequency is None else frequency)
    return laid


def with_words_kept(base: Lexicon, words: Sequence[Given]) -> Overlay:
    """Do the same, and keep what was worked out for the next run in the user's cache."""
    if sum(frequency is None for _, frequency in words) < _WORTH_KEEPING:
        return with_words(base, words)
    digest = _digest(base, words)
    kept = _kept(digest)
    if kept is not None and len(kept) == len(words):
        return with_words(base, [(word, frequency) for (word, _), frequency in zip(words, kept, strict=True)])
    laid = Overlay(base)
    frequencies = []
    for word, given in words:
        frequencies.append(_suggested(laid, word) if given is None else given)
        laid.add(word, frequencies[-1])
    cache.write_sealed(_KEPT, json.dumps({"of": digest, "frequencies": frequencies}).encode())
    return laid


def _suggested(laid: Overlay, word: str) -> int:
    total = float(laid.total)
    share = 1.0
    for part in Cutter(laid).cut(word):
        known = laid.frequency(part)
        share *= (1 if known is None else known) / total
    known = laid.frequency(word)
    return max(int(share * laid.total) + 1, 1 if known is None else known)


def _digest(base: Lexicon, words: Sequence[Given]) -> str:
    from hashlib import blake2b

    return blake2b(json.dumps([base.id, words]).encode(), digest_size=16).hexdigest()


def _kept(digest: str) -> list[int] | None:
    content = cache.map_sealed(_KEPT)
    try:
        found = json.loads(content[: -cache.SEAL_BYTES]) if content is not None else {}
    except (ValueError, RecursionError):
        return None
    frequencies = found.get("frequencies") if isinstance(found, dict) and found.get("of") == digest else None
    if not isinstance(frequencies, list):
        return None
    return frequencies if all(type(number) is int and number >= 0 for number in frequencies) else None
