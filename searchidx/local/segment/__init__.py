"""Segments, the manifest of a commit, and the snapshot a query reads."""
