"""Every error a user can see, as one tree.

    SearchidxError                 exit code 2; str(error) is one line that names the thing and says what to do next
    ├── UsageError                 a flag or an argument that can't be
    ├── ConfigError                a configuration file or environment variable that can't be read
    ├── QueryError                 a query that can't be read; knows the column
    ├── ReadError                  a document that can't be read; the run goes on without it
    │   ├── ContentError           it was read and is no document: no text, encrypted, too large
    │   └── MissingLibraryError    its format needs a library that is not installed
    └── StoreError
        ├── NoIndexError           there is no index where one was looked for
        ├── LockedError            another process is writing
        ├── CorruptIndexError      a file of the index is damaged, missing or foreign
        ├── NewerFormatError       the index was written by a later version
        ├── OlderFormatError       the index was written by an earlier version, in a format given up since
        └── StorageError           the disk said no: full, read-only, failing

A programmer's mistake is an ordinary Python exception and is none of these. Foreign errors are translated at
the boundary where they arise, with ``raise ... from``.
"""

from searchidx.messages import Message, message, of_text

FOUND = 0
NOT_FOUND = 1
FAILED = 2


class SearchidxError(Exception):
    """Base of all errors meant for a person. The message is one line without a final full stop."""


class UsageError(SearchidxError):
    """A flag or an argument that can't be."""


class ConfigError(SearchidxError):
    """A configuration file or environment variable that can't be read or holds what can't be."""


class QueryError(SearchidxError):
    """A query that can't be read.

    Attributes:
        column: Where in the query, counted from 0, or None.
    """

    def __init__(self, message: str, column: int | None = None) -> None:
        """Keep the column beside the message."""
        super().__init__(message)
        self.column = column


class ReadError(SearchidxError):
    """A document that can't be read. Costs that document, never the run.

    Attributes:
        message: The reason.
    """

    def __init__(self, reason: Message | str) -> None:
        """Take the reason, as a message or a sentence that has no code."""
        self.message = of_text(reason) if isinstance(reason, str) else reason
        super().__init__(self.message.sentence)


class ContentError(ReadError):
    """A file that was read and is no document: not text, encrypted or too large. What was indexed of it before leaves."""


class MissingLibraryError(ReadError):
    """A document whose format needs a library that is not installed.

    Attributes:
        format: Name of the format, for a person.
        library: Name of the module.
    """

    def __init__(self, format: str, library: str) -> None:  # noqa: A002 - the word of all readers
        """Make the message of the two names."""
        super().__init__(message("library", format, library))
        self.format = format
        self.library = library


class StoreError(SearchidxError):
    """Base of what can be wrong with an index."""


class NoIndexError(StoreError):
    """There is no index where one was looked for."""


class LockedError(StoreError):
    """Another process is writing to the index."""


class CorruptIndexError(StoreError):
    """A file of the index is damaged, missing or foreign.

    Attributes:
        path: Which.
        why: What is wrong with it.
    """

    def __init__(self, message: str, path: str = "", why: str = "") -> None:
        """Keep the facts beside the message."""
        super().__init__(message)
        self.path = path
        self.why = why or message


class NewerFormatError(StoreError):
    """The index was written by a later version of searchidx."""


class OlderFormatError(StoreError):
    """The index was written by an earlier version of searchidx, in a format given up since."""


class StorageError(StoreError):
    """The disk said no: full, read-only or failing."""


def storage_error(place: str, error: OSError) -> StorageError:
    """Return the error for an index that can't be written."""
    return StorageError(
        f"can't write the index in {place}: {error.strerror or error}; the last commit is untouched"
    )
