"""Second reading of a query: filters that no paragraph passes are text, such as a pasted ``类型：住宅``."""

from collections.abc import Callable, Iterator

from searchidx.query.parse import parse
from searchidx.query.tree import And, BooleanQuery, Boost, Filter, Node, Not, Or, Query


def filters_as_text(query: Query, passes: Callable[[Filter], bool], *, exact: bool = False) -> Query | None:
    """Return the query with the filters that nothing passes as text, or None if there are none.

    Args:
        query: A query without matches.
        passes: Function that returns true if a paragraph passes a filter.
        exact: The query matches exact characters.
    """
    node = query.node
    if node is None:
        return None
    excluded = set(_filters(node, negated=True))
    empty = [one for one in dict.fromkeys(_filters(node)) if one not in excluded and not passes(one)]
    if not empty:
        return None
    return parse(query.source, exact=exact, as_text=frozenset((one.field, one.value) for one in empty))


def _filters(node: Node, *, negated: bool = False, inside: bool = False) -> Iterator[Filter]:
    """Yield the filters of a query; with ``negated`` those below a Not or an exclusion, else the others."""
    match node:
        case Filter():
            if inside == negated and node.field != "exact":
                yield node
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _filters(operand, negated=negated, inside=inside)
        case Boost(operand):
            yield from _filters(operand, negated=negated, inside=inside)
        case Not(operand):
            yield from _filters(operand, negated=negated, inside=True)
        case BooleanQuery(_, must, must_not):
            for operand in must:
                yield from _filters(operand, negated=negated, inside=inside)
            for operand in must_not:
                yield from _filters(operand, negated=negated, inside=True)
        case _:
            return
