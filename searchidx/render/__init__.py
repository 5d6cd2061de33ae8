"""From a page of hits to lines of text: for a terminal, for a pipe, for a program.

Pure functions: a page and how it is to look go in, lines without line ends come out. Nothing here writes,
asks what a terminal can do, or opens an index.
"""
