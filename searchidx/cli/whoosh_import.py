"""Documents of an existing Whoosh index, as documents without a file."""

import os
from collections.abc import Mapping
from typing import Any

from searchidx.errors import UsageError


def whoosh_streams(directory: str, field_names: str | None, folder: str) -> dict[str, str]:
    """Write the text of each stored document to a file, and return the files by the names of the documents.

    Args:
        directory: Directory of the Whoosh index.
        field_names: Stored fields with the text, separated by commas; None for all texts.
        folder: Folder for the files.
    """
    from searchidx.whoosh import stored_documents

    name = os.path.basename(os.path.abspath(directory))
    fields = [field.strip() for field in field_names.split(",")] if field_names is not None else None
    streams: dict[str, str] = {}
    for number, stored in enumerate(stored_documents(directory)):
        if text := _text(stored, fields):
            path = streams[f"whoosh/{name}#{number}"] = os.path.join(folder, str(number))
            with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.write(text)
    if not streams:
        raise UsageError(f"{directory}: no document has a stored text; name the fields with --whoosh-fields")
    return streams


def _text(stored: Mapping[str, Any], fields: list[str] | None) -> str:
    values = [stored.get(field) for field in (sorted(stored) if fields is None else fields)]
    return "\n\n".join(value for value in values if isinstance(value, str) and value.strip())
