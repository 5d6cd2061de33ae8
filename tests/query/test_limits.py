"""Any query ends soon: what is too long, too deep or too much is refused in a line, everything else is read."""

import subprocess
import sys
import time

import pytest

from searchidx.errors import QueryError
from searchidx.query import parse, to_string
from searchidx.query.parse import MAX_DEPTH, MAX_LENGTH, MAX_TERMS


@pytest.mark.parametrize(
    ("allowed", "refused", "said"),
    [
        ("甲" * MAX_LENGTH, "甲" * (MAX_LENGTH + 1), "4,096 at most"),
        ("甲 " * MAX_TERMS, "甲 " * (MAX_TERMS + 1), "more than 256 words"),
        ("甲 OR " * (MAX_TERMS - 1) + "乙", "甲 OR " * MAX_TERMS + "乙", "more than 256 words"),
        ("(甲 AND " * MAX_DEPTH + "乙", "(甲 AND " * (MAX_DEPTH + 1) + "乙", "nest deeper than 50"),
        ("(" * MAX_DEPTH + "甲 乙" + ")" * MAX_DEPTH, "(" * 51 + "甲 乙" + ")" * 51, "nest deeper than 50"),
    ],
)
def test_limits_are_where_they_are_said_to_be(allowed: str, refused: str, said: str) -> None:
    assert parse(allowed).node is not None
    with pytest.raises(QueryError, match=said) as caught:
        parse(refused)
    assert "\n" not in str(caught.value)
    assert caught.value.column is not None


def test_length_is_limited_for_literal_queries_too() -> None:
    assert parse("甲" * MAX_LENGTH, literal=True).node is not None
    with pytest.raises(QueryError, match="at most"):
        parse("甲" * (MAX_LENGTH + 1), literal=True)


def test_restrictions_at_every_level_do_not_print_deeper_than_can_be_read() -> None:
    typed = "甲"
    for _ in range(MAX_DEPTH - 1):
        typed = f"(丙 OR {typed} -丁)"
    with pytest.raises(QueryError, match="nest deeper"):
        parse(typed)


PATTERNS = [
    *(
        "(",
        ")",
        "()",
        '"',
        "“",
        "”",
        "“”",
        '""',
        ' "',
        " “",
        " ”",
        "\\",
        '\\"',
        '\\\\"',
        "＂",
        "!",
        "-",
        "+",
        ":",
    ),
    *(
        "甲AND",
        "AND ",
        "NOT ",
        "NOT",
        "甲NOT",
        "ANDNOT",
        "&&",
        "||",
        "甲(",
        "甲( ",
        " (",
        " -(",
        "-(甲 ",
        "甲OR(",
    ),
    *(
        "path:",
        'path:"',
        'text:"',
        'text:""',
        'a:"b" ',
        "titel:x ",
        "甲 OR -",
        '" ',
        "甲",
        "a",
        " ",
        "　",
        "a:",
        "~*?",
    ),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_nothing_repeated_takes_long(pattern: str) -> None:
    typed = (pattern * MAX_LENGTH)[:MAX_LENGTH]
    began = time.process_time()
    try:
        node = parse(typed).node
    except QueryError:
        node = None
    assert time.process_time() - began < 60  # a hang, not a speed
    if node is not None:
        printed = to_string(node)
        if len(printed) <= MAX_LENGTH:
            assert parse(printed).node == node


def test_only_light_modules_are_loaded() -> None:
    listing = (
        "import sys, searchidx.query; searchidx.query.parse('甲 AND path:\"乙\" -丙'); print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", listing], check=True, capture_output=True, text=True
    ).stdout.split()
    heavy = {
        "difflib",
        "unicodedata",
        "logging",
        "pathlib",
        "typer",
        "numpy",
        "jieba",
        "whoosh",
        "searchidx.fold",
    }
    assert "searchidx.query.parse" in loaded
    assert heavy.isdisjoint(loaded)
