"""Texts that HTML has in attributes: names for screen readers, tool tips, hints and values of fields.

People see or hear them beside the text, so each becomes a paragraph of kind ``link`` behind the text it belongs to,
unless the element's own text is the same.
"""

import re
from collections.abc import Iterator
from typing import Any

_ATTRIBUTES = (
    "aria-label",
    "aria-description",
    "aria-placeholder",
    "aria-valuetext",
    "title",
    "alt",
    "placeholder",
    "label",
    "summary",
)
_SHOWN_VALUES_LIST = """
    text search url tel email number date month week time datetime-local submit reset button
"""
_SHOWN_VALUES = frozenset(_SHOWN_VALUES_LIST.split())
_WORD_CHARACTER = re.compile(r"\w")
_LINES_ABOVE = 200
"""Lines searched for an attribute: the parser knows the line where a tag ends, not where it begins."""
_LONGEST_BESIDE = 2_000


def attribute_texts(element: Any) -> Iterator[str]:
    """Yield the texts of an element's attributes as they are written, none twice.

    The walk puts the alternative text of a picture among the text around it, and values of hidden fields aren't shown.
    """
    attributes = element.attrib
    if not attributes:
        return
    names = [*_ATTRIBUTES, "value"] if element.tag == "input" else _ATTRIBUTES
    kind = attributes.get("type", "text").lower()
    inline = attributes.get("alt") if element.tag == "img" else None
    for text in dict.fromkeys(attributes[name] for name in names if name in attributes):
        is_hidden = kind not in _SHOWN_VALUES and text == attributes.get("value")
        if _WORD_CHARACTER.search(text) and text != inline and not is_hidden:
            yield text


def is_repeated(text: str, element: Any) -> bool:
    """Check whether an element's own text contains a text of its attributes."""
    return _plain(text) in _plain(_beginning(element, _LONGEST_BESIDE + len(text)))


class AttributeLines:
    """Source lines of attributes' texts, for a parser that knows but the line on which a tag ends."""

    def __init__(self, source: str) -> None:
        r"""Split a source at ``\n``."""
        self._lines = source.split("\n")

    def locate(self, text: str, end: int) -> int:
        """Return the last line up to ``end`` that has the beginning of a text, or ``end`` where none has it."""
        beginning = text.lstrip().partition("\n")[0].rstrip()
        lines = range(min(end, len(self._lines)), max(0, end - _LINES_ABOVE), -1)
        return next((line for line in lines if beginning in self._lines[line - 1]), end)


def _beginning(element: Any, length: int) -> str:
    pieces, size = [], 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > length:
            break
    return "".join(pieces)


def _plain(text: str) -> str:
    return "".join(text.split())
