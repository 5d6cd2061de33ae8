"""Errors shown to users, as one tree.

    SearchidxError                 exit code 2; str(error) is one line: the fact, then the remedy
    ├── UsageError                 an invalid flag or argument
    ├── ConfigError                an invalid configuration file or environment variable
    ├── QueryError                 a query that can't be parsed or exceeds a limit; has the column
    ├── ReadError                  a document that can't be read; the run continues without it
    │   ├── ContentError           a file that is not text, encrypted or too large
    │   └── MissingLibraryError    a format whose library is not installed
    └── StoreError
        ├── NoIndexError           there is no index at the location
        ├── LockedError            another process has the write lock
        ├── CorruptIndexError      a file of the index is damaged, missing or foreign
        ├── NewerFormatError       the index was written by a later version
        ├── OlderFormatError       the index was written by an earlier version, in a format no longer supported
        ├── StaleAnalysisError     an earlier version made the terms of the index: it can be searched, and not added to
        └── StorageError           the disk is full, read-only or failing

Programming errors are ordinary Python exceptions. Errors of libraries are translated where they arise, with
``raise ... from``.
"""

from searchidx.messages import Message, message, of_text

FOUND = 0
NOT_FOUND = 1
FAILED = 2


class SearchidxError(Exception):
    """Base of all errors shown to users. The message is one line without a full stop."""


class UsageError(SearchidxError):
    """Invalid flag or argument."""


class ConfigError(SearchidxError):
    """Unreadable or invalid configuration file or environment variable."""


class QueryError(SearchidxError):
    """Query that can't be parsed or exceeds a limit.

    Attributes:
        column: Offset in the query, counted from 0, or None.
    """

    def __init__(self, message: str, column: int | None = None) -> None:
        """Create the error with its message and column."""
        super().__init__(message)
        self.column = column


class ReadError(SearchidxError):
    """Unreadable document; it is skipped, and the run continues.

    Attributes:
        message: The reason.
    """

    def __init__(self, reason: Message | str) -> None:
        """Take the reason, as a message or a sentence that has no code."""
        self.message = of_text(reason) if isinstance(reason, str) else reason
        super().__init__(self.message.sentence)


class ContentError(ReadError):
    """File that is not text, encrypted or too large; its indexed paragraphs are removed."""


class MissingLibraryError(ReadError):
    """Document of a format whose library is not installed.

    Attributes:
        format: Name of the format, as shown.
        library: Name of the module.
    """

    def __init__(self, format: str, library: str) -> None:  # noqa: A002 - the word of all readers
        """Create the error with the message of the two names."""
        super().__init__(message("library", format, library))
        self.format = format
        self.library = library


class StoreError(SearchidxError):
    """Base of all errors of an index."""


class NoIndexError(StoreError):
    """Missing index."""


class LockedError(StoreError):
    """Write lock that another process has."""


class CorruptIndexError(StoreError):
    """Damaged, missing or foreign file of an index.

    Attributes:
        path: Path of the file.
        why: Reason.
    """

    def __init__(self, message: str, path: str = "", why: str = "") -> None:
        """Create the error with its message, path and reason."""
        super().__init__(message)
        self.path = path
        self.why = why or message


class NewerFormatError(StoreError):
    """Index of a later version of searchidx."""


class OlderFormatError(StoreError):
    """Index of an earlier version, in a format no longer supported."""


class StaleAnalysisError(StoreError):
    """An earlier version made the terms of the index, which can be searched and not added to."""


class StorageError(StoreError):
    """Failed write: the disk is full, read-only or failing."""


def storage_error(place: str, error: OSError) -> StorageError:
    """Return the error for an index that can't be written."""
    return StorageError(
        f"can't write the index in {place}: {error.strerror or error}; the last commit is untouched"
    )
