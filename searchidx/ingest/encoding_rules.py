"""Encodings that the user configures: by a flag for one run, by rules for paths in the settings.

A document stores the encoding that was configured for it as a note. So a rule that is new, has changed or is gone has
exactly its files read again, and no others. The encoding of a flag is valid until the file changes or another is configured.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from searchidx.config import EncodingRule
from searchidx.messages import Message
from searchidx.readers import is_decoded

_FLAG = "flag_encoding"
_RULE = "rule_encoding"


@dataclass(frozen=True, slots=True)
class EncodingRules:
    """Encodings configured by the user.

    Attributes:
        override: Encoding of every text file of this run, or None.
        rules: Absolute globs and encodings; of several that match the last one is used.
    """

    override: str | None = None
    rules: tuple[EncodingRule, ...] = ()

    def encoding_of(self, path: str) -> str | None:
        """Return the encoding configured for a file, or None to detect it."""
        if not (self.override or self.rules) or not is_decoded(path):
            return None
        return self.override or next(
            (encoding for pattern, encoding in reversed(self.rules) if _matches(path, pattern)), None
        )

    def note(self, path: str) -> Message | None:
        """Return the note that a document stores of its configured encoding."""
        encoding = self.encoding_of(path)
        return Message(_FLAG if self.override else _RULE, (encoding,)) if encoding else None

    def has_changed(self, path: str, notes: Iterable[Message]) -> bool:
        """Return True if a document with these notes was read under another configuration."""
        before = next((note for note in notes if note.code in (_FLAG, _RULE)), None)
        encoding = self.encoding_of(path)
        if encoding is None:
            return before is not None and before.code == _RULE
        return before is None or before.details != (encoding,)


def _matches(path: str, pattern: str) -> bool:
    return fnmatch(path, pattern) or fnmatch(path, pattern + os.sep + "*")
