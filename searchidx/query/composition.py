"""Texts of a query in composed form: unseen characters removed, composed ones in one form, as documents are read."""

from searchidx.query.tree import And, BooleanQuery, Boost, Literal, Node, Not, Or, Text

_PLAIN = frozenset("，。、；：？！“”‘’（）《》【】　")


def composed(source: str, node: Node) -> Node:
    """Return the query tree with its texts in composed form; the tree itself for most queries.

    Args:
        source: The query as typed.
        node: Its tree.
    """
    if all(map(_is_plain, source)):
        return node
    return _composed(node)


def _is_plain(character: str) -> bool:
    return " " <= character <= "~" or "\u4e00" <= character <= "\u9fff" or character in _PLAIN


def _composed(node: Node) -> Node:
    match node:
        case Text(text):
            return Text(_text(text))
        case Literal(text):
            return Literal(_text(text))
        case Boost(operand, factor):
            return Boost(_composed(operand), factor)
        case Not(operand):
            return Not(_composed(operand))
        case And(operands):
            return And(tuple(map(_composed, operands)))
        case Or(operands):
            return Or(tuple(map(_composed, operands)))
        case BooleanQuery(should, must, must_not):
            parts = (tuple(map(_composed, part)) for part in (should, must, must_not))
            return BooleanQuery(*parts)  # type: ignore[arg-type]  # a word stays a word
        case _:
            return node


def _text(text: str) -> str:
    """Return a text composed, unless nothing of it is seen."""
    from searchidx.reading_form.composition import compose
    from searchidx.reading_form.draft import Draft

    draft = Draft(text)
    draft.apply(compose(text))
    return draft.text if draft.text.strip() else text
