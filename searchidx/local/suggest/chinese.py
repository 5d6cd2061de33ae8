"""Guesses at Chinese words: characters of the same sound or a similar shape, one too many or too few, two swapped.

A correction must leave pairs of characters that occur in the index on both sides of it, which rules out nearly all
candidates before anything is counted.
"""

from collections.abc import Iterator

from searchidx.analyzer import is_cjk
from searchidx.likeness import homophones, lookalikes, near_homophones
from searchidx.local.suggest.counts import Counts, Guess

SAME_SOUND, NEAR_SOUND = "same sound", "near sound"
SIMILAR_SHAPE = "similar shape"
SWAPPED, MISSING, EXTRA = "swapped characters", "missing character", "extra character"
OTHER = "another character"

# The less likely a slip, the more it costs; those of an input method by sound are by far the most frequent.
_COSTS = {SAME_SOUND: 1.0, SIMILAR_SHAPE: 1.2, NEAR_SOUND: 1.6, SWAPPED: 0.9, MISSING: 1.5, EXTRA: 1.5}
_DOUBLED_COST = 0.6  # of a character typed twice
_FURTHER_COST = 0.3  # of each further wrong character of the same word
_OTHER_COST = 2.0  # of a character that is similar to the typed one in no listed way
_WORD_BONUS = 0.8
_SURE_SCORE = 0.6  # of a guess from which on no texts are read for more
_MAX_GAPS = 6  # looked at in texts
_MAX_WORD_LENGTH = 8
_MAX_SAME_SOUNDS = 60
_MAX_NEAR_SOUNDS = 30
_MAX_COUNTED = 30  # guesses
_MAX_COUNTED_WHEN_SURE = 15

_Correction = tuple[str, float, str]
"""Corrected text, cost and name of the slip."""


def guesses(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield the guesses for a text of CJK characters."""
    slips: dict[str, tuple[float, str]] = {}
    for corrected, cost, why in _corrections(counts, text):
        if corrected != text and (corrected not in slips or cost < slips[corrected][0]):
            slips[corrected] = (cost, why)
    ranked = sorted(
        slips.items(), key=lambda slip: (slip[1][0] - _WORD_BONUS * counts.is_word(slip[0]), slip[0])
    )
    possible = (slip for slip in ranked if counts.has_all_pairs(slip[0]))
    best_score = -1.0
    for number, (corrected, (cost, why)) in enumerate(possible):
        if number >= (_MAX_COUNTED if best_score < _SURE_SCORE else _MAX_COUNTED_WHEN_SURE):
            break
        for guess in counts.guess(corrected, cost, why):
            best_score = max(best_score, guess.score)
            yield guess
    if best_score < _SURE_SCORE:
        for corrected, cost, why in _from_texts(counts, text):
            if corrected not in slips:
                yield from counts.guess(corrected, cost, why)


def splits(counts: Counts, text: str) -> Iterator[Guess]:
    """Yield the guess of a text split in two parts that occur, and occur together, as near the middle as possible."""
    for end in sorted(range(2, len(text) - 1), key=lambda end: abs(2 * end - len(text))):
        left, right = text[:end], text[end:]
        if counts.occurs(left) and counts.occurs(right):
            yield from counts.guess_split((left, right))
            return


def _corrections(counts: Counts, text: str) -> Iterator[_Correction]:
    yield from _replacements(counts, text)
    yield from _words_by_sound(counts, text)
    for start in range(len(text) - 1):
        swapped = text[:start] + text[start + 1] + text[start] + text[start + 2 :]
        yield swapped, _COSTS[SWAPPED], SWAPPED
    if len(text) > 2:
        for position in range(len(text)):
            is_doubled = position > 0 and text[position] == text[position - 1]
            cost = _DOUBLED_COST if is_doubled else _COSTS[EXTRA]
            yield text[:position] + text[position + 1 :], cost, EXTRA
    yield from _insertions(counts, text)


def _replacements(counts: Counts, text: str) -> Iterator[_Correction]:
    """Yield the text with one character replaced by a similar one."""
    for position, character in enumerate(text):
        followers = counts.followers(text[position - 1]) if position else None
        for why, others in (
            (SAME_SOUND, homophones(character)[:_MAX_SAME_SOUNDS]),
            (SIMILAR_SHAPE, lookalikes(character)),
            (NEAR_SOUND, near_homophones(character)[:_MAX_NEAR_SOUNDS]),
        ):
            for other in others:
                if followers is not None and other not in followers:
                    continue
                if position + 1 < len(text) and not counts.has_pair(other + text[position + 1]):
                    continue
                yield text[:position] + other + text[position + 1 :], _COSTS[why], why


def _words_by_sound(counts: Counts, text: str) -> Iterator[_Correction]:
    """Yield the words of the dictionary that sound like the whole text, however many characters differ."""
    if not 2 <= len(text) <= _MAX_WORD_LENGTH:
        return
    same = [{character, *homophones(character)} for character in text]
    near = [{*sounds, *near_homophones(character)} for sounds, character in zip(same, text, strict=True)]
    for word in _words_of(counts, near):
        why = SAME_SOUND if _is_one_of_each(word, same) else NEAR_SOUND
        changes = sum(one != other for one, other in zip(word, text, strict=True))
        yield word, _COSTS[why] + _FURTHER_COST * max(changes - 1, 0), why


def _words_of(counts: Counts, characters: list[set[str]]) -> Iterator[str]:
    """Yield the words of the dictionary with one of some characters at each position."""
    lexicon = counts.lexicon
    for first in characters[0]:
        for second in characters[1].intersection(lexicon.seconds(first)):
            pair = lexicon.pair(first + second)
            if pair is None:
                continue
            if len(characters) == 2:
                endings = [""] if pair.frequency else []
            else:
                endings = [
                    ending
                    for ending, frequency in pair.longer.items()
                    if frequency and _is_one_of_each(ending, characters[2:])
                ]
            for ending in endings:
                yield first + second + ending


def _is_one_of_each(text: str, characters: list[set[str]]) -> bool:
    return len(text) == len(characters) and all(
        character in allowed for character, allowed in zip(text, characters, strict=True)
    )


def _from_texts(counts: Counts, text: str) -> Iterator[_Correction]:
    """Yield the text with the character that occurs in texts between its parts, inserted or in place of a wrong one."""
    absent_pairs = [end for end in range(1, len(text)) if not counts.has_pair(text[end - 1 : end + 1])]
    gaps = absent_pairs or range(1, len(text))
    patterns = [(text[:gap], text[gap:], MISSING) for gap in gaps]
    if len(text) > 2:
        wrong = sorted({position for gap in gaps for position in (gap - 1, gap)})
        patterns += [(text[:position], text[position + 1 :], OTHER) for position in wrong]
    for left, right, why in patterns[:_MAX_GAPS]:
        for character in counts.characters_between(left, right):
            if is_cjk(character):
                yield left + character + right, _COSTS[MISSING] if why == MISSING else _OTHER_COST, why


def _insertions(counts: Counts, text: str) -> Iterator[_Correction]:
    """Yield the words with one character more; never at an end, for then the text itself would occur."""
    length = len(text) + 1
    words = {word for word in counts.words_with_prefix(text[0], length) if word[2:] == text[1:]}
    if len(text) > 2:
        words |= {
            word
            for word in counts.words_with_prefix(text[:2], length)
            if any(word[:position] + word[position + 1 :] == text for position in range(2, length))
        }
    for word in words:
        yield word, _COSTS[MISSING], MISSING
