"""Chinese-first full-text search for the terminal and for Python."""

TYPE_CHECKING = False  # as type checkers read it; typing itself would be most of what importing this costs
if TYPE_CHECKING:
    from searchidx.api import Index, open  # noqa: A004 - searchidx.open reads best
    from searchidx.arrangement import FacetCount, Neighbour
    from searchidx.engine import FileCount, Hit, Page, Status, Suggestion, TermCount
    from searchidx.errors import SearchidxError
    from searchidx.ingest.report import Progress, Report

__version__ = "0.1.0"

__all__ = [
    "FacetCount",
    "FileCount",
    "Hit",
    "Index",
    "Neighbour",
    "Page",
    "Progress",
    "Report",
    "SearchidxError",
    "Status",
    "Suggestion",
    "TermCount",
    "open",
]

_HOMES = {
    "FacetCount": "searchidx.arrangement",
    "FileCount": "searchidx.engine",
    "Hit": "searchidx.engine",
    "Index": "searchidx.api",
    "Neighbour": "searchidx.arrangement",
    "Page": "searchidx.engine",
    "Progress": "searchidx.ingest.report",
    "Report": "searchidx.ingest.report",
    "SearchidxError": "searchidx.errors",
    "Status": "searchidx.engine",
    "Suggestion": "searchidx.engine",
    "TermCount": "searchidx.engine",
    "open": "searchidx.api",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that ``import searchidx`` costs next to nothing."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
