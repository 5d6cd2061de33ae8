"""``searchidx tokens``: what the index makes of a text."""

from __future__ import annotations  # the annotations are for Typer

from collections.abc import Iterator
from typing import Annotated, Any

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import own_files, settings
from searchidx.cli.streams import look, write
from searchidx.errors import FOUND
from searchidx.render.look import FAINT, Look
from searchidx.render.safe import visible
from searchidx.render.wrap import table, wrap

_USUAL_WIDTH = 100


def command(
    text: Annotated[list[str], argument("TEXT...", "Any text; words are joined by spaces")],
    as_json: Annotated[bool, option(flags.JSON)] = False,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Show how a text is folded and tokenized.

    Folding makes one of full-width and half-width, simplified and traditional,
    upper and lower case. Words are those of the dictionary, with their offsets
    in the text; Latin words and numbers have further terms of their own.

    Examples:
      searchidx tokens 中國農業發展銀行
      searchidx tokens 'iPhone15 在 5G公园, 2023年4月20日'
    """
    chosen = own_files(settings(words=words))
    analysis = _analyse(" ".join(text), chosen["words"])
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump(analysis)])
    else:
        write(_lines(analysis, look("auto", None)))
    return FOUND


def _analyse(text: str, own_words: str | None) -> dict[str, Any]:
    from searchidx import lexicon
    from searchidx.analyzer import is_word, query_terms
    from searchidx.fold import fold
    from searchidx.runs import run_terms
    from searchidx.tokenizer import Tokenizer

    folded = fold(text)
    own = None
    if own_words is not None:
        from searchidx.analyzer.user_lexicon import load_words

        own = load_words(own_words)
    terms = query_terms(text, own)
    cut = own.tokens if own else Tokenizer(lexicon.load()).tokenize
    return {
        "text": text,
        "folded": folded,
        "tokens": [
            {"text": token.text, "start": token.start, "end": token.end, "word": is_word(token.text)}
            for token in cut(folded)
        ],
        "runs": list(run_terms(folded)),
        "characters": list(terms.characters),
        "bigrams": list(terms.bigrams),
        "query_words": list(terms.words),
    }


def _lines(analysis: dict[str, Any], shown: Look) -> Iterator[str]:
    room = shown.width or _USUAL_WIDTH
    yield from _named("text", [visible(analysis["text"])], room, shown)
    yield from _named("folded", [visible(analysis["folded"])], room, shown)
    yield ""
    rows = [
        (visible(token["text"]), f"{token['start']}–{token['end']}", "" if token["word"] else "not indexed")
        for token in analysis["tokens"]
    ]
    yield from table([("token", "offsets", ""), *rows])
    yield ""
    for name, key in (
        ("numbers, Latin", "runs"),
        ("characters", "characters"),
        ("pairs", "bigrams"),
        ("searched for", "query_words"),
    ):
        yield from _named(name, [visible(term) for term in analysis[key]], room, shown)


def _named(name: str, terms: list[str], room: int, shown: Look) -> Iterator[str]:
    """Give the terms of a kind after its name, on as many lines as they need."""
    lead = shown.paint(name.ljust(16), FAINT)
    joined = "  ".join(terms) or "–"
    for start, end in wrap(joined, max(room - 16, 20)):
        yield lead + joined[start:end]
        lead = " " * 16
