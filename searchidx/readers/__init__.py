"""Readers: bytes to :class:`~searchidx.document.Document`, the encoding first, then one module per format.

The format of a file is that of its suffix (:mod:`searchidx.readers.formats`); any other file is read as text if it is
text. A reader's module is imported with the first file of its format. A file that can't be read raises
:class:`~searchidx.errors.ReadError` with the reason, in words for a person. No reader opens files, walks folders or
depends on an index.
"""

from dataclasses import replace
from importlib import import_module
from typing import Any

from searchidx.document import Document
from searchidx.errors import MissingLibraryError, ReadError
from searchidx.messages import Message
from searchidx.readers.encodings import declared_in, decode
from searchidx.readers.formats import ALIASES, FORMATS, SUFFIXES, Format, format_of, revision_of, suffix_of


def read(path: str, data: bytes, *, encoding: str | None = None, declared: str | None = None) -> Document:
    """Read a file.

    Args:
        path: Absolute path, whose suffix is the format.
        data: All bytes of the file.
        encoding: Encoding configured by the user, which overrides detection.
        declared: Encoding by the label of what contained it, a hint.

    Raises:
        ContentError: The file is binary or encrypted.
        MissingLibraryError: The library of its format is not installed.
        ReadError: The file is damaged beyond reading.
    """
    row = format_of(path)
    reader = load(row.module, row.function, suffix_of(path))
    document: Document
    if row.takes_text:
        declared = declared_in(data) if suffix_of(path) in row.declaring_suffixes else declared
        document = reader(path, decode(data, declared=declared, encoding=encoding))
    else:
        document = reader(path, data, encoding)
    if data and not document.paragraphs and not document.notes:
        return replace(document, notes=(Message("no_text"),))
    return document


def is_text_format(suffix: str) -> bool:
    """Return true for the suffix of a format whose files are plain text."""
    return suffix in SUFFIXES and SUFFIXES[suffix].takes_text


def is_decoded(path: str) -> bool:
    """Return true unless the format of a file states its own encoding."""
    return format_of(path).is_decoded


def load(module: str, function: str, what: str) -> Any:
    """Import a reader's function; ``what`` names the files that need it.

    Raises:
        MissingLibraryError: Its library isn't installed; the message is the line that installs it.
    """
    try:
        return getattr(import_module(f"searchidx.readers.{module}"), function)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("searchidx"):
            raise
        raise MissingLibraryError(what, error.name.partition(".")[0]) from error


__all__ = [
    "ALIASES",
    "FORMATS",
    "SUFFIXES",
    "Document",
    "Format",
    "ReadError",
    "format_of",
    "is_decoded",
    "read",
    "revision_of",
    "suffix_of",
]
