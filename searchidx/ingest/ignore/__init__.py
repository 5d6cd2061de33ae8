"""Ignore files and the rules by which a folder is walked."""
