"""The source code speaks the language of its field: the word check counts what it says it counts, and lets nothing grow."""

import ast

from tools import check_words
from tools.check_words import bare_names, openings, sources

SAMPLE = '''"""Postings of a term."""


class Store:
    """What is stored."""

    def find(self, wanted):
        """Whether it is there."""
        found = [at for at in wanted if at]
        return found


async def read(path):
    """Read a file.

    How it is read does not count."""
    self.kept = path
'''


def test_docstrings_of_modules_classes_and_functions_are_counted_by_their_first_word():
    assert [(place.line, place.word) for place in openings("sample.py", ast.parse(SAMPLE))] == [
        (4, "What"),
        (7, "Whether"),
    ]


def test_arguments_and_local_names_are_counted_and_attributes_are_not():
    places = sorted(bare_names("sample.py", ast.parse(SAMPLE)))
    assert [(place.line, place.word) for place in places] == [(7, "wanted"), (9, "at"), (9, "found")]


def test_neither_count_grows():
    trees = list(sources())
    assert len([place for path, tree in trees for place in openings(path, tree)]) <= check_words.MAX_OPENINGS
    assert (
        len([place for path, tree in trees for place in bare_names(path, tree)]) <= check_words.MAX_BARE_NAMES
    )


def test_the_lists_of_words_never_shrink():
    assert (
        frozenset(
            ["What", "Which", "Where", "Whether", "Who", "How", "Of", "That", "Those", "Tell", "Give", "Say"]
        )
        <= check_words.OPENINGS
    )
    assert (
        frozenset(
            [
                "found",
                "held",
                "kept",
                "wanted",
                "known",
                "chosen",
                "told",
                "asked",
                "given",
                "seen",
                "at",
                "rest",
                "most",
                "own",
            ]
        )
        <= check_words.BARE_NAMES
    )
