"""Attributes of WordprocessingML, in the transitional and the strict namespace."""

from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


def attribute(element: Any, name: str) -> str | None:
    """Return an attribute, or None if it is missing or empty."""
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT_W}{name}") or None


def child_value(element: Any, path: str) -> str | None:
    """Return the ``val`` of the child at a path, or None if there is none."""
    child = element.find(path)
    return attribute(child, "val") if child is not None else None


def child_number(element: Any, path: str) -> int | None:
    """Return the ``val`` of the child at a path as a number from 0, or None."""
    value = child_value(element, path) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def is_on(element: Any, path: str) -> bool:
    """Return true if a switch is there and not off."""
    switch = element.find(path)
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off")
