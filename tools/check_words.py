"""Word check of the source code: docstrings that open with a clause, and names that are bare participles.

A docstring opens with a verb and a noun of the field, so that nobody has to translate it back: "Return the postings of a
term", not "What a term holds". A name is a noun: ``matches``, not ``found``. Both counts may fall and never grow; lower the
limits below when they have fallen.

    python tools/check_words.py           exit code 1 if a count is above its limit
    python tools/check_words.py --list    print each place
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parent.parent
SCOPE = ("searchidx", "benchmarks", "tools")

OPENINGS = frozenset(
    ["What", "Which", "Where", "Whether", "Who", "How", "Of", "That", "Those", "Tell", "Give", "Say"]
)
BARE_NAMES = frozenset(
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

MAX_OPENINGS = 0
MAX_BARE_NAMES = 60


class Place(NamedTuple):
    """Location of a word that the check counts.

    Attributes:
        path: Source file, relative to the repository.
        line: Line in it, counted from 1.
        word: The opening or the name.
    """

    path: str
    line: int
    word: str


def openings(path: str, tree: ast.Module) -> Iterator[Place]:
    """Yield each module, class or function whose docstring opens with one of ``OPENINGS``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words = (ast.get_docstring(node) or "").split(maxsplit=1)
            if words and words[0].rstrip(".,:;") in OPENINGS:
                yield Place(path, getattr(node, "lineno", 1), words[0])


def bare_names(path: str, tree: ast.Module) -> Iterator[Place]:
    """Yield each argument and each assignment to a local name that is one of ``BARE_NAMES``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.arg in BARE_NAMES:
            yield Place(path, node.lineno, node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in BARE_NAMES:
            yield Place(path, node.lineno, node.id)


def sources(repository: Path = REPOSITORY) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and syntax tree of every Python file in ``SCOPE``."""
    for folder in SCOPE:
        for file in sorted((repository / folder).rglob("*.py")):
            yield str(file.relative_to(repository)), ast.parse(file.read_text(encoding="utf-8"))


def report(title: str, places: Iterable[Place], limit: int, *, listing: bool) -> bool:
    """Print a count, and each place with ``listing``; return true if it is within the limit."""
    counted = list(places)
    if listing:
        for path, line, word in counted:
            print(f"{path}:{line}: {word}")
    print(f"{title}: {len(counted)}, at most {limit}")
    return len(counted) <= limit


def main() -> int:
    """Check the source code and return the exit code."""
    trees = list(sources())
    listing = "--list" in sys.argv[1:]
    clauses = [place for path, tree in trees for place in openings(path, tree)]
    names = [place for path, tree in trees for place in bare_names(path, tree)]
    sound = [
        report("docstrings that open with a clause", clauses, MAX_OPENINGS, listing=listing),
        report("names that are bare participles or adverbs", names, MAX_BARE_NAMES, listing=listing),
    ]
    return 0 if all(sound) else 1


if __name__ == "__main__":
    sys.exit(main())
