"""From a query string to a small, engine-neutral tree, and back to a string."""

from searchidx.query.parse import parse
from searchidx.query.printing import to_string
from searchidx.query.tree import And, Filter, Literal, Loose, Node, Not, Or, Query, Text

__all__ = [
    "And",
    "Filter",
    "Literal",
    "Loose",
    "Node",
    "Not",
    "Or",
    "Query",
    "Text",
    "parse",
    "to_string",
]
