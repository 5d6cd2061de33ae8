"""Explanation of a query and of the rank of a paragraph."""
