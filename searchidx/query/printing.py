"""From a query tree back to a string that reads as the same tree.

For ``explain``, for suggestions that can be pasted, and for tests. Half-width syntax throughout, brackets
around every nested AND and OR; texts stay exactly as they are.
"""

from searchidx.query.characters import BRACKETS, QUOTES, half_width
from searchidx.query.fields import ORDINARY, PINYIN
from searchidx.query.lexer import lex
from searchidx.query.notes import Notes
from searchidx.query.quotes import quote
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
    Pinyin,
    Regex,
    Text,
    Wildcard,
)

_CONTEXT = "x"


def to_string(node: Node) -> str:
    """Write a tree as a query.

    For every tree in the normal form of :mod:`searchidx.query.tree`,
    ``parse(to_string(tree)).node == tree`` as long as the string is within the limits of a query.
    """
    if isinstance(node, BooleanQuery):
        parts = [_expression(word) for word in node.should]
        parts += [_signed("+", operand) for operand in node.must]
        parts += [_signed("-", operand) for operand in node.must_not]
        return " ".join(parts)
    if isinstance(node, Text):
        return "+" + _ordinary(node)
    if isinstance(node, Fuzzy | Wildcard | Regex | Pinyin) or (
        isinstance(node, Boost) and isinstance(node.operand, Text | Fuzzy | Wildcard | Regex | Pinyin)
    ):
        return "+" + _expression(node)  # without the sign it is a word that is ranked
    return _expression(node)


def _expression(node: Node) -> str:
    if isinstance(node, And | Or):
        joint = " AND " if isinstance(node, And) else " OR "
        return joint.join(map(_operand, node.operands))
    if isinstance(node, Not):
        return "NOT " + _operand(node.operand)
    if isinstance(node, BooleanQuery):
        return to_string(node)
    return _leaf(node)


def _operand(node: Node) -> str:
    return f"({_expression(node)})" if isinstance(node, And | Or | BooleanQuery) else _expression(node)


def _signed(sign: str, node: Node) -> str:
    if isinstance(node, And | Or | Not | BooleanQuery):
        return f"{sign}({_expression(node)})"
    if sign == "+" and isinstance(node, Literal | Near | Filter):
        return _leaf(node)
    if isinstance(node, Text):
        return sign + _text(node, sign)
    if isinstance(node, Boost):
        return _boosted(node, sign)
    return sign + _leaf(node)


def _boosted(node: Boost, sign: str = "") -> str:
    mark = f"^{node.factor:g}"
    if not isinstance(node.operand, Text):
        return sign + _operand(node.operand) + mark
    plain = node.operand.text + mark
    read = _lexemes_among_others(plain, sign)
    if read == [("word", node.operand.text), ("boost", mark[1:])]:
        return sign + plain
    return sign + _ordinary(node.operand) + mark


def _leaf(node: Text | Literal | Fuzzy | Wildcard | Regex | Near | Pinyin | Boost | Filter) -> str:
    match node:
        case Text():
            return _text(node)
        case Literal(text):
            return quote(text)
        case Fuzzy(text, edits):
            return f"{text}~{edits}"
        case Wildcard(text):
            return text
        case Regex(expression):
            return f"/{expression}/"
        case Near(texts, slop):
            return f"{quote(' '.join(texts))}~{slop}"
        case Pinyin(syllables):
            return f"{PINYIN}:{quote(syllables) if ' ' in syllables else syllables}"
        case Boost():
            return _boosted(node)
        case Filter():
            return _filter(node)


def _filter(node: Filter) -> str:
    plain = f"{node.field}:{node.value}"
    read = _read_plainly(plain)
    return plain if read == ("filter", node.value) else f"{node.field}:{quote(node.value)}"


def _text(node: Text, sign: str = "") -> str:
    return node.text if _read_plainly(node.text, sign) == ("word", node.text) else _ordinary(node)


def _ordinary(node: Text) -> str:
    return f"{ORDINARY}:{quote(node.text)}"


def _read_plainly(text: str, sign: str = "") -> tuple[str, str] | None:
    """Return kind and text of the one lexeme that this text is among others, or None if it is not one."""
    lexemes = _lexemes_among_others(text, sign)
    return lexemes[0] if len(lexemes) == 1 else None


def _lexemes_among_others(text: str, sign: str) -> list[tuple[str, str]]:
    """Return kinds and texts of the lexemes that a text is among others, without the sign before it."""
    if any(char in QUOTES or char in BRACKETS for char in half_width(text)):
        return []  # it would pair with others
    lexemes = lex(f"{_CONTEXT} {sign}{text} {_CONTEXT}", Notes())[1:-1]
    return [(lexeme.kind, lexeme.text) for lexeme in lexemes[len(sign) :]]
