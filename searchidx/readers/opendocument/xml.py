"""Attributes of OpenDocument by their local names: versions of the format put the same one into several namespaces."""

from typing import Any

_MAX_DIGITS = 8


def attribute(element: Any, name: str) -> str:
    """Return an attribute, or the empty string."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def number(element: Any, name: str, default: int = 1) -> int:
    """Return an attribute as a number from 0, or the default where it is none."""
    value = attribute(element, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS else default
