"""Escaping of untrusted text: no escape sequence or bidirectional override reaches a terminal.

Documents, paths and file names may contain escape sequences, control characters, bidirectional overrides or undecodable
bytes. Every line of output passes through here.
"""

import re

# Never written unescaped: C0 and C1 controls, line and paragraph separators, bidirectional controls (Unicode 15.1,
# Bidi_Control), and lone surrogates, which have no UTF-8.
_UNSAFE_CLASS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_UNSAFE_CLASS}]")
_WHITE = re.compile(
    r"[ \t\r\n\v\f\x85\u2028\u2029]*[\t\r\n\v\f\x85\u2028\u2029][ \t\r\n\v\f\x85\u2028\u2029]*"
)

Spans = tuple[tuple[int, int], ...]


def visible(text: str) -> str:
    r"""Return text with every unsafe character replaced by a visible one.

    C0 controls become their Unicode control pictures, bytes that were not decoded (surrogate escapes) ``\xNN``,
    all others ``\uNNNN``.
    """
    return _UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    """Return visible text on one line: line ends and tabs, with the white space around them, become one space."""
    return visible(_WHITE.sub(" ", text).strip(" "))


def visible_spans(text: str, spans: Spans) -> tuple[str, Spans]:
    """Return visible text and the spans shifted to it.

    Args:
        text: Any text.
        spans: Ascending, non-overlapping ``(start, end)`` offsets into it.
    """
    if _UNSAFE.search(text) is None:
        return text, spans
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    length = offset = 0
    for start, end in spans:
        before, inside = visible(text[offset:start]), visible(text[start:end])
        pieces += (before, inside)
        moved.append((length + len(before), length + len(before) + len(inside)))
        length = moved[-1][1]
        offset = end
    pieces.append(visible(text[offset:]))
    return "".join(pieces), tuple(moved)


def escape_json(line: str) -> str:
    """Return a line of JSON with unsafe characters escaped; they occur inside its strings only."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"  # SYMBOL FOR DELETE
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}"
