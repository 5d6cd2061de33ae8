"""Where in folded text something stands that may be written in other ways: one pass of a pattern.

A chunk is a run of letters and digits with all that may join it to the next: ``x-900``, ``2023年4月20日``,
``023 49301888``. What it means is read from the chunk alone, so equal chunks are read once.
A chunk joins so many runs at most, and every pattern is tried a bounded number of times at a place: no text takes
more than time in proportion to its length.
"""

import re

from searchidx.runs.cjk import CJK_CLASS

LETTER_OR_DIGIT = rf"[^{CJK_CLASS}\W_]"
"""A letter or digit that is not CJK. (What is one beyond the Unicode of the running Python is its own affair.)"""

_CONNECTED = rf"(?:[-.&_]{{1,2}}|(?<=[0-9])[,:/](?=[0-9])){LETTER_OR_DIGIT}++"
_DATED = r"(?<=[0-9])\ ?[年月]\ ?[0-9]++"
_SPACED = r"(?<=[0-9])(?:\ -{1,2}\ |\)\ ?|\ )(?=[0-9]{3})[0-9]++"

CHUNK = re.compile(
    rf"{LETTER_OR_DIGIT}++(?:{_CONNECTED}|{_DATED}|{_SPACED}){{0,16}}+(?:\+\+|\#|(?<=[0-9])\ ?[年月日号])?",
    re.VERBOSE,
)

DOTTED_NAME = re.compile(rf"\.(?<!{LETTER_OR_DIGIT}\.)(?<!\.\.)[a-z][a-z0-9]*+")
"""A name that begins with a dot: ``.net``, ``.gitignore``."""

# Words of jieba's dictionary that take in a run or part of it, folded (a test compares with the dictionary).
SWALLOWING = ("c++", "c#", "4s店", "1号店", "江南style")
SWALLOWED = re.compile(
    rf"(?<!{LETTER_OR_DIGIT}){LETTER_OR_DIGIT}++(?:(?<=c)(?=\+\+|\#)|(?<=4s)(?=店)|(?<=1)(?=号店))"
    rf"|(?<=江南)style{LETTER_OR_DIGIT}*+"
)
"""The whole run that such a word takes part of."""
