"""Factory of engines: the one place that knows them by name."""

from typing import TYPE_CHECKING

from searchidx.config import is_url
from searchidx.errors import UsageError

if TYPE_CHECKING:
    from searchidx.engine import Backend


def backend(place: str) -> "Backend":
    """Return the backend of a place: a folder, or the ticket of a writer.

    Raises:
        UsageError: The place is a URL that no engine serves.
    """
    if is_url(place):
        raise UsageError(f"{place}: no engine serves this URL; name a folder with --index")
    from searchidx.local.backend import LocalBackend

    return LocalBackend(place)
