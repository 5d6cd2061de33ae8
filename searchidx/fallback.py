"""Second search with another reading of the query, where the first matches nothing.

Imported only then, so that a search with matches does not pay for it.
"""

from typing import TYPE_CHECKING

from searchidx.query import Filter, Query
from searchidx.query.reread import filters_as_text
from searchidx.request import SearchRequest

if TYPE_CHECKING:
    from searchidx.engine import Engine


def reread(engine: "Engine", request: SearchRequest) -> SearchRequest | None:
    """Return the request with the filters that no paragraph passes read as text, or None if there are none."""
    if request.literal or not request.rereads:
        return None

    def passes(restriction: Filter) -> bool:
        return engine.count(SearchRequest(Query(restriction.value, restriction))) > 0

    query = filters_as_text(request.parsed(), passes, exact=request.exact)
    if query is None:
        return None
    return SearchRequest(
        query,
        exact=request.exact,
        under=request.under,
        limit=request.limit,
        offset=request.offset,
        arrangement=request.arrangement,
        stream=request.stream,
    )
