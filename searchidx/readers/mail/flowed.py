"""Flowed text of mails (RFC 3676): lines that a program broke to send them are whole again."""

import re
from collections.abc import Iterator

from searchidx.reading_form.asides import HAN
from searchidx.reading_form.line_ends import WIDE_MARKS

_SIGNATURE = "-- "
_BREAK = "\n"
"""Sign between the pieces of a line, which no piece contains."""
_SPACE_BETWEEN_IDEOGRAPHS = re.compile(f"(?<=[{HAN}{WIDE_MARKS}]) \n(?=[{HAN}{WIDE_MARKS}])")


def unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines of a text in ``format=flowed``.

    Args:
        text: Text as sent, where a space at the end of a line means that it goes on.
        delete_space: That space was added by the sender (``delsp=yes``), as it is between Chinese characters.
    """
    return "\n".join(_lines(text.replace("\r\n", "\n").split("\n"), delete_space=delete_space))


def _lines(lines: list[str], *, delete_space: bool) -> Iterator[str]:
    pieces: list[str] = []  # of the line that goes on
    open_depth = 0
    for raw in lines:
        depth, text = _quotation(raw)
        if pieces and (depth != open_depth or text == _SIGNATURE):
            yield _quoted(open_depth, pieces)
            pieces = []
        goes_on = text.endswith(" ") and text != _SIGNATURE
        pieces.append(text[:-1] if goes_on and delete_space else text)
        open_depth = depth
        if not goes_on:
            yield _quoted(depth, pieces)
            pieces = []
    if pieces:
        yield _quoted(open_depth, pieces)


def _quotation(line: str) -> tuple[int, str]:
    """Return the depth of quotation of a line and its text, without the space that stuffs it."""
    text = line.lstrip(">")
    return len(line) - len(text), text.removeprefix(" ")


def _quoted(depth: int, pieces: list[str]) -> str:
    text = _joined(pieces)
    return f"{'>' * depth} {text}" if depth else text


def _joined(pieces: list[str]) -> str:
    """Join the pieces of a line; between ideographs the space that marks the break is dropped, whatever ``delsp`` says."""
    return _SPACE_BETWEEN_IDEOGRAPHS.sub("", _BREAK.join(pieces)).replace(_BREAK, "")
