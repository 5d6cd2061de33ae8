"""Blocks in quotes and items are what markdown-it-py makes of them, word by word."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from searchidx.readers import read

WORD = re.compile(r"词\d+号")
COMMENT = re.compile(r"<!--.*?-->")
MARKS = {"> ": "> ", "- ": "  ", "1. ": "   ", "10) ": "    "}
BLOCKS = [
    "词",
    "词",
    "词",
    "# 词",
    "```",
    "```",
    "~~~",
    "",
    "<div>",
    "<!-- 词 -->",
    "``` 词 词",
    "***",
    "    词",
    "====",
]

Line = tuple[int, list[str], str]
"""Containers that go on, those that are opened, and a block."""


def written(parts: list[Line]) -> str:
    """Write lines of which each goes on with some of the containers of the one before it, and opens others."""
    lines, containers = [], []
    for number, (kept, opened, block) in enumerate(parts):
        containers = containers[:kept]
        marks = "".join(MARKS[mark] for mark in containers) + "".join(opened)
        lines.append(marks + block.replace("词", f"词{number}号"))
        containers = containers + opened
    return "\n".join(lines) + "\n"


def rendered(source: str) -> dict[str, str]:
    """Return the kind of each word as markdown-it-py reads it; ``span`` is a span of code, over several lines perhaps."""
    kinds: dict[str, str] = {}
    for token in MarkdownIt("commonmark", {"maxNesting": 1_000}).parse(source):
        kinds.update(dict.fromkeys(WORD.findall(token.info), "info"))
        if token.type in ("fence", "code_block"):
            kinds.update(dict.fromkeys(WORD.findall(token.content), "code"))
        elif token.type in ("inline", "html_block"):
            kinds.update(dict.fromkeys(WORD.findall(token.content), "text"))
            comments = " ".join(COMMENT.findall(token.content))
            kinds.update(dict.fromkeys(WORD.findall(comments), "comment"))
            spans = [child.content for child in token.children or [] if child.type == "code_inline"]
            kinds.update(dict.fromkeys(WORD.findall(" ".join(spans)), "span"))
    return kinds


def indexed(source: str) -> dict[str, tuple[str, int, int]]:
    """Return the kind and the lines of each word as it is indexed."""
    kinds = {"heading": "text", "item": "text"}
    return {
        word: (kinds.get(p.kind, p.kind), p.line, p.end_line)
        for p in read("/corpus/page.md", source.encode()).paragraphs
        for word in WORD.findall(p.text)
    }


lines = st.tuples(
    st.integers(0, 4), st.lists(st.sampled_from(list(MARKS)), max_size=2), st.sampled_from(BLOCKS)
)


@given(st.lists(lines, max_size=10))
@example([(0, [], "词"), (0, ["10) "], "```"), (1, [], "<!-- 词 -->"), (1, [], "```")])
@settings(max_examples=1_000, deadline=None)
def test_every_word_is_of_the_kind_that_a_parser_of_markdown_gives_it(parts: list[Line]):
    source = written(parts)
    kinds, words = rendered(source), indexed(source)
    assert words.keys() == kinds.keys()
    for word, (kind, _, _) in words.items():
        # Items in the middle of a run of prose are paragraphs to us: a span of code ends there, and a comment is one.
        assert kind == kinds[word] or (kinds[word] == "span" and kind in ("text", "comment"))
    for number, line in enumerate(source.split("\n"), 1):
        for word in WORD.findall(line):
            assert words[word][1] <= number <= words[word][2]
