"""Text of strangers made fit to show: nothing in it can steer a terminal or reorder what is read.

Documents, paths and file names may hold escape sequences, control characters, bidirectional overrides or bytes
that are no text. Every line that leaves the program passes through here.
"""

import re

# What is never written as it is: C0 and C1 controls, line and paragraph separators, everything that turns the
# direction of what follows (Unicode 15.1, Bidi_Control), and halves of surrogate pairs, which have no UTF-8.
_UNSAFE_CLASS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_UNSAFE_CLASS}]")
_WHITE = re.compile(
    r"[ \t\r\n\v\f\x85\u2028\u2029]*[\t\r\n\v\f\x85\u2028\u2029][ \t\r\n\v\f\x85\u2028\u2029]*"
)

Spans = tuple[tuple[int, int], ...]


def visible(text: str) -> str:
    r"""Show every unsafe character as a visible sign; ``text`` itself when there is none.

    C0 controls become their Unicode control pictures, bytes that were not decoded (surrogate escapes) ``\xNN``,
    everything else ``\uNNNN``.
    """
    return _UNSAFE.sub(_sign, text)


def one_line(text: str) -> str:
    """:func:`visible`, with line ends and tabs, and the white space around them, as one space."""
    return visible(_WHITE.sub(" ", text).strip(" "))


def visible_spans(text: str, spans: Spans) -> tuple[str, Spans]:
    """:func:`visible`, with character offsets moved to where their text now is.

    Args:
        text: Any text.
        spans: Ascending, non-overlapping ``(start, end)`` offsets into it.
    """
    if _UNSAFE.search(text) is None:
        return text, spans
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    length = at = 0
    for start, end in spans:
        before, inside = visible(text[at:start]), visible(text[start:end])
        pieces += (before, inside)
        moved.append((length + len(before), length + len(before) + len(inside)))
        length = moved[-1][1]
        at = end
    pieces.append(visible(text[at:]))
    return "".join(pieces), tuple(moved)


def escape_json(line: str) -> str:
    """Escape the unsafe characters of a line of JSON, which stand inside its strings only."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"  # SYMBOL FOR DELETE
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"
