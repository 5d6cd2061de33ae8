"""The dictionary with the user's words laid over it, for the tokens that jieba gives after ``load_userdict``."""

import json
from collections.abc import Iterable, Sequence

from searchidx.lexicon import Lexicon, cache
from searchidx.lexicon.overlay import Overlay
from searchidx.tokenizer.segmenter import Segmenter

WordFrequency = tuple[str, int | None]
"""A word and its frequency, or None to compute one that makes it a token."""

MIN_CACHED_FREQUENCIES = 200
"""Frequencies to compute from which on the result is cached; so many take 10 ms."""

_CACHE_FILE = "user-words-2"


def with_words(base: Lexicon, words: Iterable[WordFrequency]) -> Overlay:
    """Return a dictionary with words laid over it.

    Args:
        base: Dictionary below.
        words: Words in order, each with its frequency or None for the least that makes it a token
            (``jieba.suggest_freq``), which depends on the words before it.
    """
    overlay = Overlay(base)
    for word, frequency in words:
        overlay.add(word, _suggest_frequency(overlay, word) if frequency is None else frequency)
    return overlay


def with_cached_words(base: Lexicon, words: Sequence[WordFrequency]) -> Overlay:
    """Return the same as :func:`with_words`; computed frequencies are cached in the user's folder."""
    if sum(frequency is None for _, frequency in words) < MIN_CACHED_FREQUENCIES:
        return with_words(base, words)
    digest = _digest(base, words)
    cached = _read_cache(digest)
    if cached is not None and len(cached) == len(words):
        return with_words(
            base, [(word, frequency) for (word, _), frequency in zip(words, cached, strict=True)]
        )
    overlay = Overlay(base)
    frequencies = []
    for word, frequency in words:
        frequencies.append(_suggest_frequency(overlay, word) if frequency is None else frequency)
        overlay.add(word, frequencies[-1])
    cache.write_sealed(_CACHE_FILE, json.dumps({"of": digest, "frequencies": frequencies}).encode())
    return overlay


def _suggest_frequency(overlay: Overlay, word: str) -> int:
    """Return the least frequency at which a word is one token, as ``jieba.suggest_freq`` does."""
    total = float(overlay.total)
    probability = 1.0
    for part in Segmenter(overlay).segment(word):
        frequency = overlay.frequency(part)
        probability *= (1 if frequency is None else frequency) / total
    frequency = overlay.frequency(word)
    return max(int(probability * overlay.total) + 1, 1 if frequency is None else frequency)


def _digest(base: Lexicon, words: Sequence[WordFrequency]) -> str:
    from hashlib import blake2b

    return blake2b(json.dumps([base.id, words]).encode(), digest_size=16).hexdigest()


def _read_cache(digest: str) -> list[int] | None:
    content = cache.map_sealed(_CACHE_FILE)
    try:
        entry = json.loads(content[: -cache.SEAL_BYTES]) if content is not None else {}
    except (ValueError, RecursionError):
        return None
    frequencies = entry.get("frequencies") if isinstance(entry, dict) and entry.get("of") == digest else None
    if not isinstance(frequencies, list):
        return None
    return frequencies if all(type(number) is int and number >= 0 for number in frequencies) else None
