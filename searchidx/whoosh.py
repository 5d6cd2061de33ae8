"""Whoosh interface: an index opened for any Whoosh code, and an analyzer of Chinese for schemas of one's own.

Searches of searchidx itself do not import this module. See docs/whoosh.md.
"""

from searchidx.local.whoosh_analyzer import ChineseAnalyzer
from searchidx.local.whoosh_bridge import ArrayIndex as WhooshIndex
from searchidx.local.whoosh_stored import stored_documents

__all__ = ["ChineseAnalyzer", "WhooshIndex", "open_dir", "stored_documents"]


def open_dir(directory: str) -> WhooshIndex:
    """Return an index of searchidx as a Whoosh index for reading.

    Args:
        directory: Directory of the index: the one that ``searchidx status`` names.

    Raises:
        NoIndexError: There is no index.
        CorruptIndexError: A file of the index is damaged.
    """
    return WhooshIndex(directory)
