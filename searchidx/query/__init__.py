"""From a query string to a small, engine-neutral tree, and back to a string."""

from searchidx.query.parse import parse
from searchidx.query.printing import to_string
from searchidx.query.tree import (
    And,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Loose,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Query,
    Regex,
    Sound,
    Text,
    Wildcard,
    Word,
)

__all__ = [
    "And",
    "Boost",
    "Filter",
    "Fuzzy",
    "Literal",
    "Loose",
    "Near",
    "Node",
    "Not",
    "Or",
    "Pattern",
    "Query",
    "Regex",
    "Sound",
    "Text",
    "Wildcard",
    "Word",
    "parse",
    "to_string",
]
