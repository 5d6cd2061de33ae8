"""Stored documents of an existing Whoosh index, which may come from anybody.

Whoosh unpickles what it opens. The schema is not read at all, and everything else passes an allow-list: an audit hook of the
interpreter sees every class that any unpickler looks up, before it is imported.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import local
from typing import Any

from whoosh.fields import STORED, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import _CURRENT_TOC_VERSION, TOC, FileIndex

from searchidx.errors import UsageError

_ALLOWED = {
    ("whoosh.codec.whoosh3", "W3Segment"),
    ("whoosh.codec.whoosh3", "W3Codec"),
    ("collections", "defaultdict"),
    ("collections", "OrderedDict"),
    ("decimal", "Decimal"),
    *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
    *((module, name) for module in ("builtins", "__builtin__") for name in ("set", "frozenset", "complex", "int", "float", "list", "dict")),
    ("_codecs", "encode"),  # bytes in protocol 2
}  # fmt: skip
_NAME = "MAIN"  # Whoosh's default name of an index
_ORDER_MARK = -12345
_thread = local()


class _AnyField(Schema):  # type: ignore[misc]
    """Schema that contains every field: readers return the stored values of a schema's fields only."""

    def __contains__(self, name: str) -> bool:
        return True


def stored_documents(directory: str) -> Iterator[dict[str, Any]]:
    """Yield the stored fields of each document of a Whoosh index that is not deleted.

    Args:
        directory: Directory of the index.

    Raises:
        UsageError: There is no index of Whoosh 2.7 or later, it is damaged, or it contains an object that is not data.
    """
    storage = FileStorage(directory)
    try:
        with _only_allowed_classes(directory):
            _check_version(storage, directory)
            # A schema that is passed in keeps Whoosh from unpickling the stored one.
            documents = FileIndex(storage, schema=_AnyField(stored=STORED())).reader().iter_docs()
        while True:
            with _only_allowed_classes(directory):
                document = next(documents, None)
            if document is None:
                return
            yield document[1]
    except (UsageError, MemoryError):
        raise
    except Exception as error:  # Whoosh checks little of what it reads: a damaged file may raise anything
        raise UsageError(f"{directory}: the Whoosh index is damaged ({error}); build it again") from error


def _check_version(storage: FileStorage, directory: str) -> None:
    """Raise UsageError without a table of contents in the present format; others have an unpickler of their own."""
    generation = TOC._latest_generation(storage, _NAME) if os.path.isdir(directory) else -1  # noqa: SLF001 - no public name
    if generation < 0:
        raise UsageError(f"{directory} contains no Whoosh index; name the folder with its .toc file")
    with storage.open_file(TOC._filename(_NAME, generation)) as stream:  # noqa: SLF001
        for _ in range(3):
            stream.read_varint()
        is_current = stream.read_int() == _ORDER_MARK and stream.read_int() == _CURRENT_TOC_VERSION
    if not is_current:
        raise UsageError(
            f"{directory}: the Whoosh index has an unsupported format; build it again with Whoosh 2.7"
        )


@contextmanager
def _only_allowed_classes(directory: str) -> Iterator[None]:
    _install_hook()
    _thread.directory = directory
    try:
        yield
    finally:
        _thread.directory = None


@cache
def _install_hook() -> None:
    """Add the audit hook, which stays for the life of the process and is idle outside the reading of an index."""
    sys.addaudithook(_refuse_class)


def _refuse_class(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "pickle.find_class":
        directory = getattr(_thread, "directory", None)
        if directory is not None and arguments not in _ALLOWED:
            name = ".".join(map(str, arguments))
            raise UsageError(
                f"{directory}: the Whoosh index contains the object {name!r}, which is not data; it is not read"
            )
