"""Boolean operators: ``AND OR NOT && ||`` as words of their own or glued to Han characters.

``防火墙AND规则`` means what it seems to, and ``ANDROID``, ``R&&D`` and ``ORACLE数据库`` stay words: a glued operator
has an ideograph, a quotation mark, a bracket or white space on each side. A query that begins or ends with a
glued operator (``NOT运算``) has nothing to operate on, so it is text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias, cast

from searchidx.query.characters import QUOTES, SIGNS, is_cjk
from searchidx.query.quotes import Quoted

OperatorName: TypeAlias = Literal["AND", "OR", "NOT"]

_OPERATOR = re.compile(r"AND|OR|NOT|&&|\|\|")
_NAMES = {"&&": "AND", "||": "OR"}


class Operator(NamedTuple):
    """An operator of a query and where it stands."""

    start: int
    end: int
    name: OperatorName


def find_operators(query: str, quoted: Iterable[Quoted]) -> Iterator[Operator]:
    """Yield the operators of a half-width query outside its quoted strings, ascending."""
    position = 0
    for string in quoted:
        yield from _between(query, position, string.start)
        position = string.end
    yield from _between(query, position, len(query))


def _between(query: str, start: int, end: int) -> Iterator[Operator]:
    previous_end = -1
    for match in _OPERATOR.finditer(query, start, end):
        name = cast("OperatorName", _NAMES.get(match[0], match[0]))
        if _stands(query, match.start(), match.end(), name, previous_end):
            previous_end = match.end()
            yield Operator(match.start(), match.end(), name)


def _stands(query: str, start: int, end: int, name: OperatorName, previous_end: int) -> bool:
    """Return true if the characters on both sides of a candidate make it an operator."""
    before = query[start - 1 : start]
    after = query[end : end + 1]
    if not before or before.isspace():
        alone = not after or after.isspace() or (after == ")" and bool(before))
        return alone or _joins_right(query, end, name, opens_query=not before)
    joins_left = is_cjk(before) or before in QUOTES or before == ")"
    if name == "NOT":
        joins_left = joins_left or before == "(" or start == previous_end
    return joins_left and (after.isspace() or _joins_right(query, end, name))


def _joins_right(query: str, end: int, name: OperatorName, *, opens_query: bool = False) -> bool:
    after = query[end : end + 1]
    if not after:
        return False
    if after in QUOTES or after == "(":
        return name == "NOT" or not opens_query
    if opens_query:
        return False
    if name != "NOT" and query.startswith("NOT", end):
        return _joins_right(query, end + 3, "NOT")
    return is_cjk(after) or (name != "NOT" and after in SIGNS)
