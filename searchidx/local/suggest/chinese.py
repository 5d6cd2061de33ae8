"""Slips in Chinese: another character of the same sound or of nearly the same shape, one too many or too few, two swapped.

A slip at a place has to leave pairs of characters that are in the index on both sides of it, which rules out nearly all of
what could be made up before anything is counted.
"""

from collections.abc import Iterator

from searchidx.analyzer import is_cjk
from searchidx.likeness import homophones, lookalikes, near_homophones
from searchidx.local.suggest.counts import Guess, Lookup

SAME_SOUND, NEAR_SOUND = "same sound", "near sound"
SIMILAR_SHAPE = "similar shape"
SWAPPED, MISSING, EXTRA = "swapped characters", "missing character", "extra character"
OTHER, CUT = "another character", "cut otherwise"

# How unlikely each slip is; those of an input method by sound are by far the most frequent.
_COSTS = {SAME_SOUND: 1.0, SIMILAR_SHAPE: 1.2, NEAR_SOUND: 1.6, SWAPPED: 0.9, MISSING: 1.5, EXTRA: 1.5}
_DOUBLED = 0.6  # a character typed twice
_FURTHER = 0.3  # a further character of the same word that is wrong too
_OTHER = 2.0  # a character that is like the other in no way known here
_SURE = 0.6  # score of a guess from which on texts need not be read for more
_PLACES = 6  # that are looked at in texts
_LONGEST_WORD = 8
_MOST_SOUNDS = 60
_MOST_NEAR = 30
_COUNTED = 30  # guesses that are counted
_COUNTED_MORE = 15  # where a likely one is among them

_Slips = dict[str, tuple[float, str]]
"""What may have been meant: its cost, and what the slip was."""


def guesses(lookup: Lookup, text: str) -> Iterator[Guess]:
    """What a text of CJK characters may stand for."""
    slips: _Slips = {}
    for meant, cost, why in _slips(lookup, text):
        if meant != text and (meant not in slips or cost < slips[meant][0]):
            slips[meant] = (cost, why)
    likely = sorted(slips.items(), key=lambda entry: (entry[1][0] - 0.8 * lookup.is_word(entry[0]), entry[0]))
    there = (entry for entry in likely if lookup.has_all_pairs(entry[0]))
    best = -1.0
    for number, (meant, (cost, why)) in enumerate(there):
        if number >= (_COUNTED if best < _SURE else _COUNTED_MORE):
            break
        for guess in lookup.seen(meant, cost, why):
            best = max(best, guess.score)
            yield guess
    if best < _SURE:
        for meant, cost, why in _in_texts(lookup, text):
            if meant not in slips:
                yield from lookup.seen(meant, cost, why)


def cuts(lookup: Lookup, text: str) -> Iterator[Guess]:
    """Two parts of a text that are in the index, and together somewhere; one of them may have a slip."""
    for at in sorted(range(2, len(text) - 1), key=lambda at: abs(2 * at - len(text))):
        left, right = text[:at], text[at:]
        if lookup.holds(left) and lookup.holds(right):
            yield from lookup.apart((left, right))
            return


def _slips(lookup: Lookup, text: str) -> Iterator[tuple[str, float, str]]:
    yield from _replaced(lookup, text)
    yield from _same_sounds(lookup, text)
    for at in range(len(text) - 1):
        yield text[:at] + text[at + 1] + text[at] + text[at + 2 :], _COSTS[SWAPPED], SWAPPED
    if len(text) > 2:
        for at in range(len(text)):
            doubled = at > 0 and text[at] == text[at - 1]
            yield text[:at] + text[at + 1 :], _DOUBLED if doubled else _COSTS[EXTRA], EXTRA
    yield from _missing(lookup, text)


def _replaced(lookup: Lookup, text: str) -> Iterator[tuple[str, float, str]]:
    """One character for another."""
    for at, char in enumerate(text):
        before = lookup.after(text[at - 1]) if at else None
        for why, others in (
            (SAME_SOUND, homophones(char)[:_MOST_SOUNDS]),
            (SIMILAR_SHAPE, lookalikes(char)),
            (NEAR_SOUND, near_homophones(char)[:_MOST_NEAR]),
        ):
            for other in others:
                if before is not None and other not in before:
                    continue
                if at + 1 < len(text) and not lookup.has_pair(other + text[at + 1]):
                    continue
                yield text[:at] + other + text[at + 1 :], _COSTS[why], why


def _same_sounds(lookup: Lookup, text: str) -> Iterator[tuple[str, float, str]]:
    """Words of the dictionary that sound as the whole text does, however many of its characters are others."""
    if not 2 <= len(text) <= _LONGEST_WORD:
        return
    same = [{char, *homophones(char)} for char in text]
    near = [{*known, *near_homophones(char)} for known, char in zip(same, text, strict=True)]
    lexicon = lookup.lexicon
    for first in near[0]:
        for second in near[1].intersection(lexicon.seconds(first)):
            pair = lexicon.pair(first + second)
            if pair is None:
                continue
            ends = [""] if len(text) == 2 and pair.frequency else []
            if len(text) > 2:
                ends = [
                    rest for rest, frequency in pair.longer.items() if frequency and _sounds(rest, near[2:])
                ]
            for rest in ends:
                meant = first + second + rest
                why = (
                    SAME_SOUND
                    if all(char in known for char, known in zip(meant, same, strict=True))
                    else NEAR_SOUND
                )
                changed = sum(a != b for a, b in zip(meant, text, strict=True))
                yield meant, _COSTS[why] + _FURTHER * max(changed - 1, 0), why


def _sounds(rest: str, near: list[set[str]]) -> bool:
    return len(rest) == len(near) and all(char in known for char, known in zip(rest, near, strict=True))


def _in_texts(lookup: Lookup, text: str) -> Iterator[tuple[str, float, str]]:
    """What stands in texts between the parts of a text that are right, where one place of it is not."""
    broken = [at for at in range(1, len(text)) if not lookup.has_pair(text[at - 1 : at + 1])]
    places = broken or range(1, len(text))
    patterns = [(text[:at], text[at:], MISSING) for at in places]
    if len(text) > 2:
        wrong = sorted({place for at in places for place in (at - 1, at)})
        patterns += [(text[:at], text[at + 1 :], OTHER) for at in wrong]
    for left, right, why in patterns[:_PLACES]:
        for between in lookup.between(left, right):
            if is_cjk(between):
                yield left + between + right, _COSTS[MISSING] if why == MISSING else _OTHER, why


def _missing(lookup: Lookup, text: str) -> Iterator[tuple[str, float, str]]:
    """Words with one character more. It is never the first or the last: without that, the rest would be there."""
    length = len(text) + 1
    words = {word for word in lookup.words_from(text[0], length) if word[2:] == text[1:]}
    if len(text) > 2:
        words |= {
            word
            for word in lookup.words_from(text[:2], length)
            if any(word[:at] + word[at + 1 :] == text for at in range(2, length))
        }
    for word in words:
        yield word, _COSTS[MISSING], MISSING
