"""Suggestions for a query without literal matches: corrections of its terms that occur in the index."""
