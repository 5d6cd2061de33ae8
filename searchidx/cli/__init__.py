"""Command line: each command parses its flags, calls the Python API, renders the result and returns an exit code.

No command decides anything that a Python program can't decide with :mod:`searchidx` alone.
"""
