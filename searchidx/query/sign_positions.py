"""Places in a query: where a run begins, and where ``+``, ``-`` and ``!`` are signs instead of text.

Only at the beginning of a run, and before something that can be excluded: ``X-900``, ``023-49301888``, ``->``,
``--help`` and ``!=`` are text.
"""

from collections.abc import Iterable, Mapping

from searchidx.query.characters import SIGNS, is_signable
from searchidx.query.operators import Operator
from searchidx.query.quotes import Quoted


class Places:
    """Answers for one half-width query; the roles of brackets may still be in the making."""

    def __init__(self, query: str, quoted: Iterable[Quoted], operators: Iterable[Operator]) -> None:
        """Remember what ends where."""
        strings = list(quoted)
        self._query = query
        self._operator_ends = {operator.end for operator in operators}
        self._quoted_starts = {string.start for string in strings}
        self._quoted_ends = {string.end for string in strings}

    def begins_run(self, position: int, roles: Mapping[int, str]) -> bool:
        """Return true if a new run begins at a position, with or without white space before it."""
        return (
            self._begins_fresh(position, roles)
            or position in self._quoted_ends
            or position - 1 in roles
            or (self._query[position - 1] in SIGNS and self._begins_fresh(position - 1, roles))
        )

    def is_sign(self, position: int, roles: Mapping[int, str]) -> bool:
        """Return true if the character at a position is a sign of the operand behind it."""
        following = position + 1
        return (
            self._query[position] in SIGNS
            and following < len(self._query)
            and self._begins_fresh(position, roles)
            and (
                following in self._quoted_starts
                or roles.get(following) == "open"
                or is_signable(self._query[following])
                or (self._query[following] == "*" and self._is_signable(following + 1))
            )
        )

    def _is_signable(self, position: int) -> bool:
        return position < len(self._query) and is_signable(self._query[position])

    def _begins_fresh(self, position: int, roles: Mapping[int, str]) -> bool:
        return (
            position == 0
            or self._query[position - 1].isspace()
            or roles.get(position - 1) == "open"
            or position in self._operator_ends
        )
