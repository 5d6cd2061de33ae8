"""Chinese-first full-text search for the terminal and for Python."""

TYPE_CHECKING = (
    False  # type checkers know this name; importing typing would be most of the cost of this module
)
if TYPE_CHECKING:
    from searchidx.api import Index, open  # noqa: A004 - searchidx.open reads best
    from searchidx.errors import SearchidxError
    from searchidx.ingest.report import Progress, Report
    from searchidx.results import FacetCount, FileCount, Hit, Neighbour, Page, Status, Suggestion, TermCount

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

_MODULES = {
    "FacetCount": "searchidx.results",
    "FileCount": "searchidx.results",
    "Hit": "searchidx.results",
    "Index": "searchidx.api",
    "Neighbour": "searchidx.results",
    "Page": "searchidx.results",
    "Progress": "searchidx.ingest.report",
    "Report": "searchidx.ingest.report",
    "SearchidxError": "searchidx.errors",
    "Status": "searchidx.results",
    "Suggestion": "searchidx.results",
    "TermCount": "searchidx.results",
    "open": "searchidx.api",
}


def __getattr__(name: str) -> object:
    """Import a public name on first use, so that ``import searchidx`` is cheap."""
    from importlib import import_module

    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
