"""Ancestry of absolute paths, by name alone: nothing is looked up on the disk."""

import os
from collections.abc import Collection, Container


def nearest(path: str, tops: Container[str]) -> str | None:
    """Return the nearest of ``tops`` that a path equals or is below, or None."""
    while path not in tops:
        above = os.path.dirname(path)
        if above == path:
            return None
        path = above
    return path


def is_below(path: str, tops: Collection[str]) -> bool:
    """Return True if a path is one of ``tops`` or below one."""
    return bool(tops) and nearest(path, tops) is not None
