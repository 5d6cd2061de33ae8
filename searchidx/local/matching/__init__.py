"""Evaluation of a query tree to the set of matching paragraphs."""
