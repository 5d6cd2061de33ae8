"""Search request: everything that decides the answer of one search, as one value."""

from typing import TYPE_CHECKING

from searchidx._startup.dataclass import dataclass
from searchidx.query import Query
from searchidx.query.parse import parse

if TYPE_CHECKING:
    from searchidx.arrangement import Arrangement


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search, a count, a list of files, an explanation or a suggestion, as it is requested of an engine.

    Attributes:
        query: Query string as typed, or a parsed query.
        literal: True takes the whole query string as one literal text.
        exact: True matches exact characters: no case, width or 简繁 folding.
        under: Absolute path; only documents at or below it match. None is no restriction.
        limit: Maximum number of hits; 0 is no limit.
        offset: Number of best hits to leave out.
        arrangement: Order, groups, near-duplicates, facets and context; None is the plain ranking.
        stream: True returns the hits as a :class:`~searchidx.results.HitStream`.
        rereads: True reads filters that no paragraph passes as text, if nothing matches.
    """

    query: str | Query
    literal: bool = False
    exact: bool = False
    under: str | None = None
    limit: int = 10
    offset: int = 0
    arrangement: "Arrangement | None" = None
    stream: bool = False
    rereads: bool = True

    def parsed(self) -> Query:
        """Return the parsed query.

        Raises:
            QueryError: The query string can't be parsed.
        """
        if isinstance(self.query, str):
            return parse(self.query, literal=self.literal, exact=self.exact)
        return self.query
