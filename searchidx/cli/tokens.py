"""``searchidx tokens``: analysis of a text, step by step."""

from __future__ import annotations  # the annotations are for Typer

from collections.abc import Iterator
from typing import Annotated, Any

from searchidx.cli import flags
from searchidx.cli.flags import argument, option
from searchidx.cli.opening import analysis_files, load_settings
from searchidx.cli.streams import look, write
from searchidx.errors import FOUND
from searchidx.render.look import FAINT, Look
from searchidx.render.safe import visible
from searchidx.render.wrap import table, wrap

_DEFAULT_COLUMNS = 100


def command(
    text: Annotated[list[str], argument("TEXT...", "Any text; words are joined by spaces")],
    as_json: Annotated[bool, option(flags.JSON)] = False,
    words: Annotated[str | None, option(flags.WORDS)] = None,
) -> int:
    """Show how a text is folded and tokenized.

    Folding maps full width to half width, traditional to simplified and upper
    to lower case. Tokens are words of the dictionary with their offsets in the
    text; Latin words and numbers are indexed as further terms.

    Examples:
      searchidx tokens 中國農業發展銀行
      searchidx tokens 'iPhone15 在 5G公园, 2023年4月20日'
    """
    files = analysis_files(load_settings(words=words))
    analysis = _analyse(" ".join(text), files["words"])
    if as_json:
        from searchidx.render.jsonl import dump

        write([dump(analysis)])
    else:
        write(_lines(analysis, look("auto", None)))
    return FOUND


def _analyse(text: str, words: str | None) -> dict[str, Any]:
    from searchidx import lexicon
    from searchidx.analyzer import is_word, query_terms
    from searchidx.fold import fold
    from searchidx.runs import run_terms
    from searchidx.tokenizer import Tokenizer

    folded = fold(text)
    user_analysis = None
    if words is not None:
        from searchidx.analyzer.user_lexicon import load_words

        user_analysis = load_words(words)
    terms = query_terms(text, user_analysis)
    tokenize = user_analysis.tokens if user_analysis else Tokenizer(lexicon.load()).tokenize
    return {
        "text": text,
        "folded": folded,
        "tokens": [
            {"text": token.text, "start": token.start, "end": token.end, "word": is_word(token.text)}
            for token in tokenize(folded)
        ],
        "runs": list(run_terms(folded)),
        "characters": list(terms.characters),
        "bigrams": list(terms.bigrams),
        "query_words": list(terms.words),
    }


def _lines(analysis: dict[str, Any], shown: Look) -> Iterator[str]:
    columns = shown.width or _DEFAULT_COLUMNS
    yield from _labelled("text", [visible(analysis["text"])], columns, shown)
    yield from _labelled("folded", [visible(analysis["folded"])], columns, shown)
    yield ""
    rows = [
        (visible(token["text"]), f"{token['start']}–{token['end']}", "" if token["word"] else "not indexed")
        for token in analysis["tokens"]
    ]
    yield from table([("token", "offsets", ""), *rows])
    yield ""
    for name, key in (
        ("Latin, numbers", "runs"),
        ("characters", "characters"),
        ("bigrams", "bigrams"),
        ("query terms", "query_words"),
    ):
        yield from _labelled(name, [visible(term) for term in analysis[key]], columns, shown)


def _labelled(name: str, terms: list[str], columns: int, shown: Look) -> Iterator[str]:
    """Yield a label and its terms, wrapped."""
    prefix = shown.paint(name.ljust(16), FAINT)
    joined = "  ".join(terms) or "–"
    for start, end in wrap(joined, max(columns - 16, 20)):
        yield prefix + joined[start:end]
        prefix = " " * 16
