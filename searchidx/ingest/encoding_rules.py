"""How the user says that files are to be decoded: by a flag for one run, by rules for paths in the settings.

A document remembers what was told of it as a note. So a rule that is new, has changed or is gone has exactly its
files read again, and all others are left alone. What a flag said holds until the file changes or something else is
told.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from searchidx.config import EncodingRule
from searchidx.readers import is_decoded

_NOTE = re.compile(r"read as (\S+), as (told|its rule says)")
_RULED = "its rule says"


@dataclass(frozen=True, slots=True)
class Told:
    """What the user says.

    Attributes:
        once: The encoding of every text file of this run, or None.
        rules: Absolute globs and encodings; of several that fit the last one counts.
    """

    once: str | None = None
    rules: tuple[EncodingRule, ...] = ()

    def of(self, path: str) -> str | None:
        """The encoding a file is to be decoded as, or None to find out."""
        if not (self.once or self.rules) or not is_decoded(path):
            return None
        return self.once or next(
            (encoding for pattern, encoding in reversed(self.rules) if _fits(path, pattern)), None
        )

    def note(self, path: str) -> str:
        """What a document will remember of it, or the empty string."""
        encoding = self.of(path)
        return f"read as {encoding}, as {'told' if self.once else _RULED}" if encoding else ""

    def is_news(self, path: str, notes: Iterable[str]) -> bool:
        """Tell whether a document with these notes was decoded otherwise than it is to be now."""
        remembered = next((found for note in notes if (found := _NOTE.fullmatch(note))), None)
        wanted = self.of(path)
        if wanted is None:
            return remembered is not None and remembered[2] == _RULED
        return remembered is None or remembered[1] != wanted


def _fits(path: str, pattern: str) -> bool:
    return fnmatch(path, pattern) or fnmatch(path, pattern + os.sep + "*")
