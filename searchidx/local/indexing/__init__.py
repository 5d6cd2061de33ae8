"""Inversion of texts into the posting lists of a segment."""
