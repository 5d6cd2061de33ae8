"""Flowed text of mails (RFC 3676): lines that a program broke to send them are whole again."""

from collections.abc import Iterator

_SIGNATURE = "-- "


def unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines of a text in ``format=flowed``.

    Args:
        text: Text as sent, where a space at the end of a line means that it goes on.
        delete_space: That space was added by the sender (``delsp=yes``), as it is between Chinese characters.
    """
    return "\n".join(_lines(text.replace("\r\n", "\n").split("\n"), delete_space=delete_space))


def _lines(lines: list[str], *, delete_space: bool) -> Iterator[str]:
    open_line, open_depth = "", -1
    for raw in lines:
        depth, text = _quotation(raw)
        if open_depth >= 0 and (depth != open_depth or text == _SIGNATURE):
            yield _quoted(open_depth, open_line)
            open_line = ""
        open_line, open_depth = open_line + text, depth
        if text.endswith(" ") and text != _SIGNATURE:
            open_line = open_line[:-1] if delete_space else open_line
        else:
            yield _quoted(depth, open_line)
            open_line, open_depth = "", -1
    if open_depth >= 0:
        yield _quoted(open_depth, open_line)


def _quotation(line: str) -> tuple[int, str]:
    """Return the depth of quotation of a line and its text, without the space that stuffs it."""
    text = line.lstrip(">")
    return len(line) - len(text), text.removeprefix(" ")


def _quoted(depth: int, text: str) -> str:
    return f"{'>' * depth} {text}" if depth else text
