"""How lines look: columns, colours, links; and the small pieces every form of output is made of."""

import os

from searchidx._startup.dataclass import dataclass
from searchidx.render.safe import Spans, visible

# SGR parameters. Only the eight basic colours and weights: they follow the user's own palette, light or dark.
PATH = "1;36"
LINE = "32"
MATCH = "1;31"
FAINT = "2"
STRONG = "1"

_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")


@dataclass(frozen=True, slots=True)
class Look:
    """What the place of output can show.

    Attributes:
        cwd: Paths below this are shown relative to it.
        width: Columns to lay out for, or None for lines as long as they come.
        color: Whether to colour.
        host: Make paths hyperlinks of this host; None for none.
    """

    cwd: str
    width: int | None = None
    color: bool = False
    host: str | None = None

    def paint(self, text: str, colour: str) -> str:
        """Colour safe text, or leave it."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.color and text else text

    def path(self, path: str) -> str:
        """Show a path: relative where that is shorter, coloured, linked."""
        shown = self.paint(visible(relative(path, self.cwd)), PATH)
        return shown if self.host is None else link(shown, path, self.host)

    def line(self, number: str, path: str, line: int) -> str:
        """Show a number, right-justified as it may be, as a link to a line of a file."""
        if self.host is None:
            return self.paint(number, LINE)
        digits = number.lstrip()
        return number[: -len(digits)] + link(self.paint(digits, LINE), path, self.host, line)

    def highlight(self, text: str, spans: Spans) -> str:
        """Colour the matches of safe text."""
        if not self.color:
            return text
        pieces: list[str] = []
        at = 0
        for start, end in spans:
            pieces += (text[at:start], self.paint(text[start:end], MATCH))
            at = end
        return "".join((*pieces, text[at:]))


def relative(path: str, folder: str) -> str:
    """Give ``path`` as seen from ``folder`` when it is below it, else as it is."""
    prefix = folder if folder.endswith(os.sep) else folder + os.sep
    return path.removeprefix(prefix)


def link(shown: str, path: str, host: str, line: int | None = None) -> str:
    """Wrap shown text in a hyperlink to a file (OSC 8), the path percent-encoded byte by byte (RFC 8089).

    A path that no file can have stays without a link. A line is the fragment, as terminals that open editors read it.
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


def count(number: int, one: str, many: str | None = None) -> str:
    """Say ``1 file``, ``1,234 files``; ``many`` where an s does not do."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Say a number of bytes in three digits or so, in powers of 1,000: ``16.2 MB``."""
    if number < 1000:
        return count(round(number), "byte")
    for unit in ("kB", "MB"):
        number /= 1000
        if number < 1000:
            return f"{number:.1f} {unit}"
    return f"{number / 1000:,.1f} GB"
