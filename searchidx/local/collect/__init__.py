"""Collection of the top hits: order, groups, facets, near-duplicates, highlights."""
