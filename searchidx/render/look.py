"""Presentation of text: width, color, hyperlinks, and formats of numbers, sizes and facet values."""

import os

from searchidx._startup.dataclass import dataclass
from searchidx.render.safe import Spans, one_line, visible

# SGR parameters: the eight basic colors and weights only, because they follow the user's palette, light or dark.
PATH = "1;36"
LINE = "32"
MATCH = "1;31"
FAINT = "2"
STRONG = "1"

_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


@dataclass(frozen=True, slots=True)
class Look:
    """Capabilities of the output.

    Attributes:
        cwd: Folder below which paths are shown as relative.
        width: Columns to lay out for, or None for unlimited lines.
        color: True to color matches, paths and lines.
        host: Host name of the hyperlinks of paths, or None for no hyperlinks.
    """

    cwd: str
    width: int | None = None
    color: bool = False
    host: str | None = None

    def paint(self, text: str, color: str) -> str:
        """Return safe text in a color, or unchanged without color."""
        return f"\x1b[{color}m{text}\x1b[0m" if self.color and text else text

    def path(self, path: str) -> str:
        """Return a path as shown: relative to the working directory, colored, linked."""
        shown = self.paint(visible(relative(path, self.cwd)), PATH)
        return shown if self.host is None else link(shown, path, self.host)

    def line(self, number: str, path: str, line: int) -> str:
        """Return a padded line number as a link to the line of a file."""
        if self.host is None:
            return self.paint(number, LINE)
        digits = number.lstrip()
        return number[: -len(digits)] + link(self.paint(digits, LINE), path, self.host, line)

    def highlight(self, text: str, spans: Spans) -> str:
        """Return safe text with its matches colored."""
        if not self.color:
            return text
        pieces: list[str] = []
        offset = 0
        for start, end in spans:
            pieces += (text[offset:start], self.paint(text[start:end], MATCH))
            offset = end
        return "".join((*pieces, text[offset:]))


def relative(path: str, folder: str) -> str:
    """Return a path relative to a folder above it, else unchanged."""
    prefix = folder if folder.endswith(os.sep) else folder + os.sep
    return path.removeprefix(prefix)


def link(shown: str, path: str, host: str, line: int | None = None) -> str:
    """Return text as a hyperlink to a file (OSC 8), the path percent-encoded byte by byte (RFC 8089).

    A path that no file can have gets no link. The line is the fragment, which terminals pass to an editor.
    """
    if not os.path.isabs(path):
        return shown
    try:
        encoded = os.fsencode(path.replace(os.sep, "/"))
    except UnicodeEncodeError:
        return shown
    address = "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in encoded)
    slash = "" if address.startswith("/") else "/"
    fragment = "" if line is None else f"#{line}"
    return f"\x1b]8;;file://{host}{slash}{address}{fragment}\x1b\\{shown}\x1b]8;;\x1b\\"


def facet_value(facet: str, value: str | None, look: Look) -> str:
    """Return the value of a facet as shown; None is ``(none)``."""
    if value is None:
        return look.paint("(none)", FAINT)
    return look.path(value) if facet == "path" else one_line(value)


def count(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: ``1 file``, ``1,234 files``; ``many`` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Return a number of bytes in powers of 1,000: ``16.2 MB``."""
    if number < 1000:
        return count(round(number), "byte")
    for unit in ("kB", "MB"):
        number /= 1000
        if number < 1000:
            return f"{number:.1f} {unit}"
    return f"{number / 1000:,.1f} GB"
