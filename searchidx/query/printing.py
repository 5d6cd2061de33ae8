"""From a query tree back to a string that reads as the same tree.

For ``explain``, for suggestions that can be pasted, and for tests. Half-width syntax throughout, brackets
around every nested AND and OR; texts stay exactly as they are.
"""

from searchidx.query.characters import BRACKETS, QUOTES, half_width
from searchidx.query.fields import ORDINARY
from searchidx.query.lexing import lex
from searchidx.query.notes import Notes
from searchidx.query.quotes import quote
from searchidx.query.tree import And, Filter, Literal, Loose, Node, Not, Or, Text

_CONTEXT = "x"


def to_string(node: Node) -> str:
    """Write a tree as a query.

    For every tree in the normal form of :mod:`searchidx.query.tree`,
    ``parse(to_string(tree)).node == tree`` as long as the string is within the limits of a query.
    """
    if isinstance(node, Loose):
        parts = [_text(word) for word in node.words]
        parts += [_signed("+", operand) for operand in node.required]
        parts += [_signed("-", operand) for operand in node.excluded]
        return " ".join(parts)
    if isinstance(node, Text):
        return "+" + _ordinary(node)
    return _expression(node)


def _expression(node: Node) -> str:
    if isinstance(node, And | Or):
        joint = " AND " if isinstance(node, And) else " OR "
        return joint.join(map(_operand, node.operands))
    if isinstance(node, Not):
        return "NOT " + _operand(node.operand)
    if isinstance(node, Loose):
        return to_string(node)
    return _leaf(node)


def _operand(node: Node) -> str:
    return f"({_expression(node)})" if isinstance(node, And | Or | Loose) else _expression(node)


def _signed(sign: str, node: Node) -> str:
    if isinstance(node, And | Or | Not | Loose):
        return f"{sign}({_expression(node)})"
    if sign == "+" and not isinstance(node, Text):
        return _leaf(node)
    return sign + (_text(node, sign) if isinstance(node, Text) else _leaf(node))


def _leaf(node: Text | Literal | Filter) -> str:
    if isinstance(node, Text):
        return _text(node)
    if isinstance(node, Literal):
        return quote(node.text)
    plain = f"{node.field}:{node.value}"
    read = _read_plainly(plain)
    return plain if read == ("filter", node.value) else f"{node.field}:{quote(node.value)}"


def _text(node: Text, sign: str = "") -> str:
    return node.text if _read_plainly(node.text, sign) == ("word", node.text) else _ordinary(node)


def _ordinary(node: Text) -> str:
    return f"{ORDINARY}:{quote(node.text)}"


def _read_plainly(text: str, sign: str = "") -> tuple[str, str] | None:
    """Return kind and text of the one lexeme that this text is among others, or None if it is not one."""
    if any(char in QUOTES or char in BRACKETS for char in half_width(text)):
        return None  # it would pair with others
    lexemes = lex(f"{_CONTEXT} {sign}{text} {_CONTEXT}", Notes())[1:-1]
    if len(lexemes) != 1 + len(sign):
        return None
    return lexemes[-1].kind, lexemes[-1].text
