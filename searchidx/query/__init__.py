"""From a query string to a small, engine-neutral tree, and back to a string."""

from searchidx.query.parse import parse
from searchidx.query.printing import to_string
from searchidx.query.tree import (
    And,
    BooleanQuery,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Pinyin,
    Query,
    Regex,
    Text,
    Wildcard,
    Word,
)

__all__ = [
    "And",
    "BooleanQuery",
    "Boost",
    "Filter",
    "Fuzzy",
    "Literal",
    "Near",
    "Node",
    "Not",
    "Or",
    "Pattern",
    "Pinyin",
    "Query",
    "Regex",
    "Text",
    "Wildcard",
    "Word",
    "parse",
    "to_string",
]
