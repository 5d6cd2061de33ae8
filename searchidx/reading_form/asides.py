"""Asides inside a word: ruby and marks of notes, which the eye passes over.

Ruby is stored as ``漢(かん)字``: what stands in the brackets is kana, Zhuyin or Pinyin with tones, right behind an ideograph.
A mark of a note is a small number in square brackets or a raised number, right behind an ideograph or a closing mark.
"""

import re
from collections.abc import Iterator

from searchidx.reading_form.draft import Edit

HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Ideographs, for a character class."""

_KANA = "\u3041-\u309f\u30a0-\u30ff・ー\uff66-\uff9f\\s"
_ZHUYIN = "\u3105-\u312f\u31a0-\u31bfˊˇˋ˙\\s"
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜĀÁǍÀĒÉĚÈŌÓǑÒḿńňǹ"
_PINYIN = f"[a-zA-ZüÜê]{{0,6}}[{_TONES}][a-zA-ZüÜê'’{_TONES}\\s]*"
PHONETIC = (_KANA + _ZHUYIN).replace("\\s", "") + _TONES
"""Kana, Zhuyin and vowels with a tone, for a character class."""
_READING = f"[{_KANA}]+|[{_ZHUYIN}]+|{_PINYIN}"
CLOSING = "”’」』）)》〉】〕。，、；：！？%％…"
"""Closing marks, behind which a mark of a note may stand; for a character class."""
_NUMBERS = r"\d{1,3}(?:\s?[,，、–\-]\s?\d{1,3}){0,4}"

_ASIDES = re.compile(
    f"(?<=[{HAN}])(?:\\((?:{_READING})\\)|（(?:{_READING})）)"
    "|\ufffa[^\ufffb]{0,200}\ufffb"
    f"|(?<=[{HAN}{CLOSING}])(?:\\[(?:注|註)?\\s?{_NUMBERS}\\s?\\]|［(?:注|註)?{_NUMBERS}］|〔(?:注|註)?{_NUMBERS}〕|【(?:注|註)?{_NUMBERS}】"
    f"|\\[(?:注|註)\\]|[\xb9\xb2\xb3\u2070\u2074-\u2079]+|[†‡]+)"
)


_TAGS = re.compile(f"(?<=[{HAN}])(?:</?[A-Za-z][^<>\n]{{0,80}}>)+(?=[{HAN}])")


def remove_tags(text: str) -> Iterator[Edit]:
    """Yield the removal of each tag of markup inside a word."""
    for match in _TAGS.finditer(text):
        yield Edit(match.start(), match.end())


def remove_asides(text: str) -> Iterator[Edit]:
    """Yield the removal of each ruby text and mark of a note."""
    for match in _ASIDES.finditer(text):
        yield Edit(match.start(), match.end())
