"""Text to lines, numbered as an editor and grep number them."""


def split_lines(text: str) -> list[str]:
    r"""Split at ``\n``, ``\r\n`` and, in old Mac files that have no other, ``\r``.

    No other character ends a line: a form feed or a line separator inside a line doesn't shift the numbers of
    the lines after it. Lines come without their ends.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\n" not in text:
            text = text.replace("\r", "\n")
    return text.split("\n")
