"""Chinese-first full-text search for the terminal and for Python."""

__version__ = "0.1.0"
