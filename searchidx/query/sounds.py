"""Pinyin in a query: which letters it is, and which words of a query belong together as syllables.

Imported only when a query has ``py:`` or is asked to be read as pinyin.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from searchidx.pinyin.spelling import SYLLABLES, partings
from searchidx.query.parse import parse
from searchidx.query.printing import to_string
from searchidx.query.tree import And, Boost, Loose, Node, Not, Or, Sound, Text, Word

_PINYIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_FIRST_LETTERS = re.compile(r"[a-hj-tw-z]{2,8}")  # no syllable begins with i, u or v
_PARTING = str.maketrans({"'": " ", "\u2019": " ", "`": " ", "-": " ", "ü": "v"})


def letters(value: str) -> str | None:
    """Give pinyin as it stands in a query's tree, in small letters with single spaces; None where it is none."""
    plain = " ".join(value.lower().replace("u:", "v").translate(_PARTING).split())
    return plain if _PINYIN.fullmatch(plain) else None


def as_pinyin(query: str) -> str:
    """Write a query so that its words in Latin letters are pinyin; single syllables one after another are one word.

    Raises:
        QueryError: It is longer, has more words or nests deeper than is ever meant.
    """
    node = parse(query).node
    return query if node is None else to_string(_heard(node))


def may_be_pinyin(query: str) -> bool:
    """Tell whether every word of a query is spelled as pinyin is, or may be the first letters of syllables."""
    words = (letters(query) or "").split()
    return bool(words) and all(
        next(partings(word), None) is not None or _FIRST_LETTERS.fullmatch(word) for word in words
    )


def _heard(node: Node) -> Node:
    match node:
        case Text(text):
            read = letters(text)
            return Sound(read) if read else node
        case Boost(operand, factor):
            return Boost(_heard(operand), factor)
        case And(operands):
            return And(tuple(map(_heard, operands)))
        case Or(operands):
            return Or(tuple(map(_heard, operands)))
        case Not(operand):
            return Not(_heard(operand))
        case Loose(words, required, excluded):
            return Loose(tuple(_words(words)), tuple(map(_heard, required)), tuple(map(_heard, excluded)))
        case _:
            return node


def _words(words: Iterable[Word]) -> Iterable[Word]:
    for together, group in groupby(words, _is_syllable):
        if together:
            yield Sound(" ".join(letters(word.text) or "" for word in group if isinstance(word, Text)))
            continue
        for word in group:
            heard = _heard(word)
            if isinstance(heard, Text | Sound | Boost):
                yield heard
            else:
                yield word


def _is_syllable(word: Word) -> bool:
    return isinstance(word, Text) and (letters(word.text) or "") in SYLLABLES
