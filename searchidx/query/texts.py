"""Texts, patterns and boosts of a query tree, as every engine matches, scores and highlights them.

Closing punctuation: a literal match contains it, the next best match is without it. A question is typed with its mark and
written without it, so an engine drops the marks that end a sentence (:data:`SENTENCE_END`), the last one first, until some
paragraph contains the rest.
"""

from collections.abc import Iterator

from searchidx.fold import fold
from searchidx.query.tree import (
    And,
    BooleanQuery,
    Boost,
    Filter,
    Fuzzy,
    Literal,
    Near,
    Node,
    Or,
    Pattern,
    Pinyin,
    Regex,
    Text,
    Wildcard,
)

SENTENCE_END = ("?", "!", "。")
"""Folded marks that end a sentence."""
_CLOSING_MARKS = "?!。,、;:"  # folded


def needle(text: str) -> str:
    """Return the folded form in which a text of a query is searched for."""
    return fold(text).strip()


def without_closing_marks(text: str) -> str:
    """Return a text without its closing punctuation, unless it is nothing else."""
    return text.rstrip(_CLOSING_MARKS) or text


def bare_needle(text: str) -> str:
    """Return the folded form of a text without its closing punctuation."""
    return without_closing_marks(needle(text))


def positive_texts(node: Node) -> list[str]:
    """Return the folded texts that a match may contain, in order; excluded ones are left out."""
    return [folded for text in typed_texts(node) if (folded := fold(text)).strip()]


def typed_texts(node: Node, *, includes_exact: bool = True) -> list[str]:
    """Return the texts that a match may contain, as typed and in order; excluded ones are left out.

    Args:
        node: The query tree.
        includes_exact: True includes those to be matched unfolded.
    """
    match node:
        case Text(text) | Literal(text):
            return [text]
        case Filter("exact", text):
            return [text] if includes_exact else []
        case And(operands) | Or(operands):
            return _typed_texts_of(operands, includes_exact=includes_exact)
        case BooleanQuery(should, must, _):
            return _typed_texts_of((*should, *must), includes_exact=includes_exact)
        case Boost(operand):
            return typed_texts(operand, includes_exact=includes_exact)
        case _:
            return []


def unquoted_texts(node: Node) -> list[str]:
    """Return the texts that a match may contain and that are not quoted, as typed and in order."""
    match node:
        case Text(text):
            return [text]
        case And(operands) | Or(operands):
            return [text for operand in operands for text in unquoted_texts(operand)]
        case BooleanQuery(should, must, _):
            return [text for operand in (*should, *must) for text in unquoted_texts(operand)]
        case Boost(operand):
            return unquoted_texts(operand)
        case _:
            return []


def boosted_nodes(node: Node, factor: float = 1.0) -> Iterator[tuple[Pattern | str, float]]:
    """Yield the patterns that a match may contain, and the boosted folded texts, each with its boost."""
    match node:
        case Text(text) | Literal(text):
            if factor != 1.0:
                yield needle(text), factor
        case Fuzzy() | Wildcard() | Regex() | Near() | Pinyin():
            yield node, factor
        case Boost(operand, boost):
            yield from boosted_nodes(operand, factor * boost)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from boosted_nodes(operand, factor)
        case BooleanQuery(should, must, _):
            for operand in (*should, *must):
                yield from boosted_nodes(operand, factor)
        case _:
            return


def _typed_texts_of(operands: tuple[Node, ...], *, includes_exact: bool) -> list[str]:
    return [text for operand in operands for text in typed_texts(operand, includes_exact=includes_exact)]
