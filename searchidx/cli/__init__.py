"""The command line: thin commands that parse, call the Python twin, render, and give an exit code.

Nothing is decided here that a Python program could not decide with :mod:`searchidx` alone.
"""
