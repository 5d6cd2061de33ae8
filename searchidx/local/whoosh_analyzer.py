"""Whoosh analyzer of Chinese text: jieba's words without its hidden Markov model, folded, with character offsets.

Positions count units: a CJK character, or a word without any. Each character is indexed beside the words, and a quoted phrase
is a sequence of units, so that it matches wherever it occurs in the text, however the text around it was tokenized.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from whoosh.analysis import Token, Tokenizer

from searchidx.analyzer import is_cjk, is_word
from searchidx.fold import fold
from searchidx.lexicon import load
from searchidx.tokenizer import Token as Word
from searchidx.tokenizer import Tokenizer as JiebaTokenizer


class _Analysis(NamedTuple):
    """Tokens of a folded text, in the order of their offsets, longer ones first.

    Attributes:
        words: Words in jieba's search mode: those inside a long word too.
        segments: Words that do not overlap.
        units: Units of positions.
    """

    words: list[Word]
    segments: list[Word]
    units: list[Word]


class ChineseAnalyzer(Tokenizer):  # type: ignore[misc]
    """Analyzer for the fields of a Whoosh schema: ``TEXT(stored=True, analyzer=ChineseAnalyzer())``."""

    # Whoosh pickles the analyzers of a schema into its index, by this name.
    __module__ = "searchidx.whoosh"

    def __call__(
        self,
        value: str,
        *,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **attributes: Any,
    ) -> Iterator[Token]:
        """Yield the tokens of a text: one object with changing attributes, as Whoosh's tokenizers do.

        Args:
            value: The text.
            positions: Set ``pos``: the number of units before the token.
            chars: Set ``startchar`` and ``endchar``: offsets in the text.
            keeporiginal: Set ``original``: the token before folding.
            removestops: Passed to filters; there are no stop words here.
            start_pos: Position of the first unit.
            start_char: Offset of the text.
            tokenize: False for one token with the whole text, as patterns need it.
            mode: ``"index"``, ``"query"`` or none, as Whoosh sets it.
            attributes: Other attributes of the tokens.
        """
        folded = fold(value)
        analysis = _analyze(folded) if tokenize else _whole(folded)
        position_of = {unit.start: number for number, unit in enumerate(analysis.units, start_pos)}
        token = Token(positions, chars, removestops=removestops, mode=mode, **attributes)
        for text, start, end in _tokens_of_mode(analysis, mode, chars=chars, removestops=removestops):
            token.text, token.stopped, token.boost = text, False, 1.0
            if keeporiginal:
                token.original = value[start:end]
            if positions:
                token.pos = position_of[start]
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token


def _tokens_of_mode(analysis: _Analysis, mode: str, *, chars: bool, removestops: bool) -> Iterable[Word]:
    """Return the tokens for a use.

    Whoosh's parser asks for offsets in a query only for the words of a quoted phrase. Its ``highlight`` function does so for
    a document, and keeps stop words.
    """
    if mode == "query" and not chars:
        return analysis.segments
    if mode == "query" and removestops:
        return analysis.units
    return _sorted({*analysis.words, *analysis.units}) if mode else analysis.words


def _analyze(folded: str) -> _Analysis:
    words = _sorted(_tokenizer().tokenize(folded))
    segments = [word for word in _without_overlaps(words) if is_word(word.text)]
    units = [unit for segment in segments for unit in _units(segment)]
    starts = {unit.start for unit in units}
    return _Analysis([word for word in words if is_word(word.text) and word.start in starts], segments, units)


def _whole(folded: str) -> _Analysis:
    tokens = [Word(folded, 0, len(folded))] if folded else []
    return _Analysis(tokens, tokens, tokens)


def _sorted(tokens: Iterable[Word]) -> list[Word]:
    return sorted(tokens, key=lambda token: (token.start, -token.end))


def _without_overlaps(words: Iterable[Word]) -> Iterator[Word]:
    """Yield the words that are inside no other one; the words must be sorted."""
    end = 0
    for word in words:
        if word.start >= end:
            yield word
            end = word.end


def _units(segment: Word) -> Iterator[Word]:
    """Yield the CJK characters of a word and the runs of other letters and digits between them."""
    if len(segment.text) == 1:
        yield segment
        return
    offset = segment.start
    for kind, run in groupby(segment.text, _kind):
        text = "".join(run)
        for unit in text if kind == _CJK else [text]:
            if kind != _SIGN:
                yield Word(unit, offset, offset + len(unit))
            offset += len(unit)


_CJK, _ALPHANUMERIC, _SIGN = range(3)


def _kind(char: str) -> int:
    if is_cjk(char):
        return _CJK
    return _ALPHANUMERIC if char.isalnum() else _SIGN


@cache
def _tokenizer() -> JiebaTokenizer:
    return JiebaTokenizer(load())
