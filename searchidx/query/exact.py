"""A query read so that nothing in it is folded: every text must be there character by character.

Patterns stay what they are: they stand for texts that nobody typed.
"""

from searchidx.query.tree import And, BooleanQuery, Boost, Filter, Literal, Node, Not, Or, Text

EXACT = "exact"
"""The field whose value must be in the text as it is typed."""


def exactly(node: Node) -> Node:
    """Return the tree in which every text must match unfolded, and every bare word is required."""
    match node:
        case Text(text) | Literal(text):
            return Filter(EXACT, text)
        case Boost(operand):
            return exactly(operand)  # what only restricts has no weight
        case Not(operand):
            return Not(exactly(operand))
        case And(operands):
            return And(tuple(map(exactly, operands)))
        case Or(operands):
            return Or(tuple(map(exactly, operands)))
        case BooleanQuery(should, must, must_not):
            return _all((*map(exactly, (*should, *must)), *(_negated(exactly(one)) for one in must_not)))
        case _:
            return node


def _negated(node: Node) -> Node:
    return node.operand if isinstance(node, Not) else Not(node)


def _all(nodes: tuple[Node, ...]) -> Node:
    operands: list[Node] = []
    for node in nodes:
        operands += node.operands if isinstance(node, And) else (node,)
    return And(tuple(operands)) if len(operands) > 1 else operands[0]
